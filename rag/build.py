"""Settings → real objects: the only place that wires."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from rag.answer import Engine, Means
from rag.drafting import ModelWriter
from rag.expand import Expander
from rag.holdings import coverage
from rag.index import IndexWriter, SearchIndex
from rag.index.scoring import ALONE
from rag.learned import Learned
from rag.llm import ChatModel, Server, open_model
from rag.llm.pieces import Limits
from rag.names import OFFICIAL, LawName, LawNames, display_name, with_aliases
from rag.presets import EXTRACTIVE, Preset, preset
from rag.retrieve import Retriever
from rag.segment import Grams, Segmenter, Words
from rag.settings import Settings
from rag.store import Store, open_store
from rag.support import LexicalSupport, Support

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.index.meanings import Progress
    from rag.postprocess import Postprocessor
    from rag.rerank.ranker import Ranker
    from rag.rewrite import Rewriter

NO_EMBEDDER = "none"
STATIC = "static"


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Everything a question needs, opened for the time of the block.

    :raises StoreError: nothing has been ingested yet, or the store can't be reached.
    :raises NoIndex: nothing has been indexed yet.
    """
    store = open_store(settings.store_url)
    try:
        with _keeping_all():
            index = open_index(settings)
        try:
            with _keeping_all():
                engine = make_engine(settings, store, index)
            yield engine
        finally:
            index.close()
    finally:
        store.close()


@contextmanager
def _keeping_all() -> Iterator[None]:
    """Nothing of what is made at a start is garbage, and to look for some takes a tenth of its time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def make_engine(settings: Settings, store: Store, index: SearchIndex) -> Engine:
    laws = _Laws(settings, store)
    retriever = Retriever(store, index, laws.expander, laws.names, open_learned(settings))
    return Engine(store, retriever, laws.names, settings.max_sentences, laws.count, open_means(settings))


def make_retriever(settings: Settings, store: Store, index: SearchIndex) -> tuple[Retriever, LawNames]:
    """What finds passages, and the names of laws that it knows."""
    laws = _Laws(settings, store)
    return Retriever(store, index, laws.expander, laws.names, open_learned(settings)), laws.names


class _Laws:
    """What the laws of a store are called, for all who ask: the objects stay, what they know is renewed."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._revision = store.revision()
        self._entries = store.law_names()
        self.names = LawNames(with_aliases(self._entries))
        self.expander = Expander(open_segmenter(settings), law_codes(self._entries))

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
            self.expander.renew(law_codes(entries))
            self._entries = entries


def law_codes(entries: Iterable[LawName]) -> dict[str, str]:
    """The PCode of each law by its name."""
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
    limits = Limits(first=settings.model_first_token_s, total=settings.model_timeout_s)
    return _served(settings, preset(settings.model), limits)


def _served(settings: Settings, model: Preset, limits: Limits, context: int = 0) -> ChatModel:
    """:param context: tokens, where the settings say nothing; 0: the server is asked."""
    key, context = settings.model_key.get_secret_value(), settings.model_context or context
    server = Server(settings.model_url, key, settings.model_name, context, settings.tokenizer)
    return open_model(model, server, limits)


def open_index(settings: Settings) -> SearchIndex:
    """The index to search: a Qdrant server when its URL is set, else the embedded one in the data folder.

    :raises NoIndex: nothing has been indexed yet.
    """
    segmenter, embedder = open_segmenter(settings).name, _name(open_embedder(settings))
    alone = _alone(settings)
    if settings.qdrant_url:
        from rag.index.server import ServerIndex, connect

        client = connect(settings.qdrant_url, settings.qdrant_api_key.get_secret_value())
        return ServerIndex(client, segmenter, embedder, alone=alone)
    from rag.index.edge import EdgeIndex

    return EdgeIndex(settings.data / "index", segmenter, embedder, alone)


def open_index_writer(settings: Settings, progress: Progress | None = None) -> IndexWriter:
    """The same index, for writing; ``progress`` is told how far a model is with the passages it embeds."""
    segmenter, embedder = open_segmenter(settings), _remembering(settings, progress)
    if settings.qdrant_url:
        from rag.index.server import ServerWriter, connect

        client = connect(settings.qdrant_url, settings.qdrant_api_key.get_secret_value())
        return ServerWriter(client, segmenter, embedder)
    from rag.index.edge_build import EdgeWriter

    return EdgeWriter(settings.data / "index", segmenter, embedder)


def open_segmenter(settings: Settings) -> Segmenter:
    if settings.segmenter == "bigram":
        return Grams()
    from rag.ckip import CkipSegmenter

    return Words(CkipSegmenter(settings.ckip_model, settings.ckip_device))


def open_embedder(settings: Settings) -> Embedder | None:
    """What turns questions and passages into vectors: our own by default, or any model; None when turned off.

    :raises SettingsError: its files can't be read; a model's, once there is a text.
    """
    if settings.embedder == NO_EMBEDDER:
        return None
    if settings.embedder == STATIC:
        return _static()
    return _dense(settings.embedder, settings.embedder_device, settings.embedder_batch)


def _remembering(settings: Settings, progress: Progress | None) -> Embedder | None:
    """The embedder for the one who writes: what a model has embedded is kept, so that nothing is embedded twice."""
    from rag.index.meanings import FILE, Remembering, discard

    embedder = open_embedder(settings)
    if embedder is not None and embedder.searchable:
        return Remembering(embedder, settings.data / FILE, progress)
    # Nobody would take back from it what is taken back from the index.
    discard(settings.data / FILE)
    return embedder


def _alone(settings: Settings) -> float:
    """How like a passage must be to be found without a shared term, for the model in use."""
    if settings.embedder in (NO_EMBEDDER, STATIC):
        return ALONE
    from rag.dense import family

    return settings.embedder_alone or family(settings.embedder).alone or ALONE


def open_learned(settings: Settings) -> Learned:
    """What helps retrieval: the embedder, the order of articles unless that is turned off, and the models that are set.

    :raises SettingsError: one of them can't be had.
    """
    ranker = _ranker() if settings.rerank else None
    again = _postprocessor(settings.reranker, settings.reranker_device) if settings.reranker else None
    return Learned(open_embedder(settings), ranker, again, open_rewriter(settings))


def open_rewriter(settings: Settings) -> Rewriter | None:
    """The chat model that turns questions into statutory wording; None where there is none, or it is not asked to."""
    if not settings.rewrite or settings.model in ("", EXTRACTIVE):
        return None
    from rag.rewrite import TOKENS, Rewriter, limits

    brief = replace(preset(settings.model), max_tokens=TOKENS)
    return Rewriter(_served(settings, brief, limits(settings.rewrite_timeout_s), brief.context))


@cache
def _postprocessor(name: str, device: str) -> Postprocessor:
    from rag.postprocess import open_postprocessor

    return open_postprocessor(name, device)


@cache
def _ranker() -> Ranker:
    from rag.rerank.ranker import load

    return load()


@cache
def _dense(model: str, device: str, batch: int) -> Embedder:
    from rag.dense import SentenceEmbedding

    return SentenceEmbedding(model, device, batch)


@cache
def _static() -> Embedder:
    from rag.embed import load

    return load()


def _name(embedder: Embedder | None) -> str:
    return embedder.name if embedder else ""


class _Agreed:
    """Several judges of one sentence: the first that says no is heard, and none after it is asked."""

    def __init__(self, supports: Sequence[Support]) -> None:
        self._supports = supports

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        said = (one.verdict(claim, evidence) for one in self._supports)
        return next((verdict for verdict in said if verdict != "ok"), "ok")
