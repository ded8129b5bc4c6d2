"""The tables of the store of record, and how an older one is brought up to date.

``documents`` holds one row per document *version*, for every source; a law's articles are documents. ``snapshots``
keeps the official records the versions were worked out from, so that they can be worked out again; ``raws`` does the
same for the sources whose documents come whole.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    inspect,
    text,
    true,
)

from rag.errors import StoreError, StoreTooNew
from rag.label_tables import label_tables

HEAD = "0005"
# Any number will do, as long as no other program takes it on the same server.
_LOCK = 0x796F756A75
_SCRIPTS = Path(__file__).with_name("migrations")

metadata = MetaData()

meta = Table("meta", metadata, Column("name", String(40), primary_key=True), Column("value", Integer, nullable=False))

releases = Table(
    "releases",
    metadata,
    Column("id", Integer, primary_key=True),
    *(Column(name, String(size), nullable=False) for name, size in (("source", 20), ("member", 40))),
    Column("published", Date, nullable=False),
    Column("sha256", String(64), nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("records", "articles")),
    Column("private_use", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("source", String(20), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    *(Column(name, Date, nullable=False) for name in ("first_seen", "last_seen")),
    Column("raw", String(160), nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ledger_raw", "source", "raw"),
)

raws = Table(
    "raws",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("id", String(160), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("rules", String(80), nullable=False),
    Column("place", Text, nullable=False),
    Column("seen", Date),
    Column("body", LargeBinary, nullable=False),
)

copies = Table(
    "copies",
    metadata,
    Column("key", String(120), primary_key=True),
    *(Column(name, String(size), primary_key=True) for name, size in (("source", 20), ("raw", 160))),
    Index("copies_raw", "source", "raw"),
)

marks = Table(
    "marks",
    metadata,
    Column("source", String(20), primary_key=True),
    Column("name", String(400), primary_key=True),
    Column("value", Text, nullable=False),
)

tombstones = Table(
    "tombstones", metadata, Column("key", String(120), primary_key=True), Column("day", Date, nullable=False)
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("law", String(8), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("published", Date),
    Column("body", LargeBinary, nullable=False),
)

laws = Table(
    "laws",
    metadata,
    Column("pcode", String(8), primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", String(4), nullable=False),
    Column("category", Text, nullable=False),
    Column("modified", Date, nullable=False),
    Column("enacted", Date),
    Column("repealed", Date),
    *(Column(name, Text, nullable=False) for name in ("english_name", "effective_note")),
    Column("former_names", JSON, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("version", String(16), primary_key=True),
    *(Column(name, String(20), nullable=False) for name in ("source", "kind")),
    *(Column(name, Text, nullable=False) for name in ("title", "text")),
    *(Column(name, Date, nullable=False) for name in ("valid_from", "valid_to")),
    Column("origin", String(12), nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("path", Text, nullable=False),
    Column("law", String(8), nullable=False),
    Column("number", String(20), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("level", String(4), nullable=False),
    Column("url", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("raw", String(160), nullable=False, server_default=""),
    Column("facts", JSON, nullable=False, server_default="{}"),
    Index("documents_law", "law"),
    Index("documents_revision", "revision"),
    Index("documents_raw", "source", "raw"),
    Index("documents_version", "source", "version"),
)

passages = Table(
    "passages",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("end", Integer, nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in ("section", "speaker", "place")),
    Column("searchable", Boolean, nullable=False, server_default=true()),
)

cases = Table(
    "cases", metadata, Column("case", String(120), primary_key=True), Column("key", String(120), primary_key=True)
)

removed = Table(
    "removed", metadata, Column("passage", String(160), primary_key=True), Column("revision", Integer, nullable=False)
)

links = Table(
    "links",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("target", String(120), primary_key=True),
    Column("relation", String(12), primary_key=True, server_default="cites"),
    Column("day", Date),
    Index("links_target", "target"),
)

translations = Table(
    "translations",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("law", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("modified", Date, nullable=False),
    Index("translations_law", "law"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", String(20), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("created", DateTime, nullable=False),
    *(Column(name, DateTime) for name in ("started", "finished", "beat")),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("cancel", Boolean, nullable=False, server_default=false()),
    Column("message", Text, nullable=False),
    Column("worker", String(80), nullable=False),
    Index("jobs_source", "source", "state"),
)

job_errors = Table(
    "job_errors",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("reason", Text, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("role", String(12), nullable=False),
    Column("name", Text, nullable=False),
    Column("created", Date, nullable=False),
    *(Column(name, Date) for name in ("expires", "used", "revoked")),
)

sessions = Table(
    "sessions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("key", String(12), nullable=False),
    Column("expires", DateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("sentence", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("text", "comment")),
    Column("verdict", String(8), nullable=False),
    Column("key", String(12), nullable=False),
)

label_tasks, labels = label_tables(metadata)


def upgrade(engine: Engine) -> None:
    """Bring the database to the schema of this Youju; a fresh one is made whole. A no-op when it is there already.

    :raises StoreTooNew: a newer Youju made it.
    """
    with engine.begin() as connection:
        if _is_current(connection):
            return
        _alone(connection)
        if not _is_current(connection):
            _migrate(connection)


def is_ready(engine: Engine) -> bool:
    with engine.connect() as connection:
        return _current(connection) == HEAD


def _is_current(connection: Connection) -> bool:
    current = _current(connection)
    if current is not None and current > HEAD:
        raise StoreTooNew(f"資料庫的結構（{current}）比這個版本的有據（{HEAD}）新；請先升級有據")
    return current == HEAD


def _alone(connection: Connection) -> None:
    """Let no other process make tables meanwhile, and a killed one leave none: SQLite would commit each by itself."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
    # Alembic costs a third of a second to import, and only an outdated store needs it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"資料庫無法升級：{error}") from error
