from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.stories import WINDOW, Item, clusters

DAY = date(2026, 9, 28)
TITLE = "示範部調整規費 明年元旦實施"
LEAD = "示範部今天公告，示範事業的審查規費自明年1月1日起由500元調整為650元，既有申請案在年底前送件者仍適用舊費率，業者可至全球資訊網查詢。"
FIRST = Item("news/a/1", f"{TITLE}\n（中央社記者甲乙丙台北28日電）{LEAD}", DAY)


@pytest.mark.parametrize(
    "text",
    [
        FIRST.text,
        f"{TITLE}\n〔記者丁戊己／台北報導〕{LEAD}",
        f"快訊／規費明年漲\n記者庚辛／綜合報導 {LEAD}",
        f"{TITLE} ｜ 公視新聞網 PNN\n{LEAD[:45]}",
        f"{TITLE}\n{LEAD}".replace("，", ", ").replace("台", "臺"),
        f"{TITLE}\n示範部今天公告，審查規費自明年1月1日起由500元調整為650元，年底前送件者仍適用舊費率。",
    ],
)
def test_another_outlets_print_of_it_is_the_same_story(text: str) -> None:
    found = clusters([FIRST, Item("news/b/2", text, DAY + timedelta(days=1))])
    assert found == {"news/a/1": "news/a/1", "news/b/2": "news/a/1"}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("樂透第114000274期 頭獎1注\n樂透第114000274期今天開出，號碼05、12、23、31、38，頭獎1注，獎金800萬元。",
         "樂透第114000275期 頭獎2注\n樂透第114000275期今天開出，號碼02、09、17、22、36，頭獎2注，獎金400萬元。"),
        ("颱風來襲 9/28各縣市停班課一次看\n人事行政總處公布9月28日停班停課情形，各縣市如下。",
         "颱風來襲 10/1各縣市停班課一次看\n人事行政總處公布10月1日停班停課情形，各縣市如下。"),
        ("甲公司第三季每股賺0.3元\n甲公司今天公布第三季財報，營收12.5億元，每股盈餘0.3元，較上季轉虧為盈。",
         "乙公司第三季每股虧0.66元\n乙公司今天公布第三季財報，營收98.1億元，每股虧損0.66元，連續兩季衰退。"),
        (f"{TITLE}\n{LEAD}", "立法院三讀示範法\n立法院今天三讀通過示範法修正草案，明定主管機關應每年公布執行成果。"),
    ],
)  # fmt: skip
def test_the_next_of_a_series_is_another_story(text: str, other: str) -> None:
    found = clusters([Item("a", text, DAY), Item("b", other, DAY + timedelta(days=1))])
    assert found == {"a": "a", "b": "b"}


@pytest.mark.parametrize(("days", "same"), [(WINDOW.days, True), (WINDOW.days + 1, False)])
def test_a_story_lives_for_some_days(days: int, same: bool) -> None:
    found = clusters([FIRST, FIRST._replace(key="b", day=DAY + timedelta(days=days))])
    assert (found["b"] == FIRST.key) is same


def test_without_a_day_only_what_has_none_either_is_compared() -> None:
    undated = [FIRST._replace(key=key, day=None) for key in "cd"]
    assert clusters([FIRST, *undated]) == {FIRST.key: FIRST.key, "c": "c", "d": "c"}


def test_a_story_goes_by_its_first_item() -> None:
    days = {"z": 0, "b": 1, "c": 1, "a": 2}
    items = [FIRST._replace(key=key, day=DAY + timedelta(days=days[key])) for key in "abcz"]
    assert set(clusters(items).values()) == {"z"}


def test_a_big_story_holds_together() -> None:
    items = [FIRST._replace(key=f"{number:03}", day=DAY + timedelta(days=number % 3)) for number in range(300)]
    assert Counter(clusters(items).values()) == {"000": 300}


def test_nothing_makes_no_story() -> None:
    assert clusters([]) == {}
    assert clusters([Item("a", ""), Item("b", ""), Item("c", "？！")]) == {"a": "a", "b": "b", "c": "c"}


CLAUSES = st.lists(
    st.sampled_from([*LEAD.split("，"), "警方今天破獲詐騙集團", "氣象署發布大雨特報", "股市收盤上漲12.5點"]), max_size=6
)
ITEMS = st.lists(
    st.builds(
        Item, st.sampled_from("abcdefgh"), CLAUSES.map("，".join), st.none() | st.dates(DAY, DAY + timedelta(days=6))
    ),
    max_size=12,
)


@given(ITEMS, st.randoms())
def test_the_order_of_the_items_does_not_matter(items: list[Item], random: object) -> None:
    shuffled = items[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert clusters(items) == clusters(shuffled)


@given(ITEMS)
def test_every_item_has_a_story_and_its_first_is_its_own(items: list[Item]) -> None:
    found = clusters(items)
    assert found.keys() == {one.key for one in items}
    assert all(found[first] == first for first in found.values())


@given(ITEMS)
def test_the_same_words_on_the_same_day_are_one_story(items: list[Item]) -> None:
    twins = [FIRST, FIRST._replace(key="news/z/9")]
    found = clusters([*items, *twins])
    assert found["news/a/1"] == found["news/z/9"]
