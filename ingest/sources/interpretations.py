"""Interpretations 釋字 1–813 and, since 2022, judgments and rulings of the Constitutional Court.

Source: https://cons.judicial.gov.tw (:mod:`ingest.constitutional`); as files, github.com/kong0107/jyi (CC0, 2022), its
companion cons.judicial (2024, one JSON a decision, the page's parts by their names) and a collection of the judgments
to 2026 (CC0). Decisions are public documents outside copyright.

Traps: a judgment may come in three shapes. Each gives the same text, passages and facts, so that it does not matter
which came last: the paragraph number 【12】 that closes a paragraph on the page becomes the passage's place, and where
a file has left it out, counting gives the same. 79 of the early interpretations have no reasoning; their texts hold
placeholders of text recognition, which stay. Petitioners are not taken over: nobody should be found by a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from ingest import constitutional
from ingest.constitutional import BASE, PAGE, key_of
from ingest.files import members
from ingest.outcomes import annulled, changed
from ingest.paragraphs import Paragraph, Section, author, composed, is_heading, reasons
from ingest.parsed import Came, Link, Parsed, Raw, Skipped, Wanted
from ingest.web import Web
from rag.domain import OPEN, Document
from rag.errors import SourceChanged
from rag.names import LawNames

NAME = "interpretations"
RULES = 2
FIELDS = {
    "issue": "爭點",
    "holding": "解釋文",
    "reasoning": "理由書",
    "cause": "案由",
    "main": "主文",
    "reasons": "理由",
    "opinions": "意見書",
}

Fields = Mapping[str, tuple[str, ...]]

# The parts of a document in its order, with their names on a page and in the files; the second is never missing.
_OLD = {
    "爭點": ("解釋爭點", "issue"),
    "解釋文": ("解釋文", "holding"),
    "理由書": ("理由書", "reasoning"),
    "意見書": ("意見書",),
}
_NEW = {
    "案由": ("案由", "issue_summary"),
    "主文": ("主文", "main_text"),
    "理由": ("理由", "當事人暨當事人陳述之要旨", "reasoning"),
    "意見書": ("意見書", "opinions"),
}
_HELD = ("解釋文", "主文")
_REASONS = ("理由書", "理由")
_OPINIONS = "意見書"
_NAMED = ("判決字號", "裁定字號", "解釋字號", "case_number", "number")
_DAYS = ("判決日期", "裁定日期", "解釋日期", "date", "解釋公布院令", "發布日期")
_LISTS = {"判決": "38", "實體裁定": "39", "程序裁定": "40"}
# 同性二人婚姻自由案 of 「釋字第748號【同性二人婚姻自由案】」
_TITLE = re.compile(r"【([^【】]{1,80})】")
# 2017-05-24
_ISO = re.compile(r"(?<![0-9-])((?:19|20)[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
# 111年02月25日 · 中華民國 106 年 5 月 24 日, not -1800年1月1日
_ROC = re.compile(r"(?<![-－−0-9])([0-9]{2,3})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日")
_LINE = re.compile(r"\r\n|\r|\n")


def read(path: Path) -> Iterator[Came]:
    """Decisions in a ZIP, a JSON file of one or of many, a folder of such; see :class:`ingest.parsed.Source`."""
    later: list[Raw] = []
    for name, body in members(path, ".json"):
        record = _loaded(body)
        many = list(record.values()) if isinstance(record, dict) else record
        if isinstance(many, list) and many and all(isinstance(one, dict) and "case_number" in one for one in many):
            later += _collected(name, many)
            continue
        number = _number(_flat(record)) if isinstance(record, dict) else ""
        # Beside ours in a folder lie records of other sources.
        if number or not path.is_dir() or not isinstance(record, dict):
            yield Raw(f"archive/{key_of(number) or name}", body, name)
    # The collection is the newest of the files: what comes later under a key is what counts.
    yield from later


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """Pages of decisions; see :func:`ingest.constitutional.fetch`."""
    return constitutional.fetch(web, wanted)


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """One decision as one document; see :class:`ingest.parsed.Source`."""
    fields = _fields(raw)
    number = _number(fields)
    key = key_of(number)
    if not key:
        raise SourceChanged(f"{raw.place or raw.id}：找不到解釋或裁判字號")
    sections = tuple(_sections(fields, _OLD if key.startswith("interpretation/") else _NEW))
    if not any(section.heading in _HELD for section in sections):
        raise SourceChanged(f"{raw.place or raw.id}：沒有解釋文或主文")
    # A list of who wrote an opinion says nothing of the law.
    text, spans = composed(sections, hidden=(_OPINIONS,))
    yield Parsed(_document(raw, fields, key, text), spans, tuple(_outcomes(sections, key)))


def _collected(name: str, records: Sequence[Mapping[str, Any]]) -> Iterator[Raw]:
    for count, record in enumerate(records):
        fields = _flat(record)
        yield Raw(
            f"judgments/{key_of(_number(fields)) or f'{name}/{count}'}", orjson.dumps(record), name, _date(fields)
        )


def _loaded(body: bytes) -> Any:
    """None for what is no JSON."""
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    return None


def _fields(raw: Raw) -> Fields:
    if raw.id.startswith(PAGE):
        return {name: tuple(_lines(value)) for name, value in constitutional.parts(raw.body).items()}
    record = _loaded(raw.body)
    if not isinstance(record, dict):
        raise SourceChanged(f"{raw.place or raw.id}：不是一件解釋或裁判的 JSON")
    return _flat(record)


def _flat(record: Mapping[str, Any]) -> Fields:
    """Each field as its lines: of a text, of a list of paragraphs, of the names of files by their ids."""
    return {
        name: tuple(_lines(list(value.values()) if isinstance(value, dict) else value))
        for name, value in record.items()
    }


def _lines(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list | tuple) else (value,):
        if isinstance(one, str | int):
            yield from (line.strip() for line in _LINE.split(str(one)) if line.strip())


def _first(fields: Fields, names: Sequence[str]) -> str:
    return next((fields[name][0] for name in names if fields.get(name)), "")


def _number(fields: Fields) -> str:
    written = _first(fields, _NAMED)
    return f"釋字第{written}號" if written.isdecimal() else written


def _sections(fields: Fields, order: Mapping[str, Sequence[str]]) -> Iterator[Section]:
    court = "司法院大法官" if order is _OLD else "憲法法庭"
    for heading, names in order.items():
        lines = next((fields[name] for name in names if fields.get(name)), ())
        if not lines:
            continue
        if heading in _REASONS:
            yield Section(heading, tuple(reasons(lines, court)))
        elif heading == _OPINIONS:
            yield Section(heading, tuple(Paragraph(line, author(line)) for line in lines))
        else:
            held = heading in _HELD
            made = (Paragraph(line, court if held else "", heading=held and is_heading(line)) for line in lines)
            yield Section(heading, tuple(made))


def _outcomes(sections: Sequence[Section], key: str) -> Iterator[Link]:
    """What the decision does to earlier ones."""
    held = "\n".join(part.text for one in sections if one.heading in _HELD for part in one.paragraphs)
    yield from changed(held, key)
    if key.startswith("constitutional/"):
        yield from annulled(held)


def _document(raw: Raw, fields: Fields, key: str, text: str) -> Document:
    number = key.partition("/")[2]
    old = key.startswith("interpretation/")
    number = f"釋字第{number}號" if old else number
    bracket = _TITLE.search(_number(fields))
    name = _first(fields, ("標題", "title")) or (bracket[1] if bracket else "")
    day = _date(fields)
    # The year of a number is that of the decision.
    since = day or (date.min if old else date(1911 + int(number.partition("年")[0]), 1, 1))
    facts = {"number": number, "date": day.isoformat() if day else "", "name": name, "type": _type(number)}
    if facts["type"] == "裁定":
        facts["docket"] = _first(fields, ("原分案號",))
    return Document(
        key=key,
        version=day.isoformat() if day else "undated",
        source=NAME,
        kind="interpretation",
        title=f"{number}【{name}】" if name else number,
        text=text,
        valid_from=since,
        valid_to=OPEN,
        url=_url(raw, fields, key),
        facts={name: value for name, value in facts.items() if value},
    )


def _type(number: str) -> str:
    return "解釋" if number.startswith("釋字") else "判決" if "憲判" in number else "裁定"


def _date(fields: Fields) -> date | None:
    lines = (line for name in _DAYS for line in fields.get(name, ()))
    return next(filter(None, map(_day, lines)), None)


def _day(text: str) -> date | None:
    with suppress(ValueError):
        for pattern, before in ((_ISO, 0), (_ROC, 1911)):
            found = pattern.search(text)
            if found:
                return date(int(found[1]) + before, int(found[2]), int(found[3]))
    return None


def _url(raw: Raw, fields: Fields, key: str) -> str:
    """The page for people; an interpretation's has an address by its number."""
    kind, _, number = key.partition("/")
    if kind == "interpretation":
        return f"{BASE}/jcc/zh-tw/jep03/show?expno={number}"
    said = urlsplit(raw.place if raw.id.startswith(PAGE) else _first(fields, ("source_url",)))
    if said.path == "/docdata.aspx":
        return f"{BASE}{said.path}?{said.query}"
    id, fid = _first(fields, ("id",)), _LISTS.get(_first(fields, ("類型",)), "")
    return f"{BASE}/docdata.aspx?fid={fid}&id={id}" if id.isdecimal() and fid else ""
