"""Peers on the same articles and questions: bm25s as it comes, bm25s with jieba, and LlamaIndex's BM25Retriever.

Each gets what Youju has: every article in force under its law's name. What is not installed is left out, and said.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from statistics import fmean
from typing import Any, NamedTuple

from eval.bench.bulk import Article, articles
from eval.bench.ground import Ground, StepFailed
from eval.measures.percentile import percentile
from eval.measures.ranking import hit, in_order
from eval.questions import Question
from eval.timing import timed

CUTOFF = 10

# question → the positions of the articles found, best first.
Search = Callable[[str], Sequence[int]]


class Found(NamedTuple):
    hit10: float
    p50_ms: float


def peers(ground: Ground) -> dict[str, float]:
    standing = [article for article in articles(ground.laws) if not article.deleted]
    asked = ground.questions("lay_statutes")
    texts = [f"{article.law}第{article.number}條\n{article.text}" for article in standing]
    measured: dict[str, float] = {}
    for name, build in PEERS.items():
        search = build(texts)
        if search is not None:
            found = measure(search, standing, asked)
            measured |= {f"peer_{name}_hit10": found.hit10, f"peer_{name}_p50_ms": found.p50_ms}
    if not measured:
        raise StepFailed("not installed")
    return measured


def measure(search: Search, standing: Sequence[Article], asked: Sequence[Question]) -> Found:
    """hit@10 and median time, after one question that is not timed."""
    search(asked[0].question)
    hits, times = [], []
    for question in asked:
        positions, ms = timed(partial(search, question.question))
        keys = [standing[position].key for position in positions]
        hits.append(hit(in_order(keys), {gold.key: 1 for gold in question.gold}, CUTOFF))
        times.append(ms)
    return Found(fmean(hits), percentile(times, 50))


def bm25s_default(texts: Sequence[str]) -> Search | None:
    bm25s = _module("bm25s")
    if bm25s is None:
        return None
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), show_progress=False), show_progress=False)

    def search(question: str) -> Sequence[int]:
        return _positions(index, bm25s.tokenize([question], show_progress=False))

    return search


def bm25s_jieba(texts: Sequence[str]) -> Search | None:
    bm25s, jieba = _module("bm25s"), _module("jieba")
    if bm25s is None or jieba is None:
        return None
    jieba.setLogLevel("ERROR")
    index = bm25s.BM25()
    index.index([jieba.lcut(text) for text in texts], show_progress=False)

    def search(question: str) -> Sequence[int]:
        return _positions(index, [jieba.lcut(question)])

    return search


def llamaindex(texts: Sequence[str]) -> Search | None:
    schema, bm25 = _module("llama_index.core.schema"), _module("llama_index.retrievers.bm25")
    if schema is None or bm25 is None:
        return None
    nodes = [schema.TextNode(id_=str(position), text=text) for position, text in enumerate(texts)]
    retriever = bm25.BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=CUTOFF)

    def search(question: str) -> Sequence[int]:
        return [int(found.node.node_id) for found in retriever.retrieve(question)]

    return search


def _positions(index: Any, tokens: Any) -> Sequence[int]:
    # A question of which no word is known finds nothing; bm25s would fill up with documents scored 0.
    found, scores = index.retrieve(tokens, k=CUTOFF, show_progress=False)
    return [int(position) for position, value in zip(found[0], scores[0], strict=True) if value > 0]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


PEERS: dict[str, Callable[[Sequence[str]], Search | None]] = {
    "bm25s": bm25s_default,
    "bm25s_jieba": bm25s_jieba,
    "llamaindex": llamaindex,
}
