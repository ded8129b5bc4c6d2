"""Decisions that name in their 解釋文 or 主文 an article that a question names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import itemgetter

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
    """The decisions on the articles named, each by the passage that holds something of them.

    Those that speak of them before other articles come first, and of two the later.
    """
    articles = articles_named(question, names)
    links = {(link.version, link.key) for one in articles for link in store.links_to(one)}
    decisions = [id for id in links if id[1].startswith(_DECISIONS) and not is_ruling(id[1])]
    hits = []
    for version, key in sorted(decisions, reverse=True)[:_MOST]:
        document = store.version(key, version)
        named = _naming(articles, store.passages_of(key, version), names)
        if document and named:
            place, holding = named
            hits.append((place, Hit(holding, document, 0.0, "sparse")))
    return [hit for _, hit in sorted(hits, key=itemgetter(0))]


def _naming(articles: Collection[str], passages: Iterable[Passage], names: LawNames) -> tuple[int, Passage] | None:
    """The first passage of a 解釋文 or 主文 that names one of the articles, and how many others it names before."""
    for one in passages:
        if one.section in CHIEF:
            named = dict.fromkeys(found.key for found in find_references(one.text, names))
            place = next((place for place, key in enumerate(named) if key in articles), None)
            if place is not None:
                return place, one
    return None
