"""Retrieval: questions → rankings → scores → one summary.

A ranking names each document once, at its best place, so a document with several passages found counts as one. Those of
one score tie, and are scored as ``eval.measures.ranking`` says. A question whose ranking is empty or missing scores 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import fmean
from typing import Protocol

from eval.errors import NotEnoughData
from eval.measures import ranking as measures
from eval.measures.percentile import percentile
from eval.measures.ranking import hit, ndcg, recall, rr
from eval.questions import Question
from eval.timing import MONOTONIC, Clock, timed
from rag.domain import Document, Hit

DEPTH = 100
HIT_CUTOFFS = (1, 3, 5, 10)


class Retriever(Protocol):
    """What is measured: at most ``limit`` hits, best first."""

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]: ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """The documents found for one question, best first, those that tie together: a gold one under its gold's key."""

    documents: measures.Ranking
    ms: float = 0.0

    @property
    def keys(self) -> list[str]:
        return [key for tied in self.documents for key in tied]


@dataclass(frozen=True, slots=True)
class Scored:
    """One question with its ranking and the value of every measure."""

    question: Question
    ranking: Ranking
    scores: Mapping[str, float]

    def as_record(self) -> dict[str, object]:
        """The line of this question in the file of results; ``rank`` counts from 1, ``None`` when no gold was found."""
        gold = [item.key for item in self.question.gold]
        ranks = (rank for rank, key in enumerate(self.ranking.keys, start=1) if key in gold)
        return {
            "id": self.question.id,
            "kind": self.question.kind,
            "question": self.question.question,
            "gold": gold,
            "rank": next(ranks, None),
            **self.scores,
            "ms": round(self.ranking.ms, 3),
            "found": self.ranking.keys,
        }


def rank(question: Question, hits: Iterable[Hit]) -> measures.Ranking:
    """The ranking of one question's hits; where some were found by identity, the list alone tells their order."""
    golds = (*question.gold, *question.gold_all)

    def name(found: Document) -> str:
        return next((gold.key for gold in golds if gold.matches(found)), found.key)

    return measures.listed((name(one.document), one.score if one.lane == "sparse" else None) for one in hits)


def retrieve(questions: Sequence[Question], retriever: Retriever, clock: Clock = MONOTONIC) -> Iterator[Ranking]:
    """Ask each question that has a gold, in order, and time it; the first is asked once more before, untimed."""

    def search(question: Question) -> tuple[Hit, ...]:
        return retriever.search(question.question, question.asked_as_of, DEPTH)

    asked = with_gold(questions)
    for question in asked[:1]:
        search(question)
    for question in asked:
        hits, ms = timed(partial(search, question), clock)
        yield Ranking(rank(question, hits), ms)


def with_gold(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions that retrieval can be scored on."""
    return tuple(question for question in questions if question.gold)


def score(questions: Iterable[Question], rankings: Mapping[str, Ranking]) -> Iterator[Scored]:
    """Every question that has a gold, with its scores; ``rankings`` goes by question id."""
    for question in with_gold(questions):
        ranking = rankings.get(question.id, Ranking(()))
        yield Scored(question, ranking, _scores(question, ranking.documents))


def _scores(question: Question, found: measures.Ranking) -> dict[str, float]:
    relevant = {gold.key: 1 for gold in question.gold}
    needed = {gold.key: 1 for gold in question.gold_all}
    return {
        **{f"hit@{k}": hit(found, relevant, k) for k in HIT_CUTOFFS},
        f"recall@{DEPTH}": recall(found, needed, DEPTH) if needed else hit(found, relevant, DEPTH),
        "ndcg@10": ndcg(found, relevant, 10),
        "mrr@10": rr(found, relevant, 10),
    }


def summarise(scored: Sequence[Scored], no_gold: int) -> dict[str, float]:
    """The means over all scored questions, and the percentiles of their times.

    ``n`` counts the questions scored, ``no_gold`` those left out. Raises ``NotEnoughData`` when none was scored.
    """
    if not scored:
        raise NotEnoughData(f"沒有可以計分的題目（{no_gold} 題沒有標準答案）")
    times = [item.ranking.ms for item in scored]
    return {
        "n": len(scored),
        "no_gold": no_gold,
        **{name: round(fmean(item.scores[name] for item in scored), 6) for name in scored[0].scores},
        **{f"p{p}_ms": round(percentile(times, p), 3) for p in (50, 95, 99)},
    }


def evaluate(
    questions: Sequence[Question], retriever: Retriever, clock: Clock = MONOTONIC
) -> tuple[tuple[Scored, ...], dict[str, float]]:
    """Ask, score and sum up: the questions one by one, then the summary. Raises ``NotEnoughData``."""
    asked = with_gold(questions)
    rankings = zip(asked, retrieve(asked, retriever, clock), strict=True)
    scored = tuple(score(asked, {question.id: ranking for question, ranking in rankings}))
    return scored, summarise(scored, len(questions) - len(asked))
