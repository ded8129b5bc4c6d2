from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from rag import schema
from rag.errors import StoreError, StoreTooNew
from rag.store import open_store
from tests.rag.databases import KINDS, fresh

SCRIPTS = Path(schema.__file__).with_name("migrations")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from fresh(request.param, tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    one = create_engine(url)
    yield one
    one.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_an_empty_database_is_made_whole(engine: Engine) -> None:
    assert not schema.is_ready(engine)
    schema.upgrade(engine)
    assert schema.is_ready(engine)
    assert tables(engine) == {*schema.metadata.tables, "alembic_version"}


def test_the_migrations_lead_to_the_tables_that_the_code_knows(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('revision', 7)"))
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT value FROM meta")).scalar() == 7


def test_an_upgrade_that_breaks_off_leaves_nothing_behind(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE snapshots (x INTEGER)"))
    with pytest.raises(Exception, match="snapshots"):
        schema.upgrade(engine)
    assert tables(engine) == {"snapshots"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE snapshots"))
    schema.upgrade(engine)
    assert schema.is_ready(engine)


def test_a_database_of_a_newer_youju_is_left_alone(engine: Engine, url: str) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="9999"):
        schema.upgrade(engine)
    with pytest.raises(StoreTooNew, match="先升級"):
        open_store(url)


def test_the_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == schema.HEAD


def test_an_unknown_older_schema_is_one_clear_error(engine: Engine, url: str) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(StoreError, match="無法升級"):
        open_store(url)
