"""Retrieval: questions → rankings → scores → one summary.

A ranking names each document once, at its best place, so a document with several passages found counts as one. It is a
list: ties are the retriever's to break, and none are left here. A question whose ranking is empty or missing scores 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import fmean
from typing import Protocol

from eval.errors import NotEnoughData
from eval.measures.hit import hit
from eval.measures.ndcg import ndcg
from eval.measures.percentile import percentile
from eval.measures.recall import recall
from eval.measures.rr import rr
from eval.questions import Question
from eval.timing import MONOTONIC, Clock, timed
from rag.domain import Hit

DEPTH = 100
HIT_CUTOFFS = (1, 3, 5, 10)


class Retriever(Protocol):
    """What is measured: at most ``limit`` hits, best first."""

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]: ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """The documents found for one question, best first: a gold one under its gold's key, any other under its own."""

    keys: tuple[str, ...]
    ms: float = 0.0


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
            "found": list(self.ranking.keys),
        }


def rank(question: Question, hits: Iterable[Hit]) -> tuple[str, ...]:
    """The ranking of one question's hits."""
    golds = (*question.gold, *question.gold_all)
    documents = (item.document for item in hits)
    named = (next((gold.key for gold in golds if gold.matches(found)), found.key) for found in documents)
    return tuple(dict.fromkeys(named))


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
        yield Scored(question, ranking, _scores(question, ranking.keys))


def _scores(question: Question, keys: Sequence[str]) -> dict[str, float]:
    relevant = {gold.key for gold in question.gold}
    needed = {gold.key for gold in question.gold_all}
    return {
        **{f"hit@{k}": hit(keys, relevant, k) for k in HIT_CUTOFFS},
        f"recall@{DEPTH}": recall(keys, needed, DEPTH) if needed else hit(keys, relevant, DEPTH),
        "ndcg@10": ndcg(keys, relevant, 10),
        "mrr@10": rr(keys, relevant, 10),
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
