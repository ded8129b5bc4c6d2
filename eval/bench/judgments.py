"""Judgments as they are stored: their 主文 found, the articles they name told, they themselves found by their facts.

What is looked for by the facts of a case has one gold of several that would do, so the figure is read beside another:
plain BM25 over the same passages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from eval.answers import Answerer
from eval.bench.drcd import Paragraph, Search, bm25
from eval.bench.ground import Ground, StepFailed
from eval.retrieval import evaluate
from rag.domain import Document, Hit, Passage, Reference
from rag.holdings import since
from rag.store import Store

HOLDING = "主文"
# 刑事訴訟法第 299 條 · 民法（下稱民法）第一百八十五條: the law is named, be it one there is or not
_NAMED = re.compile(
    r"(?P<law>[\u4e00-\u9fff]{1,24}?法)(?:[（(][^（）()]{1,20}[）)]|[」）)])?第\s*[0-9０-９一二三四五六七八九十百千零〇○]+"
    r"(?:\s*[之-]\s*[0-9０-９一二三四五六七八九十]+)?\s*條"
)
# 同法第5條: which law that is stands elsewhere
_POINTING = ("本法", "同法", "該法", "新法", "舊法", "母法")


def judgments(ground: Ground) -> dict[str, float]:
    with ground.open_store() as store, ground.open_engine() as engine:
        return measure(store, engine)


def similar(ground: Ground) -> dict[str, float]:
    """hit@10 of Youju among all sources, and of plain BM25 among judgments alone."""
    asked = ground.questions("similar_judgments")
    with ground.open_store() as store:
        passages = {
            part.id: (part, one)
            for one in since(store, "judgments", "")
            for part in store.passages_of(one.key, one.version)
            if part.searchable
        }
    plain = Plain(bm25([Paragraph(id, "", part.text) for id, (part, _) in passages.items()]), passages)
    _, theirs = evaluate(asked, plain)
    with ground.open_engine() as engine:
        _, ours = evaluate(asked, engine)
    return {
        "similar_hit10": ours["hit@10"],
        "similar_bm25_hit10": theirs["hit@10"],
        "similar_over_bm25": ours["hit@10"] - theirs["hit@10"],
    }


class Plain:
    """Passages in the order of another search, as hits that ``evaluate`` can rank; those that tie keep one score."""

    def __init__(self, search: Search, passages: Mapping[str, tuple[Passage, Document]]) -> None:
        self._search = search
        self._passages = passages

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """The first hits, whatever the day."""
        places = enumerate(self._search(question))
        return tuple(Hit(*self._passages[id], -float(at), "sparse") for at, tied in places for id in tied)[:limit]


def measure(store: Store, engine: Answerer) -> dict[str, float]:
    stored = since(store, "judgments", "")
    if not stored:
        raise StepFailed("no judgment in the store")
    numbers = cache(lambda law: frozenset(store.numbers(law)))
    told = [
        verdict
        for one in stored
        for verdict in resolved(one.text, engine.references, lambda law, article: article in numbers(law))
    ]
    held = sum(_has_holding(store, one) for one in stored)
    return {
        "judgments_n": len(stored),
        "judgments_holding": held / len(stored),
        "judgments_articles_n": len(told),
        "judgments_articles": sum(told) / max(len(told), 1),
    }


def resolved(
    text: str, references: Callable[[str], Iterable[Reference]], exists: Callable[[str, str], bool]
) -> Iterator[bool]:
    """For each article named together with its law: whether it was read as an article that is there."""
    found = [reference for reference in references(text) if reference.key]
    for named in _NAMED.finditer(text):
        if not named["law"].endswith(_POINTING):
            at = named.end() - 1
            yield any(one.start <= at < one.end and exists(one.law, one.article) for one in found)


def _has_holding(store: Store, judgment: Document) -> bool:
    return any(part.section == HOLDING for part in store.passages_of(judgment.key, judgment.version))
