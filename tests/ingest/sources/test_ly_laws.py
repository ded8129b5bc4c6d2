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

from ingest.ly_documents import law_of
from ingest.parsed import Link, Mark, Parsed, Raw, Skipped, Wanted
from ingest.sources.ly_laws import fetch, parse, read
from ingest.web import Web
from rag.errors import BrokenArchive, RefusedRequest, SourceChanged, UsageError
from rag.names import LawName, LawNames
from tests.ingest.ly_laws_server import lyapi
from tests.ingest.web_server import Act, Server, Time, serving, whole

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
NAMES = LawNames([LawName("民法", "B0000001"), LawName("水利法", "Z0000001"), LawName("舟車法", "Z0000002")])
ARTICLE = {"note": "(目的)", "rule_no": "第一條", "content": "　　為某事，制定本法。", "relates": {}}
LAW = {
    "id": "01001", "title": "水利法", "versions": ["中華民國110年1月5日修正", "中華民國110年1月20日公布"], "types": [],
    "law_data": [ARTICLE], "law_reasons": {"第一條": "　　為明確，修正文字。"},
    "law_history": [{"進度": "三讀", "會議日期": "1100105", "立法紀錄": "110卷5期4800號 3-3頁", "關係文書": []}],
}  # fmt: skip


def raw(law: Any) -> Raw:
    return Raw("01001", json.dumps(law).encode())


def parsed(law: Any, names: LawNames = NAMES) -> dict[str, Parsed]:
    return {one.document.key: one for one in parse(raw(law), names) if isinstance(one, Parsed)}


def skipped(law: Any) -> list[Skipped]:
    return [one for one in parse(raw(law), NAMES) if isinstance(one, Skipped)]


@pytest.mark.parametrize("name", ["laws.jsonl", "laws.jsonl.xz"])
def test_plain_and_packed_files_are_read(tmp_path: Path, name: str) -> None:
    body = b"\n".join(raw(LAW | {"id": id}).body for id in ("01001", "01002"))
    path = tmp_path / name
    path.write_bytes(lzma.compress(body) if name.endswith(".xz") else body)
    came = [one for one in read(path) if isinstance(one, Raw)]
    assert [(one.id, one.place) for one in came] == [("01001", f"{name}:1"), ("01002", f"{name}:2")]
    assert json.loads(came[1].body) == LAW | {"id": "01002"}


@pytest.mark.parametrize("line", [b"{", b"[]", b"null", b'"x"', b"<html>", b"{}", b"\xff"])
def test_a_line_that_is_no_law_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "laws.jsonl"
    path.write_bytes(raw(LAW).body + b"\n\n" + line)
    with pytest.raises(SourceChanged, match=r"^laws\.jsonl 第 3 行"):
        list(read(path))


def test_files_that_are_missing_or_cut_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="找不到"):
        list(read(tmp_path / "none.jsonl"))
    cut = tmp_path / "laws.jsonl.xz"
    cut.write_bytes(lzma.compress(raw(LAW).body * 50)[:-20])
    with pytest.raises(BrokenArchive, match="不是完整的 xz 檔"):
        list(read(cut))


def test_links_point_to_the_version_promulgated_not_to_the_day_of_passage() -> None:
    found = parsed(LAW)
    reason = found["reason/Z0000001/1/2021-01-20"]
    assert reason.links == (Link("law/Z0000001/1", "reason_of", date(2021, 1, 20)),)
    assert reason.document.facts["passed"] == "2021-01-05"
    assert found["history/Z0000001/2021-01-20"].links[0] == Link("law/Z0000001/1", "history_of", date(2021, 1, 20))


def test_a_law_made_whole_is_linked_article_by_article_though_it_has_no_reasons() -> None:
    made = LAW | {"versions": ["中華民國110年1月5日制定", "中華民國110年1月20日公布"], "law_reasons": {}}
    assert [link.target for link in parsed(made)["history/Z0000001/2021-01-20"].links] == [
        "law/Z0000001/1",
        "law/Z0000001",
    ]


def test_an_amendment_without_reasons_is_linked_to_the_law_alone() -> None:
    links = parsed(LAW | {"law_reasons": {}})["history/Z0000001/2021-01-20"].links
    assert [link.target for link in links] == ["law/Z0000001"]


def test_a_law_nobody_knows_keeps_its_number_and_all_it_says() -> None:
    found = parsed(LAW | {"title": "新法"})
    assert list(found) == ["reason/ly-01001/1/2021-01-20", "history/ly-01001/2021-01-20", "captions/ly-01001"]
    assert all(one.document.law == "" and one.links == () for one in found.values())


@pytest.mark.parametrize(
    ("title", "act", "pcode"),
    [
        ("水利法", "修正", "Z0000001"), ("水利法", "", "Z0000001"), ("民法第一編總則", "修正", "B0000001"),
        ("水利法", "廢止", ""), ("水利法", "期滿廢止", ""), ("水利法", "停止適用", ""), ("民法總則施行法", "修正", ""),
        ("水利法（民國24年）", "修正", ""),
    ],
)  # fmt: skip
def test_a_law_is_never_taken_for_another(title: str, act: str, pcode: str) -> None:
    assert law_of(title, act, NAMES) == pcode


@pytest.mark.parametrize(
    ("reason", "searchable"),
    [
        ("　　照黨團協商條文通過。,,", False), ("本條未修正。", False), ("一、條次變更。\n二、內容未修正。", False),
        ("照民進黨黨團再修正動議條文通過。", False), ("一、本條新增。\n二、照協商條文通過。", False),
        ("一、本條新增。\n二、為保護兒童。", True), ("照黨團協商條文通過，並為保護兒童，增訂但書。", True), ("為明確。", True),
    ],
)  # fmt: skip
def test_formulas_are_kept_and_not_found(reason: str, searchable: bool) -> None:
    found = parsed(LAW | {"law_reasons": {"第一條": reason}})["reason/Z0000001/1/2021-01-20"]
    assert [span.searchable for span in found.spans] == [searchable]
    assert found.document.text == reason


def test_one_article_told_of_twice_is_taken_in_once_and_named() -> None:
    twice = LAW | {"law_reasons": {"第一條 之一": "甲。", "第一條之一": "乙。"}}
    assert parsed(twice)["reason/Z0000001/1-1/2021-01-20"].document.text == "甲。"
    assert skipped(twice) == [Skipped("reason/Z0000001/1-1/2021-01-20", "同一天同一條有兩筆")]


def test_a_law_that_says_nothing_of_itself_is_named() -> None:
    bare = {name: LAW[name] for name in ("id", "title", "versions")} | {"law_data": []}
    assert skipped(bare) == [Skipped("history/Z0000001/2021-01-20", "沒有條文標題、理由或立法歷程")]


@pytest.mark.parametrize(
    "change",
    [
        {"versions": []}, {"versions": ["某日修正"]}, {"versions": ["中華民國110年13月5日修正"]}, {"versions": None}, {"title": ""},
        {"title": 5}, {"id": "一"}, {"id": None}, {"law_data": {}}, {"law_data": [3]}, {"law_reasons": []},
        {"law_reasons": {"第一條": None}}, {"law_history": [[]]}, {"law_history": [{"進度": 3}]}, {"deprecated_reason": 1},
    ],
)  # fmt: skip
def test_an_unknown_shape_is_said_to_be_one(change: dict[str, Any]) -> None:
    with pytest.raises(SourceChanged):
        list(parse(raw(LAW | change), NAMES))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(LAW)), JSON, st.integers(0, 400))
def test_odd_input_is_refused_by_name_or_read(field: str, value: Any, cut: int) -> None:
    body = json.dumps(LAW | {field: value}, ensure_ascii=False).encode()
    for one in (Raw("01001", body), Raw("01001", body[:cut]), Raw("01001", body[cut:])):
        try:
            found = list(parse(one, NAMES))
        except SourceChanged:
            continue
        assert all(isinstance(each, Parsed | Skipped) for each in found)


@given(st.text(alphabet="一、。\n　 本條新增照案通過民", max_size=1500))
def test_passages_are_spans_in_order(reason: str) -> None:
    for one in parsed(LAW | {"law_reasons": {"第一條": reason}}).values():
        text, before = one.document.text, 0
        assert one.spans
        for span in one.spans:
            assert before <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip() == text[span.start : span.end]
            before = span.end


VERSIONS = ["01001:2020-02-03-制定", "01001:2021-01-05-修正"]
TABLES: dict[str, list[dict[str, Any]]] = {
    "laws": [
        {"法律編號": "01001", "名稱": "水利法", "類別": "母法", "最新版本": {"日期": "2021-01-05", "版本編號": VERSIONS[1]}},
        {"法律編號": "01001001", "名稱": "水利法施行細則", "類別": "子法", "最新版本": None},
        {"法律編號": "01002", "名稱": "舟車法", "類別": "母法", "最新版本": None},
    ],
    "law_versions": [
        {"法律編號": "01001", "版本編號": VERSIONS[1], "日期": "2021-01-05", "動作": "修正", "現行版本": "現行",
         "歷程": [{"進度": "三讀", "會議日期": "2021-01-05", "立法紀錄": "110卷5期4800號 3-3頁", "主提案": ["甲院", "乙黨團"]}]},
        {"法律編號": "01001", "版本編號": VERSIONS[0], "日期": "2020-02-03", "動作": "制定", "現行版本": "非現行", "歷程": None},
    ],
    "law_contents": [
        {"法律編號": "01001", "版本編號": version, "順序": order, "條號": rule, "章名": heading, "內容": text, "立法理由": reason}
        for version, order, rule, heading, text, reason in [
            (VERSIONS[0], 0, "法律名稱", None, "舊水利法", None), (VERSIONS[0], 1, None, "第一章 總則", None, None),
            (VERSIONS[0], 2, "第一條", None, "甲。", "明定目的。"), (VERSIONS[0], 3, "第二條", None, "乙。", "明定機關。"),
            (VERSIONS[1], 0, "法律名稱", None, "水利法", None), (VERSIONS[1], 1, "第一條", None, "甲。", "明定目的。"),
            (VERSIONS[1], 2, "第二條", None, "丙。", "機關改名。"),
        ]
    ],
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def fetched(server: Server, act: Act, marks: dict[str, str] | None = None, token: str = "") -> list[Any]:
    server.acts = [act] * 50
    with closing(Web(clock=Time().clock())) as web:
        return list(fetch(web, Wanted(NOW, server.at("/v2"), token=token, marks=marks or {})))


def test_the_api_gives_a_law_with_all_its_versions(server: Server) -> None:
    law, mark = fetched(server, lyapi(TABLES), token="abc")
    assert mark == Mark("law/01001", VERSIONS[1])
    assert law.id == "api/01001"
    assert {asked.get("authorization") for asked in server.asked} == {"Bearer abc"}
    found = {one.document.key: one for one in parse(law, NAMES) if isinstance(one, Parsed)}
    assert [(key, one.document.text.partition("\n")[0], one.document.title) for key, one in found.items()] == [
        ("reason/Z0000001/1/2020-02-03", "明定目的。", "舊水利法第1條立法理由（109年2月3日）"),
        ("reason/Z0000001/2/2020-02-03", "明定機關。", "舊水利法第2條立法理由（109年2月3日）"),
        ("reason/Z0000001/2/2021-01-05", "機關改名。", "水利法第2條立法理由（110年1月5日）"),
        ("history/Z0000001/2021-01-05", "2021-01-05修正", "水利法立法歷程（110年1月5日修正）"),
    ]
    assert found["reason/Z0000001/1/2020-02-03"].document.path == ("第一章 總則",)
    assert found["history/Z0000001/2021-01-05"].document.facts["proposer"] == "甲院、乙黨團"


def test_where_the_day_of_promulgation_is_not_known_no_version_is_claimed(server: Server) -> None:
    law, _ = fetched(server, lyapi(TABLES))
    days = {link.day for one in parse(law, NAMES) if isinstance(one, Parsed) for link in one.links}
    assert days == {None}


def test_no_version_of_a_law_that_has_ended_is_put_to_another_of_its_name() -> None:
    ended = TABLES["law_versions"][0] | {"版本編號": "01001:2022-01-01-廢止", "日期": "2022-01-01", "動作": "廢止"}
    versions = [ended, *TABLES["law_versions"]]
    found = parsed({"law": TABLES["laws"][0], "versions": versions, "contents": TABLES["law_contents"]})
    assert len(found) == 5
    assert {one.document.law for one in found.values()} == {""}


def test_a_law_without_versions_is_named() -> None:
    record = {"law": TABLES["laws"][0], "versions": [], "contents": []}
    assert skipped(record) == [Skipped("history/ly-01001", "沒有任何版本")]


def test_a_law_that_has_not_changed_is_not_asked_for(server: Server) -> None:
    assert fetched(server, lyapi(TABLES), {"law/01001": VERSIONS[1]}) == []
    assert len(server.asked) == 1


def test_a_law_beyond_the_window_is_asked_for_by_version(server: Server) -> None:
    law, _ = fetched(server, lyapi(TABLES, {"law_contents": 10_001}))
    assert len(json.loads(law.body)["contents"]) == 7
    assert sum("%E7%89%88%E6%9C%AC" in asked[":path"] for asked in server.asked) == 2


def test_long_lists_come_page_by_page(server: Server) -> None:
    many = [TABLES["laws"][0] | {"法律編號": f"{number:05}"} for number in range(2_500)]
    marks = {f"law/{number:05}": VERSIONS[1] for number in range(2_500)}
    assert fetched(server, lyapi(TABLES | {"laws": many}), marks) == []
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b'{"error":true,"message":"x"}', b'{"total":1}', b'{"total":1,"laws":[]}',
        b'{"total":"1","laws":[{}]}', b'{"total":0,"laws":[]}', b'{"total":1,"laws":[3]}', b'{"laws":[]}{"laws":[]}',
    ],
)  # fmt: skip
def test_an_answer_that_is_no_list_is_an_error(server: Server, body: bytes) -> None:
    with pytest.raises(SourceChanged):
        fetched(server, whole(body))


def test_a_refusal_is_passed_on(server: Server) -> None:
    with pytest.raises(RefusedRequest) as caught:
        fetched(server, lambda handler: handler.reply(413, b"{}"))
    assert caught.value.status == 413


@pytest.mark.parametrize(
    "change", [{"law": None}, {"versions": [{}]}, {"contents": [{"版本編號": 3}]}, {"versions": [{"版本編號": "x"}]}]
)
def test_rows_of_another_shape_are_said_to_be_so(change: dict[str, Any]) -> None:
    record = {"law": TABLES["laws"][0], "versions": TABLES["law_versions"], "contents": TABLES["law_contents"]}
    with pytest.raises(SourceChanged):
        list(parse(raw(record | change), NAMES))


SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.skipif(not (SHARED / "ly/laws.jsonl.xz").exists(), reason="no shared data")
def test_the_whole_law_system_is_read() -> None:
    found: Counter[str] = Counter()
    keys: set[str] = set()
    for came in read(SHARED / "ly/laws.jsonl.xz"):
        assert isinstance(came, Raw)
        for one in parse(came, NAMES):
            key = one.document.key if isinstance(one, Parsed) else one.key
            found[f"{type(one).__name__} {key.partition('/')[0]}"] += 1
            keys.add(key)
    assert found == {"Parsed reason": 9_940, "Parsed history": 1_288, "Parsed captions": 1_409, "Skipped history": 2}
    assert len(keys) == found.total()
