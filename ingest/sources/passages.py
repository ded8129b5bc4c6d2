"""Any texts of one's own, one JSON object a line: ``{"id": "1147-5", "title": "…", "text": "…"}``.

It has no official address and no licence: it is how an analyst's own texts come in, and the paragraphs of question
sets like DRCD. ``title`` may be missing, ``url``, ``date`` and ``source`` are kept. A line that can't be used is named
and the rest is taken in. Traps: an id twice with different texts; ids no key can hold; a BOM before the first line.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from ingest.chunk import pieces
from ingest.files import lines, members
from ingest.parsed import Came, Parsed, Raw, Skipped, Span, Wanted
from ingest.web import Web
from rag.domain import OPEN, Document
from rag.errors import BrokenArchive, SourceChanged, UsageError
from rag.names import LawNames

NAME = "passages"
RULES = 1
FIELDS: Mapping[str, str] = {}

_ENDINGS = (".jsonl", ".ndjson", ".jsonl.xz", ".ndjson.xz")
_BOM = b"\xef\xbb\xbf"
# 1147-5 · 工作規則_第3版.2: no white space, no slash, none of the signs that part a key from a version or a span
_ID = re.compile(r"[\w.:()-]{1,100}")
_LONGEST_FACT = 200


def read(path: Path) -> Iterator[Came]:
    """Every line of a JSONL file, plain or xz, or of all such files in a ZIP or a folder; its ``id`` names it.

    A line that can't be used comes under the name of its place, one whose id is taken under both: ``parse`` says why.

    :raises UsageError: no such file, or no JSONL in it.
    :raises BrokenArchive: it is damaged.
    """
    seen: dict[str, bytes] = {}
    for place, line in _lines(path):
        row = _row(line)
        id = place if isinstance(row, str) else row["id"]
        said = hashlib.sha256(line).digest()
        if id not in seen:
            seen[id] = said
            yield Raw(id, line, place)
        elif seen[id] != said:
            yield Raw(f"{id} {place}", line, place)


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """The lines of the file at the address given.

    :raises UsageError: no address.
    :raises IngestError: it can't be had, or is damaged.
    """
    if not wanted.base:
        raise UsageError("passages 沒有官方網址，請用 --from 指定檔案、資料夾或網址")
    with tempfile.TemporaryDirectory() as folder:
        name = Path(urlsplit(wanted.base).path).name or "passages.jsonl"
        nothing = True
        for one in read(web.download(wanted.base, Path(folder) / name)):
            nothing = False
            yield one
        if nothing:
            raise SourceChanged(f"{wanted.base} 裡沒有 {NAME} 的資料")


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """The text of one line in passages of at most 500 characters."""
    row = _row(raw.body)
    if isinstance(row, str):
        yield Skipped(raw.id, f"{raw.place or raw.id}：{row}")
    elif raw.id != row["id"]:
        yield Skipped(raw.id, f"{raw.place}：代號 {row['id']} 先前已用於不同的內容")
    else:
        text = row["text"].replace("\r\n", "\n")
        spans = tuple(Span(start, end) for start, end in pieces(text, 0, len(text)))
        yield Parsed(_document(row, text), spans)


def _document(row: Mapping[str, str], text: str) -> Document:
    url = row["url"]
    return Document(
        key=f"paragraph/{row['id']}",
        version="undated",
        source=NAME,
        kind="text",
        title=row["title"] or row["id"],
        text=text,
        valid_from=date.min,
        valid_to=OPEN,
        url=url if url.startswith(("http://", "https://")) else "",
        facts={name: row[name] for name in ("url", "date", "source") if row[name]},
    )


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """``("texts.jsonl 第 3 行", line)`` for each line that is not blank."""
    if path.is_file() and not zipfile.is_zipfile(path):
        for number, line in lines(path):
            yield f"{path.name} 第 {number} 行", line.removeprefix(_BOM)
        return
    found = False
    for name, body in members(path):
        if name.lower().endswith(_ENDINGS):
            found = True
            for number, line in enumerate(_unpacked(name, body).removeprefix(_BOM).split(b"\n"), 1):
                if line.strip():
                    yield f"{name} 第 {number} 行", line.strip()
    if not found:
        raise UsageError(f"{path}：裡面沒有 JSONL 檔（{'、'.join(_ENDINGS)}）")


def _unpacked(name: str, body: bytes) -> bytes:
    try:
        return lzma.decompress(body) if name.lower().endswith(".xz") else body
    except (lzma.LZMAError, EOFError) as error:
        raise BrokenArchive(f"{name}：不是完整的 xz 檔（{error}）") from error


def _row(line: bytes) -> dict[str, str] | str:
    """The fields of a line, each a text, or why it can't be used."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "不是 JSON"
    if not isinstance(row, dict):
        return "不是 JSON 物件"
    fields = {name: _text(row.get(name)) for name in ("id", "title", "text", "url", "date", "source")}
    if not _ID.fullmatch(fields["id"]):
        return "代號 id 缺少、過長，或有文字、數字與 .:()-_ 以外的字元"
    if not fields["text"].strip():
        return "沒有內文 text"
    if "\0" in fields["title"] + fields["text"]:
        return "內文有 NUL 字元"
    return fields | {name: fields[name][:_LONGEST_FACT] for name in ("date", "source")}


def _text(value: Any) -> str:
    """Ids and dates are numbers in some files; what is neither text nor number says nothing."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return value if isinstance(value, str) else str(value) if number else ""
