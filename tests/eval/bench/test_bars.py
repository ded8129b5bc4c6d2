import pytest

from eval.bench.bars import MEASURES, Bar, Measure, Row, rows


@pytest.mark.parametrize(
    ("bar", "measured", "holds"),
    [
        (Bar("<=", 30), 30, True),
        (Bar("<=", 30), 30.1, False),
        (Bar(">=", 0.72), 0.72, True),
        (Bar(">", 0), 0, False),
        (Bar("==", 1), 1.0, True),
        (Bar("==", 0), 1, False),
    ],
)
def test_a_bar_holds_or_does_not(bar: Bar, measured: float, holds: bool) -> None:
    assert bar.holds(measured) is holds


def test_names_are_unique() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_a_measure_without_a_bar_is_neither_ok_nor_not() -> None:
    assert Row(Measure("a", "s", "what"), 3).ok is None
    assert Row(Measure("a", "s", "what"), None).ok is None


def test_a_bar_on_what_was_not_measured_is_missed_and_says_why() -> None:
    row = Row(Measure("a", "s", "what", Bar("==", 1)), None, "exit 1")
    assert row.ok is False
    assert row.cells() == ("what", "== 1", "exit 1", "NO")


def test_whole_numbers_are_shown_whole() -> None:
    assert Row(Measure("a", "s", "what"), 155_851).cells()[2] == "155,851"
    assert Row(Measure("a", "s", "what"), 0.76596).cells()[2] == "0.766"


def test_rows_are_those_of_the_steps_that_ran() -> None:
    found = rows({"asof_n": 100.0, "asof_exact": 0.96}, {"traps": "no engine"}, frozenset({"asof", "traps"}))
    assert [(row.measure.name, row.value, row.ok, row.note) for row in found] == [
        ("traps_n", None, False, "no engine"),
        ("traps_state_ok", None, False, "no engine"),
        ("asof_n", 100.0, True, ""),
        ("asof_exact", 0.96, False, ""),
    ]
