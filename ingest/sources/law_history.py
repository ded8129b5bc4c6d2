"""Older versions of laws: one official record a line, as seen in weekly snapshots of the bulk file.

Format: JSON lines, plain or xz, ``{"update": "YYYYMMDD" or null, "pcode", "law": official record}``; ``update`` is null
for the base state. Old ``LawURL`` forms occur, so the ``pcode`` beside the record is what counts.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from ingest.records import RawRecord
from ingest.sources.laws import check_law, holds_nul, raw_record
from rag.causes import cause
from rag.errors import BrokenArchive, SourceChanged

NAME = "law-history"
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_PCODE = re.compile(r"[A-Z][0-9]{7}")


def read(path: Path) -> list[RawRecord]:
    """All records of a history file.

    :raises BrokenArchive: truncated, damaged or unreadable.
    :raises SourceChanged: a line is not a record of the known shape; says which.
    """
    try:
        records = [_record(path.name, at, line) for at, line in enumerate(_lines(path), 1) if line.strip()]
    except (lzma.LZMAError, EOFError) as error:
        raise BrokenArchive(f"{path.name}：不是完整的 xz 檔（{error}）") from error
    except OSError as error:
        raise BrokenArchive(f"{path}：無法讀取（{cause(error)}）") from error
    if not records:
        raise SourceChanged(f"{path.name}：一筆紀錄也沒有")
    return records


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        packed = file.read(6) == b"\xfd7zXZ\x00"
    with lzma.open(path) if packed else path.open("rb") as lines:
        yield from lines


def _record(name: str, at: int, line: bytes) -> RawRecord:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"{name} 第 {at} 行不是 JSON（{error}）") from error
    problem = "文字含有 NUL 字元" if holds_nul(line) else _problem(entry)
    if problem:
        raise SourceChanged(f"{name} 第 {at} 行格式不符：{problem}")
    return raw_record(entry["pcode"], entry["law"], _seen(entry["update"]))


def _problem(entry: Any) -> str:
    if not isinstance(entry, dict) or entry.keys() != {"update", "pcode", "law"}:
        return "應為含 update、pcode、law 的物件"
    if not isinstance(entry["pcode"], str) or not _PCODE.fullmatch(entry["pcode"]):
        return f"pcode 有誤 {entry['pcode']!r}"
    try:
        _seen(entry["update"])
    except (TypeError, ValueError):
        return f"update 有誤 {entry['update']!r}"
    return check_law(entry["law"])


def _seen(update: Any) -> date | None:
    if update is None:
        return None
    found = _DAY.fullmatch(update)
    if not found:
        raise ValueError(update)
    return date(int(found[1]), int(found[2]), int(found[3]))
