"""Bills before the Legislative Yuan, article by article: text now, text proposed, reason.

Source: https://data.ly.gov.tw, dataset 19 條文對照表, 1,000 rows a page; files hold the same rows as JSON lines.
Licence: 政府資料開放授權條款第 1 版. Traps: a bill is listed again at every sitting it is put to, so four rows of ten
are copies; a row has no number of its own; one bill may amend several laws; the server answers with HTML, nothing at
all or two JSON objects in a row, each with status 200.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ingest.chunk import pieces
from ingest.files import lines
from ingest.parsed import Came, Link, Parsed, Raw, Skipped, Span, Wanted
from ingest.web import Web
from rag.domain import OPEN, Document, Reference
from rag.errors import SourceChanged
from rag.names import LawNames
from rag.references import canonical_article, label

NAME = "bills"
RULES = 1
FIELDS: Mapping[str, str] = {"activeLaw": "現行條文", "reviseLaw": "修正條文", "description": "說明"}
BASE = "https://data.ly.gov.tw/odw"
_ROWS = 1_000
_ATTEMPTS = 3
_USED = ("billNo", "lawCompareTitle", "docUrl", "docNo", *FIELDS)

_BILL = re.compile("[0-9A-Za-z]{1,40}")
# 1010209070200100: brought in on 101/02/09; later numbers (203110077970000) hold no day
_RECEIVED = re.compile(r"([01][0-9]{2})([0-9]{2})([0-9]{2})[0-9]{9}")
# …/word/08/01/02/LCEWA01_080102_00005.doc: term, session, sitting for which it was printed
_PRINTED = re.compile(r"LCEWA01_([0-9]{2})([0-9]{2})([0-9]{2})_")
# 院總第1574號委員提案第12885號
_PROPOSER = re.compile("(..提案)第")
# 第十三條　… · 第 185-3 條 · 第四條之一　… · （一百零六年六月十四日修正公布條文）第十八條
_ARTICLE = re.compile(r"(?:[（(][^）)]{0,30}[）)])?\s*(第[^條\n]{1,12}條(?:\s*之\s*[一二三四五六七八九十0-9]{1,3})?)")
# 「公民投票法部分條文修正草案」條文對照表
_AROUND = re.compile(r"[「」『』“”\"]|(?:條文)?對照表$")
# the name of a law that is not known: 化粧品衛生管理條例第二十三條之二…
_NAMED = re.compile(r"(.+?(?:法|條例|通則|規程|規則|辦法|程序|細則|綱要))(?=第|部分|修正|增訂|刪除|草案|$)")
_AMENDS = re.compile("修正|增訂|刪除|廢止")


class _Law(NamedTuple):
    """The law a bill is about: its PCode where known, its name, whether the bill amends it or makes it."""

    pcode: str
    name: str
    draft: str


def read(path: Path) -> Iterator[Came]:
    """Each bill article once, however often it is listed; a row's own words make its id: ``1010209070200100/9f2c…``.

    :raises UsageError: no such file.
    :raises BrokenArchive: it is damaged.
    :raises SourceChanged: a line that is no bill article.
    """
    seen: set[str] = set()
    for number, line in lines(path):
        id = _id(_checked(line, f"{path.name} 第 {number} 行"))
        if id not in seen:
            seen.add(id)
            yield Raw(id, line, f"{path.name}:{number}")


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """Every page of the dataset until one that is not full.

    :raises SourceUnreachable: no answer.
    :raises SourceChanged: an answer that is no page of it, three times in a row; or no row at all.
    """
    seen: set[str] = set()
    page, full = 1, True
    while full:
        url = f"{(wanted.base or BASE).rstrip('/')}/openDatasetJson.action?id=19&selectTerm=all&page={page}"
        rows = _page(web, url)
        for row in rows:
            body = orjson.dumps(row)
            id = _id(_checked(body, url))
            if id not in seen:
                seen.add(id)
                yield Raw(id, body, url)
        page, full = page + 1, len(rows) >= _ROWS
    if not seen:
        raise SourceChanged(f"{url}：條文對照表沒有任何一筆")


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """One bill article: what the law says, what the bill would have it say, why."""
    row = _checked(raw.body, raw.place or raw.id)
    text, spans = _text(row)
    if not spans:
        yield Skipped(f"bill/{raw.id}", "三欄都沒有文字")
        return
    law = _law(row["lawCompareTitle"], names)
    active, revised = (_article(row[field] or "") for field in ("activeLaw", "reviseLaw"))
    links = (Link(f"law/{law.pcode}/{active}", "amends", _day(row["billNo"])),) if law.pcode and active else ()
    yield Parsed(_document(row, f"bill/{raw.id}", text, law, revised or active), spans, links)


def _document(row: Mapping[str, Any], key: str, text: str, law: _Law, article: str) -> Document:
    day = _day(row["billNo"])
    number = label("", Reference(0, 0, article=article)) if article else ""
    return Document(
        key=key,
        version=day.isoformat() if day else "undated",
        source=NAME,
        kind="bill",
        title=f"{law.name}{law.draft}{number}",
        text=text,
        valid_from=day or date.min,
        valid_to=OPEN,
        path=(row["lawCompareTitle"],),
        law=law.pcode,
        number=article,
        url=row["docUrl"] or "",
        facts=_facts(row),
    )


def _facts(row: Mapping[str, Any]) -> dict[str, str]:
    """The sitting is that for which the bill was printed: a row's own is one of many at which it is listed again."""
    printed = _PRINTED.search(row["docUrl"] or "")
    proposer = _PROPOSER.search(row["docNo"] or "")
    known = {"bill": row["billNo"], "number": row["docNo"] or "", "proposer": proposer[1] if proposer else ""}
    if printed:
        known |= dict(zip(("term", "session", "sitting"), (str(int(part)) for part in printed.groups()), strict=True))
    return {name: value for name, value in known.items() if value}


def _text(row: Mapping[str, Any]) -> tuple[str, tuple[Span, ...]]:
    text, spans = "", list[Span]()
    for field, section in FIELDS.items():
        published = (row[field] or "").replace("\r\n", "\n")
        if not published.strip():
            continue
        text += f"\n\n{section}\n" if text else f"{section}\n"
        start = len(text)
        text += published
        # The text of the statute is found in the statute.
        searchable = field != "activeLaw"
        spans += [Span(*at, section=section, searchable=searchable) for at in pieces(text, start, len(text))]
    return text, tuple(spans)


@lru_cache(maxsize=256)
def _law(title: str, names: LawNames) -> _Law:
    """``「公民投票法部分條文修正草案」條文對照表`` → 公民投票法, 修正草案."""
    bare = _AROUND.sub("", title.strip()).strip()
    draft = "修正草案" if _AMENDS.search(bare) else "草案"
    found = names.find(bare)
    if found and found[0].start == 0:
        return _Law(found[0].pcodes[0], bare[: found[0].end], draft)
    named = _NAMED.match(bare)
    return _Law("", named[1], draft) if named else _Law("", bare.removesuffix(draft), draft)


@lru_cache(maxsize=4096)
def _number(written: str) -> str:
    return canonical_article(written) or ""


def _article(text: str) -> str:
    """The canonical number of the article a text begins with; "" for the heading of a chapter and the like."""
    found = _ARTICLE.match(text.lstrip())
    return _number(found[1]) if found else ""


@lru_cache(maxsize=256)
def _day(bill: str) -> date | None:
    found = _RECEIVED.fullmatch(bill)
    try:
        return date(int(found[1]) + 1911, int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _checked(line: bytes, place: str) -> dict[str, Any]:
    """A row with the fields that are used, each a text or None."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"{place}：不是 JSON（{error}）") from error
    if not isinstance(row, dict) or not all(isinstance(row.get(name, 0), str | None) for name in _USED):
        raise SourceChanged(f"{place}：條文對照表的格式已變")
    if not row["lawCompareTitle"] or not _BILL.fullmatch(row["billNo"] or ""):
        raise SourceChanged(f"{place}：沒有議案編號或對照表標題")
    return row


def _id(row: Mapping[str, Any]) -> str:
    """Its bill and a hash of what it says: rows have no number, and their order changes as sittings are added."""
    said = [row[name] for name in ("lawCompareTitle", *FIELDS)]
    return f"{row['billNo']}/{hashlib.sha256(orjson.dumps(said)).hexdigest()[:10]}"


def _page(web: Web, url: str) -> list[Any]:
    """The rows of a page; an answer that is none is asked for again."""
    for _ in range(_ATTEMPTS):
        body = web.get(url).body
        with suppress(orjson.JSONDecodeError, KeyError, TypeError):
            rows = orjson.loads(body)["jsonList"]
            if isinstance(rows, list):
                return rows
    raise SourceChanged(f"{url}：不是條文對照表（{_kind(body)}）")


def _kind(body: bytes) -> str:
    head = body.strip()[:200].lower()
    if not head:
        return "答覆是空的"
    if head.startswith(b"<"):
        return "答覆是網頁"
    return "答覆是兩份接在一起的 JSON" if b'}{"jsonList"' in b"".join(body.split()) else "答覆不是 JSON"
