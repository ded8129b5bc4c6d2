import json
import lzma
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsed import Link, Parsed, Raw, Skipped, Wanted
from ingest.sources.bills import fetch, parse, read
from ingest.web import Web
from rag.errors import SourceChanged
from rag.names import LawName, LawNames
from tests.ingest.web_server import PAGE, Act, Server, Time, serving, whole

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
NAMES = LawNames([LawName("民法", "B0000001"), LawName("水利法", "Z0000001"), LawName("水利法施行細則", "Z0000002")])
ROW = {
    "billNo": "1010209070200100", "term": "08", "sessionPeriod": "01", "sessionTimes": "02", "meetingTimes": "null",
    "selectTerm": "0801", "docNo": "院總第1號委員提案第2號", "docUrl": "http://lci.ly.gov.tw/x/LCEWA01_080102_00005.doc",
    "lawCompareTitle": "水利法第二條條文修正草案對照表", "activeLaw": "第二條　甲。", "reviseLaw": "第二條　乙。", "description": "為明確。",
}  # fmt: skip


def parsed(**change: Any) -> Parsed:
    (one,) = parse(Raw("1/a", json.dumps(ROW | change).encode()), NAMES)
    assert isinstance(one, Parsed)
    return one


def write(path: Path, *rows: dict[str, Any]) -> Path:
    body = b"\n".join(json.dumps(row).encode() for row in rows)
    path.write_bytes(lzma.compress(body) if path.suffix == ".xz" else body)
    return path


def ids(path: Path) -> list[str]:
    return [one.id for one in read(path) if isinstance(one, Raw)]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.xz"])
def test_an_article_listed_at_every_sitting_comes_once(tmp_path: Path, name: str) -> None:
    again = ROW | {"sessionTimes": "06", "selectTerm": "0802", "sessionPeriod": "02"}
    other = ROW | {"description": "另有說明。"}
    found = ids(write(tmp_path / name, ROW, other, again, ROW))
    assert len(found) == len(set(found)) == 2
    assert all(id.startswith("1010209070200100/") for id in found)


def test_ids_do_not_hang_on_order_or_sitting(tmp_path: Path) -> None:
    other = ROW | {"reviseLaw": None}
    first = ids(write(tmp_path / "a.jsonl", ROW, other))
    second = ids(write(tmp_path / "b.jsonl", other, ROW | {"sessionTimes": "09"}))
    assert second == first[::-1]


def test_one_bill_on_two_laws_keeps_articles_of_the_same_words_apart(tmp_path: Path) -> None:
    assert len(ids(write(tmp_path / "a.jsonl", ROW, ROW | {"lawCompareTitle": "民法第二條條文修正草案對照表"}))) == 2


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "3", json.dumps({}), json.dumps(ROW | {"billNo": "a/b"}), json.dumps(ROW | {"billNo": None}),
     json.dumps(ROW | {"lawCompareTitle": ""}), json.dumps(ROW | {"activeLaw": 3}),
     json.dumps({name: value for name, value in ROW.items() if name != "description"})],
)  # fmt: skip
def test_a_line_that_is_no_bill_article_is_named(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "rows.jsonl", ROW)
    path.write_bytes(path.read_bytes() + b"\n\n" + line.encode())
    with pytest.raises(SourceChanged, match=r"^rows\.jsonl 第 3 行"):
        list(read(path))


@pytest.mark.parametrize(
    ("title", "law", "name"),
    [
        ("「水利法部分條文修正草案」條文對照表", "Z0000001", "水利法修正草案第2條"),
        ("水利法施行細則修正草案對照表", "Z0000002", "水利法施行細則修正草案第2條"),
        ("水利法增訂第二條條文草案對照表", "Z0000001", "水利法修正草案第2條"),
        ("民法親屬編部分條文修正草案對照表", "B0000001", "民法修正草案第2條"),
        ("某新法草案條文對照表", "", "某新法草案第2條"),
        ("原水利法草案對照表", "", "原水利法草案第2條"),
        ("所得稅第十七條條文修正草案對照表", "", "所得稅第十七條條文修正草案第2條"),
    ],
)
def test_the_law_is_read_from_the_title(title: str, law: str, name: str) -> None:
    document = parsed(lawCompareTitle=title).document
    assert (document.law, document.title) == (law, name)


@pytest.mark.parametrize(
    ("active", "revised", "number", "target"),
    [
        ("第二條　甲。", "第三條　乙。", "3", "law/Z0000001/2"), ("第二條之一　甲。", None, "2-1", "law/Z0000001/2-1"),
        ("第 185-3 條　甲。", None, "185-3", "law/Z0000001/185-3"), (None, "第二條　乙。", "2", ""),
        ("第二章　通則", "第三章　通則", "", ""), ("（一百零六年公布條文）第十八條　甲。", None, "18", "law/Z0000001/18"),
    ],
)  # fmt: skip
def test_the_article_now_in_force_is_what_a_bill_amends(
    active: str | None, revised: str | None, number: str, target: str
) -> None:
    one = parsed(activeLaw=active, reviseLaw=revised)
    assert one.document.number == number
    assert one.links == ((Link(target, "amends", date(2012, 2, 9)),) if target else ())


@pytest.mark.parametrize(
    ("bill", "version"),
    [
        ("1010209070200100", "2012-02-09"),
        ("0991231070200100", "2010-12-31"),
        ("203110077970000", "undated"),
        ("1011309070200100", "undated"),
    ],
)
def test_the_day_is_in_the_bills_number_where_it_is_anywhere(bill: str, version: str) -> None:
    document = parsed(billNo=bill).document
    assert document.version == version
    assert document.valid_from == (date.min if version == "undated" else date.fromisoformat(version))


def test_the_statute_copied_into_a_bill_is_not_found() -> None:
    spans = parsed().spans
    assert [(span.section, span.searchable) for span in spans] == [
        ("現行條文", False),
        ("修正條文", True),
        ("說明", True),
    ]


def test_a_row_without_a_word_is_named() -> None:
    row = ROW | {"activeLaw": None, "reviseLaw": "　", "description": ""}
    assert list(parse(Raw("1/a", json.dumps(row).encode()), NAMES)) == [Skipped("bill/1/a", "三欄都沒有文字")]


@given(
    st.text(max_size=900), st.text(max_size=900), st.none() | st.text(max_size=900), st.text(min_size=1, max_size=40)
)
def test_passages_are_spans_in_order(active: str, revised: str, reason: str | None, title: str) -> None:
    row = ROW | {"activeLaw": active, "reviseLaw": revised, "description": reason, "lawCompareTitle": title}
    for one in parse(Raw("1/a", json.dumps(row).encode()), NAMES):
        if isinstance(one, Skipped):
            continue
        text, before = one.document.text, 0
        for span in one.spans:
            assert before <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip() == text[span.start : span.end]
            before = span.end


@given(st.binary(max_size=200) | st.integers(0, 300).map(lambda at: json.dumps(ROW).encode()[:at]))
def test_odd_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        list(parse(Raw("1/a", body), NAMES))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def fetched(server: Server, *acts: Act) -> list[Raw]:
    server.acts = list(acts)
    with closing(Web(clock=Time().clock())) as web:
        return [one for one in fetch(web, Wanted(NOW, server.at("/odw"))) if isinstance(one, Raw)]


def page(*rows: dict[str, Any]) -> Act:
    return whole(json.dumps({"jsonList": rows}).encode())


def test_pages_are_asked_for_until_one_is_short(server: Server) -> None:
    full = [ROW | {"description": f"第{number}筆"} for number in range(1_000)]
    came = fetched(server, page(*full), page(ROW, ROW))
    assert len(came) == 1_001
    assert [asked[":path"].rpartition("&")[2] for asked in server.asked] == ["page=1", "page=2"]


def test_an_empty_page_ends_a_full_one(server: Server) -> None:
    full = [ROW | {"description": f"第{number}筆"} for number in range(1_000)]
    assert len(fetched(server, page(*full), page())) == 1_000


def test_an_answer_that_is_no_page_is_asked_for_again(server: Server) -> None:
    assert len(fetched(server, whole(PAGE), whole(b""), page(ROW))) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (PAGE, "答覆是網頁"), (b" ", "答覆是空的"), (b'{"jsonList":[]}\n{"jsonList":[]}', "兩份接在一起"), (b"xyz", "答覆不是 JSON"),
        (b'{"jsonList":{}}', "答覆不是 JSON"), (b"[]", "答覆不是 JSON"),
    ],
)  # fmt: skip
def test_three_such_answers_are_an_error(server: Server, body: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        fetched(server, *[whole(body)] * 3)


def test_no_row_at_all_is_an_error(server: Server) -> None:
    with pytest.raises(SourceChanged, match="沒有任何一筆"):
        fetched(server, page())


def test_a_row_of_another_shape_is_an_error(server: Server) -> None:
    with pytest.raises(SourceChanged, match="格式已變"):
        fetched(server, page(ROW, {"billNo": "1"}))


SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.skipif(not (SHARED / "ly/bill_articles.jsonl.xz").exists(), reason="no shared data")
def test_all_bill_articles_are_read() -> None:
    found: Counter[str] = Counter()
    keys: set[str] = set()
    for came in read(SHARED / "ly/bill_articles.jsonl.xz"):
        assert isinstance(came, Raw)
        for one in parse(came, NAMES):
            assert isinstance(one, Parsed)
            keys.add(one.document.key)
            found["documents"] += 1
            found["dated"] += one.document.version != "undated"
            found["of an article"] += one.document.number != ""
    assert found["documents"] == found["dated"] == len(keys) == 27_270
    assert found["of an article"] / found["documents"] > 0.96
