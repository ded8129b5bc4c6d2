"""Gazette of the Legislative Yuan: what was said and decided in its sittings and committees, from texts and the LYAPI.

Texts: a folder or archive of plain-text records and minutes, one meeting a file. LYAPI v2: https://ly.govapi.tw/v2,
data under CC BY 4.0 (credit OpenFun and the Legislative Yuan); the records themselves are outside copyright.

Traps: a record opens with the minutes of the meeting before, which become a document of their own day; a file may begin
with the shell of a web page; tables come as HTML, as drawn lines, or as addresses of pictures; years are mistyped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from ingest import lyapi
from ingest.chunk import pieces
from ingest.files import members
from ingest.ly_records import Frame, frame, minutes_spans
from ingest.parsed import Came, Link, Parsed, Raw, Skipped, Span, Wanted
from ingest.speakers import MINUTES, PAUSE, TABLE, Turn, turns
from ingest.web import Web
from rag.domain import OPEN, Document
from rag.errors import SourceChanged
from rag.names import LawNames

NAME = "gazette-ly"
RULES = 1
FIELDS: dict[str, str] = {}
_API = ("gazette_agenda/", "gazette/", "meet/", "interpellation/", "vote/", "bill/", "law_content/")
# The key of a list → the type of its records, and the fields that name one. 會議代碼 stands in the others, too: last.
_SAVED = {
    "gazetteagendas": ("gazette_agenda", ("公報議程編號",)),
    "votes": ("vote", ("公報文件代碼", "行號")),
    "interpellations": ("interpellation", ("質詢編號",)),
    "meets": ("meet", ("會議代碼",)),
}
_TINY = 20
"""Characters: 「主席：請繼續。」 answers no question, and half of all turns are like it."""
_LONGEST_KEY = 120


def read(path: Path) -> Iterator[Came]:
    """Each text of a folder or archive under its path there, and each record of the JSON saved from the LYAPI."""
    for name, body in members(path):
        place = name if name == path.name else f"{path.name}/{name}"
        if name.lower().endswith(".txt"):
            yield Raw(name, body, place)
        elif name.lower().endswith(".json"):
            yield from _saved(body, place)


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """What the LYAPI has that is new: agenda items with their texts, meetings, interpellations, votes."""
    yield from lyapi.fetch(web, wanted)


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """A record → a document of it, and one of the minutes of each earlier meeting in it."""
    if raw.id.startswith(_API):
        yield from lyapi.parse(raw)
        return
    key = f"{NAME}/text-{raw.id.removesuffix('.txt').replace('/', '-')}"
    if len(key) > _LONGEST_KEY:
        yield Skipped(raw.id, f"路徑太長，鍵值超過 {_LONGEST_KEY} 字")
        return
    try:
        text = raw.body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        yield Skipped(raw.id, "不是 UTF-8 文字")
        return
    about = frame(text)
    if about is None:
        yield Skipped(raw.id, "找不到會議名稱，看不出是哪一次會議")
    elif about.minutes:
        yield Parsed(_document(key, text, about), tuple(minutes_spans(text, about.start)))
    else:
        yield from _record(key, text, about)


def _saved(body: bytes, place: str) -> Iterator[Raw]:
    """The records of a list (``{"meets": […]}``), or the one of a single answer (``{"data": {…}}``)."""
    try:
        answer = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"{place}：不是 JSON（{error.msg}）") from error
    for key, (kind, fields) in _SAVED.items():
        rows = _rows(answer, key, fields[0])
        for row in rows:
            record = {"data": row} if kind == "gazette_agenda" else row
            yield Raw(f"{kind}/{'_'.join(str(row.get(field) or '') for field in fields)}", orjson.dumps(record), place)
        if rows:
            return
    raise SourceChanged(f"{place}：不是 LYAPI 的公報議程、會議、質詢或表決資料")


def _rows(answer: Any, key: str, named_by: str) -> list[dict[str, Any]]:
    if not isinstance(answer, dict):
        return []
    listed = answer.get(key)
    rows = listed if isinstance(listed, list) else [answer.get("data")]
    return [row for row in rows if isinstance(row, dict) and row.get(named_by)]


def _record(key: str, text: str, about: Frame) -> Iterator[Parsed]:
    found = turns(text)
    yield Parsed(_document(key, text, about), tuple(span for turn in found for span in _spans(text, turn)))
    earlier = [text[turn.start : turn.end] for turn in found if turn.section == MINUTES]
    for count, minutes in enumerate(earlier, 1):
        its = frame(minutes)
        if its:
            document = _document(f"{key}-minutes{f'-{count}' if count > 1 else ''}", minutes, its)
            yield Parsed(document, tuple(minutes_spans(minutes)), (Link(key, "part_of"),))


def _spans(text: str, turn: Turn) -> Iterator[Span]:
    """Words are found under their speaker; minutes are found in their own document, under their own day."""
    markup = turn.section == TABLE and text.startswith("<", turn.words)
    nothing = turn.section in (MINUTES, PAUSE) or not (turn.section or turn.speaker)
    tiny = turn.start < turn.words and len(text[turn.words : turn.end].strip()) < _TINY
    for start, end in pieces(text, turn.words, turn.end):
        yield Span(start, end, turn.section, turn.speaker, searchable=not (markup or nothing or tiny))


def _document(key: str, text: str, about: Frame) -> Document:
    return Document(
        key=key,
        version=about.day.isoformat() if about.day else "undated",
        source=NAME,
        kind="gazette",
        title=about.facts["meeting"],
        text=text,
        valid_from=about.day or date.min,
        valid_to=OPEN,
        facts=about.facts,
    )
