import os
import zipfile
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsed import Parsed, Raw, Removal, Skipped
from ingest.sources import judgments
from rag.errors import SourceChanged, UsageError
from rag.names import LawNames

JID = "TYDM,110,簡,777,20211120,1"
SHARED = (
    Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[4] / "shared" / "data")) / "judicial/judgments.zip"
)
NAMES = LawNames([])
FULL = (
    "臺灣示範地方法院刑事簡易判決\r\n110年度簡字第777號\r\n被　　　告　甲○○\r\n上列被告因竊盜案件，本院判決如下：\r\n"
    "　　主　　文\r\n甲○○犯竊盜罪，處拘役拾日。\r\n　　事實及理由\r\n一、被告犯刑法第320條第1項之竊\r\n　　盜罪。\r\n"
    "中　　華　　民　　國　　110　年　11　月　20　日\r\n　　示範簡易庭　法　官　乙○○\r\n"
)
FIELDS = {
    "JID": JID, "JYEAR": "110", "JCASE": "簡", "JNO": "777", "JDATE": "20211120", "JTITLE": "竊盜", "JFULL": FULL, "JPDF": "",
}  # fmt: skip


def parsed(fields: Any, id_: str = JID) -> Parsed | Skipped:
    (one,) = judgments.parse(Raw(id_, orjson.dumps(fields)), NAMES)
    return one


def taken(**changes: str) -> Parsed:
    one = parsed(FIELDS | changes, changes.get("JID", JID))
    assert isinstance(one, Parsed)
    return one


def test_a_judgment_is_a_document_of_its_day() -> None:
    document = taken(JPDF="https://example.org/1.pdf").document
    assert (document.key, document.version, document.kind) == (f"judgment/{JID}", "2021-11-20", "judgment")
    assert document.title == "臺灣示範地方法院110年度簡字第777號判決"
    assert document.path == ("竊盜",)
    assert document.text == FULL.replace("\r\n", "\n")
    assert document.facts == {
        "court": "臺灣示範地方法院", "court_code": "TYD", "case_key": "case/TYD/110/簡/777", "type": "刑事", "form": "判決",
        "number": "110年度簡字第777號", "cause": "竊盜", "year": "110", "case": "簡", "no": "777",
        "pdf": "https://example.org/1.pdf",
    }  # fmt: skip


def test_a_text_that_does_not_name_its_court_takes_the_name_of_the_code() -> None:
    document = taken(JFULL="本件聲請駁回，理由如後所述。" * 6).document
    assert (document.facts["court"], document.title) == ("臺灣桃園地方法院", "臺灣桃園地方法院110年度簡字第777號裁判")


def test_an_unknown_court_is_called_by_its_code() -> None:
    assert taken(JID="ZZZM,110,簡,777,20211120,1", JFULL="本件聲請駁回。" * 10).document.title.startswith("ZZZ110年度")


def test_the_nightly_shape_says_the_same() -> None:
    nightly = {name: FIELDS[name] for name in ("JID", "JYEAR", "JCASE", "JNO", "JDATE", "JTITLE")}
    full = {"JFULLTYPE": "text", "JFULLCONTENT": FULL, "JFULLPDF": ""}
    assert parsed(nightly | {"JFULLX": full, "ATTACHMENTS": []}) == taken()


def test_fields_that_differ_from_the_jid_are_named_and_the_jid_holds() -> None:
    document = taken(JDATE="20211121", JNO="778").document
    assert document.version == "2021-11-20"
    assert document.facts["differs"] == "JNO 778；JDATE 20211121"


@pytest.mark.parametrize(
    ("fields", "key", "reason"),
    [
        (FIELDS | {"JID": "x"}, JID, "裁判字號（JID）不是已知的格式"),
        (FIELDS | {"JID": JID[:-1] + "2"}, f"judgment/{JID[:-1]}2", f"檔名的裁判字號與內容（{JID[:-1]}2）不同"),
        (FIELDS | {"JFULL": ""}, f"judgment/{JID}", "沒有內文或內文過短"),
        (FIELDS | {"JFULL": "　\r\n" * 900}, f"judgment/{JID}", "沒有內文或內文過短"),
        (FIELDS | {"JFULL": "本件經程式判定為依法不得公開或須去識別化後公開之案件。"}, f"judgment/{JID}", "依法不公開"),
        (FIELDS | {"JFULL": FULL + "\0"}, f"judgment/{JID}", "文字含有 NUL 字元"),
        ({"JID": JID, "error": "系統忙碌"}, JID, "司法院的回應：系統忙碌"),
    ],
)
def test_what_is_not_taken_in_says_why(fields: Any, key: str, reason: str) -> None:
    assert parsed(fields) == Skipped(key, reason)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'"x"', b"\xff", orjson.dumps({"JID": JID}), orjson.dumps(FIELDS | {"JMORE": ""}),
        orjson.dumps(FIELDS | {"JFULL": None}), orjson.dumps(FIELDS | {"JFULLX": {}}), orjson.dumps(FIELDS)[:-9],
    ],
)  # fmt: skip
def test_an_unknown_shape_is_an_error(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        list(judgments.parse(Raw(JID, body), NAMES))


def test_a_byte_order_mark_is_no_error() -> None:
    (one,) = judgments.parse(Raw(JID, b"\xef\xbb\xbf" + orjson.dumps(FIELDS)), NAMES)
    assert one == taken()


WORDS = """臺灣示範地方法院民事判決 主文 主　　文 事實及理由 理由 判決如下： 一、 二、 ㈠ \uf6b0 。 ， ： \r\n　　 原告主張： 被告則以 等語 經查 得心證之理由： 本院審酌
    附錄論罪科刑法條： 附件：臺灣示範地方檢察署檢察官起訴書113年 附表一： 中華民國113年1月2日 法官甲○○ 於民國112年3月4日5時許 此致臺灣 「 」""".split(
    " "
)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=8, max_size=60).map("".join) | st.text(min_size=60, max_size=300)


@given(TEXTS, st.sampled_from("VMAP"))
def test_passages_are_spans_of_the_text_in_order(text: str, letter: str) -> None:
    jid = f"TYD{letter},110,簡,777,20211120,1"
    one = parsed(FIELDS | {"JID": jid, "JFULL": text}, jid)
    if isinstance(one, Parsed):
        whole = one.document.text
        assert all(0 <= span.start < span.end <= len(whole) for span in one.spans)
        assert all(whole[span.start : span.end].strip() == whole[span.start : span.end] for span in one.spans)
        assert all(first.end <= second.start for first, second in pairwise(one.spans))
        assert all(span.end - span.start <= 500 for span in one.spans)


@given(st.binary(max_size=200) | st.integers(0, 400).map(lambda size: orjson.dumps(FIELDS)[:size]))
def test_garbage_is_refused_in_one_way(body: bytes) -> None:
    try:
        found = list(judgments.parse(Raw(JID, body), NAMES))
    except SourceChanged:
        found = []
    assert all(isinstance(one, Skipped) for one in found)


def write(path: Path, fields: Any = FIELDS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(fields))
    return path


def test_a_folder_of_archives_judgments_and_a_list_of_deletions(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "202111.zip", "w") as archive:
        archive.writestr(f"202111/桃園簡易庭刑事/{JID}.json", orjson.dumps(FIELDS))
        archive.writestr(f"202111/{'全文' * 40}／次/刑事/{JID[:-1]}2.json", orjson.dumps(FIELDS))
    write(tmp_path / "unnamed.json")
    (tmp_path / "Delete-Infor.csv").write_text(
        f'\ufeff"刪除日期","裁判日期年月","法院名稱","裁判ID"\r\n"20240702","202112","示範","{JID}"\r\n',
        encoding="utf-8",
    )
    *raws, last = judgments.read(tmp_path)
    assert last == Removal(f"judgment/{JID}", date(2024, 7, 2))
    assert [(one.id, one.place) for one in raws if isinstance(one, Raw)] == [
        (JID, f"{tmp_path.name}!202111.zip/202111/桃園簡易庭刑事/{JID}.json"),
        (JID[:-1] + "2", f"{tmp_path.name}!202111/…/{JID[:-1]}2.json"),
        (JID, f"{tmp_path.name}!unnamed.json"),
    ]


def test_a_single_file(tmp_path: Path) -> None:
    (one,) = judgments.read(write(tmp_path / f"{JID}.json"))
    assert isinstance(one, Raw)
    assert (one.id, one.place) == (JID, f"{JID}.json")


def test_a_file_that_names_no_judgment_keeps_its_name(tmp_path: Path) -> None:
    (one,) = judgments.read(write(tmp_path / "broken.json", ["x"]))
    assert isinstance(one, Raw)
    assert one.id == "broken.json"


def test_a_folder_without_judgments_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="沒有裁判書"):
        list(judgments.read(tmp_path))


@pytest.mark.skipif(not SHARED.exists(), reason="no shared data")
def test_the_shared_judgments_keep_their_parts_although_their_line_breaks_are_lost() -> None:
    found = [one for raw in judgments.read(SHARED) if isinstance(raw, Raw) for one in judgments.parse(raw, NAMES)]
    taken = [one for one in found if isinstance(one, Parsed)]
    assert len(taken) == len(found) > 1000
    sections = [{span.section for span in one.spans} for one in taken]
    assert sum("主文" in one for one in sections) >= 0.99 * len(taken)
    assert sum(bool(one & {"理由", "事實及理由", "法院見解"}) for one in sections) >= 0.99 * len(taken)
    for one in taken:
        text = one.document.text
        openings = [text[span.start : span.end] for span in one.spans if span.speaker == "法院"]
        assert not [opening for opening in openings if opening[2:7] in ("原告主張：", "被告則以：", "原告起訴主")]
