"""The store of record, writing side: only what differs is written, and every change moves the revision.

One transaction takes whole laws from old to new, so a killed run leaves each law either as it was or as it should be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from rag import schema
from rag.database import line_of
from rag.domain import Document, Law
from rag.errors import StoreBusy, StoreError
from rag.rows import Rows
from rag.store import PATH_MARK, Release, Store, batches, reading

# Any number will do, as long as no other program takes it on the same server.
_LOCK = 0x796F756A76
_FIELDS = tuple(Document.__dataclass_fields__)
_values = attrgetter(*_FIELDS)
# Laws have no facts: stores made before there were any keep their fingerprints.
_marked = attrgetter(*(name for name in _FIELDS if name != "facts"))


class SnapshotRow(NamedTuple):
    """One official record to keep: which law, its hash, the day of its release, its compressed JSON."""

    law: str
    sha256: str
    published: date | None
    body: bytes


class Writer(Rows):
    """What is written of laws; made by :func:`writing`. ``rag.arrivals`` writes the documents of other sources."""

    def put_snapshots(self, rows: Sequence[SnapshotRow]) -> None:
        """Store records that are new, and move the day of those seen again in a later release."""
        self.put(schema.snapshots, ("law", "sha256"), [row._asdict() for row in rows])

    def put_laws(self, laws: Iterable[Law]) -> None:
        self.put(schema.laws, ("pcode",), [_law_row(law) for law in laws])

    def put_documents(self, laws: Sequence[str], documents: Iterable[Document]) -> list[Document]:
        """Make these the documents of the laws: write what differs, remove the rest; returns the written."""
        table = schema.documents.c
        of_laws = (table.law.in_(laws), table.raw == "")
        rows = self.connection.execute(select(table.key, table.version, table.digest).where(*of_laws))
        stored = {(row.key, row.version): row.digest for row in rows}
        written: list[Document] = []
        digests: dict[tuple[str, str], str] = {}
        for document in documents:
            id = (document.key, document.version)
            digests[id] = digest(document)
            if stored.get(id) != digests[id]:
                written.append(document)
        gone = [id for id in stored if id not in digests]
        changed = {(one.key, one.version): len(one.text) for one in written if (one.key, one.version) in stored}
        self.bury({id: () for id in gone} | {id: [(0, length)] for id, length in changed.items()})
        self.drop([*gone, *changed])
        self.written += len(gone)
        self.insert(
            schema.documents, [document_row(one, digests[one.key, one.version], self.revision) for one in written]
        )
        spans = [{"key": one.key, "version": one.version, "start": 0, "end": len(one.text)} for one in written]
        self.insert(schema.passages, spans)
        return written

    def put_links(self, links: Iterable[tuple[str, str, str]]) -> None:
        """``(key, version, target key)`` of freshly written documents."""
        self.insert(schema.links, [dict(zip(("key", "version", "target"), link, strict=True)) for link in links])

    def put_translations(self, law: str, rows: Mapping[str, tuple[str, date]]) -> None:
        """Make these the English articles of a law."""
        table = schema.translations
        found = self.connection.execute(select(table.c.key, table.c.text, table.c.modified).where(table.c.law == law))
        stored = {row.key: (row.text, row.modified) for row in found}
        gone = [key for key in stored if rows.get(key) != stored[key]]
        for batch in batches(gone):
            self.connection.execute(delete(table).where(table.c.key.in_(batch)))
        new = [key for key in rows if rows[key] != stored.get(key)]
        self.insert(table, [{"key": k, "law": law, "text": rows[k][0], "modified": rows[k][1]} for k in new])
        self.written += len(set(gone) - set(new))

    def put_ledger(self, source: str, entries: Mapping[str, tuple[str, date]]) -> None:
        """Note the hash of each document as last taken in, and the day of the release it came with, by key."""
        table = schema.ledger.c
        known: dict[str, tuple[date, date]] = {}
        for batch in batches(entries):
            days = select(table.key, table.first_seen, table.last_seen).where(table.key.in_(batch))
            known.update((row.key, (row.first_seen, row.last_seen)) for row in self.connection.execute(days))
        rows = []
        for key, (mark, seen) in entries.items():
            first, last = known.get(key, (seen, seen))
            days_seen = {"first_seen": min(first, seen), "last_seen": max(last, seen)}
            rows.append({"key": key, "source": source, "sha256": mark, "state": "stored", **days_seen})
        self.put(schema.ledger, ("key",), rows)

    def put_release(self, source: str, release: Release) -> None:
        # Numbered here: a restored backup leaves PostgreSQL's own counter behind.
        last = self.connection.execute(select(func.max(schema.releases.c.id))).scalar() or 0
        row = {**release._asdict(), "id": last + 1, "source": source, "revision": self.revision}
        row["private_use"] = dict(release.private_use)
        self.insert(schema.releases, [row])


@contextmanager
def writing(store: Store) -> Iterator[Writer]:
    """One transaction: committed whole at the end of the block, or not at all.

    :raises StoreError: the database refused; nothing of the block is kept.
    """
    table = schema.meta
    try:
        with store.engine.begin() as connection:
            revision = connection.execute(select(table.c.value).where(table.c.name == "revision")).scalar()
            writer = Writer(connection, (revision or 0) + 1)
            yield writer
            if writer.written:
                connection.execute(delete(table).where(table.c.name == "revision"))
                connection.execute(insert(table), {"name": "revision", "value": writer.revision})
    except (SQLAlchemyError, UnicodeError) as error:
        raise StoreError(f"資料庫無法寫入：{line_of(error)}") from error


@contextmanager
def only_writer(store: Store) -> Iterator[None]:
    """One job at a time for a PostgreSQL server; a SQLite file is guarded by the lock of its folder.

    :raises StoreBusy: another job is writing.
    """
    if store.engine.dialect.name != "postgresql":
        yield
        return
    with reading(store) as connection:
        if not connection.execute(select(func.pg_try_advisory_lock(_LOCK))).scalar():
            raise StoreBusy("資料庫正由另一個工作寫入；請等它結束再執行")
        connection.commit()
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(_LOCK)))


def snapshots_of(store: Store, laws: Sequence[str]) -> list[SnapshotRow]:
    """Every record kept of these laws."""
    table = schema.snapshots
    with reading(store) as connection:
        return [
            SnapshotRow(*row)
            for batch in batches(laws)
            for row in connection.execute(select(table).where(table.c.law.in_(batch)))
        ]


def ledger_hashes(store: Store, source: str) -> dict[str, str]:
    """The hash each document of a source had when it was last taken in, by key."""
    table = schema.ledger.c
    with reading(store) as connection:
        rows = connection.execute(select(table.key, table.sha256).where(table.source == source))
        return {row.key: row.sha256 for row in rows}


def digest(document: Document) -> str:
    """A fingerprint of every field: two documents with the same one are the same."""
    return fingerprint(_marked(document), *document.facts.items())


def fingerprint(*parts: object) -> str:
    """32 hex digits for what the parts look like."""
    return hashlib.blake2b("".join(map(repr, parts)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def document_row(document: Document, mark: str, revision: int, raw: str = "") -> dict[str, Any]:
    """The row of ``documents``; ``raw`` is the id of what it was read from, where documents come whole."""
    values = dict(zip(_FIELDS, _values(document), strict=True))
    path = PATH_MARK.join(document.path)
    return {**values, "facts": dict(document.facts), "path": path, "digest": mark, "revision": revision, "raw": raw}


def _law_row(law: Law) -> dict[str, Any]:
    return {name: getattr(law, name) for name in Law.__dataclass_fields__} | {"former_names": list(law.former_names)}
