"""Refusals and attempts as labels of their own, and the curve of risk over coverage."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.abstention import Point, area, measure, risk_coverage, told
from eval.folder import Asked
from eval.library import Library
from eval.outputs import Cited, Output
from eval.questions import Expect

NO_LIBRARY = cast(Library, None)
TRAP = Asked(id="q", kind="prediction", question="會贏嗎？", answerable=False)
LAY = Asked(id="q", kind="lay", question="可以嗎？", answerable=True)
CITED = (Cited(mark=1, key="law/Z0000001/1"),)


def values(question: Asked, **told_: Any) -> dict[str, float]:
    found = measure(question, Output(id="q", **told_), NO_LIBRARY)
    return {name: share.value for name, share in found.shares.items()}


def test_a_refusal_of_what_cannot_be_answered_is_right() -> None:
    found = values(TRAP, state="abstained", reason="needs_lawyer", message="無從預測")
    assert found == {
        "state_ok": 1,
        "attempted": 0,
        "error": 0,
        "utility": 1,
        "refusal_recall": 1,
        "refusal_precision": 1,
        "refusal_told": 1,
    }


def test_an_answer_to_what_cannot_be_answered_is_worse_than_a_refusal_of_what_can() -> None:
    assert values(TRAP, state="answered", answer="會。")["utility"] == -1
    refused = values(LAY, state="abstained", reason="no_evidence")
    assert (refused["utility"], refused["over_refusal"], refused["refusal_precision"]) == (0, 1, 0)
    assert refused["refusal_told"] == 0
    assert values(LAY, state="partial", answer="可以。")["utility"] == 0.5


@pytest.mark.parametrize("kind", ["repealed_law", "deleted_article", "false_premise"])
def test_what_may_be_answered_and_said_to_be_so_is_no_missed_refusal(kind: str) -> None:
    asked = TRAP.model_copy(update={"kind": kind})
    assert "refusal_recall" not in values(asked, state="answered", answer="該條已於98年1月21日廢止。")
    expected = asked.model_copy(update={"expect": Expect(states=("abstained",))})
    assert values(expected, state="answered", answer="有。")["refusal_recall"] == 0


def test_what_a_record_forbids_is_named() -> None:
    asked = LAY.model_copy(update={"must_not": ("人民免稅",)})
    found = measure(asked, Output(id="q", state="answered", answer="人民免稅。"), NO_LIBRARY)
    assert found.shares["must_not"].value == 1
    assert "人民免稅" in found.problems[0].why


def test_no_answer_at_all_is_an_error_and_counts() -> None:
    found = measure(LAY, told(Output(id="q", error="逾時")), NO_LIBRARY)
    assert (found.shares["error"].value, found.shares["attempted"].value) == (1, 0)
    assert found.problems[-1].why == "逾時"


@pytest.mark.parametrize(
    ("output", "state"),
    [
        (Output(id="q", answer="雇主應給付工資[1]。", citations=CITED), "answered"),
        (Output(id="q", answer="查無相關規定，無法回答。"), "abstained"),
        (Output(id="q", answer="這一條不存在。"), "abstained"),
        (Output(id="q", answer="該規定不存在例外[1]。", citations=CITED), "answered"),
        (Output(id="q", answer=""), "abstained"),
        (Output(id="q", error="連線失敗"), "error"),
        (Output(id="q", answer="無法回答" + "，但雇主應給付工資" * 40), "answered"),
        (Output(id="q", answer="查無資料", state="partial"), "partial"),
    ],
)
def test_the_state_is_told_from_the_words_where_nobody_said_it(output: Output, state: str) -> None:
    assert told(output).state == state


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_the_curve_ends_where_everything_is_answered(answers: list[tuple[float, bool]]) -> None:
    points = risk_coverage(answers)
    assert points[-1] == Point(1.0, sum(not right for _, right in answers) / len(answers))
    assert [one.coverage for one in points] == sorted({one.coverage for one in points})
    assert 0 <= area(points) <= 1


@given(st.permutations([(0.9, True), (0.9, False), (0.5, False), (0.1, True)]))
def test_the_order_of_equals_does_not_matter(answers: list[tuple[float, bool]]) -> None:
    assert risk_coverage(answers) == [Point(0.5, 0.5), Point(0.75, 2 / 3), Point(1.0, 0.5)]


def test_a_system_that_knows_when_it_is_wrong_has_the_smaller_area() -> None:
    knows = risk_coverage([(0.9, True), (0.8, True), (0.1, False)])
    guesses = risk_coverage([(0.1, True), (0.8, True), (0.9, False)])
    assert area(knows) < area(guesses)
