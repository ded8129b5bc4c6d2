"""The store of record, reading side: laws, every version of every document, passages, coverage.

SQLite by default, PostgreSQL by URL; both are spoken to through SQLAlchemy Core. Writing is :mod:`rag.writer`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, func, or_, select

from rag import queries, schema
from rag.database import connected, open_database, scrub
from rag.domain import Document, Law, Origin, Passage
from rag.errors import UsageError
from rag.names import FORMER, OFFICIAL, REPEALED, LawName

_FIELDS = list(Document.__dataclass_fields__)
_ORIGIN, _PATH = _FIELDS.index("origin"), _FIELDS.index("path")
_ORIGINS = {one.value: one for one in Origin}  # a quarter of the time of Origin(…)
# Their documents are one passage, whole: it need not be looked up.
OF_LAWS = ("laws", "law-history")
CAPTIONS = "captions/"
"""How the keys of lists begin that say of each article of a law what it is about."""
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


class LinkRow(NamedTuple):
    """A link between two documents; ``day`` is the one on which ``target`` is to be read, where that is said."""

    key: str
    version: str
    target: str
    relation: str
    day: date | None


class Store:
    """Opened with :func:`open_store`; methods raise :class:`StoreError` when the database can't answer."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        self.engine.dispose()

    def law(self, pcode: str) -> Law | None:
        rows = self._all(queries.LAW, {"pcode": pcode})
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
        return tuple(map(document_of, self._rows(queries.VERSIONS, {"key": key})))

    def version(self, key: str, version: str) -> Document | None:
        rows = self._rows(queries.VERSION, {"key": key, "version": version})
        return document_of(rows[0]) if rows else None

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Document]]:
        """The passages with these ids and the document version each is a span of; unknown ids are left out."""
        wanted = {id: parse_passage_id(id) for id in ids}
        pairs = {(key, version) for key, version, _, _ in wanted.values()}
        found: dict[tuple[str, str], Document] = {}
        # By key alone: SQLite scans the table for a list of pairs, and an article's other versions are few.
        for batch in batches(sorted({key for key, _ in pairs})):
            rows = self._rows(queries.BY_KEY, {"keys": batch})
            found |= {(row[0], row[1]): document_of(row) for row in rows if (row[0], row[1]) in pairs}
        several = [one for one in found.values() if one.source not in OF_LAWS]
        starts = sorted({start for key, version, start, _ in wanted.values() if (key, version) in found})
        # A record of the Legislative Yuan has a thousand passages: only those asked for are read.
        parts = {one.id: one for one in self._parts(several, queries.PARTS.where(schema.passages.c.start.in_(starts)))}
        for id, (key, version, start, end) in wanted.items():
            document = found.get((key, version))
            if document and document.source in OF_LAWS:
                parts[id] = _passage(document, start, end)
        # An index that has not caught up yet names spans that are no longer there.
        return {id: (parts[id], found[wanted[id][:2]]) for id in ids if id in parts}

    def passages_of(self, key: str, version: str) -> list[Passage]:
        """The passages of a document version, in its order."""
        document = self.version(key, version)
        return sorted(self._parts([document]), key=lambda one: one.start) if document else []

    def titles(self, keys: Iterable[str]) -> dict[str, str]:
        """The titles of the documents with these keys, in their newest version; unknown keys are left out."""
        table = schema.documents.c
        query = select(table.key, table.title).order_by(table.version)
        return {key: title for batch in batches(keys) for key, title in self._rows(query.where(table.key.in_(batch)))}

    def synced(self) -> dict[str, date]:
        """The day on which each source was last looked through, something new or not."""
        table = schema.ledger.c
        rows = self._rows(select(table.source, func.max(table.last_seen)).group_by(table.source))
        return {source: day for source, day in rows}

    def keys_of_case(self, case: str) -> list[str]:
        """The judgments with a case number, ``case/TPS/104/台上/472``; without the court, those of any court."""
        table = schema.cases.c
        prefix, _, rest = case.removeprefix("case/").partition("/")
        wanted = table.case == case if prefix else table.case.endswith(f"/{rest}", autoescape=True)
        return [row["key"] for row in self._all(select(table.key).where(wanted).order_by(table.key))]

    def links_from(self, key: str) -> list[LinkRow]:
        """What a document points to."""
        return self._links(schema.links.c.key == key)

    def links_to(self, target: str) -> list[LinkRow]:
        """What points to a document."""
        return self._links(schema.links.c.target == target)

    def numbers(self, pcode: str) -> list[str]:
        """The article numbers of a law in its own order, deleted and repealed ones included."""
        table = schema.documents.c
        of_law = (table.law == pcode, table.kind == "statute")
        query = select(table.number).where(*of_law).group_by(table.number).order_by(func.min(table.ordinal))
        return [row["number"] for row in self._all(query)]

    def saying(self, pcode: str, words: Sequence[str]) -> list[Document]:
        """The versions of a law's articles that have one of the words, in its order."""
        table = schema.documents.c
        of_law = (table.law == pcode, table.kind == "statute", or_(*(table.text.contains(word) for word in words)))
        return list(map(document_of, self._rows(select(*queries.DOCUMENT).where(*of_law).order_by(table.ordinal))))

    def translation(self, key: str) -> Translation | None:
        rows = self._all(select(schema.translations).where(schema.translations.c.key == key))
        return Translation(rows[0]["text"], rows[0]["modified"]) if rows else None

    def revision(self) -> int:
        """Grows with every change; the index names the one it was built from."""
        rows = self._rows(queries.REVISION)
        return int(rows[0][0]) if rows else 0

    def scrub(self) -> None:
        """Leave no byte of removed rows on the disk; see :func:`rag.database.scrub`."""
        scrub(self.engine)

    def releases(self, source: str, every: bool = False) -> list[Release]:
        """The newest release taken in of each official file of a source, or every one, oldest first."""
        table = schema.releases.c
        rows = self._all(select(schema.releases).where(table.source == source).order_by(table.published, table.id))
        found = [Release(**{name: row[name] for name in Release._fields}) for row in rows]
        return found if every else list({one.member: one for one in found}.values())

    def changed(
        self, since: int, searchable: bool = False, wanted: Callable[[str], bool] | None = None
    ) -> Iterator[tuple[Document, Passage]]:
        """The passages of documents written after a revision, in no set order, streamed.

        :param searchable: leave out those that no question finds.
        :param wanted: says of a passage's id whether to make it.
        """
        parts = queries.PARTS.where(schema.passages.c.searchable) if searchable else queries.PARTS
        query = select(*queries.DOCUMENT).where(schema.documents.c.revision > since)
        rows = (row for row in self._stream(query) if wanted is None or _is_wanted(row, wanted))
        for batch in batches(map(document_of, rows)):
            named = {(one.key, one.version): one for one in batch}
            several = self._parts([one for one in batch if one.source not in OF_LAWS], parts, wanted)
            yield from ((named[part.key, part.version], part) for part in several)
            whole = (one for one in batch if one.source in OF_LAWS)
            yield from ((one, _passage(one, 0, len(one.text))) for one in whole)

    def changed_count(self, since: int) -> int:
        """How many passages the document versions have that were written after a revision."""
        documents, passages = schema.documents.c, schema.passages.c
        same = (documents.key == passages.key) & (documents.version == passages.version)
        query = select(func.count().label("n")).select_from(schema.documents.join(schema.passages, same))
        return int(self._all(query.where(documents.revision > since))[0]["n"])

    def passage_count(self) -> int:
        return int(self._rows(select(func.count()).select_from(schema.passages))[0][0])

    def removed(self, since: int) -> list[str]:
        """The ids of passages taken away after a revision."""
        table = schema.removed.c
        return [row["passage"] for row in self._all(select(table.passage).where(table.revision > since))]

    def _parts(
        self, documents: Sequence[Document], query: Any = None, wanted: Callable[[str], bool] | None = None
    ) -> Iterator[Passage]:
        """The passages of documents that have several."""
        named = {(one.key, one.version): one for one in documents}
        for batch in batches(sorted({one.key for one in documents})):
            rows = self._rows(queries.PARTS if query is None else query, {"keys": batch})
            for key, version, start, end, *about in rows:
                document = named.get((key, version))
                if document and (wanted is None or wanted(f"{key}@{version}#{start}-{end}")):
                    yield Passage(key, version, start, end, document.text[start:end], *about)

    def _links(self, condition: Any) -> list[LinkRow]:
        table = schema.links.c
        columns: list[Any] = [table[name] for name in LinkRow._fields]
        return [LinkRow(*row) for row in self._rows(select(*columns).where(condition).order_by(*columns[:4]))]

    def _all(self, query: Any, values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        return [row._mapping for row in self._rows(query, values)]

    def _rows(self, query: Any, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
        with reading(self) as connection:
            return connection.execute(query, values or {}).all()

    def _stream(self, query: Any) -> Iterator[Any]:
        with reading(self) as connection:
            yield from connection.execution_options(yield_per=400).execute(query)


def open_store(url: str, create: bool = False) -> Store:
    """Open the database at ``url``; with ``create`` make or upgrade it first.

    :raises StoreError: it can't be reached, or (without ``create``) nothing has been ingested yet.
    """
    return Store(open_database(url, create))


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """:raises StoreError: the database can't answer."""
    with connected(store.engine) as connection:
        yield connection


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
    fields[_ORIGIN] = _ORIGINS[fields[_ORIGIN]]
    fields[_PATH] = tuple(fields[_PATH].split(PATH_MARK)) if fields[_PATH] else ()
    return Document(*fields)


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Lists of at most 400: short enough for one SQL statement's parameters."""
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _is_wanted(row: Any, wanted: Callable[[str], bool]) -> bool:
    """Whether a document's row is to be made: of a law's, its one passage is known beforehand."""
    return row.source not in OF_LAWS or wanted(f"{row.key}@{row.version}#0-{len(row.text)}")


def _passage(document: Document, start: int, end: int) -> Passage:
    return Passage(document.key, document.version, start, end, document.text[start:end])


def _law(row: RowMapping) -> Law:
    return Law(**{**row, "former_names": tuple(row["former_names"])})
