from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import MOST
from ingest.parsed import Parsed, Raw, Source
from ingest.sources import interpretations
from rag.errors import BrokenArchive, SourceChanged, UsageError
from rag.names import LawNames
from tests.ingest.court_pages import decision_page

EXAMPLES = Path(__file__).with_name("examples") / "interpretations"
SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[4] / "shared" / "data")) / "judicial"
SOURCE: Source = interpretations
NAMES = LawNames([])
JUDGMENT: dict[str, Any] = json.loads((EXAMPLES / "judgment.json").read_bytes())
INTERPRETATION: dict[str, Any] = json.loads((EXAMPLES / "interpretation.json").read_bytes())
COLLECTION: dict[str, Any] = json.loads((EXAMPLES / "collection.json").read_bytes())


def of_file(record: Any) -> Parsed:
    return only(Raw("archive/x", orjson.dumps(record)))


def only(raw: Raw) -> Parsed:
    (found,) = SOURCE.parse(raw, NAMES)
    assert isinstance(found, Parsed)
    return found


def said(parsed: Parsed) -> list[tuple[str, str, str]]:
    return [(one.section, one.speaker, one.place) for one in parsed.spans]


def came_from(path: Path) -> Iterator[Raw]:
    for one in SOURCE.read(path):
        assert isinstance(one, Raw)
        yield one


def write_archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("interpretations/901.json", json.dumps(INTERPRETATION))
        archive.writestr("constitutional/109/憲判/1.json", json.dumps(JUDGMENT))
    return path


def test_the_three_shapes_of_a_judgment_give_the_same_document() -> None:
    page = decision_page(
        {
            "判決字號": "109年憲判字第1號【公園夜間開放案（二）】",
            "判決日期": "109年2月25日",
            "案由": JUDGMENT["案由"],
            "主文": JUDGMENT["主文"],
            "理由": [f"{text}【{number}】" for number, text in enumerate(JUDGMENT["理由"], 1)],
            "意見書": list(JUDGMENT["意見書"].values()),
        }
    )
    of_page = Raw("page/constitutional/109年憲判字第1號", page, "http://127.0.0.1/docdata.aspx?fid=38&id=900001")
    collected = next(came_from(EXAMPLES / "collection.json"))
    assert of_file(JUDGMENT) == only(collected) == only(of_page)


def test_an_interpretation_is_the_same_from_a_page() -> None:
    parts = {
        "解釋字號": "釋字第901號【公園夜間開放案】",
        "解釋公布院令": "中華民國 106年3月10日 院台大二字第0000000號",
        "解釋爭點": INTERPRETATION["issue"],
        "解釋文": INTERPRETATION["holding"].split("\n"),
        "理由書": [INTERPRETATION["reasoning"]],
    }
    page = only(Raw("page/interpretation/901", decision_page(parts), "http://127.0.0.1/docdata.aspx?fid=100&id=9"))
    assert page == of_file(INTERPRETATION)
    assert page.document.version == "2017-03-10"


def test_what_others_say_is_not_the_words_of_the_court() -> None:
    reasons = [
        "壹、事實概要及聲請人陳述要旨",
        "聲請人因事件聲請。",
        "關係機關某部略謂：應合憲。",
        "貳、形成主文之法律上意見",
        "憲法保障自由。",
        "查立法理由略以：「甲」。",
    ]
    spans = said(of_file(JUDGMENT | {"理由": reasons, "意見書": {}, "主文": ["違憲。"]}))
    assert spans == [
        ("案由", "", ""),
        ("主文", "憲法法庭", ""),
        ("理由", "", "第2段"),
        ("理由", "關係機關", "第3段"),
        ("理由", "憲法法庭", "第5段"),
        ("理由", "憲法法庭", "第6段"),
    ]


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("憲法法庭109年憲判字第1號判決甲大法官乙丙提出之協同意見書", "甲大法官乙丙"),
        ("憲法法庭109年憲判字第1號判決甲大法官乙丙提出協同意見書，丁大法官戊己加入", "甲大法官乙丙"),
        ("憲法法庭109年憲判字第1號甲乙丙大法官提出之不同意見書（更正）", "甲乙丙大法官"),
        ("憲法法庭109年憲判字第1號判決甲大法官乙、丙大法官丁共同提出之不同意見書", "甲大法官乙、丙大法官丁"),
        ("意見書", ""),
    ],
)
def test_an_opinion_names_its_author_and_is_not_searched(line: str, speaker: str) -> None:
    parsed = of_file(JUDGMENT | {"意見書": {"1": line}})
    assert [(one.speaker, one.searchable) for one in parsed.spans if one.section == "意見書"] == [(speaker, False)]


@pytest.mark.parametrize(
    ("written", "version", "since"),
    [
        ("2020-02-25", "2020-02-25", date(2020, 2, 25)),
        ("109年2月25日", "2020-02-25", date(2020, 2, 25)),
        ("-109年2月25日", "undated", date(2020, 1, 1)),
        ("-1911-02-25", "undated", date(2020, 1, 1)),
        ("109年2月31日", "undated", date(2020, 1, 1)),
        ("", "undated", date(2020, 1, 1)),
    ],
)
def test_a_broken_date_leaves_the_year_of_the_number(written: str, version: str, since: date) -> None:
    document = of_file(JUDGMENT | {"判決日期": written}).document
    assert (document.version, document.valid_from) == (version, since)
    assert document.facts.get("date", "undated") == version


def test_an_interpretation_without_a_date_holds_always() -> None:
    document = of_file(INTERPRETATION | {"date": "?"}).document
    assert (document.version, document.valid_from) == ("undated", date.min)


def test_every_section_can_be_left_out_of_the_index() -> None:
    parsed = [of_file(JUDGMENT), of_file(INTERPRETATION)]
    assert {one.section for document in parsed for one in document.spans} == set(SOURCE.FIELDS.values())
    assert SOURCE.FIELDS["issue"] == "爭點"


def test_an_archive_and_a_collection_are_read_together_from_a_folder(tmp_path: Path) -> None:
    write_archive(tmp_path / "z-last.zip")
    (tmp_path / "a-first.json").write_bytes((EXAMPLES / "collection.json").read_bytes())
    (tmp_path / "of-another-source.json").write_text('{"JID": "TPSV,104,台上,472,20150326,1", "JFULL": "…"}')
    came = list(came_from(tmp_path))
    assert [one.id for one in came] == [
        "archive/interpretation/901",
        "archive/constitutional/109年憲判字第1號",
        "judgments/constitutional/109年憲判字第1號",
        "judgments/constitutional/109年憲判字第2號",
    ]
    assert came[0].body == json.dumps(INTERPRETATION).encode()
    assert [one.seen for one in came] == [None, None, date(2020, 2, 25), None]


def test_files_that_hold_nothing_of_the_kind_say_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="找不到"):
        list(SOURCE.read(tmp_path / "none"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(write_archive(tmp_path / "whole.zip").read_bytes()[:-40])
    with pytest.raises(BrokenArchive):
        list(SOURCE.read(broken))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (Raw("archive/x", b"", "x.json"), "x.json：不是一件解釋或裁判的 JSON"),
        (Raw("archive/x", b"[1]"), "archive/x：不是一件解釋或裁判的 JSON"),
        (Raw("archive/x", b'{"number": "?"}'), "找不到解釋或裁判字號"),
        (Raw("archive/x", b'{"number": 748, "holding": " "}'), "沒有解釋文或主文"),
        (Raw("archive/x", orjson.dumps(JUDGMENT | {"主文": {"a": [1]}})), "沒有解釋文或主文"),
        (Raw("page/x", b"<html><body>moved</body></html>", "http://x"), "http://x：找不到解釋或裁判字號"),
        (Raw("page/x", decision_page({"判決字號": "109年憲判字第1號", "理由": ["一"]})), "沒有解釋文或主文"),
    ],
)
def test_an_unknown_shape_is_told(raw: Raw, why: str) -> None:
    with pytest.raises(SourceChanged, match=why):
        list(SOURCE.parse(raw, NAMES))


TEXTS = st.text(st.sampled_from("壹、一聲請人略以：機關【12】。\n\r　 主文提出大法官號字第"), max_size=1200)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**6) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*JUDGMENT, *INTERPRETATION, *COLLECTION["109_1"]]


@given(
    st.sampled_from([JUDGMENT, INTERPRETATION, COLLECTION["109_1"]]), st.dictionaries(st.sampled_from(FIELDS), VALUES)
)
def test_any_record_gives_a_document_with_sound_passages_or_is_told(
    record: dict[str, Any], other: dict[str, Any]
) -> None:
    raw = Raw("archive/x", json.dumps(record | other).encode())
    try:
        (parsed,) = SOURCE.parse(raw, NAMES)
    except SourceChanged:
        return
    assert isinstance(parsed, Parsed)
    text = parsed.document.text
    edges = [0, *(edge for one in parsed.spans for edge in (one.start, one.end)), len(text)]
    assert edges == sorted(edges)
    for one in parsed.spans:
        passage = text[one.start : one.end]
        assert passage == passage.strip() != ""
        assert len(passage) <= MOST
    kept = {one.section for one in parsed.spans}
    assert kept & {"解釋文", "主文"}


@given(st.binary(max_size=200), st.sampled_from(["archive/x", "page/x"]))
def test_any_bytes_are_told(body: bytes, id: str) -> None:
    with pytest.raises(SourceChanged):
        list(SOURCE.parse(Raw(id, body), NAMES))


@pytest.mark.skipif(not (SHARED / "interpretations.zip").exists(), reason="no shared data")
def test_all_that_is_there_is_read_and_the_shapes_agree() -> None:
    came = [*came_from(SHARED / "interpretations.zip"), *came_from(SHARED / "constitutional_2022_2026.json")]
    parsed = [(raw, only(raw)) for raw in came]
    keys = {one.document.key for _, one in parsed}
    assert (len(parsed), len(keys)) == (1364, 1322)
    assert {f"interpretation/{number}" for number in range(1, 814)} <= keys
    assert not any(one.document.version == "undated" or not one.document.url for _, one in parsed)
    files = {one.document.key: one for raw, one in parsed if raw.id.startswith("archive/")}
    same = [one == files[one.document.key] for raw, one in parsed if one.document.key in files and raw.id[0] == "j"]
    # Six of 42 were corrected by the court between the two.
    assert (len(same), sum(same)) == (42, 36)
