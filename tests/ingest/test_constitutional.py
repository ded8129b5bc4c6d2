from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.constitutional import key_of, listing, parts
from ingest.parsed import Came, Mark, Raw, Wanted
from ingest.sources import interpretations
from ingest.web import Web
from rag.errors import SourceBlocked, SourceChanged
from rag.names import LawNames
from tests.ingest.court_pages import decision_page, list_page, site
from tests.ingest.web_server import WALL, Server, Time, serving

NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Asia/Taipei"))
FIRST = "109年憲判字第1號【公園夜間開放案】"
PAGE = decision_page({"判決字號": FIRST, "判決日期": "109年2月25日", "主文": ["違憲。"], "理由": ["理由。【1】"]})
RULING = decision_page(
    {"裁定字號": "109年審裁字第4號", "裁定日期": "109年3月1日", "主文": ["不受理。"], "理由": ["一"]}
)
OLD = decision_page({"解釋字號": "釋字第901號", "解釋文": ["解釋。"]}, published="2017-03-10")
LISTS: dict[str, bytes | int] = {
    "/judcurrent.aspx?fid=2195": list_page(("/docdata.aspx?fid=100&id=9", "釋字第901號")),
    "/judcurrentNew1.aspx?fid=38": list_page(
        ("/docdata.aspx?fid=38&id=1", FIRST),
        ("/judcurrentNew3.aspx?fid=40", "程序裁定"),
        ("/docdata.aspx?fid=52&id=2", "109年憲判字第1號判決摘要"),
        ("https://www.example.org/docdata.aspx?fid=38&id=3", "109年憲判字第3號"),
    ),
    "/judcurrentNew2.aspx?fid=39": list_page(("/docdata.aspx?fid=38&id=1", FIRST)),
    "/judcurrentNew3.aspx?fid=40": list_page(
        ("/docdata.aspx?fid=40&id=4", "109年審裁字第4號"), ("/judcurrentNew3.aspx?fid=40&page=2", "下一頁")
    ),
    "/judcurrentNew3.aspx?fid=40&page=2": list_page(
        ("/docdata.aspx?fid=40&id=5", "109年審裁字第5號"), ("/judcurrentNew3.aspx?fid=40&page=1", "上一頁")
    ),
    "/judcurrentNew3.aspx?fid=40&page=1": list_page(("/docdata.aspx?fid=40&id=4", "109年審裁字第4號")),
}
PAGES: dict[str, bytes | int] = LISTS | {
    "/docdata.aspx?fid=100&id=9": OLD,
    "/docdata.aspx?fid=38&id=1": PAGE,
    "/docdata.aspx?fid=40&id=4": RULING,
    "/docdata.aspx?fid=40&id=5": RULING,
}


def fetched(
    server: Server, pages: Mapping[str, bytes | int], marks: Mapping[str, str] | None = None, now: datetime = NOW
) -> list[Came]:
    server.acts = [site(pages)] * 100
    with closing(Web(clock=Time().clock())) as web:
        return list(interpretations.fetch(web, Wanted(now, server.at(""), marks=marks or {})))


def marks_of(came: list[Came]) -> dict[str, str]:
    return {one.name: one.value for one in came if isinstance(one, Mark)}


def ids(came: list[Came]) -> list[str]:
    return [one.id for one in came if isinstance(one, Raw)]


def test_every_list_is_walked_to_its_end_and_each_decision_comes_once() -> None:
    with serving() as server:
        came = fetched(server, PAGES)
    assert ids(came) == [
        "page/interpretation/901",
        "page/constitutional/109年憲判字第1號",
        "page/constitutional/109年審裁字第4號",
        "page/constitutional/109年審裁字第5號",
    ]
    assert all(isinstance(mark, Mark) for mark in came[1::2])
    assert {one.seen for one in came if isinstance(one, Raw)} == {NOW.date()}
    assert {one.get(":path", "").partition("&id=")[0] for one in server.asked} >= {
        path.partition("&id=")[0] for path in PAGES
    }


def test_a_second_run_asks_only_whether_the_young_decisions_changed() -> None:
    with serving() as server:
        marks = marks_of(fetched(server, PAGES))
        server.asked.clear()
        again = fetched(server, PAGES, marks)
        asked = [one[":path"] for one in server.asked if "docdata" in one[":path"]]
        changed = fetched(
            server, PAGES | {"/docdata.aspx?fid=38&id=1": PAGE.replace("違憲".encode(), "合憲".encode())}, marks
        )
        later = fetched(server, PAGES, marks, NOW.replace(year=2027))
    assert ids(again) == []
    assert marks_of(again) == {name: mark for name, mark in marks.items() if name.startswith("constitutional/")}
    assert sorted(asked) == ["/docdata.aspx?fid=38&id=1", "/docdata.aspx?fid=40&id=4", "/docdata.aspx?fid=40&id=5"]
    assert ids(changed) == ["page/constitutional/109年憲判字第1號"]
    assert later == []


@pytest.mark.parametrize("broken", [404, b"<html><body>moved</body></html>", list_page()])
def test_a_page_that_can_not_be_read_stops_no_other(broken: bytes | int) -> None:
    pages = PAGES | {"/docdata.aspx?fid=38&id=1": broken}
    with serving() as server:
        came = fetched(server, pages)
        known = fetched(server, pages, {"constitutional/109年憲判字第1號": '2026-11-01 "x"'})
    assert len(ids(came)) == 4
    (failed,) = (one for one in came if isinstance(one, Raw) and one.id == "page/constitutional/109年憲判字第1號")
    with pytest.raises(SourceChanged, match=r"fid=38&id=1：找不到解釋或裁判字號"):
        list(interpretations.parse(failed, LawNames([])))
    assert len(marks_of(came)) == 3
    # What it said when it could be read stays.
    assert "page/constitutional/109年憲判字第1號" not in ids(known)
    assert marks_of(known) == marks_of(came)


def test_one_broken_page_after_the_other_is_another_site() -> None:
    many = list_page(*((f"/docdata.aspx?fid=100&id={number}", f"釋字第{number}號") for number in range(1, 9)))
    with serving() as server, pytest.raises(SourceChanged, match="連續 5 頁"):
        fetched(server, PAGES | {"/judcurrent.aspx?fid=2195": many})


@pytest.mark.parametrize("path", ["/judcurrent.aspx?fid=2195", "/judcurrentNew2.aspx?fid=39"])
def test_a_list_without_decisions_is_an_error(path: str) -> None:
    with serving() as server, pytest.raises(SourceChanged, match="清單裡沒有任何解釋或裁判"):
        fetched(server, PAGES | {path: list_page(("/docdata.aspx?fid=1&id=1", "最新消息"))})


def test_a_wall_against_robots_is_told_and_nothing_else_is_asked() -> None:
    with serving() as server, pytest.raises(SourceBlocked):
        fetched(server, PAGES | {"/judcurrent.aspx?fid=2195": WALL})
    assert len(server.asked) == 1


def test_a_page_has_parts_in_paragraphs_and_the_day_beside_them() -> None:
    assert parts(OLD) == {"解釋字號": ("釋字第901號",), "解釋文": ("解釋。",), "發布日期": ("2017-03-10",)}
    page = decision_page({"主文": ["一、甲。", "二、乙。"], "聲請人": "某甲"})
    assert parts(page) == {"主文": ("一、甲。", "二、乙。"), "聲請人": ("某甲",)}
    assert parts(list_page(("/docdata.aspx?fid=38&id=1", FIRST))) == {}


def test_opinions_are_links_to_files() -> None:
    page = b"<div class='lawList'><ul><li>x</li><li title='\xe6\x84\x8f\xe8\xa6\x8b\xe6\x9b\xb8'><a href='/f?id=1'>A</a> <a href='/f?id=2'>B</a></li></ul></div>"
    assert parts(page) == {"意見書": ("A", "B")}


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("釋字第748號【同性二人婚姻自由案】", "interpretation/748"),
        ("司法院釋字第 8 號解釋", "interpretation/8"),
        ("111年憲判字第1號【某案】", "constitutional/111年憲判字第1號"),
        ("111 年審裁字第 49 號", "constitutional/111年審裁字第49號"),
        ("111年憲暫裁字第1號", "constitutional/111年憲暫裁字第1號"),
        ("113年統裁字第2號", "constitutional/113年統裁字第2號"),
        ("112年度憲民字第1059號", ""),
        ("最新消息", ""),
        ("釋字第0號", ""),
    ],
)
def test_the_key_of_a_number(number: str, key: str) -> None:
    assert key_of(number) == key


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.sampled_from([PAGE, LISTS["/judcurrentNew1.aspx?fid=38"]])
)
def test_any_bytes_can_be_looked_at(body: bytes) -> None:
    assert isinstance(parts(body), dict)
    assert all(key_of(key) for key in listing(body, "https://cons.judicial.gov.tw/x").decisions)
