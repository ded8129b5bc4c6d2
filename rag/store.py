"""The store of record, reading side: laws, every version of every document, passages, coverage.

SQLite by default, PostgreSQL by URL; both are spoken to through SQLAlchemy Core. Writing is :mod:`rag.writer`'s.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, bindparam, create_engine, event, func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from rag import schema
from rag.domain import Document, Law, Origin, Passage
from rag.errors import StoreError, UsageError
from rag.names import FORMER, OFFICIAL, REPEALED, LawName

# In the order of the record's fields, so that a row is its arguments.
_DOCUMENT = [schema.documents.c[name] for name in Document.__dataclass_fields__]
_ORIGIN = list(Document.__dataclass_fields__).index("origin")
_PATH = list(Document.__dataclass_fields__).index("path")
# Made once: to build it anew would cost a search a third of a millisecond.
_BY_KEY = select(*_DOCUMENT).where(schema.documents.c.key.in_(bindparam("keys", expanding=True)))
_BATCH = 400
PATH_MARK = "\n"
"""Parts the headings of a path in their column: JSON would cost a fifth of a search for a hundred passages."""
_T = TypeVar("_T")


class Translation(NamedTuple):
    """The official English text of an article and the day its law was last translated."""

    text: str
    modified: date


class Release(NamedTuple):
    """One official file that was taken in whole."""

    member: str
    published: date
    sha256: str
    records: int
    articles: int
    private_use: Mapping[str, int]


class Store:
    """Opened with :func:`open_store`; methods raise :class:`StoreError` when the database can't answer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        self.engine.dispose()

    def law(self, pcode: str) -> Law | None:
        rows = self._all(select(schema.laws).where(schema.laws.c.pcode == pcode))
        return _law(rows[0]) if rows else None

    def law_names(self) -> list[LawName]:
        """Official and former names of all laws; a law in force comes before a repealed one of the same name."""
        found: list[LawName] = []
        table = schema.laws.c
        for row in self._all(select(table.pcode, table.name, table.repealed, table.former_names)):
            rank = REPEALED if row["repealed"] else 0
            found.append(LawName(row["name"], row["pcode"], OFFICIAL + rank))
            found.extend(LawName(name, row["pcode"], FORMER + rank) for name in row["former_names"])
        return found

    def versions(self, key: str) -> tuple[Document, ...]:
        """All versions of a document, oldest validity first."""
        table = schema.documents.c
        rows = self._rows(select(*_DOCUMENT).where(table.key == key).order_by(table.valid_from, table.version))
        return tuple(map(document_of, rows))

    def version(self, key: str, version: str) -> Document | None:
        table = schema.documents.c
        rows = self._rows(select(*_DOCUMENT).where(table.key == key, table.version == version))
        return document_of(rows[0]) if rows else None

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Document]]:
        """The passages with these ids and the document version each is a span of; unknown ids are left out."""
        wanted = {id: parse_passage_id(id) for id in ids}
        pairs = {(key, version) for key, version, _, _ in wanted.values()}
        found: dict[tuple[str, str], Document] = {}
        # By key alone: SQLite scans the table for a list of pairs, and an article's other versions are few.
        for batch in batches(sorted({key for key, _ in pairs})):
            for row in self._rows(_BY_KEY, {"keys": batch}):
                if (row[0], row[1]) in pairs:
                    found[row[0], row[1]] = document_of(row)
        return {
            id: (Passage(key, version, start, end, found[key, version].text[start:end]), found[key, version])
            for id, (key, version, start, end) in wanted.items()
            if (key, version) in found
        }

    def numbers(self, pcode: str) -> list[str]:
        """The article numbers of a law in its own order, deleted and repealed ones included."""
        table = schema.documents.c
        query = select(table.number).where(table.law == pcode).group_by(table.number).order_by(func.min(table.ordinal))
        return [row["number"] for row in self._all(query)]

    def translation(self, key: str) -> Translation | None:
        table = schema.translations.c
        rows = self._all(select(table.text, table.modified).where(table.key == key))
        return Translation(rows[0]["text"], rows[0]["modified"]) if rows else None

    def revision(self) -> int:
        """Grows with every change; the index names the one it was built from."""
        table = schema.meta.c
        rows = self._all(select(table.value).where(table.name == "revision"))
        return int(rows[0]["value"]) if rows else 0

    def releases(self, source: str, every: bool = False) -> list[Release]:
        """The newest release taken in of each official file of a source, or every one, oldest first."""
        table = schema.releases.c
        rows = self._all(select(schema.releases).where(table.source == source).order_by(table.published, table.id))
        found = [Release(**{name: row[name] for name in Release._fields}) for row in rows]
        return found if every else list({one.member: one for one in found}.values())

    def coverage(self) -> dict[str, Any]:
        """What the store holds: counts, and the newest official file by day."""
        releases = self.releases("laws")
        return {
            "laws": self._count(schema.laws),
            "articles": self._count(schema.documents, func.count(func.distinct(schema.documents.c.key))),
            "versions": self._count(schema.documents),
            "passages": self._count(schema.passages),
            "translations": self._count(schema.translations),
            "releases": {one.member: one.published.isoformat() for one in releases},
        }

    def changed(self, since: int) -> Iterator[tuple[Document, Passage]]:
        """The passages of documents written after a revision, in no set order, streamed."""
        table = schema.documents.c
        joined = schema.documents.join(
            schema.passages,
            (table.key == schema.passages.c.key) & (table.version == schema.passages.c.version),
        )
        spans = (schema.passages.c.start, schema.passages.c.end)
        query = select(*_DOCUMENT, *spans).select_from(joined).where(table.revision > since)
        for *fields, start, end in self._stream(query):
            document = document_of(fields)
            yield document, Passage(document.key, document.version, start, end, document.text[start:end])

    def changed_count(self, since: int) -> int:
        """How many document versions were written after a revision."""
        table = schema.documents.c
        rows = self._all(select(func.count().label("n")).where(table.revision > since))
        return int(rows[0]["n"])

    def passage_count(self) -> int:
        return self._count(schema.passages)

    def removed(self, since: int) -> list[str]:
        """The ids of passages taken away after a revision."""
        table = schema.removed.c
        return [row["passage"] for row in self._all(select(table.passage).where(table.revision > since))]

    def links_to_laws(self) -> dict[str, int]:
        """How many articles of other laws name each law."""
        target, key = schema.links.c.target, schema.links.c.key
        law = func.substr(target, 5, 8).label("law")
        query = select(law, func.count(func.distinct(key)).label("n")).group_by(literal_column("law"))
        return {row["law"]: row["n"] for row in self._all(query)}

    def links_to_articles(self) -> dict[str, int]:
        """How many articles of other laws name each article."""
        target, key = schema.links.c.target, schema.links.c.key
        query = select(target, func.count(func.distinct(key)).label("n")).group_by(target)
        return {row["target"]: row["n"] for row in self._all(query)}

    def _count(self, table: Any, what: Any = None) -> int:
        rows = self._all(select((func.count() if what is None else what).label("n")).select_from(table))
        return int(rows[0]["n"])

    def _all(self, query: Any) -> Sequence[RowMapping]:
        return [row._mapping for row in self._rows(query)]

    def _rows(self, query: Any, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        with reading(self) as connection:
            return connection.execute(query, values or {}).all()

    def _stream(self, query: Any) -> Iterator[Any]:
        with reading(self) as connection:
            yield from connection.execution_options(yield_per=2000).execute(query)


def open_store(url: str, create: bool = False) -> Store:
    """Open the database at ``url``; with ``create`` make or upgrade it first.

    :raises StoreError: it can't be reached, or (without ``create``) nothing has been ingested yet.
    """
    path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""
    if path and not create and not Path(path).exists():
        raise NoStore(f"{path} 還沒有資料；請先執行 youju-ingest run laws")
    try:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        if path:
            event.listen(engine, "connect", _tune_sqlite)
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise StoreError(f"資料庫無法開啟：{line_of(error)}") from error
    try:
        if create or not schema.is_ready(engine):
            schema.upgrade(engine)
    except (SQLAlchemyError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreError(f"資料庫無法開啟：{line_of(error)}") from error
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """:raises StoreError: the database can't answer."""
    try:
        with store.engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StoreError(f"資料庫無法讀取：{line_of(error)}") from error


class NoStore(StoreError):
    """Nothing has been ingested yet."""

    exit_code = 3


def parse_passage_id(id: str) -> tuple[str, str, int, int]:
    """``law/B0000001/184@1999-04-21#0-80`` → key, version, start, end."""
    name, _, span = id.rpartition("#")
    key, _, version = name.rpartition("@")
    start, _, end = span.partition("-")
    if not (key and version and start.isdigit() and end.isdigit()):
        raise UsageError(f"{id!r} 不是段落編號")
    return key, version, int(start), int(end)


def document_of(row: Sequence[Any]) -> Document:
    fields = list(row)
    fields[_ORIGIN] = Origin(fields[_ORIGIN])
    fields[_PATH] = tuple(fields[_PATH].split(PATH_MARK)) if fields[_PATH] else ()
    return Document(*fields)


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Lists of at most 400: short enough for one SQL statement's parameters."""
    batch: list[_T] = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _law(row: RowMapping) -> Law:
    return Law(**{**row, "former_names": tuple(row["former_names"])})


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """WAL lets readers go on while a job writes; a busy writer is waited for."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=30000",
        "cache_size=-65536",
        "mmap_size=1073741824",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def line_of(error: BaseException) -> str:
    """What the database itself said, in one line."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
