"""Answers: questions → answers → checks → one summary. Everything here is decided without a model.

An answer that abstains is an answer: no question drops out of a mean. A measure that applies to no question of the set
is left out of the summary instead of being given a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import fmean
from typing import Protocol

from eval.errors import NotEnoughData
from eval.measures.asof import asof_exact, wanted_text
from eval.measures.percentile import percentile
from eval.measures.quotes import Finder, InEffect, Versions, invented_citations, invented_references, is_verbatim
from eval.measures.state import state_ok
from eval.measures.status import unflagged_status
from eval.measures.unread import unread
from eval.outputs import of_answer
from eval.questions import Question
from eval.timing import MONOTONIC, Clock, timed
from rag.domain import Answer, Document, Reference


class Answerer(Protocol):
    """What is measured, and the stored texts its answers are held against."""

    def ask(self, question: str, as_of: date | None = None) -> Answer: ...

    def version(self, key: str, version: str) -> Document | None: ...

    def read(self, key: str, as_of: date) -> Document | None: ...

    def references(self, text: str) -> Iterable[Reference]: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks look things up in."""

    versions: Versions
    in_effect: InEffect
    references: Finder


@dataclass(frozen=True, slots=True)
class Checked:
    """One answer with the verdict of every check; ``asof_exact`` is ``None`` where it does not apply."""

    question: Question
    answer: Answer
    state_ok: bool
    asof_exact: bool | None
    verbatim: int
    invented: int
    unread: int
    unflagged_status: int
    must_not: tuple[str, ...]
    ms: float

    def as_record(self) -> dict[str, object]:
        """The line of this question in the file of results."""
        return {
            "id": self.question.id,
            "kind": self.question.kind,
            "question": self.question.question,
            "answerable": self.question.answerable,
            "state": self.answer.state,
            "reason": self.answer.reason,
            "state_ok": self.state_ok,
            "asof_exact": self.asof_exact,
            "citations": [f"{cited.key}@{cited.version}" for cited in self.answer.citations],
            "verbatim": self.verbatim,
            "invented": self.invented,
            "unread": self.unread,
            "unflagged_status": self.unflagged_status,
            "must_not": list(self.must_not),
            "sentences": [sentence.text for sentence in self.answer.sentences],
            "ms": round(self.ms, 3),
        }


def check(question: Question, answer: Answer, evidence: Evidence, ms: float = 0.0) -> Checked:
    """Every check on one answer."""
    wanted = wanted_text(question)
    said = "\n".join([*(sentence.text for sentence in answer.sentences), answer.message])
    return Checked(
        question=question,
        answer=answer,
        state_ok=state_ok(question, of_answer(question.id, answer)),
        asof_exact=asof_exact(wanted, answer, evidence.versions) if wanted else None,
        verbatim=sum(is_verbatim(citation, evidence.versions) for citation in answer.citations),
        invented=invented_citations(answer, evidence.versions)
        + invented_references(answer, evidence.references, evidence.in_effect),
        unread=unread(answer),
        unflagged_status=unflagged_status(answer),
        must_not=tuple(phrase for phrase in question.must_not if phrase in said),
        ms=ms,
    )


def answer_all(questions: Sequence[Question], answerer: Answerer, clock: Clock = MONOTONIC) -> Iterator[Checked]:
    """Ask every question in order, timed, and check its answer; the first is asked once more before, untimed."""
    evidence = Evidence(answerer.version, answerer.read, answerer.references)
    for question in questions[:1]:
        answerer.ask(question.question, question.asked_as_of)
    for question in questions:
        answer, ms = timed(partial(answerer.ask, question.question, question.asked_as_of), clock)
        yield check(question, answer, evidence, ms)


def summarise(checked: Sequence[Checked]) -> dict[str, float]:
    """Shares (``state_ok``, ``asof_exact``, ``quotes_verbatim``, ``over_refusal``), counts (``invented``, ``unread``,
    ``unflagged_status``) and the median time over all answers.

    ``quotes_verbatim`` is over citations, ``asof_exact`` over ``as_of`` records with a gold text, ``over_refusal`` over
    questions that can be answered and ``must_not`` counts those that say what their record forbids; each is missing
    when there is none. Raises ``NotEnoughData`` without any answer.
    """
    if not checked:
        raise NotEnoughData("沒有題目")
    summary: dict[str, float | None] = {
        "n": len(checked),
        "state_ok": _share(item.state_ok for item in checked),
        "asof_exact": _share(item.asof_exact for item in checked if item.asof_exact is not None),
        "quotes_verbatim": _quotes_verbatim(checked),
        "invented": sum(item.invented for item in checked),
        "unread": sum(item.unread for item in checked),
        "unflagged_status": sum(item.unflagged_status for item in checked),
        "must_not": _forbidden(checked),
        "over_refusal": _share(
            item.answer.state == "abstained" for item in checked if not item.question.may_be_refused
        ),
        "p50_ms": round(percentile([item.ms for item in checked], 50), 3),
    }
    return {name: value for name, value in summary.items() if value is not None}


def _forbidden(checked: Sequence[Checked]) -> int | None:
    named = [item for item in checked if item.question.must_not]
    return sum(bool(item.must_not) for item in named) if named else None


def _share(verdicts: Iterable[bool]) -> float | None:
    all_verdicts = list(verdicts)
    return round(fmean(all_verdicts), 6) if all_verdicts else None


def _quotes_verbatim(checked: Iterable[Checked]) -> float | None:
    cited, verbatim = 0, 0
    for item in checked:
        cited += len(item.answer.citations)
        verbatim += item.verbatim
    return round(verbatim / cited, 6) if cited else None
