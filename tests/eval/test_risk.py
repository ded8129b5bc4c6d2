import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.questions import Question
from eval.risk import area, curve, table
from tests.eval.fakes import question

STRENGTH = {"甲": 9.0, "乙": 6.0, "丙": 5.0, "丁": 1.0}


def asked(text: str, answerable: bool) -> Question:
    return question("lay" if answerable else "out_of_scope", answerable=answerable).model_copy(
        update={"question": text}
    )


QUESTIONS = [asked("甲", True), asked("乙", True), asked("丙", False), asked("丁", False)]


def refuses(bar: float, one: Question) -> bool:
    return STRENGTH[one.question] < bar


def test_a_point_for_each_bar() -> None:
    points = curve(QUESTIONS, refuses, (0.0, 5.5, 7.0))
    assert [(one.coverage, one.refusal_recall, one.over_refusal, one.risk) for one in points] == [
        (1.0, 0.0, 0.0, 0.5),
        (0.5, 1.0, 0.0, 0.0),
        (0.25, 1.0, 0.5, 0.0),
    ]


def test_nothing_answered_risks_nothing() -> None:
    assert curve(QUESTIONS, refuses, (99.0,))[0][1:] == (0.0, 1.0, 1.0, 0.0)


def test_the_area_and_the_table() -> None:
    points = curve(QUESTIONS, refuses, (0.0, 5.5, 7.0))
    assert area(points) == pytest.approx(0.5 * 0.5 / 2)
    lines = table(points).splitlines()
    assert lines[3] == "| 5.5 | 0.500 | 1.000 | 0.000 | 0.000 |"
    assert lines[-1] == "AURC 0.1250"


@pytest.mark.parametrize("questions", [QUESTIONS[:2], QUESTIONS[2:], []])
def test_both_kinds_are_needed(questions: list[Question]) -> None:
    with pytest.raises(ValueError, match="不能回答"):
        curve(questions, refuses)


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 10)), min_size=1, max_size=20), st.floats(0, 10), st.floats(0, 10)
)
def test_a_higher_bar_never_refuses_less(strengths: list[tuple[bool, float]], one: float, other: float) -> None:
    held = {str(at): strength for at, (_, strength) in enumerate(strengths)} | {"有": 5.0, "無": 5.0}
    questions = [asked(str(at), answerable) for at, (answerable, _) in enumerate(strengths)]
    questions += [asked("有", True), asked("無", False)]
    low, high = curve(questions, lambda bar, each: held[each.question] < bar, sorted((one, other)))
    assert low.coverage >= high.coverage
    assert low.refusal_recall <= high.refusal_recall
    assert low.over_refusal <= high.over_refusal
