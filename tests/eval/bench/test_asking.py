"""The first question of a process apart from the later ones."""

from __future__ import annotations

from itertools import accumulate, cycle

import pytest

from eval.bench.asking import measured
from eval.questions import LawGold, Question
from tests.eval.fakes import FakeEngine

GOLD = LawGold(law="民法", pcode="B0000001", article="184")


def question(number: int, gold: tuple[LawGold, ...] = (GOLD,)) -> Question:
    return Question(id=f"q{number}", kind="lay", answerable=True, question=f"第{number}個問題", gold=gold)


def test_the_first_question_is_timed_before_anything_is_warm() -> None:
    engine = FakeEngine()
    # Ten seconds for the first question, a second for each of the others.
    clock = accumulate([0.0, 10.0, *(0.0, 1.0) * 3]).__next__
    found = measured(engine, [question(0, ()), question(1), question(2), question(3)], clock)
    assert found == pytest.approx({"first_ms": 10_000, "p50_ms": 1_000, "p99_ms": 1_000})


def test_warming_up_comes_between() -> None:
    engine = FakeEngine()
    measured(engine, [question(1), question(2)], cycle([0.0]).__next__)
    # What was asked before it is forgotten; the first is asked once more, untimed.
    assert [asked for asked, _ in engine.asked] == ["第1個問題", "第1個問題", "第2個問題"]
