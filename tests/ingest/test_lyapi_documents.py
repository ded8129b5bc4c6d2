"""Records of every kind, and whatever else may lie in one."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lyapi import parse
from ingest.parsed import Link, Parsed, Raw, Skipped
from rag.domain import OPEN
from rag.errors import SourceChanged
from tests.ingest.ly_server import ASKED, BILL, MEET, VOTE, agenda


def parsed(id: str, fields: dict[str, Any]) -> list[Parsed]:
    found = list(parse(Raw(id, orjson.dumps(fields))))
    assert all(isinstance(one, Parsed) for one in found)
    return [one for one in found if isinstance(one, Parsed)]


def spoken(one: Parsed) -> list[tuple[str, str]]:
    return [(span.speaker or span.section, one.document.text[span.start : span.end]) for span in one.spans]


class TestDocuments:
    def test_of_an_agenda_item(self) -> None:
        text = "主席：現在開會，請宣讀報告事項。\r\n王委員大明：本席要求主管機關提出書面報告。\r\n"
        (one,) = parsed("gazette_agenda/1137701_00001", {"data": agenda("1137701", 1), "text": text})
        assert (one.document.key, one.document.source, one.document.kind) == (
            "gazette-ly/1137701_00001", "gazette-ly", "gazette",
        )  # fmt: skip
        assert (one.document.version, one.document.valid_to) == ("2024-10-04", OPEN)
        assert one.document.text == text.replace("\r\n", "\n")
        assert one.document.facts == {
            "date": "2024-10-04", "volume": "113", "issue": "77", "book": "1", "page": "1-2",
            "term": "11", "session": "2", "sitting": "3",
        }  # fmt: skip
        assert spoken(one) == [
            ("主席", "現在開會，請宣讀報告事項。"),
            ("王委員大明", "本席要求主管機關提出書面報告。"),
        ]
        assert {span.place for span in one.spans} == {"1-2"}

    def test_of_an_agenda_item_without_a_text(self) -> None:
        item = agenda("1137701", 1, 會議日期=["Wrong"], 起始頁碼="     5", 結束頁碼=5)
        (one,) = parsed("gazette_agenda/1137701_00001", {"data": item, "text": ""})
        assert (one.document.text, one.document.version, one.document.valid_from) == (
            "案由\n第1案",
            "undated",
            date.min,
        )
        assert one.document.facts["page"] == "5"

    @pytest.mark.parametrize(("kind", "searchable"), [(5, True), (3, False)])
    def test_minutes_are_found_only_where_they_belong(self, kind: int, searchable: bool) -> None:
        text = "立法院第11屆第2會期第3次會議議事錄\n時間　中華民國113年10月4日上午9時，地點　本院議場\n散會\n"
        item = agenda("1137701", 1, 類別代碼=kind)
        (one,) = parsed("gazette_agenda/1137701_00001", {"data": item, "text": text})
        assert {span.searchable for span in one.spans} == {searchable}

    def test_of_a_meeting(self) -> None:
        about = {
            "會議標題": "第11屆第2會期第3次會議",
            "會議資料": [
                {
                    "會議編號": "2024100401",
                    "會議事由": "一、審查勞動基準法。",
                    "出席委員": ["甲", "乙"],
                    "ppg_url": "https://ppg",
                }
            ],
            "議事網資料": [{"關係文書": {"議案": [{"議案編號": "203110077970000", "標題": "勞動基準法修正草案"}]}}],
        }
        (one,) = parsed("meet/院會-11-2-3", MEET | about)
        assert one.document.key == "gazette-ly/meet-院會-11-2-3"
        assert one.document.url == "https://ppg"
        assert one.links == (Link("bill/203110077970000/0", "reviews"),)
        assert spoken(one) == [
            ("會議", "第11屆第2會期第3次會議"),
            ("會議事由", "一、審查勞動基準法。"),
            ("關係文書", "勞動基準法修正草案"),
            ("出席委員", "甲、乙"),
        ]

    def test_of_an_interpellation(self) -> None:
        (one,) = parsed(
            "interpellation/11-2-3-1", ASKED | {"說明": "一、…", "會議代碼": "院會-11-2-3", "會議日期": "113/10/04"}
        )
        assert one.document.key == "gazette-ly/interpellation-11-2-3-1"
        assert one.document.version == "2024-10-04"
        assert spoken(one) == [("甲委員", "就勞工退休提出質詢。"), ("甲委員", "一、…")]
        assert one.links == (Link("gazette-ly/meet-院會-11-2-3", "part_of"),)

    def test_of_a_vote(self) -> None:
        result = {"出席人數": 3, "贊成人數": 2, "反對人數": 1, "棄權人數": 0}
        sides = {"贊成": ["甲", "乙"], "反對": ["丙"], "棄權": []}
        time = {"表決時間": "中華民國114年12月19日 上午10時42分02秒"}
        (one,) = parsed("vote/1150101_00002_55", VOTE | sides | time | {"表決結果": result})
        assert one.document.version == "2025-12-19"
        assert one.document.text == (
            "表決議題\n是否延長開會\n\n表決結果\n出席人數：3　贊成人數：2　反對人數：1　棄權人數：0\n\n贊成\n甲、乙\n\n反對\n丙"
        )
        assert one.links[0] == Link("gazette-ly/1150101_00002", "part_of")

    def test_of_a_bill_and_its_articles(self) -> None:
        changed = {"修正": "第二十四條　雇主…", "現行": "第二十四條　雇主應…", "說明": "為保障勞工。"}
        added = {"增訂": "第二十四條之一　…", "說明": "一、本條新增。"}
        tables = [
            {"title": "勞動基準法修正草案", "law_name": "勞動基準法", "立法種類": "修正條文", "rows": [changed]},
            {"title": "勞動基準法增訂", "rows": [added]},
        ]
        steps = [{"狀態": "交付審查", "日期": ["2024-10-04"], "院會/委員會": "院會", "會期": "11-2-3"}]
        about = {
            "提案人": ["甲", "乙"],
            "案由": "鑑於…",
            "議案流程": steps,
            "提案日期": "2024-09-20",
            "議案狀態": "交付審查",
        }
        bill, first, second = parsed("bill/203110077970000", BILL | about | {"對照表": tables})
        assert [one.document.key for one in (bill, first, second)] == [
            f"bill/203110077970000/{number}" for number in range(3)
        ]
        assert {one.document.version for one in (bill, first, second)} == {"2024-09-20"}
        assert bill.document.url == "https://ppg.ly.gov.tw/ppg/bills/203110077970000/details"
        assert spoken(bill)[-1] == ("審議進度", "2024-10-04　院會　交付審查")
        assert first.document.title == "勞動基準法修正草案 第二十四條"
        assert [(span.section, span.searchable) for span in first.spans] == [
            ("修正條文", True), ("現行條文", False), ("說明", True),
        ]  # fmt: skip
        assert first.document.facts["law"] == "勞動基準法"
        assert second.document.text == "增訂條文\n第二十四條之一　…\n\n說明\n一、本條新增。"
        assert second.links == (Link("bill/203110077970000/0", "part_of"),)

    @pytest.mark.parametrize("id", ["meet/x", "interpellation/x", "vote/x", "bill/x", "gazette_agenda/x"])
    def test_a_record_that_says_nothing_is_named(self, id: str) -> None:
        (one,) = parse(Raw(id, b"{}"))
        assert isinstance(one, Skipped)

    @pytest.mark.parametrize(("id", "body"), [("meet/x", b"{"), ("meet/x", b"[]"), ("odd/x", b"{}"), ("meet", b"{}")])
    def test_what_is_no_record_is_said_to_be(self, id: str, body: bytes) -> None:
        with pytest.raises(SourceChanged):
            list(parse(Raw(id, body)))


NAMES = st.sampled_from(
    "data text text_of 案由 會議日期 類別代碼 處理後公報網址 會議標題 會議資料 會議事由 出席委員 議事網資料 關係文書 議案 議案編號 標題 "
    "質詢委員 事由 說明 會議代碼 表決議題 表決結果 贊成 表決時間 議案名稱 提案人 議案流程 狀態 日期 對照表 title rows 修正 現行 條號".split()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9999999) | st.floats(allow_nan=False) | st.text(max_size=30)
    | st.sampled_from(["主席：好。\r\n王委員大明：請問部長，何時提出報告？\n", "1131004", "昨天", "Wrong", "\u3000\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
KINDS = st.sampled_from(["gazette_agenda", "meet", "interpellation", "vote", "bill"])


@given(KINDS, st.dictionaries(NAMES, VALUES, max_size=8))
def test_whatever_a_record_holds_its_passages_are_spans_of_its_text(kind: str, fields: dict[str, Any]) -> None:
    for one in parse(Raw(f"{kind}/1", orjson.dumps(fields))):
        if isinstance(one, Parsed):
            edges = [edge for span in one.spans for edge in (span.start, span.end)]
            assert edges == sorted(edges)
            assert all(one.document.text[span.start : span.end].strip() for span in one.spans)
            assert edges[-1] <= len(one.document.text)
        else:
            assert one.reason


@given(KINDS, st.binary(max_size=80))
def test_bytes_that_are_no_record_are_said_to_be(kind: str, body: bytes) -> None:
    assert said(Raw(f"{kind}/1", body)).count("\n") == 0


def said(raw: Raw) -> str:
    try:
        list(parse(raw))
    except SourceChanged as error:
        return str(error)
    return ""
