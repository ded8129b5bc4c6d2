"""Texts of the Legislative Yuan's gazette: what comes, what it holds, and what is not taken in."""

from __future__ import annotations

import os
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsed import Parsed, Raw, Skipped
from ingest.sources import gazette_ly
from rag.errors import BrokenArchive, SourceChanged, UsageError
from rag.names import LawNames

NAMES = LawNames(())
EXAMPLES = Path(__file__).with_name("examples") / "gazette-ly"
REAL = Path(os.environ.get("YOUJU_SOURCE_DIR", "../shared/data/moj")).parent / "ly" / "gazette_text.zip"
RECORD = (EXAMPLES / "committee.txt").read_text(encoding="utf-8")


def parsed(body: str, id: str = "committee/9/2/HAR/3.txt") -> list[Parsed]:
    found = list(gazette_ly.parse(Raw(id, body.encode()), NAMES))
    assert all(isinstance(one, Parsed) for one in found)
    return [one for one in found if isinstance(one, Parsed)]


def check(one: Parsed) -> None:
    text = one.document.text
    assert all(0 < span.end - span.start <= 500 for span in one.spans)
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in one.spans)
    assert all(left.end <= right.start for left, right in pairwise(one.spans))
    assert len(one.document.key) <= 120


def test_a_folder_and_an_archive_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "in" / "committee").mkdir(parents=True)
    (tmp_path / "in" / "committee" / "3.txt").write_text(RECORD, encoding="utf-8")
    (tmp_path / "in" / "notes.md").write_text("none", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("committee/3.txt", RECORD)
    (one,), (other,) = gazette_ly.read(tmp_path / "in"), gazette_ly.read(tmp_path / "in.zip")
    assert isinstance(one, Raw)
    assert isinstance(other, Raw)
    assert (one.id, one.body) == (other.id, other.body) == ("committee/3.txt", RECORD.encode())
    assert other.place == "in.zip/committee/3.txt"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(gazette_ly.read(tmp_path / "absent"))
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04cut")
    with pytest.raises(BrokenArchive):
        list(gazette_ly.read(tmp_path / "cut.zip"))


def test_keys_come_from_paths_and_days_from_the_record() -> None:
    record, minutes = parsed(RECORD)
    assert (record.document.key, record.document.version) == ("gazette-ly/text-committee-9-2-HAR-3", "2016-10-12")
    assert (minutes.document.key, minutes.document.version) == (f"{record.document.key}-minutes", "2016-10-05")
    assert minutes.document.text in record.document.text


def test_nothing_of_the_earlier_minutes_is_found_in_the_record() -> None:
    record, minutes = parsed(RECORD)
    inside = [span for span in record.spans if span.section == "議事錄"]
    assert inside
    assert not any(span.searchable or span.speaker for span in inside)
    assert not any(span.speaker for span in minutes.spans)
    assert any(span.searchable for span in minutes.spans)


def test_short_turns_are_kept_but_not_found() -> None:
    record, _ = parsed(RECORD)
    why = next(span for span in record.spans if record.document.text[span.start : span.end] == "為什麼？")
    assert (why.speaker, why.searchable) == ("林委員小美", False)


def test_a_long_turn_is_cut_and_every_piece_has_its_speaker() -> None:
    long = "王委員大明：" + "電價應該合理。" * 200
    record = parsed(
        RECORD.replace("王委員大明", "李委員大明").replace("主席：請港務部周次長報告。", f"{long}\n主席：好。")
    )[0]
    pieces = [span for span in record.spans if span.speaker == "王委員大明"]
    assert len(pieces) >= 3
    check(record)


def test_windows_line_ends_become_plain_ones() -> None:
    assert [one.document for one in parsed(RECORD.replace("\n", "\r\n"))] == [one.document for one in parsed(RECORD)]


@pytest.mark.parametrize(
    ("id", "body"),
    [
        ("a.txt", "立法院".encode("big5")),
        ("a.txt", b""),
        ("a.txt", "港務局公告".encode()),
        ("x" * 120 + ".txt", RECORD.encode()),
    ],
)
def test_what_is_left_out_says_why(id: str, body: bytes) -> None:
    (found,) = gazette_ly.parse(Raw(id, body), NAMES)
    assert isinstance(found, Skipped)
    assert found.key == id
    assert found.reason


def test_saved_answers_are_taken_record_by_record(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "a.json").write_text(
        '{"meets": [{"會議代碼": "院會-9-2-3"}, {"會議代碼": "院會-9-2-4"}]}', encoding="utf-8"
    )
    (saved / "b.json").write_text(
        '{"error": false, "id": "9-2-1-1", "data": {"質詢編號": "9-2-1-1"}}', encoding="utf-8"
    )
    (saved / "c.json").write_text('{"votes": [{"公報文件代碼": "1069901_00002", "行號": 55}]}', encoding="utf-8")
    assert [one.id for one in gazette_ly.read(saved) if isinstance(one, Raw)] == [
        "meet/院會-9-2-3", "meet/院會-9-2-4", "interpellation/9-2-1-1", "vote/1069901_00002_55",
    ]  # fmt: skip


@pytest.mark.parametrize("body", ["[]", "{", '{"laws": []}', '{"meets": []}', "<html></html>"])
def test_other_json_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "a.json").write_text(body, encoding="utf-8")
    with pytest.raises(SourceChanged):
        list(gazette_ly.read(tmp_path))


@given(st.binary(max_size=200), st.integers(0, len(RECORD.encode())), st.integers(0, 40))
def test_no_bytes_break_it(noise: bytes, at: int, width: int) -> None:
    body = RECORD.encode()
    for broken in (noise, body[:at], body[:at] + noise + body[at + width :]):
        found = list(gazette_ly.parse(Raw("a.txt", broken), NAMES))
        assert found, "what can't be read is said to be so"
        for one in found:
            if isinstance(one, Parsed):
                check(one)


@given(st.lists(st.integers(0, RECORD.count("\n")), max_size=80))
def test_no_order_of_lines_breaks_it(order: list[int]) -> None:
    lines = RECORD.split("\n")
    body = "\n".join([lines[0], *(lines[number] for number in order)])
    found = parsed(body)
    assert found[0].document.text == body
    for one in found:
        check(one)


@pytest.mark.skipif(not REAL.exists(), reason="no shared data")
def test_every_real_text_is_taken_in() -> None:
    raws = [one for one in gazette_ly.read(REAL) if isinstance(one, Raw)]
    found = [one for raw in raws for one in gazette_ly.parse(raw, NAMES)]
    documents = [one for one in found if isinstance(one, Parsed)]
    assert len(raws) == 110
    assert len(found) == len(documents) == 172
    assert len({one.document.key for one in documents}) == len(documents)
    assert "undated" not in {one.document.version for one in documents}
    for one in documents:
        check(one)
    speakers = {span.speaker for one in documents for span in one.spans}
    count = len(speakers)
    assert 450 < count < 550
    assert not any(speaker.startswith(("提案", "連署", "列席", "出席")) for speaker in speakers)
