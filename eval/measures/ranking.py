"""Measures of a ranking: hit, recall, RR, AP, bpref, nDCG and hole, where documents of one score share a place.

Which of two documents with one score comes first is chance, so each measure is its mean over every order in which the
tied ones could stand, in closed form (McSherry & Najork 2008): names and the order of listing change nothing. Without
ties the values are those of trec_eval. Documents are relevant from grade 1; one that is not in ``grades`` is unjudged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from math import log2
from typing import NamedTuple

# Documents best first, those that tie together; each stands there once.
Ranking = Sequence[Sequence[str]]
# 0 not relevant, 1 related, 2 highly relevant, 3 the answer.
Grades = Mapping[str, int]


class Tie(NamedTuple):
    """``size`` documents of one score after ``before`` better ones: how many are judged, and relevant; their gain."""

    before: int
    size: int
    judged: int
    relevant: int
    gain: int

    def within(self, k: int) -> int:
        """How many of its places are among the first k."""
        return max(0, min(k - self.before, self.size))


def by_score(scores: Mapping[str, float]) -> Ranking:
    """``by_score({"a": 1.0, "b": 2.0, "c": 1.0}) == [["b"], ["a", "c"]]``; ValueError for a score that is no number."""
    if any(score != score for score in scores.values()):
        raise ValueError("a score is not a number")
    ordered = sorted(scores, key=lambda key: -scores[key])
    return [list(tied) for _, tied in groupby(ordered, key=scores.__getitem__)]


def in_order(keys: Iterable[str]) -> Ranking:
    """Without ties: ``in_order("aba") == [["a"], ["b"]]``."""
    return [[key] for key in dict.fromkeys(keys)]


def listed(found: Iterable[tuple[str, float | None]]) -> Ranking:
    """Of passages best first, each of a document with its score: the documents, each at its best passage.

    Equal neighbours tie. Where a score is missing or greater than the one before it, the scores are not what the list
    is ordered by, and nothing in it ties.
    """
    found = list(found)
    scores = [score for _, score in found if score is not None]
    if len(scores) < len(found) or any(one < other for one, other in pairwise(scores)):
        return in_order(key for key, _ in found)
    best: dict[str, float] = {}
    for (key, _), score in zip(found, scores, strict=True):
        best.setdefault(key, score)
    return by_score(best)


def hit(ranking: Ranking, grades: Grades, k: int) -> float:
    """hit@k, Success@k: whether anything relevant is among the first k."""
    missed = 1.0
    for tie in _ties(ranking[:k], grades):
        if not tie.relevant:
            continue
        for drawn in range(min(tie.within(k), tie.size - tie.relevant + 1)):
            missed *= (tie.size - tie.relevant - drawn) / (tie.size - drawn)
    return 1.0 - missed


def recall(ranking: Ranking, grades: Grades, k: int) -> float:
    """recall@k = relevant among the first k / relevant; 0 where nothing is relevant."""
    relevant = _relevant(grades)
    return _found(ranking, grades, k) / relevant if relevant else 0.0


def capped_recall(ranking: Ranking, grades: Grades, k: int) -> float:
    """The same over min(k, relevant): 1 can be reached with more relevant documents than places, as BEIR has it."""
    relevant = min(k, _relevant(grades))
    return _found(ranking, grades, k) / relevant if relevant else 0.0


def rr(ranking: Ranking, grades: Grades, k: int) -> float:
    """RR@k = 1 / the rank of the first relevant document, 0 when it stands below k; its mean is MRR@k."""
    first = next((tie for tie in _ties(ranking[:k], grades) if tie.relevant), None)
    if first is None:
        return 0.0
    expected, chance = 0.0, first.relevant / first.size
    for place in range(min(first.within(k), first.size - first.relevant + 1)):
        expected += chance / (first.before + place + 1)
        # That the next one is the first relevant: none so far was, and it is.
        chance *= (first.size - first.relevant - place) / max(1, first.size - place - 1)
    return expected


def average_precision(ranking: Ranking, grades: Grades) -> float:
    """AP = the sum of the precision at each relevant document / relevant documents; its mean is MAP. No cutoff."""
    relevant = _relevant(grades)
    total, before = 0.0, 0
    for tie in _ties(ranking, grades):
        if not tie.relevant:
            continue
        # Where a place of the tie has a relevant one, each of its places before has another one this likely.
        density = (tie.relevant - 1) / max(1, tie.size - 1)
        precisions = ((before + 1 + place * density) / (tie.before + place + 1) for place in range(tie.size))
        total += sum(precisions) * tie.relevant / tie.size
        before += tie.relevant
    return total / relevant if relevant else 0.0


def ndcg(ranking: Ranking, grades: Grades, k: int) -> float:
    """nDCG@k with linear gain: DCG@k = Σ grade / log2(rank + 1), over that of the best ranking there could be."""
    gains = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    ideal = sum(grade * (_discounts(rank) - _discounts(rank - 1)) for rank, grade in enumerate(gains, start=1))
    gained = sum(
        tie.gain * (_discounts(tie.before + tie.within(k)) - _discounts(tie.before)) / tie.size
        for tie in _ties(ranking[:k], grades)
        if tie.gain and tie.within(k)
    )
    return gained / ideal if ideal else 0.0


def bpref(ranking: Ranking, grades: Grades) -> float:
    """bpref = the mean over relevant documents of 1 - min(worse above it, R) / min(R, N); 0 for one not found.

    ``R`` documents are relevant, ``N`` judged not to be; what nobody judged counts for nothing, so that a system is not
    the worse for finding what others did not (Buckley & Voorhees 2004, as trec_eval has it). No cutoff.
    """
    relevant = _relevant(grades)
    worse = len(grades) - relevant
    total, above = 0.0, 0
    for tie in _ties(ranking, grades):
        # Each relevant one of a tie has any number of its worse ones above it, all equally likely.
        beside = tie.judged - tie.relevant
        if tie.relevant:
            counts = (min(count, relevant) for count in range(above, above + beside + 1))
            total += tie.relevant * (1 - sum(counts) / (beside + 1) / max(1, min(relevant, worse)))
        above += beside
    return total / relevant if relevant else 0.0


def hole(ranking: Ranking, grades: Grades, k: int) -> float:
    """hole@k = unjudged among the first k / k."""
    judged = sum(tie.within(k) * tie.judged / tie.size for tie in _ties(ranking[:k], grades))
    return (min(k, sum(map(len, ranking[:k]))) - judged) / k


def _ties(ranking: Ranking, grades: Grades) -> Iterator[Tie]:
    """Those with a document that was judged. Each has one at least, so the first k are enough for k places."""
    before = 0
    for tied in ranking:
        known = [grades[key] for key in tied if key in grades]
        if known:
            relevant = [grade for grade in known if grade > 0]
            yield Tie(before, len(tied), len(known), len(relevant), sum(relevant))
        before += len(tied)


def _relevant(grades: Grades) -> int:
    return sum(grade > 0 for grade in grades.values())


def _found(ranking: Ranking, grades: Grades, k: int) -> float:
    return sum(tie.within(k) * tie.relevant / tie.size for tie in _ties(ranking[:k], grades))


@cache
def _discounts(rank: int) -> float:
    """Σ 1 / log2(i + 1) over the first ``rank`` places."""
    return sum(1 / log2(place + 1) for place in range(1, rank + 1))
