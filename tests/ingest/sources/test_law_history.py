import json
import lzma
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.sources.law_history import read
from rag.errors import BrokenArchive, SourceChanged
from tests.ingest.official import article, histories, law, write_history

LAW = law("Z0000001", date(2020, 1, 2), [article("1", "甲")], histories("中華民國制定"))
LINE = {"update": "20200105", "pcode": "Z0000001", "law": LAW}


@pytest.mark.parametrize("name", ["history.jsonl", "history.jsonl.xz"])
def test_plain_and_packed_files_are_read(tmp_path: Path, name: str) -> None:
    path = write_history(tmp_path / name, [(None, LAW), (date(2020, 1, 5), LAW)])
    assert [(raw.pcode, raw.seen) for raw in read(path)] == [("Z0000001", None), ("Z0000001", date(2020, 1, 5))]


def test_the_pcode_beside_the_record_counts(tmp_path: Path) -> None:
    odd = LAW | {"LawURL": "https://law.moj.gov.tw/Old.aspx?X=1"}
    path = tmp_path / "history.jsonl"
    path.write_text(json.dumps(LINE | {"law": odd}), encoding="utf-8")
    assert [raw.pcode for raw in read(path)] == ["Z0000001"]


@pytest.mark.parametrize(
    "line",
    [
        "{", "null", "[]", "3", '"x"', "\x00", "<html>",
        json.dumps(LINE | {"update": "20201301"}), json.dumps(LINE | {"update": 20200105}),
        json.dumps(LINE | {"update": "2020-01-05"}), json.dumps(LINE | {"update": ""}),
        json.dumps(LINE | {"pcode": "Z1"}), json.dumps(LINE | {"pcode": None}), json.dumps(LINE | {"more": 1}),
        json.dumps({"pcode": "Z0000001", "law": LAW}), json.dumps(LINE | {"law": None}),
        json.dumps(LINE | {"law": LAW | {"LawName": 5}}), json.dumps(LINE | {"law": LAW | {"LawForeword": "\0"}}),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(f"{json.dumps(LINE)}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(SourceChanged, match=r"^history\.jsonl 第 3 行"):
        read(path)


@pytest.mark.parametrize("body", [b"", b"\n\n", lzma.compress(b"\n")])
def test_no_records_are_an_error(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(body)
    with pytest.raises(SourceChanged, match="一筆紀錄也沒有"):
        read(path)


@pytest.mark.parametrize("cut", [10, 60, -1, -20])
def test_a_truncated_file_is_broken(tmp_path: Path, cut: int) -> None:
    whole: Any = write_history(tmp_path / "whole.jsonl.xz", [(None, LAW)] * 50).read_bytes()
    path = tmp_path / "history.jsonl.xz"
    path.write_bytes(whole[:cut])
    with pytest.raises(BrokenArchive, match=r"^history\.jsonl\.xz"):
        read(path)


def test_a_damaged_file_is_broken(tmp_path: Path) -> None:
    whole = bytearray(write_history(tmp_path / "history.jsonl.xz", [(None, LAW)] * 50).read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    (tmp_path / "history.jsonl.xz").write_bytes(whole)
    with pytest.raises(BrokenArchive):
        read(tmp_path / "history.jsonl.xz")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenArchive, match="無法讀取"):
        read(tmp_path / "none.jsonl")
