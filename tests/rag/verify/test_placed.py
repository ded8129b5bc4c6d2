"""A value that stands in the text, and belongs to something else there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Document, Reference, Status
from rag.names import LawNames
from rag.verify import Prover
from rag.verify.places import places_said, places_told
from rag.write import Draft, source_named
from tests import fakes

LAW = fakes.made_law("Z9990041", "示範渡船條例")
TICKETS = fakes.article(
    LAW,
    "8",
    "渡船業者出售船票，單程每張不得超過五十元，來回每張不得超過八十元。但夜間航班，單程每張得收取九十元。\r\n"
    "乘客於開航三日前取消訂位者，業者應退還票價十分之九；於開航一日前取消者，退還票價二分之一。\r\n"
    "前項退款，業者應於受理之日起七日內為之；必要時，得延長之，延長之期間不得逾十日。",
)
CREW = fakes.article(
    LAW,
    "9",
    "渡船應配置船員，其人數依下列規定：\r\n一、載客未滿二十人者，二人。\r\n二、載客二十人以上未滿六十人者，四人。\r\n"
    "三、載客六十人以上者，七人。\r\n前項第一款之船員，得由業者以受訓六個月以上之人員代之；其受訓不足一年者，應有船長隨行。",
)
FINES = fakes.article(
    LAW,
    "20",
    "未配置船員者，處新臺幣三萬元以上十五萬元以下罰鍰；未投保責任保險者，處新臺幣六萬元以上三十萬元以下罰鍰。\r\n"
    "小型渡船、中型渡船及大型渡船之檢查費，分別為一千元、二千元及五千元。\r\n"
    "海上渡船每船徵收八百元；非海上渡船每船徵收三百元。",
)
ARTICLES = (TICKETS, CREW, FINES)
STORE = fakes.MemoryStore([LAW], ARTICLES)


class Willing:
    def verdict(self, claim: str, evidence: object, others: object = ()) -> str:
        return "ok"


def values(text: str, *given: Document) -> str:
    sources = [
        source_named(mark, Reference(0, 0, law=LAW.pcode, article=one.number), one, Status.IN_FORCE, None)
        for mark, one in enumerate(given, 1)
    ]
    prover = Prover(sources, STORE, LawNames(STORE.law_names()), date(2024, 10, 11), Willing())
    marks = "".join(f"[{mark}]" for mark in range(1, len(given) + 1))
    return prover.prove(Draft(f"{text}{marks}。")).checks["values"]


TRUE = [
    (TICKETS, "買單程票，一張最多50元；來回票一張最多80元"),
    (TICKETS, "夜間的單程票可以收到90元"),
    (TICKETS, "夜間航班的單程票，每張可以收90元"),
    (TICKETS, "開航前3天取消訂位，可以拿回票價的9/10；開航前1天取消，只退一半"),
    (TICKETS, "業者要在7天內退款，必要時可以延長，最多延長10天"),
    (CREW, "載客20人以上、不到60人的渡船，要配4個船員"),
    (CREW, "載客不到20人的配2人；20人以上、不到60人的配4人；滿60人的配7人"),
    (CREW, "載客60人以上的渡船要有七名船員"),
    (CREW, "那2名船員，業者可以用受訓滿半年的人代替"),
    (FINES, "沒有配置船員，罰3萬元到15萬元；沒有投保責任保險，罰6萬元到30萬元"),
    (FINES, "大型渡船的檢查費是5,000元"),
    (FINES, "小型、中型和大型渡船的檢查費，分別是1000元、2000元和5000元"),
    (FINES, "非海上渡船每船收300元"),
]
FALSE = [
    (TICKETS, "買單程票，一張最多80元；來回票一張最多80元"),
    (TICKETS, "買單程票，一張最多50元；來回票一張最多50元"),
    (TICKETS, "夜間航班的單程票，每張可以收80元"),
    (TICKETS, "開航前3天取消訂位，可以拿回票價的1/2；開航前1天取消，只退一半"),
    (TICKETS, "開航前7天取消訂位，可以拿回票價的9/10"),
    (TICKETS, "業者要在10天內退款，必要時可以延長，最多延長10天"),
    (CREW, "載客20人以上、不到60人的渡船，要配7個船員"),
    (CREW, "載客不到20人的配4人；20人以上、不到60人的配4人；滿60人的配7人"),
    (CREW, "載客20人以上的渡船要有七名船員"),
    (FINES, "沒有配置船員，罰6萬元到15萬元"),
    (FINES, "沒有配置船員，罰3萬元到30萬元；沒有投保責任保險，罰6萬元到30萬元"),
    (FINES, "沒有投保責任保險，罰6萬元到15萬元"),
    (FINES, "大型渡船的檢查費是2,000元"),
    (FINES, "非海上渡船每船收800元"),
]


@pytest.mark.parametrize(("document", "text"), TRUE)
def test_a_value_in_its_place_stands(document: Document, text: str) -> None:
    assert values(text, document) == "ok"
    assert values(text, *ARTICLES) == "ok"


@pytest.mark.parametrize(("document", "text"), FALSE)
def test_a_value_in_the_place_of_another_does_not(document: Document, text: str) -> None:
    assert values(text, document) != "ok"
    assert values(text, *ARTICLES) != "ok"


@pytest.mark.parametrize(
    ("document", "text", "verdict"),
    [
        (CREW, "載客不到60人的渡船，要配7人", "bounds"),
        (CREW, "載客60人以下的配7人", "bounds"),
        (TICKETS, "延長的期間要超過10天以上", "bounds"),
        (TICKETS, "業者在2月30日前退款", "unfounded"),
        (TICKETS, "業者在113年13月3日前退款", "unfounded"),
        (FINES, "罰1萬5,000元以上", "unfounded"),
    ],
)
def test_why_a_value_falls(document: Document, text: str, verdict: str) -> None:
    assert values(text, document) == verdict


def test_what_stands_nearer_weighs_more() -> None:
    (first, second) = places_said("船票五十元，罰鍰三千元")
    assert first.words["船票"] > second.words["船票"] > 0
    assert first.words[">=3000元"] == second.words["<=50元"]


def test_a_款_stands_under_what_announces_it() -> None:
    (place,) = places_told("一、船長，三年。", "下列人員之任期")
    assert 0 < place.words["任期"] < place.words["船長"]


def test_things_and_values_told_respectively_belong_together() -> None:
    said = {place.stated.written: place.words for place in places_told("甲船、乙船及丙船，分別收一元、二元及三元。")}
    assert [("乙船" in words, words.get("丙船")) for words in said.values()] == [
        (False, None),
        (True, None),
        (False, 1.0),
    ]


@given(st.text(st.sampled_from("甲乙票價一二三十0159元日年月以上下未滿，、；。分別及 "), max_size=60))
def test_every_text_bears_out_its_own_values(text: str) -> None:
    document = fakes.article(LAW, "30", text or "票")
    store = fakes.MemoryStore([LAW], [document])
    source = source_named(1, Reference(0, 0, law=LAW.pcode, article="30"), document, Status.IN_FORCE, None)
    prover = Prover([source], store, LawNames(store.law_names()), date(2024, 10, 11), Willing())
    found = prover.prove(Draft(f"{text}[1]"))
    assert found.checks["values"] == "ok", text


@pytest.mark.parametrize("unit", ["三日、", "分別", "一元", "三元；", "第一項", "前項", "，"])
def test_long_odd_texts_are_placed(unit: str) -> None:
    text = unit * (6_000 // len(unit))
    assert all(place.stated.written for place in places_told(text))
    assert values(text[:2_000], fakes.article(LAW, "31", text)) in ("ok", "unfounded", "bounds")
