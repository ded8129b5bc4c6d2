"""What a text says of a reference, of which time, and whether a text bears it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.check.bearing import holds, judge, plain, shared
from rag.check.quoting import quotes_of, sentence_ends, told_quotes
from rag.check.saying import Saying, sayings
from rag.check.times import Time, time_of
from rag.check.unknown import is_former_name, known_by, what_is_meant
from rag.domain import Law
from rag.names import LawName, LawNames
from rag.support import LexicalSupport

FEE = "租借人逾期還車者，業者得收取新臺幣五百元以下之調度費。但因天災者，不在此限。"
RULE = "業者應於三十日內返還押金，不得收取手續費。"
LAW = Law("Z9990001", "示範單車法", "法律", "", date(2024, 1, 1), former_names=("示範腳踏車法",))
KNOWN = [LawName("示範單車法", "Z9990001"), LawName("示範共享單車租借及停放管理條例", "Z9990002")]


class Span(NamedTuple):
    start: int
    end: int


class Refuses:
    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        return "contradicted"


def said(text: str) -> list[Saying]:
    """What is said of each list of 甲法第N條 in a text."""
    spans = [Span(*one.span()) for one in re.finditer("(?:甲法)?第[0-9]條(?:第[0-9]項)?", text)]
    return [found for _, found in sayings(text, spans)]


@pytest.mark.parametrize(
    ("text", "quotes", "claim"),
    [
        ("甲法第4條規定：「業者應於三十日內返還。」", ("業者應於三十日內返還。",), ""),
        ("甲法第4條第1項「業者應於三十日內返還押金」之規定", ("業者應於三十日內返還押金",), ""),
        ("甲法第4條規定：「業者應返還押金。」「租借人得催告業者。」", ("業者應返還押金。", "租借人得催告業者。"), ""),
        ("「業者應於三十日內返還押金。」甲法第4條定有明文。", ("業者應於三十日內返還押金。",), ""),
        ("「業者應於三十日內返還押金」（甲法第4條參照）", ("業者應於三十日內返還押金",), ""),
        ("甲法第4條規定業者應返還押金，且不得扣款。", (), "業者應返還押金，且不得扣款"),
        ("依甲法第4條規定，業者應返還押金。", (), "業者應返還押金"),
        ("依**甲法第4條**，業者應返還押金。", (), "業者應返還押金"),
        ("- 甲法第4條：業者應返還押金。", (), "業者應返還押金"),
        ("甲法第4條規定如下：\n業者應返還押金。", (), "業者應返還押金"),
        ("次按業者應返還押金，甲法第4條定有明文。", (), "業者應返還押金"),
        ("甲法第4條規定業者應返還押金，因此原告有理。", (), "業者應返還押金"),
        ("甲法第4條規定業者應依第5條返還押金。", (), "業者應依返還押金"),
        ("甲法第4條所稱「押金」包括保證金。", (), ""),
        ("爰依甲法第4條規定，諭知如主文。", (), ""),
        ("適用甲法第4條規定，原告之訴有理由。", (), ""),
        ("依甲法第4條規定返還押金三百元。", (), ""),
        ("甲法第4條之適用並無疑義。", (), ""),
        ("甲法第4條規定\n按業者為公司。", (), ""),
        ("甲法第4條。", (), ""),
    ],
)
def test_what_is_said(text: str, quotes: tuple[str, ...], claim: str) -> None:
    found = said(text)[0]
    assert (found.quotes, found.claim) == (quotes, claim)


def test_a_list_is_told_once_and_a_new_statement_ends_the_one_before() -> None:
    found = said("甲法第4條、第5條規定業者應返還押金；甲法第6條規定租借人應還車。")
    assert [one.claim for one in found] == ["業者應返還押金", "租借人應還車"]


def test_a_broken_law_tells_a_penalty_at_most() -> None:
    assert said("違反甲法第4條規定，處五百元以下罰鍰。")[0].is_loose
    assert not said("依甲法第4條規定，處五百元以下罰鍰。")[0].is_loose


@pytest.mark.parametrize(
    ("lead", "after", "time"),
    [
        ("修正前", "", Time("old")),
        ("於112年修正前，原於", "", Time("old")),
        ("", "修正前規定", Time("old")),
        ("行為時之", "", Time("then")),
        ("民國一百十年一月三日修正公布之", "", Time("then", date(2021, 1, 3))),
        ("2021年1月3日修正公布之", "", Time("then", date(2021, 1, 3))),
        ("110年13月3日修正公布之", "", Time("then")),
        ("110年1月3日修正施行前", "", Time("old")),
        ("擬具", "條文修正草案", Time("draft")),
        ("依", "規定", Time()),
    ],
)
def test_time(lead: str, after: str, time: Time) -> None:
    assert time_of(lead, after) == time


def test_time_goes_on_in_the_sentence_but_not_beyond() -> None:
    found = said("修正前甲法第4條規定三日，第5條規定七日。第6條規定十日。")
    assert [one.time.kind for one in found] == ["old", "old", ""]
    assert said("甲法第4條原規定業者應返還押金。")[0].time.kind == "old"


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        (RULE, True),
        ("業者應於30日內返還押金", True),
        ("業者應於三十日內返還押金；不得收取手續費", True),
        ("業者……不得收取手續費", True),
        ("業者應於三十日內返還押金，得收取手續費", False),
        ("收取手續費，不得返還押金", False),
        ("得收取手續費", False),
        ("業者應於三日內返還押金", False),
    ],
)
def test_quote(quote: str, stands: bool) -> None:
    assert holds([RULE], quote) is stands


def test_quote_may_leave_out_items_and_spread_over_articles() -> None:
    listed = "有下列情形之一者，業者得終止契約：\r\n一、逾期還車。\r\n二、毀損單車。\r\n三、轉租他人。"
    assert holds([listed], "有下列情形之一者，業者得終止契約：三、轉租他人。")
    assert holds([RULE, FEE], f"{RULE}但因天災者，不在此限。")
    assert not holds([listed], "有下列情形之一者，業者應終止契約：三、轉租他人。")


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("業者應於三十日內返還押金", "borne"),
        ("業者應於十日內返還押金", "wrong"),
        ("業者得於三十日內返還押金", "wrong"),
        ("業者得收取手續費", "wrong"),
        ("動物園之門票應預先購買", "unsupported"),
        ("本件原告應於九日內返還押金", "silent"),
        ("", "silent"),
    ],
)
def test_claim(claim: str, kind: str) -> None:
    assert judge(Saying(claim=claim), [RULE], LexicalSupport()).kind == kind


def test_a_loose_claim_is_held_to_the_bounds_it_states_only() -> None:
    support = LexicalSupport()
    assert judge(Saying(claim="租借人逾期還車，收取調度費三百元", is_loose=True), [FEE], support).kind != "wrong"
    told = judge(Saying(claim="租借人逾期還車者，得收取九百元以下之調度費", is_loose=True), [FEE], support)
    assert told.kind == "wrong"
    assert told.detail == "條文裡沒有「九百元以下」"


def test_support_has_the_last_word_but_on_what_stands_word_for_word() -> None:
    assert judge(Saying(claim="押金由業者自行處置"), [RULE], Refuses()).kind == "wrong"
    assert judge(Saying(claim="業者應於三十日內返還押金"), [RULE], Refuses()).kind == "borne"
    assert judge(Saying(claim="業者應於三十日內全部返還押金"), [RULE], Refuses()).kind == "borne"


def test_difference_is_shown_where_it_begins() -> None:
    told = judge(Saying(("業者應於三十日內返還押金，並加計利息。",)), [RULE], LexicalSupport())
    assert told.detail == "引文與原文不符：「…十日內返還押金，並加計利息。」"


def test_plain_and_shared() -> None:
    assert plain("一、處五年以下；") == plain("處5年以下") == "處5年以下"
    assert plain("百分之五之部份") == plain("5%之部分")
    assert shared("返還押金", RULE) == 1.0
    assert shared("", RULE) == 0.0


def test_quotes_behind_an_article() -> None:
    text = "甲法第4條規定：「業者「應」返還。」「再者。」，第5條：「租借人」。他說：「好」"
    assert [text[start:end] for start, end in told_quotes(text)] == ["業者「應」返還。", "再者。", "租借人"]
    assert quotes_of(text, text.index("規定")) == [*told_quotes(text)][:2]
    assert quotes_of(text, 0) == []


@given(st.text(alphabet="「」『』。！\n：第4條甲，a", max_size=400))
def test_sentences_end_in_order_and_at_stops(text: str) -> None:
    ends = sentence_ends(text)
    assert ends[0] == 0
    assert ends[-1] == len(text) + 1
    assert ends == sorted(ends)
    assert all(text[end - 1] in "。！\n" for end in ends[1:-1])


def test_names_that_are_not_stored() -> None:
    names = LawNames(KNOWN)
    assert known_by("原示範單車法", names) == "Z9990001"
    assert known_by("示範單車法", names) == "Z9990001"
    assert known_by("機器人示範單車法", names) == ""
    assert is_former_name("示範腳踏車法", LAW)
    assert not is_former_name("示範單車法", LAW)
    assert [(what_is_meant(one, KNOWN).verdict, what_is_meant(one, KNOWN).is_checked) for one in NAMES] == [
        ("outside_coverage", True)
    ] * 6 + [("outside_coverage", False)] * 2 + [("not_found", True)] * 2
    assert what_is_meant("示範單車發", KNOWN).detail.endswith("是否指「示範單車法」？")


NAMES = (
    "日本民法",
    "高雄市示範自治條例",
    "示範單車法修正草案",
    "系爭買賣契約",
    "兒童示範公約",
    "示範作業要點",
    "停管條例",
    "已完成本法",
    "機器人權利法",
    "示範單車發",
)
