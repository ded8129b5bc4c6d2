"""What the benchmark reads in the store that no question needs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from rag import schema
from rag.store import Store, reading

_ROWS = 400


def link_counts(store: Store) -> dict[str, int]:
    """How many links there are of each relation."""
    relation = schema.links.c.relation
    with reading(store) as connection:
        rows = connection.execute(select(relation, func.count()).group_by(relation)).all()
    return {name: count for name, count in rows}


def texts_but(store: Store, key: str) -> Iterator[str]:
    """The text of every version of every document but one."""
    table = schema.documents.c
    yield from _column(store, select(table.text).where(table.key != key))


def kept(store: Store) -> Iterator[bytes]:
    """Everything as it came, unpacked: raw things of all sources, and snapshots of laws."""
    for table in (schema.raws, schema.snapshots):
        yield from map(zlib.decompress, _column(store, select(table.c.body)))


def kept_of(store: Store, key: str) -> bytes:
    """What a document was read from, packed as it lies in the store; empty when there is none."""
    of, raw = schema.documents.c, schema.raws.c
    query = select(raw.body).join(schema.documents, (of.source == raw.source) & (of.raw == raw.id)).where(of.key == key)
    found = list(_column(store, query))
    return found[0] if found else b""


def has_tombstone(store: Store, key: str) -> bool:
    table = schema.tombstones.c
    return bool(list(_column(store, select(table.key).where(table.key == key))))


def _column(store: Store, query: Any) -> Iterator[Any]:
    with reading(store) as connection:
        yield from connection.execution_options(yield_per=_ROWS).execute(query).scalars()
