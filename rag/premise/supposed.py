"""Looks up what a question takes for granted: the article a clause of it is about, and whether that bears it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rag.asked_for import without
from rag.domain import Document, Hit, Reference, Status
from rag.lanes import THE_CONSTITUTION
from rag.named import Named
from rag.premise import premise
from rag.premise.conflicts import displacing
from rag.retrieve import Retriever
from rag.store import Store
from rag.units import units
from rag.write import Source, source_named

_CONSIDERED = 10  # articles a clause is held against
_MOST = 6  # clauses of a long question that are looked up, those told of the law first
_SHOWN = 2  # of them that are quoted
_LOOKED_AT = 30  # passages they are chosen from


class Supposed(NamedTuple):
    """The articles a clause is about, best first, and what is said where they say otherwise, "" where they don't.

    ``is_told``: the question says the clause of the law, so that they are what is asked about.
    """

    sources: tuple[Source, ...]
    correction: str
    is_told: bool


class Suppositions:
    """Of the clauses of a question, the first that the law contradicts; else the first that it speaks of."""

    def __init__(self, store: Store, retriever: Retriever) -> None:
        self._store = store
        self._retriever = retriever

    def check(self, question: str, day: date, named: Sequence[Named]) -> Supposed | None:
        """None where the question says nothing of the law, or no article is plainly about it."""
        first = None
        claims = premise.claims(without(question, [one.reference for one in named]))
        for claim in sorted(claims, key=lambda one: not one.is_told)[:_MOST]:
            terms = self._retriever.terms(claim.subject)
            articles = self._about(claim.sought, day, named)
            found = premise.check(claim, terms, articles)
            if found is None and not claim.is_told:
                continue
            about = [*([found] if found else []), *premise.nearest(claim, terms, articles, _SHOWN)]
            if about:
                supposed = _supposed(claim, about, found)
                first = first or supposed
                if supposed.correction:
                    return supposed
        return first

    def both(self, question: str, day: date, named: Sequence[Named]) -> tuple[Source, ...]:
        """The articles behind two numbers of which one is asked for, or which two people say; none for one alone."""
        asked = premise.either(without(question, [one.reference for one in named]))
        if asked is None:
            return ()
        hits = self._about(asked.claim.sought, day, named)
        subject = asked.claim.subject
        terms = self._retriever.terms(subject)
        found = [premise.bearing_out(number, subject, terms, hits) for number in asked.numbers]
        sources = {one.document.key: _source(one) for one in found if one}
        return tuple(sources.values()) if all(found) else ()

    def _about(self, sought: str, day: date, named: Sequence[Named]) -> list[Hit]:
        """The articles named, else the best of the laws named, else the best of all."""
        articles = [_hit(one.standing.document) for one in named if one.standing.document]
        if articles:
            return articles
        codes = [one.reference.law for one in named if one.reference.law]
        if THE_CONSTITUTION[0] in codes:
            codes.append(THE_CONSTITUTION[1])
        if codes:
            hits = self._retriever.within(sought, day, _CONSIDERED, codes)
        else:
            hits = [one for one in self._retriever.similar(sought, day, _LOOKED_AT) if one.document.kind == "statute"]
        return [one for one in hits[:_CONSIDERED] if displacing(one.document, self._store, day) is None]


def _hit(document: Document) -> Hit:
    return Hit(document.whole, document, 1.0, "exact", 1.0)


def _supposed(claim: premise.Claim, about: Sequence[premise.Finding], found: premise.Finding | None) -> Supposed:
    sources: dict[str, Source] = {}
    for one in about:
        sources.setdefault(one.document.key, _source(one))
    first = next(iter(sources.values()))
    correction = premise.correction(first.label, found) if found and found.stated else ""
    return Supposed(tuple(sources.values())[:_SHOWN], correction, claim.is_told)


def _source(found: premise.Finding) -> Source:
    """The 項 that a clause was held against, with its label."""
    document = found.document
    heads = [one for one in units(document.text) if len(one.path) == 1]
    path = next((one.path for one in heads if one.start == found.start), ()) if len(heads) > 1 else ()
    reference = Reference(0, 0, law=document.law, article=document.number, units=path)
    return source_named(0, reference, document, Status.IN_FORCE, None)
