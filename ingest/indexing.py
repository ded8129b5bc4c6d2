"""Keeping the index abreast of the store: only what changed, or everything when that is less work."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rag.errors import SearchIndexError
from rag.index import IndexWriter, SearchIndex
from rag.index.items import StoreItems, is_indexed
from rag.store import Store

# Copying and changing a generation costs a second or two; from about a tenth of the passages on, a rebuild is faster.
_REBUILD_SHARE = 0.3


class Difference(NamedTuple):
    """Passage ids that only one side has."""

    not_indexed: list[str]
    not_stored: list[str]


def bring_up_to_date(store: Store, url: str, writer: IndexWriter, indexed: int | None) -> int:
    """Make the index that stands at revision ``indexed`` (None: there is none) equal to the store.

    Returns how many passages were written to the index; 0 when it was up to date.
    """
    revision = store.revision()
    if indexed == revision:
        return 0
    if indexed is None or indexed > revision:
        return writer.rebuild(StoreItems(url), str(revision))
    changed = store.changed_count(indexed)
    if changed >= _REBUILD_SHARE * store.passage_count():
        return writer.rebuild(StoreItems(url), str(revision))
    written: set[str] = set()
    hidden: set[str] = set()
    for document, passage in store.changed(indexed):
        (written if is_indexed(document, passage) else hidden).add(passage.id)
    deletes = sorted(hidden.union(store.removed(indexed)) - written)
    writer.update(StoreItems(url, indexed), deletes, str(revision))
    return len(written) + len(deletes)


def compare(store: Store, index: SearchIndex) -> Difference:
    """What the store should have in the index against what is there, both ways."""
    wanted = {passage.id for document, passage in store.changed(0) if is_indexed(document, passage)}
    present = set(index.ids())
    return Difference(sorted(wanted - present), sorted(present - wanted))


def indexed_revision(open_index: Callable[[], SearchIndex]) -> int | None:
    """The store revision the index stands at; None when there is none to build on, or none that can be read."""
    try:
        index = open_index()
    except SearchIndexError:
        return None
    try:
        return int(index.revision) if index.revision.isdecimal() else None
    finally:
        index.close()
