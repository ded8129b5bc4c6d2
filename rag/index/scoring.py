"""Which passages are best: the arithmetic that all indexes share.

One plain nearest-neighbour query finds the candidates by the product of question and passage. They are scored again
with the likeness of their meaning to the question's, where the index was built with an embedder; where its vectors are
searched too, the nearest by meaning join the candidates and are scored by the same sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.expand import QueryTerms
from rag.index.seam import PRIOR, Idf, ScoredId, law_dimension
from rag.segment import dimension

if TYPE_CHECKING:
    from rag.embed import Meaning

# Scores are added up in single precision: sums near 100 are good to about 1e-5.
_NOTHING = 1e-3
# What a likeness of 1 adds to the score, and how many candidates are looked at for it: the measured recipe.
COSINE = 30.0
POOL = 200
# How many join them that are nearest by meaning.
NEAREST = 100
# How like a passage without a shared term must be to be found. Models differ in what they call like, so each has its
# own bar (``rag/data/embedders.toml``); of one not known there, hardly anything but a paraphrase passes.
ALONE = 0.9
# Terms that are in nearly every passage: left out, a search takes a fifth less and ranks the same (docs/log.md).
_FAINT = 0.6

Weights = dict[int, float]


class Shown(NamedTuple):
    """What a search reads of a point: of its payload, and its meaning where it has one."""

    id: str
    law: str
    prior: float
    caption: str = ""
    meaning: Meaning | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any], meaning: Meaning | None) -> Shown:
        return cls(payload["id"], payload["law"], payload["prior"], payload.get("caption", ""), meaning)


class Row(NamedTuple):
    """A point as an index finds it: ``product`` with the weights asked for."""

    product: float
    shown: Shown


Ask = Callable[[Weights, int], list[Row]]
"""The rows with the highest products."""
Near = Callable[["Meaning", Weights, int], list[Row]]
"""The rows nearest by meaning, with their products all the same."""


def ranked(
    ask: Ask, query: QueryTerms, idf: Idf, limit: int, near: Near | None = None, alone: float = ALONE
) -> list[ScoredId]:
    """The best passages: of those with the highest products, and of the nearest by meaning where there is ``near``.

    :param alone: the cosine from which on a passage that shares no term is a hit.
    """
    terms = _weights(query, idf)
    if limit < 1:
        return []
    laws = {law_dimension(law): weight for law, weight in query.laws.items()}
    whole = {**terms, **laws, PRIOR: 1.0}
    found = _sharing(ask, query, terms, whole, limit) if terms else []
    if near is not None and query.meaning is not None:
        rows = near(query.meaning, whole, NEAREST)
        likely = zip(_hits(rows, query, 0.0), rows, strict=True)
        alike = [hit for hit, row in likely if hit.text_score > _NOTHING or _cosine(hit, row) >= alone]
        found = list({hit.id: hit for hit in [*alike, *found]}.values())
    return sorted(found, key=lambda hit: (-hit.score, hit.id))[:limit]


def _sharing(ask: Ask, query: QueryTerms, terms: Weights, whole: Weights, limit: int) -> list[ScoredId]:
    pool = limit if query.meaning is None else max(limit, POOL)
    hits = _hits(ask(whole, pool), query, 0.0)
    found = [hit for hit in hits if hit.text_score > _NOTHING]
    if len(found) < len(hits):
        # Priors alone have taken places: ask again for those that do share a term.
        found = [hit for hit in _hits(ask(terms, pool), query, 1.0) if hit.text_score > _NOTHING]
    return found


def _cosine(hit: ScoredId, row: Row) -> float:
    """The likeness without the weight, which is the length of a stored meaning."""
    meaning = row.shown.meaning
    length = 0.0 if meaning is None else float(meaning @ meaning) ** 0.5
    return hit.likeness / length if length else 0.0


def _weights(query: QueryTerms, idf: Idf) -> Weights:
    weights: Weights = {}
    for term, weight in query.terms.items():
        number = dimension(term)
        weights[number] = weights.get(number, 0.0) + weight * idf[number]
    return {number: weight for number, weight in weights.items() if weight >= _FAINT} or weights


def _hits(rows: Sequence[Row], query: QueryTerms, added: float) -> list[ScoredId]:
    """Rows as hits: their product holds prior and hint already (``added`` 0), or has to be given them (1)."""
    hits = []
    for (product, shown), likeness in zip(rows, _likeness(rows, query.meaning), strict=True):
        hint = query.laws.get(shown.law, 0.0)
        bonus = shown.prior + hint
        score = product + added * bonus + COSINE * likeness
        text_score = product - (1.0 - added) * bonus
        hits.append(ScoredId(shown.id, score, text_score, likeness, hint, shown.caption))
    return hits


def _likeness(rows: Sequence[Row], question: Meaning | None) -> list[float]:
    if question is None or not rows:
        return [0.0] * len(rows)
    # Whoever has a question's vector has numpy loaded; who only reads a manifest need not wait for it.
    import numpy as np

    none = np.zeros_like(question)
    meanings = [none if row.shown.meaning is None else row.shown.meaning for row in rows]
    likeness: list[float] = (np.concatenate(meanings).reshape(len(rows), -1) @ question).tolist()
    return likeness
