"""Judgments of all courts as the Judicial Yuan publishes them: monthly archives, a nightly API, a list of deletions.

Addresses: https://opendata.judicial.gov.tw (dataset 裁判書, one RAR a month since 1996-01) and
https://data.judicial.gov.tw/jdg/api (00:00 to 06:00 Taipei). Judgments are outside copyright (著作權法 §9); the data is
under 政府資料開放授權條款第 1 版. Parties and judges are named: what is on the list of deletions has to go.

Traps: lines are hard-wrapped with CRLF, or all line breaks are lost; no field names the court; folders may carry the
text of the judgment in their name; decisions of the Constitutional Court have another JID and belong to
``interpretations``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ingest import judicial
from ingest.chunk import pieces
from ingest.facts_day import facts_day
from ingest.files import members
from ingest.jid import Jid, key_of, label, parse_jid
from ingest.outcomes import set_aside
from ingest.parsed import Came, Parsed, Raw, Skipped, Span, Wanted
from ingest.sections import ATTACHED, BOTH, FACTS, HEADER, MAIN, Joined, joined
from ingest.utterances import CLAIMS, Utterance, utterances
from ingest.web import Web
from rag.courts import court_name
from rag.decisions import case_key
from rag.domain import OPEN, Document
from rag.errors import SourceChanged, UsageError
from rag.names import LawNames

NAME = "judgments"
RULES = 3
FIELDS: Mapping[str, str] = {}

_ARCHIVED = ("JID", "JYEAR", "JCASE", "JNO", "JDATE", "JTITLE", "JFULL", "JPDF")
_NIGHTLY = frozenset(("ATTACHMENTS", "JFULLX", "JID", "JYEAR", "JCASE", "JNO", "JDATE", "JTITLE"))
_FULL = ("JFULLTYPE", "JFULLCONTENT", "JFULLPDF")
_LEAST = 50
_LONGEST_FOLDER, _LONGEST_ID = 60, 120
_GOES_ON = frozenset("，；、。")  # what a voice may begin with after another ended
_WITHHELD = "依法不得公開"
# 臺灣新北地方法院刑事簡易判決 · 最高法院民事裁定 · 臺北高等行政法院判決 · 最高法院刑事大法庭裁定
_TOP = re.compile(
    r"(?P<court>\S{2,20}?法院(?:\S{2}分院|[^\s民刑行]{2,6}(?:簡易庭|地方庭|高等庭))?)(?:民事|刑事|行政訴訟|行政|家事|少年|懲戒)?"
    r"(?P<grand>大法庭)?(?:[^\s\d]{0,8}?)(?P<form>判決|裁定|支付命令|宣示判決筆錄|宣示筆錄|裁判|決定|處分)"
)


class _Fields(NamedTuple):
    """What both shapes say: that of the archives, and that of the nightly API."""

    jid: str
    year: str
    case: str
    number: str
    day: str
    title: str
    text: str
    pdf: str
    kind: str = "text"


def read(path: Path) -> Iterator[Came]:
    """Judgments (JSON), and the lists of deletions (CSV) after them: an older archive must not bring one back."""
    lists: list[bytes] = []
    nothing = True
    for name, body in members(path):
        suffix = name[-5:].lower()
        if suffix.endswith(".csv"):
            lists.append(body)
        elif suffix == ".json":
            nothing = False
            yield _member(name, body, path.name)
    for body in lists:
        yield from judicial.removals(body)
    if nothing and not lists:
        raise UsageError(f"{path}：裡面沒有裁判書（*.json）或刪除清單（*.csv）")


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """What is new since the last run: see :func:`ingest.judicial.fetch`."""
    return judicial.fetch(web, wanted)


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """One judgment with its passages. ``names`` is not needed: what a text cites is found later."""
    top = _top(raw)
    if top.keys() == {"JID", "error"}:
        yield Skipped(raw.id, f"司法院的回應：{str(top['error'])[:60]}")
        return
    if "JID" not in top and parse_jid(raw.id) is None:
        yield Skipped(raw.id, "不是裁判書：檔名與內容都沒有裁判字號")
        return
    fields = _fields(raw, top)
    jid = parse_jid(fields.jid)
    reason = _unwanted(fields, jid, raw)
    if jid is None or reason:
        yield Skipped(key_of(fields.jid) if jid else raw.id, reason)
        return
    yield _parsed(fields, jid)


def _member(name: str, body: bytes, place: str) -> Raw:
    """A member of an archive as it came; its id is the JID of its name, or of the JSON where the name holds none.

    Folders are left out of ``place`` where they hold the text of a judgment.
    """
    folders, _, last = name.rpartition("/")
    jid = last[:-5]
    if not parse_jid(jid):
        with suppress(orjson.JSONDecodeError):
            fields = orjson.loads(body)
            written = fields.get("JID") if isinstance(fields, dict) else None
            jid = written if isinstance(written, str) and parse_jid(written) else jid
    where = name if len(folders) <= _LONGEST_FOLDER else f"{folders[:6]}/…/{last}"
    id = jid if parse_jid(jid) else where
    return Raw(id[:_LONGEST_ID], body, where if where == place else f"{place}!{where}")


def _top(raw: Raw) -> dict[str, Any]:
    try:
        top = orjson.loads(raw.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"{raw.id}：不是 JSON（{error}）") from error
    if not isinstance(top, dict):
        raise SourceChanged(f"{raw.id}：應為一件裁判書")
    return top


def _fields(raw: Raw, top: dict[str, Any]) -> _Fields:
    full = top.get("JFULLX")
    kind = "text"
    if top.keys() == _NIGHTLY and isinstance(full, dict) and _strings(full, _FULL):
        kind, text, pdf = (full[name] for name in _FULL)
        top = {name: top[name] for name in _ARCHIVED[:6]} | {"JFULL": text, "JPDF": pdf}
    if not _strings(top, _ARCHIVED):
        raise SourceChanged(f"{raw.id}：裁判書的欄位已變（{'、'.join(sorted(map(str, top)))[:120]}）")
    jid, year, case, number, day, title, text, pdf = (top[name] for name in _ARCHIVED)
    return _Fields(jid, year, case, number, day, title, text, pdf, kind)


def _strings(fields: Any, names: tuple[str, ...]) -> bool:
    return (
        isinstance(fields, dict)
        and fields.keys() == set(names)
        and all(isinstance(one, str) for one in fields.values())
    )


def _unwanted(fields: _Fields, jid: Jid | None, raw: Raw) -> str:
    """Why a judgment is not taken in, or ""."""
    if jid is None:
        return "裁判字號（JID）不是已知的格式"
    if parse_jid(raw.id) and raw.id != jid.text:
        return f"檔名的裁判字號與內容（{jid.text}）不同"
    if jid.type == "憲法" or jid.court == "JCC":
        return "憲法法庭的裁判由 interpretations 收錄"
    if fields.kind != "text":
        return "只有檔案，沒有文字"
    if "\0" in fields.text:
        return "文字含有 NUL 字元"
    if _WITHHELD in fields.text[:200]:
        return "依法不公開"
    return "" if len("".join(fields.text[:400].split())) >= _LEAST else "沒有內文或內文過短"


def _parsed(fields: _Fields, jid: Jid) -> Parsed:
    text = fields.text.replace("\r\n", "\n")
    whole = joined(text)
    top = _TOP.match(whole.text)
    court, form = (top["court"], top["form"]) if top else (court_name(jid.court), "")
    grand = top["grand"] or "" if top else ""
    said = tuple(utterances(whole, jid.type == "刑事"))
    facts = {
        "court": court, "court_code": jid.court, "case_key": case_key(jid.court, jid.year, jid.case, jid.number),
        "type": jid.type, "form": form, "number": jid.docket, "cause": fields.title.strip(), "year": jid.year,
        "case": jid.case, "no": jid.number, "pdf": fields.pdf.strip(), "facts_day": _facts_day(whole.text, said, jid),
        "differs": _differs(fields, jid),
    }  # fmt: skip
    document = Document(
        key=jid.key,
        version=jid.day.isoformat(),
        source=NAME,
        kind="judgment",
        title=label((court or jid.court) + grand, jid, form or "裁判"),
        text=text,
        valid_from=jid.day,
        valid_to=OPEN,
        path=(fields.title.strip(),) if fields.title.strip() else (),
        url=jid.url,
        facts={name: value for name, value in facts.items() if value},
    )
    header, main = (_part(whole.text, said, section) for section in (HEADER, MAIN))
    return Parsed(document, tuple(_spans(text, whole, said)), tuple(set_aside(header, main, jid.court, jid.day)))


def _part(text: str, said: tuple[Utterance, ...], section: str) -> str:
    return "".join(text[one.start : one.end] for one in said if one.section == section)


def _differs(fields: _Fields, jid: Jid) -> str:
    """Which fields say something else than the JID, by which the document is kept."""
    said = {"JYEAR": fields.year, "JCASE": fields.case, "JNO": fields.number, "JDATE": fields.day}
    held = {"JYEAR": jid.year, "JCASE": jid.case, "JNO": jid.number, "JDATE": f"{jid.day:%Y%m%d}"}
    return "；".join(f"{name} {value.strip()[:20]}" for name, value in said.items() if value.strip() != held[name])


def _spans(text: str, whole: Joined, said: tuple[Utterance, ...]) -> Iterator[Span]:
    for one in said:
        first = one.start
        while first < one.end - 1 and whole.text[first] in _GOES_ON:
            first += 1
        start, end = whole.span(first, one.end)
        for left, right in pieces(text, start, end):
            yield Span(left, right, one.section, one.speaker, searchable=one.searchable)


def _facts_day(text: str, said: tuple[Utterance, ...], jid: Jid) -> str:
    """ISO; of the facts found, else of those charged in an indictment, else of an account that gives the hour."""
    criminal = jid.type == "刑事"
    accounts = (_found_facts, _charged, _told) if criminal else (_claimed,)
    for wanted in accounts:
        account = "。".join([text[one.start : one.end] for one in said if wanted(one)][: None if criminal else 1])
        day = facts_day(account, jid.day, timed=wanted in (_told, _claimed))
        if day:
            return day.isoformat()
    return ""


def _found_facts(one: Utterance) -> bool:
    return one.section == FACTS


def _charged(one: Utterance) -> bool:
    return one.section == ATTACHED and one.searchable


def _told(one: Utterance) -> bool:
    return one.section == BOTH


def _claimed(one: Utterance) -> bool:
    return one.section == CLAIMS and one.speaker in ("原告", "上訴人", "被上訴人")
