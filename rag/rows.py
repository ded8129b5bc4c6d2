"""Rows of the store inside one transaction: only what differs is written, and what is written is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from rag import schema
from rag.domain import Passage
from rag.store import CAPTIONS, OF_LAWS, batches

Spans = Collection[tuple[int, int]]


class Rows:
    """``written`` counts the rows touched; ``revision`` is what the store's will be when any was."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        self.written = 0

    def put(self, table: Table, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        """Insert the rows that are new, update those that differ, leave the rest alone; ``names`` tell rows apart."""
        columns = [table.c[name] for name in names]
        stored: dict[tuple[Any, ...], dict[str, Any]] = {}
        # By the first column alone: SQLite scans the whole table for a list of pairs.
        for batch in batches(sorted({row[names[0]] for row in rows})):
            found = self.connection.execute(select(table).where(columns[0].in_(batch))).mappings()
            stored.update((tuple(row[name] for name in names), dict(row)) for row in found)
        new = []
        for row in rows:
            id = tuple(row[name] for name in names)
            if id not in stored:
                new.append(row)
            elif any(stored[id][name] != value for name, value in row.items()):
                condition = [column == value for column, value in zip(columns, id, strict=True)]
                self.connection.execute(update(table).where(*condition).values(row))
                self.written += 1
        self.insert(table, new)

    def insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)
            self.written += len(rows)

    def bury(self, spans: Mapping[tuple[str, str], Spans]) -> None:
        """Note what the index has to forget of document versions: the passages stored whose span is not among these."""
        table = schema.passages.c
        rows = self.about(spans, select(table.key, table.version, table.start, table.end), table.key)
        ids = [
            Passage(key, version, start, end, "").id
            for key, version, start, end in rows
            if (key, version) in spans and (start, end) not in spans[key, version]
        ]
        self.put(schema.removed, ("passage",), [{"passage": id, "revision": self.revision} for id in ids])

    def drop(self, ids: Sequence[tuple[str, str]]) -> None:
        """Remove document versions ``(key, version)`` with all that hangs on them."""
        self.renew_cited(key for key, _ in ids)
        values = [{"key_": key, "version_": version} for key, version in ids]
        for table in (schema.links, schema.passages, schema.documents):
            condition = (table.c.key == bindparam("key_")) & (table.c.version == bindparam("version_"))
            if values:
                self.connection.execute(delete(table).where(condition), values)

    def renew_cited(self, keys: Iterable[str]) -> None:
        """Have the index read again the articles that these documents speak of: their words are part of its entries.

        No row is counted as written: the articles stay what they are.
        """
        citing = {key for key in keys if not key.startswith("law/")}
        links, documents = schema.links.c, schema.documents.c
        targets = [
            target
            for batch in batches(sorted(citing))
            for target in self.connection.execute(
                select(links.target).where(links.key.in_(batch), links.target.startswith("law/"))
            ).scalars()
        ]
        self._renew(documents.key, targets)
        self._renew(documents.law, [key.removeprefix(CAPTIONS) for key in citing if key.startswith(CAPTIONS)])

    def _renew(self, column: Any, values: Iterable[str]) -> None:
        of_laws = schema.documents.c.source.in_(OF_LAWS)
        for batch in batches(sorted(set(values))):
            changed = update(schema.documents).where(column.in_(batch), of_laws)
            self.connection.execute(changed.values(revision=self.revision))

    def about(self, ids: Iterable[tuple[str, str]], query: Any, column: Any) -> Iterator[Any]:
        """The rows of a query about these keys, whatever their version: SQLite scans the table for a list of pairs."""
        for batch in batches(sorted({key for key, _ in ids})):
            yield from self.connection.execute(query.where(column.in_(batch)))
