from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.outputs import Cited
from eval.reports.evidence import Excerpt, Found, excerpt, fair, find
from tests.eval.shelves import JUDGMENT, TODAY, library

TEXT = "甲乙丙丁戊己庚辛"


def test_a_quote_stands_in_its_passage() -> None:
    assert excerpt(Cited(mark=1), Found(TEXT, 2, 4), 100, True) == Excerpt("甲乙", "丙丁", "戊己庚辛")


def test_a_long_passage_is_cut_round_the_quote() -> None:
    assert excerpt(Cited(mark=1), Found(TEXT, 3, 5), 4, True) == Excerpt("…丙", "丁戊", "己…")
    assert excerpt(Cited(mark=1), Found(TEXT, 0, 2), 5, True) == Excerpt("", "甲乙", "丙丁戊…")
    assert excerpt(Cited(mark=1), Found(TEXT, 6, 8), 5, True) == Excerpt("…丁戊己", "庚辛", "")


def test_without_a_library_the_quote_stands_alone() -> None:
    assert excerpt(Cited(mark=1, quote="丙丁"), None, 100, False) == Excerpt(quote="丙丁")


def test_what_is_not_in_the_library_is_said() -> None:
    assert excerpt(Cited(mark=1, quote="丙丁"), None, 100, True).note == "資料庫裡沒有這份來源"


def test_a_quote_that_is_not_in_its_source_is_said() -> None:
    found = excerpt(Cited(mark=1, quote="壬癸"), Found(TEXT, 0, 0), 4, True)
    assert found == Excerpt(before="甲乙丙丁…", note="引文不在這份來源裡")


@pytest.mark.parametrize(
    ("more", "span"),
    [
        ({"quote": "租借人請求返還押金"}, None),
        ({"quote": "不在裡面"}, (0, 0)),
        ({"start": 0, "end": 2, "quote": "主文"}, (0, 2)),
        ({"start": 0, "end": 2}, (0, 2)),
        ({"start": 3, "end": 5, "quote": "主文"}, (0, 2)),
        ({"start": -3, "end": 10**9, "quote": "主文"}, (0, 2)),
    ],
)
def test_a_citation_is_found_where_it_says_or_where_its_quote_stands(
    more: dict[str, object], span: tuple[int, int] | None
) -> None:
    cited = Cited.model_validate({"mark": 1, "key": JUDGMENT.key, "version": JUDGMENT.version} | more)
    found = find(cited, library(), None)
    at = JUDGMENT.text.find(str(more.get("quote", "")))
    wanted = span if span is not None else (at, at + len(str(more["quote"]))) if at >= 0 else (0, 0)
    assert found == Found(JUDGMENT.text, *wanted)


@pytest.mark.parametrize("day", [None, TODAY, date(2023, 5, 6)])
def test_without_a_version_it_is_the_one_of_the_day(day: date | None) -> None:
    found = find(Cited(mark=1, key=JUDGMENT.key), library(), day)
    assert found is not None
    assert found.text == JUDGMENT.text


@pytest.mark.parametrize("key", ["", "law/X0000000/1"])
def test_nothing_is_found_for_what_is_not_there(key: str) -> None:
    assert find(Cited(mark=1, key=key), library(), None) is None


@given(st.lists(st.integers(0, 1000)), st.integers(1, 5000))
def test_all_together_have_room(lengths: list[int], room: int) -> None:
    most = fair(lengths, room)
    assert sum(min(length, most) for length in lengths) <= room
    assert sum(lengths) > room or not lengths or most >= max(lengths)
