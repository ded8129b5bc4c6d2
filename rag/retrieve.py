"""A question → passages: by identity when it names an article, by similarity otherwise; always as of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from rag.dates import as_of_day
from rag.domain import Document, Hit, Law, Passage, Reference
from rag.expand import HINT, Expander, QueryTerms
from rag.index import SearchIndex
from rag.names import LawNames
from rag.references import find_references
from rag.standing import Standing, standing
from rag.store import Store

# Naming a law is the strongest hint there is: its articles come before those of laws that share its words.
_NAMED = 2 * HINT


class Named(NamedTuple):
    """A reference in the question and what it stands for on the day."""

    reference: Reference
    law: Law | None
    standing: Standing
    versions: tuple[Document, ...]


class Retriever:
    """Finds passages in a store and the index derived from it."""

    def __init__(self, store: Store, index: SearchIndex, expander: Expander, names: LawNames) -> None:
        self._store = store
        self._index = index
        self._expander = expander
        self._names = names

    def day(self, question: str, today: date) -> date:
        """The day the question is about, else ``today``; a day inside a law's name (中華民國九十六年罪犯減刑條例) is none."""
        for reference in find_references(question, self._names):
            blank = "　" * (reference.end - reference.start)
            question = question[: reference.start] + blank + question[reference.end :]
        return as_of_day(question, today) or today

    def exact(self, question: str, day: date) -> list[Named]:
        """Every law and article the question names, in its order, each once."""
        found: dict[tuple[str, str, str, object], Named] = {}
        for reference in find_references(question, self._names):
            id = (reference.law, reference.article, reference.name if not reference.law else "", reference.units)
            if id not in found:
                found[id] = self._named(reference, day)
        return list(found.values())

    def search(self, question: str, day: date, limit: int, named: Sequence[Named] = ()) -> tuple[Hit, ...]:
        """Exact hits first, then the best by similarity; no document twice."""
        hits = [hit for one in named if (hit := _exact_hit(one))]
        seen = {hit.document.key for hit in hits}
        similar = self.similar(question, day, limit, [one.reference.law for one in named if one.reference.law])
        return tuple([*hits, *(hit for hit in similar if hit.document.key not in seen)][:limit])

    def similar(self, question: str, day: date, limit: int, laws: Sequence[str] = ()) -> list[Hit]:
        """The sparse lane: passages that share terms with the question, best first; ``laws`` are preferred."""
        terms = self._expander.expand(question)
        if laws:
            terms = QueryTerms(terms.terms, {**terms.laws, **dict.fromkeys(laws, _NAMED)})
        scored = self._index.search(terms, day, limit)
        passages = self._store.passages([one.id for one in scored])
        return [_similar_hit(passages[one.id], one.score) for one in scored if one.id in passages]

    def terms(self, question: str) -> Mapping[str, float]:
        """What the question looks for, by weight: everyday words with their statutory ones."""
        return self._expander.expand(question).terms

    def _named(self, reference: Reference, day: date) -> Named:
        reference = self._born_by_then(reference, day)
        law = self._store.law(reference.law) if reference.law else None
        versions = self._store.versions(reference.key) if reference.key else ()
        return Named(reference, law, standing(law, versions, day), versions)

    def _born_by_then(self, reference: Reference, day: date) -> Reference:
        """Of several laws with one name, the one that applied on the day."""
        candidates = self._names.candidates(reference.name) if reference.law else ()
        for pcode in candidates if len(candidates) > 1 else ():
            law = self._store.law(pcode)
            if law and (law.enacted or date.min) <= day < (law.repealed or date.max):
                return replace(reference, law=pcode)
        return reference


def _exact_hit(named: Named) -> Hit | None:
    document = named.standing.document
    if document is None:
        return None
    return Hit(Passage(document.key, document.version, 0, len(document.text), document.text), document, 1.0, "exact")


def _similar_hit(found: tuple[Passage, Document], score: float) -> Hit:
    return Hit(found[0], found[1], score, "sparse")
