"""What became of each document that came, and which things that came hold it; none of it changes what is searched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from rag import schema
from rag.rows import Rows
from rag.store import Store, batches, reading

_REFUSED = ("skipped", "failed")


def marks(store: Store, source: str) -> dict[str, str]:
    """What a source wanted to remember from its last run."""
    table = schema.marks.c
    with reading(store) as connection:
        rows = connection.execute(select(table.name, table.value).where(table.source == source))
        return {row.name: row.value for row in rows}


def note(rows: Rows, source: str, raws: Collection[str], entries: Mapping[str, Mapping[str, Any]], today: date) -> None:
    """Write what became of documents; what was refused of these raws before and is not spoken of now is forgotten.

    :param entries: sha256, raw, state and reason, by key.
    """
    table = schema.ledger
    first: dict[str, date] = {}
    for batch in batches(entries):
        seen = select(table.c.key, table.c.first_seen).where(table.c.key.in_(batch))
        first.update((row.key, row.first_seen) for row in rows.connection.execute(seen))
    for batch in batches(raws):
        of_these = (table.c.source == source, table.c.raw.in_(batch), table.c.state.in_(_REFUSED))
        before = rows.connection.execute(select(table.c.key).where(*of_these)).scalars()
        for old in batches([key for key in before if key not in entries]):
            rows.connection.execute(delete(table).where(table.c.key.in_(old)))
    about = {"source": source, "last_seen": today}
    values = [about | {"key": key, "first_seen": first.get(key, today), **one} for key, one in entries.items()]
    with _uncounted(rows):
        rows.put(table, ("key",), values)


def note_gone(rows: Rows, keys: Iterable[str]) -> None:
    """These documents are no longer there."""
    table = schema.ledger
    for batch in batches(keys):
        mine = (table.c.key.in_(batch), table.c.state == "stored")
        rows.connection.execute(update(table).where(*mine).values(state="gone"))


def see(rows: Rows, source: str, raws: Iterable[str], today: date) -> None:
    """These came again as they were: the day their documents were last seen moves."""
    table = schema.ledger
    for batch in batches(raws):
        old = (table.c.source == source, table.c.raw.in_(batch), table.c.last_seen < today)
        rows.connection.execute(update(table).where(*old).values(last_seen=today))


def note_copies(rows: Rows, source: str, raws: Collection[str], held: Iterable[tuple[str, str]]) -> None:
    """Which things hold a document (key, raw) that is read from another: they go, too, when it is taken back.

    :param raws: things that came just now: what was noted of them before no longer counts.
    """
    table = schema.copies
    for batch in batches(raws):
        rows.connection.execute(delete(table).where(table.c.source == source, table.c.raw.in_(batch)))
    with _uncounted(rows):
        rows.put(table, ("key", "source", "raw"), [{"key": key, "source": source, "raw": raw} for key, raw in held])


def put_marks(rows: Rows, source: str, marks: Mapping[str, str]) -> None:
    """What the source wants to remember until its next run."""
    values = [{"source": source, "name": name, "value": value} for name, value in marks.items()]
    with _uncounted(rows):
        rows.put(schema.marks, ("source", "name"), values)


def put_tombstones(rows: Rows, days: Mapping[str, date]) -> None:
    """These documents were taken back on these days; the last one counts."""
    before = tombstones(rows, list(days))
    with _uncounted(rows):
        new = [{"key": key, "day": max(day, before.get(key, day))} for key, day in days.items()]
        rows.put(schema.tombstones, ("key",), new)


def tombstones(rows: Rows, keys: Sequence[str]) -> dict[str, date]:
    """The day on which each of these documents was taken back, of those that were."""
    table = schema.tombstones.c
    query = select(table.key, table.day)
    found = (rows.connection.execute(query.where(table.key.in_(batch))) for batch in batches(keys))
    return {row.key: row.day for some in found for row in some}


def drop_tombstones(rows: Rows, keys: Iterable[str]) -> None:
    """These are public again."""
    for batch in batches(keys):
        rows.connection.execute(delete(schema.tombstones).where(schema.tombstones.c.key.in_(batch)))


@contextmanager
def _uncounted(rows: Rows) -> Iterator[None]:
    written = rows.written
    yield
    rows.written = written
