"""Risk and coverage of the bar between an answer and a refusal (``rag.evidence.ENOUGH``), over question files.

``python -m eval.risk --data DIR FILE…`` asks every question once for each bar and prints a Markdown table: the share of
questions answered, of those that can't be answered refused, of those that can be answered refused, and the share of
answers that should have been refusals. Under it stands the area under risk over coverage: 0 would be to refuse, as
the bar rises, only what can't be answered.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from eval.questions import Question, read_questions
from rag.answer import today
from rag.build import make_retriever, open_index
from rag.find import Finder
from rag.settings import load_settings
from rag.store import open_store

BARS = (0.0, 3.0, 4.0, 5.0, 6.0, 6.5, 7.0, 7.5, 8.0, 9.0, 10.0, 12.0, 15.0)

# A bar and a question → whether the question is refused at it.
Refuses = Callable[[float, Question], bool]


class Point(NamedTuple):
    """One bar; ``risk`` is 0 where nothing is answered."""

    bar: float
    coverage: float
    refusal_recall: float
    over_refusal: float
    risk: float


def curve(questions: Sequence[Question], refuses: Refuses, bars: Sequence[float] = BARS) -> list[Point]:
    """A point for each bar. Both kinds of questions are needed.

    :raises ValueError: all questions, or none, can be answered.
    """
    lawful = [one for one in questions if one.answerable]
    others = [one for one in questions if not one.answerable]
    if not lawful or not others:
        raise ValueError("需要可以回答與不能回答的題目")
    return [_point(bar, lawful, others, refuses) for bar in bars]


def area(points: Iterable[Point]) -> float:
    """The area under risk over coverage, by trapezoids, over the coverage that the bars span."""
    along = sorted((one.coverage, one.risk) for one in points)
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(along))


def table(points: Sequence[Point]) -> str:
    """Markdown: one row a bar, and the area."""
    head = "| bar | coverage | refusal recall | over-refusal | risk |\n| --- | --- | --- | --- | --- |"
    rows = ["| " + " | ".join([f"{one.bar:g}", *(f"{value:.3f}" for value in one[1:])]) + " |" for one in points]
    return "\n".join([head, *rows, "", f"AURC {area(points):.4f}"])


def _point(bar: float, lawful: Sequence[Question], others: Sequence[Question], refuses: Refuses) -> Point:
    over, right = (sum(refuses(bar, one) for one in group) for group in (lawful, others))
    answered = len(lawful) - over + len(others) - right
    return Point(
        bar=bar,
        coverage=answered / (len(lawful) + len(others)),
        refusal_recall=right / len(others),
        over_refusal=over / len(lawful),
        risk=(len(others) - right) / answered if answered else 0.0,
    )


def main(data: Path, files: Sequence[Path]) -> None:
    """Print the table for the passages and laws of a data folder."""
    settings = load_settings(data=data)
    questions = [one for file in files for one in read_questions(file)]
    store = open_store(settings.store_url)
    index = open_index(settings)
    try:
        retriever, _ = make_retriever(settings, store, index)
        finders = {bar: Finder(store, retriever, settings.max_sentences, bar) for bar in BARS}

        def refuses(bar: float, question: Question) -> bool:
            text = question.question
            day = question.asked_as_of or retriever.day(text, today())
            found = finders[bar].find(text, day, retriever.exact(text, day), retriever.decided(text, day))
            return found.refusal is not None

        print(table(curve(questions, refuses)))
    finally:
        index.close()
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
