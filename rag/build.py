"""Settings → real objects: the only place that wires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rag.answer import Engine, Means
from rag.drafting import ModelWriter
from rag.expand import Expander
from rag.holdings import coverage
from rag.index import IndexWriter, SearchIndex
from rag.llm import ChatModel, Server, open_model
from rag.llm.pieces import Limits
from rag.names import OFFICIAL, LawName, LawNames, display_name, with_aliases
from rag.presets import EXTRACTIVE, preset
from rag.retrieve import Retriever
from rag.segment import Grams, Segmenter, Words
from rag.settings import Settings
from rag.store import Store, open_store
from rag.support import LexicalSupport, Support


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
    laws = _Laws(settings, store)
    retriever = Retriever(store, index, laws.expander, laws.names)
    return Engine(store, retriever, laws.names, settings.max_sentences, laws.count, open_means(settings))


def make_retriever(settings: Settings, store: Store, index: SearchIndex) -> tuple[Retriever, LawNames]:
    """What finds passages, and the names of laws that it knows."""
    laws = _Laws(settings, store)
    return Retriever(store, index, laws.expander, laws.names), laws.names


class _Laws:
    """What the laws of a store are called, for all who ask: the objects stay, what they know is renewed."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._revision = store.revision()
        self._entries = store.law_names()
        self.names = LawNames(with_aliases(self._entries))
        self.expander = Expander(open_segmenter(settings), _codes(self._entries))

    def count(self, store: Store) -> Mapping[str, object]:
        """What the store holds; where it has other laws than before, they are known by their names from now on."""
        revision = store.revision()
        if revision != self._revision:
            self._renew(store.law_names())
            self._revision = revision
        return coverage(store)

    def _renew(self, entries: list[LawName]) -> None:
        if sorted(entries) != sorted(self._entries):
            self.names.renew(with_aliases(entries))
            self.expander.renew(_codes(entries))
            self._entries = entries


def _codes(entries: Iterable[LawName]) -> dict[str, str]:
    return {display_name(entry.name): entry.pcode for entry in entries if entry.rank == OFFICIAL}


def open_means(settings: Settings) -> Means:
    """Who drafts and who judges: the extractive writer and the words of the law, or the models that are set."""
    supports: list[Support] = [LexicalSupport()]
    if settings.nli_model:
        from rag.nli import NliSupport

        supports.append(NliSupport(settings.nli_model))
    if settings.model in ("", EXTRACTIVE):
        return Means(support=_Agreed(supports))
    from rag.judge import JudgeSupport

    model = open_chat(settings)
    return Means(ModelWriter(model), _Agreed([*supports, JudgeSupport(model)] if settings.judge else supports))


def open_chat(settings: Settings) -> ChatModel:
    """The chat model of the settings, not spoken to yet.

    :raises UsageError: there is no such preset.
    :raises SettingsError: the extra ``chat`` is missing, or the address is none.
    """
    key = settings.model_key.get_secret_value()
    server = Server(settings.model_url, key, settings.model_name, settings.model_context, settings.tokenizer)
    limits = Limits(first=settings.model_first_token_s, total=settings.model_timeout_s)
    return open_model(preset(settings.model), server, limits)


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


class _Agreed:
    """Several judges of one sentence: the first that says no is heard, and none after it is asked."""

    def __init__(self, supports: Sequence[Support]) -> None:
        self._supports = supports

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        said = (one.verdict(claim, evidence) for one in self._supports)
        return next((verdict for verdict in said if verdict != "ok"), "ok")
