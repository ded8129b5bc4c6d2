"""Decisions that name in their 解釋文 or 主文 an article that a question names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rag.asked_for import references
from rag.decided import CHIEF
from rag.domain import Hit, Passage
from rag.lanes import THE_CONSTITUTION, is_ruling
from rag.names import LawNames
from rag.references import find_references
from rag.store import Store

_MOST = 50
_DECISIONS = ("interpretation/", "constitutional/")


def articles_named(question: str, names: LawNames) -> set[str]:
    """The keys of the articles named; not those of the constitution, which hundreds of decisions name."""
    return {one.key for one in references(question, names) if one.key and one.law not in THE_CONSTITUTION}


def reviews(question: str, store: Store, names: LawNames) -> list[Hit]:
    """The decisions on the articles named, the latest first, each by the passage that holds something of them."""
    articles = articles_named(question, names)
    links = {(link.version, link.key) for one in articles for link in store.links_to(one)}
    decisions = [id for id in links if id[1].startswith(_DECISIONS) and not is_ruling(id[1])]
    hits = []
    for version, key in sorted(decisions, reverse=True)[:_MOST]:
        document = store.version(key, version)
        holding = _naming(articles, store.passages_of(key, version), names)
        if document and holding:
            hits.append(Hit(holding, document, 0.0, "sparse"))
    return hits


def _naming(articles: Collection[str], passages: Iterable[Passage], names: LawNames) -> Passage | None:
    """The first passage of a 解釋文 or 主文 that names one of the articles."""
    for one in passages:
        if one.section in CHIEF and any(found.key in articles for found in find_references(one.text, names)):
            return one
    return None
