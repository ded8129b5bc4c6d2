from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from rag import schema
from rag.domain import Passage
from rag.errors import StoreError, StoreTooNew
from rag.holdings import coverage, laws_named, refused
from rag.store import LinkRow, open_store
from rag.writer import writing
from tests.rag.databases import KINDS, fresh
from tests.rag.test_writer import document

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


def first(engine: Engine) -> None:
    """A database as the first release of Youju made and filled it."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, row in ROWS.items():
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608


# The digest is that of the article below, as the first release wrote it.
DIGEST = "845162f39b55c910b621d49d47ebaae8"
ROWS: dict[str, dict[str, Any]] = {
    "documents": {
        "key": "law/Z0000001/1", "version": "2020-01-02", "source": "laws", "kind": "statute", "title": "示範法", "text": "甲。",
        "valid_from": "2020-01-02", "valid_to": "9999-12-31", "origin": "enacted", "deleted": False,
        "path": "第一章 總則\n第一節 通則", "law": "Z0000001", "number": "1", "ordinal": 1, "level": "法律",
        "url": "https://law.moj.gov.tw/", "digest": DIGEST, "revision": 7,
    },
    "laws": {
        "pcode": "Z0000001", "name": "示範法", "level": "法律", "category": "", "modified": "2020-01-02", "enacted": None,
        "repealed": None, "english_name": "", "effective_note": "", "former_names": "[]",
    },
    "ledger": {
        "key": "laws/Z0000001", "source": "laws", "sha256": "a" * 64, "state": "stored", "first_seen": "2020-01-02",
        "last_seen": "2023-04-05",
    },
    "links": {"key": "law/Z0000001/1", "version": "2020-01-02", "target": "law/B0000001/184"},
    "meta": {"name": "revision", "value": 7},
    "passages": {"key": "law/Z0000001/1", "version": "2020-01-02", "start": 0, "end": 2},
    "releases": {
        "id": 1, "source": "laws", "member": "ChLaw", "published": "2020-01-02", "sha256": "b" * 64, "records": 1,
        "articles": 1, "private_use": "{}", "revision": 7,
    },
    "removed": {"passage": "law/Z0000001/1@1999-01-01#0-2", "revision": 3},
    "snapshots": {"law": "Z0000001", "sha256": "a" * 64, "published": None, "body": b"\x78\x01"},
    "translations": {"key": "law/Z0000001/1", "law": "Z0000001", "text": "A", "modified": "2020-01-02"},
}  # fmt: skip


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]  # noqa: S608


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Days and JSON as the one database gives them, bytes and truth values as the other does."""
    return {
        name: bytes(value) if isinstance(value, bytes | memoryview)
        else str(value) if isinstance(value, date | list | dict) else value
        for name, value in row.items()
    }  # fmt: skip


def test_a_store_of_the_first_release_comes_through_with_everything_kept(engine: Engine, url: str) -> None:
    first(engine)
    assert not schema.is_ready(engine)
    before = {table: list(map(plain, rows(engine, table))) for table in ROWS}
    schema.upgrade(engine)
    after = {table: list(map(plain, rows(engine, table))) for table in ROWS}
    for table, old in before.items():
        assert [{name: row[name] for name in old[0]} for row in after[table]] == old, table
    store = open_store(url)
    assert store.links_to("law/B0000001/184") == [
        LinkRow("law/Z0000001/1", "2020-01-02", "law/B0000001/184", "cites", None)
    ]
    assert store.versions("law/Z0000001/1") == (document("1"),)
    assert [passage for _, passage in store.changed(0)] == [Passage("law/Z0000001/1", "2020-01-02", 0, 2, "甲。")]
    assert (store.removed(0), store.revision()) == (["law/Z0000001/1@1999-01-01#0-2"], 7)
    assert (laws_named(store), store.numbers("Z0000001")) == ({"B0000001": 1}, ["1"])
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("1")])
        writer.put_ledger("laws", {"laws/Z0000001": ("a" * 64, date(2021, 1, 1))})
        assert writer.written == 0
    assert (coverage(store)["articles"], refused(store, "laws")) == (1, [])
    store.close()


def test_an_upgraded_store_has_the_tables_that_the_code_knows(engine: Engine) -> None:
    first(engine)
    schema.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    assert tables(engine) == {*schema.metadata.tables, "alembic_version"}


def test_an_upgrade_that_breaks_off_leaves_the_old_store(engine: Engine, url: str) -> None:
    first(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE job_errors (x INTEGER)"))
    before = {table: rows(engine, table) for table in ROWS}
    with pytest.raises(StoreError, match="無法開啟"):
        open_store(url)
    assert {table: rows(engine, table) for table in ROWS} == before
    assert "links_before" not in tables(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE job_errors"))
    open_store(url).close()
    assert schema.is_ready(engine)
