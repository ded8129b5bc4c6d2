"""The store and the index of a data folder, opened for one writing job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest.indexing import bring_up_to_date, indexed_revision
from ingest.locks import one_writer
from ingest.progress import Progress
from rag.build import open_index, open_index_writer
from rag.settings import Settings
from rag.store import Store, open_store
from rag.writer import only_writer


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store, made or upgraded where need be; nobody else writes meanwhile.

    :raises StoreError: another job is writing, or the store can't be opened.
    """
    with one_writer(settings.data):
        store = open_store(settings.store_url, create=True)
        try:
            with only_writer(store):
                yield store
        finally:
            store.close()


def refresh_index(settings: Settings, store: Store, progress: Progress, afresh: bool = False) -> int:
    """Bring the index up to the store, or build it from nothing; returns how many passages were written."""
    progress.start("建立索引", None)
    indexed = None if afresh else indexed_revision(lambda: open_index(settings))
    return bring_up_to_date(store, settings.store_url, open_index_writer(settings, progress), indexed)
