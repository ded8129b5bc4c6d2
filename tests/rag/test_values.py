import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.values import Value, unfounded, values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三十日內處新臺幣2萬元", {(30, "日"), (20000, "元")}),
        ("1億5千萬元", {(150_000_000, "元")}),
        ("１,０００元", {(1000, "元")}),
        ("百分之二十與20％與二十趴", {(20, "%")}),
        ("三分之一", {(1 / 3, "分之")}),
        ("七天與七日", {(7, "日")}),
        ("民國112年1月1日", {(2023, "西元年"), (1, "月"), (1, "日")}),
        ("2023年1月1日", {(2023, "西元年"), (1, "月"), (1, "日")}),
        ("一百十二年一月一日", {(2023, "西元年"), (1, "月"), (1, "日")}),
        ("西元112年", {(112, "西元年")}),
        ("三年以下有期徒刑", {(3, "年")}),
        ("三十至五十日", {(30, ""), (50, "日")}),
        ("第185條之3第1項", {(185, "條"), (1, "項")}),
        ("一般、一切、第一、第十一、萬一", set()),
    ],
)
def test_values(text: str, expected: set[tuple[float, str]]) -> None:
    assert set(values(text)) == expected


def test_calendar_is_part_of_a_year() -> None:
    assert set(values("民國112年")) == set(values("西元2023年")) != set(values("西元112年"))


def test_unit_and_number_both_count() -> None:
    known = set(values("於三十日內返還新臺幣一千元"))
    assert unfounded(values("30天內返還1,000元"), known) == []
    assert unfounded(values("三十年內返還一千元"), known) == [Value(30, "年")]
    assert unfounded(values("三十日內返還一萬元"), known) == [Value(10_000, "元")]


def test_unit_written_further_on_is_no_difference() -> None:
    assert unfounded(values("至少三十日"), set(values("三十至五十日"))) == []
    assert unfounded(values("三十至五十日"), set(values("三十日以上五十日以下"))) == []


@given(st.text())
def test_never_raises_and_is_founded_in_itself(text: str) -> None:
    assert unfounded(values(text), set(values(text))) == []
