"""全國法規資料庫 bulk files: the constitution, laws and orders of Taiwan, Chinese and English.

Source: https://law.moj.gov.tw/api/{ch|en}/{law|order}/json, one ZIP each, weekly (Fridays). Licence:
政府資料開放授權條款第 1 版; the text of statutes is outside copyright. UTF-8 with BOM; hard-wrapped LawHistories;
private-use characters.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from ingest.records import RULES, Article, LawRecord, RawRecord
from ingest.spans import squeeze
from rag.domain import OPEN
from rag.errors import SourceChanged

NAME = "laws"
MEMBERS = {"ChLaw": "ch/law", "ChOrder": "ch/order", "EnLaw": "en/law", "EnOrder": "en/order"}
URL = "https://law.moj.gov.tw/api/{path}/json"

_CHINESE = frozenset(
    "LawLevel LawName LawURL LawCategory LawModifiedDate LawEffectiveDate LawEffectiveNote LawAbandonNote "
    "LawHasEngVersion EngLawName LawAttachements LawHistories LawForeword LawArticles".split()
)
_ENGLISH = frozenset(
    "LawLevel EngLawName LawName EngLawURL EngLawModifiedDate EngLawAbandonNote EngLawAttachements EngLawHistories "
    "EngLawForeword EngLawArticles".split()
)
_ARTICLE = {"ArticleType", "ArticleNo", "ArticleContent"}
# 第 185-3 條 · 3 (a 點 of a form or table) · Article 185-3 · Article 34-1.
_NUMBER = re.compile(r"(?:第|Article)?\s*([0-9]{1,6}(?:-[0-9]{1,4})?)\s*(?:條|\.)?")
# 2024/10/11 上午 12:00:00
_UPDATE = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?![0-9])")
_PCODE = re.compile(r"[Pp][Cc]ode=([A-Z]\d{7})$")
# 第 一 章 總則 · 第 三 節之一 …
_HEADING = re.compile(
    r"第\s*([^\s第編章節款目]+)\s*([編章節款目])(?:\s*之\s*([一二三四五六七八九十]+))?\s*(.*)", re.DOTALL
)
# （原名稱：生技新藥產業發展條例；新名稱：…）
_FORMER = re.compile(r"原名稱：([^；）]+?)[；）]")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_DEPTH = {"編": 0, "章": 1, "節": 2, "款": 3, "目": 4}


@dataclass(frozen=True, slots=True)
class Release:
    """One official file, checked: which member, the day it was made, its records still raw."""

    member: str
    seen: date
    records: tuple[RawRecord, ...]
    articles: int
    private_use: dict[str, int]
    sha256: str

    @property
    def english(self) -> bool:
        return self.member.startswith("En")


@dataclass(frozen=True, slots=True)
class Translation:
    """The official English text of one article, with the day its law was last translated."""

    key: str
    text: str
    modified: date


def parse(name: str, body: bytes) -> Release:
    """A bulk file → its records, every one checked against the known schema before any is used.

    :param name: the archive member, ``ChLaw.json``.
    :raises SourceChanged: the shape is not the known one.
    """
    member = next((known for known in MEMBERS if name.lower() == f"{known.lower()}.json"), None)
    if member is None:
        raise SourceChanged(f"{name}：不是已知的官方檔案（{'、'.join(MEMBERS)}）")
    try:
        top = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"{name}：不是 JSON（{error}）") from error
    if not isinstance(top, dict) or not isinstance(top.get("Laws"), list) or not top["Laws"]:
        raise SourceChanged(f"{name}：格式已變，找不到 UpdateDate 與非空的 Laws")
    if holds_nul(body):
        raise SourceChanged(f"{name}：文字含有 NUL 字元")
    seen = _update_day(name, top.get("UpdateDate"))
    check = _check_english if member.startswith("En") else check_law
    records = tuple(_raw(name, fields, seen, check) for fields in top["Laws"])
    types = ("EngLawArticles", "EngArticleType") if member.startswith("En") else ("LawArticles", "ArticleType")
    articles = sum(item[types[1]] == "A" for fields in top["Laws"] for item in fields[types[0]])
    return Release(member, seen, records, articles, _private_use(body), fingerprint(body))


def fingerprint(body: bytes) -> str:
    """The SHA-256 of a file's JSON and of the rules it is read by, as hex: the same again holds nothing new."""
    return hashlib.sha256(b"%d\n" % RULES + body).hexdigest()


def record_of(fields: dict[str, Any], pcode: str) -> LawRecord:
    """The fields of one checked record → a :class:`LawRecord`."""
    return LawRecord(
        pcode=pcode,
        name=fields["LawName"].strip(),
        level=fields["LawLevel"],
        category=fields["LawCategory"],
        modified=_day(fields["LawModifiedDate"]) or date.min,
        effective=_day(fields["LawEffectiveDate"]),
        effective_note=fields["LawEffectiveNote"],
        repealed=fields["LawAbandonNote"] == "廢",
        english_name=fields["EngLawName"].strip(),
        histories=fields["LawHistories"],
        foreword=fields["LawForeword"],
        articles=tuple(_articles(fields["LawArticles"])),
        former_names=_former_names(fields["LawName"].strip(), fields["LawHistories"]),
    )


def translations(raw: RawRecord) -> Iterator[Translation]:
    """The English articles of a record, keyed like the Chinese article each translates; the first of a number wins."""
    fields = orjson.loads(raw.body)
    modified = _day(fields["EngLawModifiedDate"]) or date.min
    done: set[str] = set()
    for item in fields["EngLawArticles"]:
        found = _NUMBER.fullmatch(item["EngArticleNo"].strip())
        if item["EngArticleType"] == "A" and found and found[1] not in done:
            done.add(found[1])
            yield Translation(f"law/{raw.pcode}/{found[1]}", item["EngArticleContent"], modified)


def check_law(fields: Any) -> str:
    """What is wrong with a Chinese record, or ""."""
    problem = _wrong_shape(fields, _CHINESE, ("LawAttachements", "LawArticles"))
    if problem:
        return problem
    if fields["LawLevel"] not in ("憲法", "法律", "命令") or fields["LawAbandonNote"] not in ("", "廢"):
        return f"未知的 LawLevel {fields['LawLevel']!r} 或 LawAbandonNote {fields['LawAbandonNote']!r}"
    if not _valid_days(fields["LawModifiedDate"], fields["LawEffectiveDate"]):
        return f"日期有誤 {fields['LawModifiedDate']!r} 或 {fields['LawEffectiveDate']!r}"
    return next((f"條文 {item!r:.80}" for item in fields["LawArticles"] if not _good_article(item)), "")


def raw_record(pcode: str, fields: dict[str, Any], seen: date | None) -> RawRecord:
    body = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    mark = hashlib.sha256(body).hexdigest()
    if "LawModifiedDate" not in fields:
        return RawRecord(pcode, fields["LawName"], mark, seen, body)
    former = _former_names(fields["LawName"].strip(), fields["LawHistories"])
    repealed = fields["LawAbandonNote"] == "廢"
    return RawRecord(pcode, fields["LawName"], mark, seen, body, fields["LawModifiedDate"], former, repealed)


def holds_nul(body: bytes) -> bool:
    """True when a JSON text writes the character NUL, which no text has and PostgreSQL can't store."""
    return rb"\u0000" in body and _NUL.search(body) is not None


def _private_use(body: bytes) -> dict[str, int]:
    """How often each private-use character (U+E000 to U+F8FF) stands in a file: ``{"U+E5F9": 33}``.

    The Big5 glyphs they stand for differ from source to source, and new ones mean a new table of replacements.
    """
    return {f"U+{ord(sign):04X}": n for sign, n in Counter(_PRIVATE_USE.findall(body.decode())).most_common()}


def _raw(name: str, fields: Any, seen: date, check: Any) -> RawRecord:
    problem = check(fields)
    if problem:
        title = fields.get("LawName", "?") if isinstance(fields, dict) else "?"
        raise SourceChanged(f"{name}：「{title}」的格式已變：{problem}")
    found = _PCODE.search(fields.get("LawURL") or fields.get("EngLawURL") or "")
    if not found:
        raise SourceChanged(f"{name}：「{fields['LawName']}」的網址沒有 pcode")
    return raw_record(found[1], fields, seen)


def _check_english(fields: Any) -> str:
    problem = _wrong_shape(fields, _ENGLISH, ("EngLawAttachements", "EngLawArticles"))
    if problem:
        return problem
    if not _valid_days(fields["EngLawModifiedDate"]):
        return f"日期有誤 {fields['EngLawModifiedDate']!r}"
    keys = {f"Eng{key}" for key in _ARTICLE}
    return next((f"條文 {item!r:.80}" for item in fields["EngLawArticles"] if not _strings(item, keys)), "")


def _wrong_shape(fields: Any, known: frozenset[str], lists: tuple[str, str]) -> str:
    if not isinstance(fields, dict) or fields.keys() != known:
        return _difference(fields, known)
    wrong = [key for key in known if not isinstance(fields[key], list if key in lists else str)]
    return f"{', '.join(sorted(wrong))} 型別不符" if wrong else ""


def _strings(item: Any, keys: set[str]) -> bool:
    return isinstance(item, dict) and item.keys() == keys and all(isinstance(value, str) for value in item.values())


def _good_article(item: Any) -> bool:
    if not _strings(item, _ARTICLE):
        return False
    return item["ArticleType"] == "C" or (
        item["ArticleType"] == "A" and _NUMBER.fullmatch(item["ArticleNo"].strip()) is not None
    )


def _difference(fields: Any, known: frozenset[str]) -> str:
    if not isinstance(fields, dict):
        return f"應為物件，卻是 {type(fields).__name__}"
    missing, extra = sorted(known - fields.keys()), sorted(fields.keys() - known)
    return "；".join(f"{what} {', '.join(keys)}" for what, keys in (("缺少", missing), ("多出", extra)) if keys)


def _articles(items: list[dict[str, str]]) -> Iterator[Article]:
    path: list[tuple[int, str]] = []
    latest: dict[str, Article] = {}
    for ordinal, item in enumerate(items):
        if item["ArticleType"] == "C":
            if not item["ArticleContent"].strip():
                continue
            heading = _heading(item["ArticleContent"])
            path = [above for above in path if above[0] < heading[0]] + [heading]
            continue
        found = _NUMBER.fullmatch(item["ArticleNo"].strip())
        if found:
            headings = tuple(text for _, text in path)
            latest[found[1]] = Article(found[1], item["ArticleContent"], headings, ordinal)
    yield from latest.values()


def _heading(text: str) -> tuple[int, str]:
    found = _HEADING.fullmatch(text.strip())
    if not found:
        return 1, " ".join(text.split())
    number, unit, sub, title = found.groups()
    after = f"之{sub}" if sub else ""
    return _DEPTH[unit], f"第{number}{unit}{after} {''.join(title.split())}".strip()


def _former_names(name: str, histories: str) -> tuple[str, ...]:
    """The names a law had before, oldest first."""
    if "原名" not in histories and "名稱：" not in histories:
        return ()
    found = _FORMER.findall(squeeze(histories))
    return tuple(dict.fromkeys(former for former in found if former != name))


def _update_day(name: str, value: Any) -> date:
    found = _UPDATE.match(value) if isinstance(value, str) else None
    with suppress(ValueError):
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    raise SourceChanged(f"{name}：UpdateDate {value!r} 不是日期")


def _day(text: str) -> date | None:
    """``YYYYMMDD``; the file's 99991231 is ``OPEN``; 19460000 (month and day not known) is that year's first day."""
    if not text:
        return None
    return OPEN if text == "99991231" else date(int(text[:4]), int(text[4:6]) or 1, int(text[6:8]) or 1)


def _valid_days(first: str, *optional: str) -> bool:
    """Whether ``first`` is a day, and the others are one, or ``OPEN``, or empty."""
    texts = [first, *filter(None, optional)]
    try:
        return all(re.fullmatch("[0-9]{8}", text) and _day(text) for text in texts) and _day(first) != OPEN
    except ValueError:
        return False
