"""Settings → real objects: the only place that wires."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rag.answer import Engine
from rag.expand import Expander
from rag.index import IndexWriter, SearchIndex
from rag.names import OFFICIAL, LawNames, display_name, with_aliases
from rag.retrieve import Retriever
from rag.segment import Grams, Segmenter, Words
from rag.settings import Settings
from rag.store import Store, open_store


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Everything a question needs, opened for the time of the block.

    :raises StoreError: nothing has been ingested yet, or the store can't be reached.
    :raises NoIndex: nothing has been indexed yet.
    """
    store = open_store(settings.store_url)
    try:
        index = open_index(settings)
        try:
            yield make_engine(settings, store, index)
        finally:
            index.close()
    finally:
        store.close()


def make_engine(settings: Settings, store: Store, index: SearchIndex) -> Engine:
    entries = store.law_names()
    names = LawNames(with_aliases(entries))
    codes = {display_name(entry.name): entry.pcode for entry in entries if entry.rank == OFFICIAL}
    retriever = Retriever(store, index, Expander(open_segmenter(settings), codes), names)
    return Engine(store, retriever, names, settings.max_sentences)


def open_index(settings: Settings) -> SearchIndex:
    """The index to search: a Qdrant server when its URL is set, else the embedded one in the data folder.

    :raises NoIndex: nothing has been indexed yet.
    """
    segmenter = open_segmenter(settings)
    if settings.qdrant_url:
        from rag.index.server import ServerIndex, connect

        return ServerIndex(connect(settings.qdrant_url, settings.qdrant_api_key.get_secret_value()), segmenter.name)
    from rag.index.edge import EdgeIndex

    return EdgeIndex(settings.data / "index", segmenter.name)


def open_index_writer(settings: Settings) -> IndexWriter:
    """The same index, for writing."""
    segmenter = open_segmenter(settings)
    if settings.qdrant_url:
        from rag.index.server import ServerWriter, connect

        return ServerWriter(connect(settings.qdrant_url, settings.qdrant_api_key.get_secret_value()), segmenter)
    from rag.index.edge_build import EdgeWriter

    return EdgeWriter(settings.data / "index", segmenter)


def open_segmenter(settings: Settings) -> Segmenter:
    if settings.segmenter == "bigram":
        return Grams()
    from rag.ckip import CkipSegmenter

    return Words(CkipSegmenter(settings.ckip_model, settings.ckip_device))
