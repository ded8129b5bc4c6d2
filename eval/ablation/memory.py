"""An index in memory whose fields, weights and priors can be others than those an index on disk was built with.

It stands behind the same seam, so that retrieval does not know the difference; the arithmetic of candidates and their
scores is ``scoring.ranked`` itself, and a test holds both to the same scores and the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from eval.ablation.counts import Counts
from rag.expand import QueryTerms
from rag.index import scoring, seam
from rag.index.bm25f import FIELDS, K1, Field, Frequencies
from rag.index.scoring import Row, Shown, Weights
from rag.index.seam import PRIOR, Idf, ScoredId
from rag.segment import dimension

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


class Impacts:
    """What each entry of the counts is worth with these fields: ``bm25f``'s impacts, and the idf of each term."""

    def __init__(self, counts: Counts, fields: Mapping[str, Field] = FIELDS) -> None:
        self.counts = counts
        self.values = _impacts(counts, fields)
        self.idf = _idf(counts, self.values)


class MemoryIndex:
    """A ``SearchIndex`` over counted passages. A term that was not counted is refused: it could only be missed.

    :param priors: what each passage scores before any term matches; without them, what its item said.
    """

    revision = "memory"
    built = 0.0

    def __init__(self, impacts: Impacts, priors: Floats | None = None) -> None:
        counts = impacts.counts
        self._counts = counts
        self._impacts = impacts
        self._prior = _column(counts, "prior") if priors is None else priors
        self._places = {number: place for place, number in enumerate(counts.terms.tolist())}
        self._masks: dict[object, Mask] = {}

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        """As the seam has it.

        :raises ValueError: a term of the query was not counted.
        """
        unknown = [term for term in query.terms if dimension(term) not in self._places]
        if unknown:
            raise ValueError(f"not counted: {unknown[0]}")
        wanted = self._wanted(as_of, tuple(sources), tuple(levels))
        return scoring.ranked(lambda weights, top: self._best(weights, wanted, top), query, self._impacts.idf, limit)

    def count(self) -> int:
        return len(self._counts.passages)

    def ids(self) -> Iterator[str]:
        return (one.id for one in self._counts.passages)

    def close(self) -> None: ...

    def _best(self, weights: Weights, wanted: Mask, top: int) -> list[Row]:
        products = np.where(wanted, self._products(weights), 0)
        best = np.argpartition(-products, top)[:top] if top < len(products) else np.arange(len(products))
        best = best[products[best] > 0]
        return [self._row(row, products[row]) for row in best[np.argsort(-products[best], kind="stable")].tolist()]

    def _products(self, weights: Weights) -> Floats:
        counts, values = self._counts, self._impacts.values
        products = self._prior * np.float32(weights.get(PRIOR, 0.0))
        for number, weight in weights.items():
            if number in self._places:
                start, end = counts.bounds[self._places[number] : self._places[number] + 2]
                products[counts.rows[start:end]] += np.float32(weight) * values[start:end]
            if number in counts.laws:
                products[counts.laws[number]] += np.float32(weight)
        return products

    def _row(self, row: int, product: float) -> Row:
        one = self._counts.passages[row]
        meanings = self._counts.meanings
        meaning = None if meanings is None else meanings[row] * np.float32(one.weight)
        return Row(float(product), Shown(one.id, one.law, float(self._prior[row]), one.caption, meaning))

    def _wanted(self, as_of: date, sources: tuple[str, ...], levels: tuple[str, ...]) -> Mask:
        """Which passages hold on the day, among these sources and levels: worked out once for each."""
        day, asked = seam.day_number(as_of), (as_of, sources, levels)
        if asked not in self._masks:
            fit = (
                one.valid_from <= day < one.valid_to
                and (not sources or one.source in sources)
                and (not levels or one.level in levels)
                for one in self._counts.passages
            )
            self._masks[asked] = np.fromiter(fit, np.bool_, len(self._counts.passages))
        return self._masks[asked]


def _impacts(counts: Counts, fields: Mapping[str, Field]) -> Floats:
    """``TF (k1 + 1) / (TF + k1)`` by the passage's weight, with ``TF`` the sum over fields that ``bm25f`` has."""
    tf = np.zeros(len(counts.rows), np.float32)
    for name, (weight, b, average) in fields.items():
        if name in counts.times:
            share = np.float32(weight) / (1 - b + b * counts.lengths[name] / np.float32(average))
            found = np.flatnonzero(counts.times[name])
            tf[found] += share[counts.rows[found]] * counts.times[name][found]
    values: Floats = tf * np.float32(K1 + 1)
    tf += np.float32(K1)
    values /= tf
    values *= _column(counts, "weight")[counts.rows]
    return values


def _idf(counts: Counts, values: Floats) -> Idf:
    filled = np.flatnonzero(np.diff(counts.bounds))
    seen = np.add.reduceat(values > 0, counts.bounds[filled], dtype=np.int64) if len(filled) else np.empty(0, np.int64)
    return Idf(Frequencies(len(counts.passages), (counts.terms[filled], seen)).pack())


def _column(counts: Counts, name: str) -> Floats:
    return np.fromiter((getattr(one, name) for one in counts.passages), np.float32, len(counts.passages))
