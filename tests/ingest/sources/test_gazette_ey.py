"""What a day of the gazette becomes."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsed import Link, Parsed, Raw, Skipped
from ingest.sources import gazette_ey
from rag.errors import SourceChanged, UsageError
from rag.names import LawNames
from tests.ingest.sources.gazette import issue, record
from tests.ingest.web_server import PAGE

REAL = Path(os.environ.get("YOUJU_SOURCE_DIR", "../shared/data")) / "ey" / "gazette_days.zip"
NAMES = LawNames([])
LAW = "<a href='http://law.moj.gov.tw/LawClass/LawContent.aspx?PCODE={}'>{}</a>"


def parsed(body: bytes) -> list[Parsed | Skipped]:
    return list(gazette_ey.parse(Raw("2026-10-06", body), NAMES))


def only(**fields: str) -> Parsed:
    (found,) = parsed(issue(record(**fields)))
    assert isinstance(found, Parsed)
    return found


@pytest.mark.parametrize(
    ("style", "kind", "title", "reason"),
    [
        ("法規", "有法律授權依據...非屬中央法規標準法所列7種名稱之法規命令", "公告", ""),
        ("行政規則", "行政程序法第159條第2項第2款", "令", ""),
        ("轉載", "法律", "總統令", ""),
        ("轉載", "褒揚令", "總統令", "轉載：不是法律"),
        ("公告及送達", "法規命令訂定、修正草案及廢止案之預告", "預告", ""),
        ("公告及送達", "法規命令草案之預告", "預告", ""),
        ("公告及送達", "依法規應公告之事項", "公告免稅額", ""),
        ("公告及送達", "依法規應公告之事項", "公告候選人名單", "名單：個人資料"),
        ("公告及送達", "權限委任、委託之公告", "公告委託", ""),
        ("公告及送達", "公示送達", "裁處書", "公示送達：個人資料，對一般人無規範效力"),
        ("公告及送達", "依法規應公告之事項", "繳款書公示送達", "公示送達：個人資料，對一般人無規範效力"),
        ("公告及送達", "一般處分之送達", "公告場址", "一般處分：只及於特定場所或物件"),
        ("公告及送達", "舉行聽證前之公告", "聽證", "聽證通知：會期過後即無內容"),
        ("處分", "法規規定應刊登之處分", "註銷執照", "個案處分：只對當事人生效"),
        ("其他", "更正", "更正條文", ""),
        ("專載", "院會院長提示及決定、決議事項", "院會", ""),
        ("其他", "其他", "其他", "未收錄的類別：其他／其他"),
        ("", "", "", "未收錄的類別：／"),
    ],
)
def test_every_class_is_kept_or_left_out_with_its_reason(style: str, kind: str, title: str, reason: str) -> None:
    (found,) = parsed(issue(record(Doc_Style_LName=style, Doc_Style_SName=kind, Title=title)))
    assert (found.reason if isinstance(found, Skipped) else "") == reason


@pytest.mark.parametrize(
    ("fields", "deadline"),
    [
        ({"Comment_Deadline": "2026-10-20", "Comment_Days": "7"}, "2026-10-20"),
        ({"Comment_Deadline": "中華民國115年10月20日"}, "2026-10-20"),
        ({"Comment_Days": "14"}, "2026-10-20"),
        ({"Explain": "請於本公告刊登公報隔日起十四日內陳述意見"}, "2026-10-20"),
        ({"HTMLContent": "<p>請於刊登公報之次日起60日內陳述意見</p>"}, "2026-12-05"),
        ({"Comment_Deadline": "昨天", "Comment_Days": "很多"}, None),
    ],
)
def test_a_draft_has_the_last_day_for_comments(fields: dict[str, str], deadline: str | None) -> None:
    found = only(Doc_Style_SName="法規命令草案之預告", **fields)
    assert found.document.facts.get("deadline") == deadline


@pytest.mark.parametrize(
    ("title", "style", "relation"),
    [
        ("示範部令：修正「示範法」第3條條文", "法規", "amends"),
        ("示範部令：修正「甲辦法」、「示範法」第3條條文", "法規", "amends"),
        ("示範部令：廢止「示範法」", "法規", "amends"),
        ("示範部令：訂定「示範法」", "法規", "amends"),
        ("示範部令：104年2月4日修正公布之「示範法」，自105年1月1日施行", "法規", "amends"),
        ("總統令：增訂「示範法」部分條文", "轉載", "amends"),
        ("示範部令：訂定「示範法」第3條之一定比例", "法規", "cites"),
        ("示範部令：訂定屬「示範法」第3條規定之案件", "法規", "cites"),
        ("示範部令：依據「示範法」第3條規定，指定機構", "法規", "cites"),
        ("示範部令：修正「示範法施行細則」", "法規", "cites"),
        ("示範部令：修正「示範法」第3條解釋", "行政規則", "cites"),
    ],
)
def test_a_law_is_amended_only_where_the_title_says_so(title: str, style: str, relation: str) -> None:
    found = only(
        Title=title, Doc_Style_LName=style, Doc_Style_SName="法律", HTMLContent=LAW.format("A0000009", "示範法")
    )
    assert [(one.target, one.relation) for one in found.links] == [("law/A0000009", relation)]


def test_a_law_linked_in_several_ways_is_linked_once() -> None:
    html = (
        LAW.format("a0000009", "示範法")
        + "<a href='http://law.moj.gov.tw/Scripts/Newsdetail.asp?NO=1A0000009'>本法</a>"
    )
    assert only(HTMLContent=html, Title="核釋").links == (Link("law/A0000009"),)


def test_what_the_page_does_not_say_is_added_once() -> None:
    page = "<p>主　　旨：修正示範辦法第三條。</p><p>部　　長　甲乙丙</p>"
    assert only(HTMLContent=page, Explain="修正示範辦法第三條").document.text.count("第三條") == 1
    text = only(HTMLContent=page, Explain="本次修正自即日生效，舊案仍適用原規定。").document.text
    assert text.endswith("\n\n說明：本次修正自即日生效，舊案仍適用原規定。")


def test_a_record_without_words_is_named() -> None:
    assert parsed(issue(record(HTMLContent=" "))) == [Skipped("gazette-ey/1", "沒有內容")]


@pytest.mark.parametrize("metaid", ["", "甲", "1 2", "9" * 50])
def test_a_record_without_a_number_is_named(metaid: str) -> None:
    (found,) = parsed(issue(record(MetaId=metaid)))
    assert isinstance(found, Skipped)
    assert found.key == "2026-10-06#1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<Gazette/>",
        b"<Gazette><Record/></Gazette>",
        b"<rss><Record/></rss>",
        PAGE,
        issue(record())[:-20],
        b"\x80\xff" * 99,
    ],
)
def test_an_unknown_shape_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        parsed(body)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(SourceChanged, match="不是公報的日期"):
        list(gazette_ey.parse(Raw("someday", issue(record())), NAMES))


def test_entities_are_not_followed() -> None:
    bomb = '<!DOCTYPE Gazette [<!ENTITY a "甲甲甲甲"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    body = bomb + issue(record()).decode().partition("\n")[2].replace("<![CDATA[示範字第1號]]>", "示範字&a;&f;")
    (found,) = parsed(body.encode())
    assert isinstance(found, Parsed)
    assert found.document.facts["number"] == "示範字"


def test_characters_xml_forbids_and_another_encoding_do_no_harm() -> None:
    body = issue(record(HTMLContent="<p>修正\x0b示範辦法。</p>")).decode().encode("cp950")
    (found,) = parsed(body)
    assert isinstance(found, Parsed)
    assert found.document.text == "修正示範辦法。"


@given(
    st.binary()
    | st.builds(
        lambda text, at: issue(record(HTMLContent=text.replace("]]>", ""), Explain="說明"))[:at],
        st.text(),
        st.integers(1, 2000),
    )
)
def test_whatever_comes_spans_are_of_the_text(body: bytes) -> None:
    found: list[Parsed | Skipped] = []
    with suppress(SourceChanged):
        found = parsed(body)
    for one in found:
        if isinstance(one, Parsed):
            text = one.document.text
            assert all(text[span.start : span.end].strip() == text[span.start : span.end] != "" for span in one.spans)


@pytest.mark.parametrize("name", ["115-10-06.xml", "2026-10-06.xml", "newest.xml"])
def test_a_file_is_of_the_day_in_its_name_or_its_records(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(issue(record()))
    (raw,) = gazette_ey.read(tmp_path / name)
    assert isinstance(raw, Raw)
    assert (raw.id, raw.seen) == ("2026-10-06", date(2026, 10, 6))


@pytest.mark.parametrize("name", ["115-13-06.xml", "newest.xml"])
def test_a_file_without_a_day_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(issue(record(Date_Published="")))
    with pytest.raises(SourceChanged, match=r"105-03-23\.xml"):
        list(gazette_ey.read(tmp_path / name))


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(gazette_ey.read(tmp_path))


@pytest.mark.skipif(not REAL.exists(), reason="no shared data")
def test_every_real_record_is_a_document_or_left_out_for_a_reason() -> None:
    found = [one for raw in gazette_ey.read(REAL) if isinstance(raw, Raw) for one in gazette_ey.parse(raw, NAMES)]
    documents = [one.document for one in found if isinstance(one, Parsed)]
    assert len(found) == 783
    assert Counter(one.reason for one in found if isinstance(one, Skipped)) == {
        "公示送達：個人資料，對一般人無規範效力": 155,
        "個案處分：只對當事人生效": 71,
        "一般處分：只及於特定場所或物件": 15,
        "名單：個人資料": 8,
        "聽證通知：會期過後即無內容": 3,
    }
    drafts = [one for one in documents if "草案" in one.facts["style"]]
    assert len(drafts) == sum("deadline" in one.facts for one in drafts) == 141
    assert not [one.key for one in documents if "mso-" in one.text or "<" in one.text.replace("＜", "")]
