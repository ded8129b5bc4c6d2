"""The frame of records and the items of minutes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ly_records import frame, minutes_spans

TITLE = "立法院第9屆第2會期港務委員會第3次全體委員會議紀錄\n"


def day_of(time: str) -> date | None:
    found = frame(f"{TITLE}{time}\n地　　點　紅樓")
    assert found is not None
    return found.day


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("時　　間　中華民國105年10月12日（星期三）上午9時", date(2016, 10, 12)),
        ("時    間：105年10月12日", date(2016, 10, 12)),
        ("繼續開會　中華民國105年10月12日（星期三）上午9時", date(2016, 10, 12)),
        ("時　　間　中華民國八十一年三月五日（星期四）上午九時", date(1992, 3, 5)),
        ("時　　間　中華民國104年10月12日（星期三）", date(2016, 10, 12)),
        ("時　　間　中華民國105年10月12日（星期日）", date(2016, 10, 12)),
        ("時　　間　中華民國105年13月12日", None),
        ("時　　間　另定", None),
        ("", None),
    ],
)
def test_the_day_of_a_meeting(time: str, day: date | None) -> None:
    assert day_of(time) == day


@pytest.mark.parametrize(
    ("title", "committee", "sitting", "minutes"),
    [
        ("立法院第8屆第1會期經濟、財政兩委員會第1次聯席會議紀錄", "經濟、財政兩委員會", "1", False),
        ("立法院第8屆第2會期立法院交通委員會第10次全體委員會議議事錄", "交通委員會", "10", True),
        ("立法院第9屆第3會期第3次臨時會第1次會議議事錄", None, "1", True),
        ("立法院第9屆第3會期內政委員會「燈塔條例」公聽會紀錄", "內政委員會", None, False),
    ],
)
def test_titles(title: str, committee: str | None, sitting: str | None, minutes: bool) -> None:
    found = frame(f"議事錄\n{title}\n")
    assert found is not None
    assert found.facts["meeting"] == title
    assert (found.facts.get("committee"), found.facts.get("sitting"), found.minutes) == (committee, sitting, minutes)


def test_the_shell_of_a_web_page_before_the_title_is_no_part_of_it() -> None:
    found = frame(
        "議事錄\n<!--\ntd { font-size: 9pt }\n-->\n議事錄\n立法院第7屆第4會期第16次會議議事錄\n主　　席\n院　　長\n王大明(上午）\n"
    )
    assert found is not None
    assert found.start == 39
    assert found.facts["chair"] == "院長王大明"


def test_volume_and_issue_where_they_are_said() -> None:
    found = frame("立法院公報　第101卷　第30期　委員會紀錄\n" + TITLE)
    assert found is not None
    assert (found.facts["volume"], found.facts["issue"]) == ("101", "30")


def test_no_meeting_no_frame() -> None:
    assert frame("港務局公告\n時　　間　中華民國105年10月12日") is None


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["報告事項", "一、案。", "決議：好。", "壹、", "散會", ""])).map("\n".join)
)
def test_passages_of_minutes_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for span in minutes_spans(text):
        assert at <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        at = span.end
