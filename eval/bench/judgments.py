"""Judgments as they are stored: their 主文 found, and the articles they name told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from eval.answers import Answerer
from eval.bench.ground import Ground, StepFailed
from rag.domain import Document, Reference
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
