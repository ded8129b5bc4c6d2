from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.items import items


def ranks(text: str) -> list[tuple[int, str]]:
    return [(item.rank, text[item.start : item.end]) for item in items(text, 0, len(text))]


def test_numbers_of_all_ranks() -> None:
    text = "甲、程序：壹、一般：一、乙。㈠丙。⒈丁。⑴戊。①己。二、庚。"
    assert [rank for rank, _ in ranks(text)] == [0, 1, 2, 3, 4, 5, 6, 2]


@pytest.mark.parametrize(
    ("one", "two", "rank"),
    [
        ("一、", "二、", 2), ("\uf6b0", "\uf6af", 2), ("（一）", "（二）", 3), ("(一)", "(二)、", 3), ("1.", "2.", 4),
        ("１、", "２、", 4), ("⒈", "⒉", 4), ("(1)", "(2)", 5), ("⑴", "⑵", 5), ("①", "②", 6), ("壹、", "貳、", 1), ("甲、", "乙、", 0),
    ],
)  # fmt: skip
def test_every_way_to_number(one: str, two: str, rank: int) -> None:
    assert ranks(f"{one}前。{two}後。") == [(rank, f"{one}前。"), (rank, f"{two}後。")]


def test_numbers_beyond_ten() -> None:
    text = "".join(f"{number}、甲。" for number in "一 二 三 四 五 六 七 八 九 十 十一 十二".split())
    assert len(ranks(text)) == 12
    assert len(ranks("".join(f"{chr(0xF6B0 - at)}甲。" for at in range(15)))) == 15
    old = [*"㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", *map(chr, range(0xF674, 0xF66A, -1)), *map(chr, range(0xF4DA, 0xF4D6, -1))]
    assert len(ranks("".join(f"{sign}甲。" for sign in old))) == 24
    assert len(ranks("".join(f"{sign}甲。" for sign in [*map(chr, range(0xF6B0, 0xF6A6, -1)), "\ue7cb"]))) == 11


@pytest.mark.parametrize("text", ["依第一、二項規定。", "每公升1.77毫克。計1,000元：1.5倍", "准備㈡狀所載"])
def test_what_is_no_number(text: str) -> None:
    assert ranks(text) == [(-1, text)]


def test_a_list_inside_a_quoted_article_opens_no_paragraph() -> None:
    text = "一、原告主張：有下列情形之一者：一、甲者。二、乙者。二、被告則以：丙。"
    assert [part for _, part in ranks(text)] == [
        "一、原告主張：有下列情形之一者：一、甲者。二、乙者。",
        "二、被告則以：丙。",
    ]


def test_what_a_quotation_numbers_is_its_own() -> None:
    text = "㈠甲，鑑定意見認：「㈠乙「丙」。㈡丁。」，可採。㈡戊「己。㈢庚。"
    assert [part for _, part in ranks(text)] == [
        "㈠甲，鑑定意見認：「㈠乙「丙」。㈡丁。」，可採。",
        "㈡戊「己。",
        "㈢庚。",
    ]


@pytest.mark.parametrize("opening", ["被告辯稱：丙。", "被告甲○○則以：丙。", "兩造不爭執事項：丙。"])
def test_who_takes_the_floor_begins_a_paragraph_whatever_list_stood_before(opening: str) -> None:
    text = f"一、原告主張：甲。二、本件乙。三、願供擔保。四、原告丁。二、{opening}"
    assert [part for _, part in ranks(text)][-1] == f"二、{opening}"


def test_a_claim_is_no_paragraph_of_the_judgment() -> None:
    text = "一、原告主張：其聲明為：\uf6b0被告應給付甲。\uf6af被告應給付乙。\uf6ae願供擔保。二、被告辯稱：丙。"
    assert [part for _, part in ranks(text)][1:] == ["二、被告辯稱：丙。"]


def test_a_number_at_the_start_of_a_line() -> None:
    text = "壹、總說一、甲"
    assert len(ranks(text)) == 1
    assert len(list(items(text, 0, len(text), frozenset((4,))))) == 2


@given(
    st.lists(
        st.sampled_from("一、|二、|㈠|㈡|⒈|(1)|甲、|壹、|。|：|原告|第|\uf6b0|\uf674|1.".split("|")), max_size=40
    ).map("".join)
)
def test_paragraphs_cover_the_text(text: str) -> None:
    found = list(items(text, 0, len(text), frozenset(range(0, len(text), 3))))
    assert "".join(text[item.start : item.end] for item in found) == text
    assert all(one.end == other.start for one, other in pairwise(found))
