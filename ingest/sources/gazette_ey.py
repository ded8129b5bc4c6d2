"""行政院公報: regulations, administrative rules, drafts and notices of the central government, day by day.

Source: https://gazette.nat.gov.tw/egFront/OpenData/downloadXML.jsp holds the newest issue and nothing else (a date in
the request is ignored); https://gazette.nat.gov.tw/egFront/OpenData/download.jsp?fn=YYY-MM-DD holds a past day of the
current month as a ZIP (less than 400 bytes: none). Licence: 政府資料開放授權條款第 1 版.

Traps: every value is text in CDATA or missing; ROC dates; HTMLContent is Word's HTML, holds the whole record and often
names the annex with the articles only as a PDF beside it; Date_Created is the day of the document, not of the issue.
A third of the records are no law but served documents with personal data: :func:`_left_out` says which stay outside.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from lxml import etree

from ingest import markup, notices
from ingest.files import members
from ingest.parsed import Came, Link, Mark, Parsed, Raw, Relation, Skipped, Wanted
from ingest.web import Web
from rag.dates import find_days
from rag.domain import OPEN, Document
from rag.errors import RefusedRequest, SourceBlocked, SourceChanged
from rag.names import LawNames

NAME = "gazette-ey"
RULES = 1
FIELDS: Mapping[str, str] = {}
BASE = "https://gazette.nat.gov.tw"
_NEWEST = "/egFront/OpenData/downloadXML.jsp"
_PAST = "/egFront/OpenData/download.jsp?fn={year:03}-{day:%m-%d}"
_PAGE = "https://gazette.nat.gov.tw/egFront/detail.do?metaid={}&log=detailLog"
_LEAST = 400  # bytes of an archive that holds something
_NOT_FOUND = 404
_SATURDAY = 5
_SOME_DAY = date(2000, 1, 1)
_WESTERN = 1000  # a year below it is one of the Republic
_LATE = timedelta(days=3)  # so long an issue that is not there may still come

_NEEDED = frozenset("MetaId Doc_Style_LName Doc_Style_SName Title GazetteId Date_Created Explain HTMLContent".split())
_KEPT = ("法規", "行政規則")
# Notices that bind or inform everybody; the others are about one person, one company, one plot of land.
_GENERAL = ("依法規應公告之事項", "權限委任", "更正", "院會院長提示")
_REASONS = {
    "公示送達": "公示送達：個人資料，對一般人無規範效力",
    "處分": "個案處分：只對當事人生效",
    "一般處分之送達": "一般處分：只及於特定場所或物件",
    "聽證": "聽證通知：會期過後即無內容",
    "名單": "名單：個人資料",
    "轉載": "轉載：不是法律",
}
# 公告第9屆立法委員選舉候選人名單 · 公告本處104年5月動產擔保交易登記案計4件 · 公告103年度退稅案件 …
_PERSONS = re.compile("名單|名冊|當選人|動產擔保|退稅案件|核定通知書|繳款書")

# 105-03-23.xml · 2016-03-23.xml
_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{2,4})-(\d{2})-(\d{2})(?!\d)")
# http://law.moj.gov.tw/LawClass/LawContent.aspx?PCODE=A0030055 · …/Scripts/Newsdetail.asp?NO=1A0030055
_LAW = re.compile(r"law\.moj\.gov\.tw/.*(?:pcode=|[?&]no=1)([A-Z][0-9]{7})", re.IGNORECASE)
# 修正「…辦法」第3條 · 修正…、「…辦法」 · 定施行日期: 修正發布之「…辦法」; not 核釋「…法」 · 訂定「…法」第3條之一定比例
_ENACTS = r"(?:(?:修正|增訂|刪除|廢止|公布之|發布之|、|及|暨|與)「{0}」|[制訂]定「{0}」(?!第))"
_ENACTING = ("法規", "轉載")


def read(path: Path) -> Iterator[Came]:
    """The daily XML files in a ZIP, in a folder, or one of them: ``105-03-23.xml``."""
    for name, body in members(path, ".xml"):
        yield _raw(name, body)


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """The newest issue, and the past days of this month that no run has had.

    Marks: ``newest`` → validators of the newest issue; an ISO day → the digest of its file, or "none".

    :raises SourceBlocked: a page where the XML should be.
    """
    base, known, today = wanted.base.rstrip("/") or BASE, dict(wanted.marks), wanted.now.date()
    page = web.get(base + _NEWEST, known=known.get("newest", ""))
    if not page.unchanged:
        if markup.is_page(page.body):
            raise SourceBlocked(f"{page.url}：這是網頁，不是公報的 XML")
        newest = _raw(page.url, page.body)
        mark = Mark(newest.id, hashlib.sha256(page.body).hexdigest()[:16])
        if known.get(mark.name) != mark.value:
            yield newest
            yield mark
        known[mark.name] = mark.value
        yield Mark("newest", page.mark)
    for day in (date(today.year, today.month, number) for number in range(1, today.day)):
        if day.weekday() < _SATURDAY and day.isoformat() not in known:
            yield from _past(web, base, day, today)


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """The records of one day, each a document or left out with its reason."""
    day = _day(raw.id)
    if day is None:
        raise SourceChanged(f"{raw.id}：不是公報的日期")
    seen: set[str] = set()
    for number, fields in enumerate(_records(raw), 1):
        missing = _NEEDED - fields.keys()
        if missing:
            raise SourceChanged(f"{raw.place or raw.id}：第 {number} 筆缺少 {'、'.join(sorted(missing))}")
        metaid = fields["MetaId"]
        key = f"{NAME}/{metaid}"
        if not re.fullmatch("[0-9A-Za-z_-]{1,40}", metaid):
            yield Skipped(f"{raw.id}#{number}", f"MetaId「{metaid[:20]}」不是編號")
        elif metaid in seen:
            yield Skipped(f"{raw.id}#{number}", f"{metaid} 在同一天出現兩次")
        elif reason := _left_out(fields["Doc_Style_LName"], fields["Doc_Style_SName"], fields["Title"]):
            yield Skipped(key, reason)
        else:
            yield _parsed(key, fields, day) or Skipped(key, "沒有內容")
        seen.add(metaid)


def _past(web: Web, base: str, day: date, today: date) -> Iterator[Came]:
    """The issue of a day of this month. None is told by a short answer or by 404; a young one may still come."""
    body = b""
    try:
        body = web.get(base + _PAST.format(year=day.year - 1911, day=day)).body
    except RefusedRequest as error:
        if error.status != _NOT_FOUND:
            raise
    if len(body) < _LEAST:
        if today - day > _LATE:
            yield Mark(day.isoformat(), "none")
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, f"{day}.zip")
        path.write_bytes(body)
        yield from read(path)
    yield Mark(day.isoformat(), hashlib.sha256(body).hexdigest()[:16])


def _raw(name: str, body: bytes) -> Raw:
    """A daily file, by the day in its name or else the day its records say they were published."""
    found = _DAY_IN_NAME.search(name.rpartition("/")[2])
    day = None
    if found:
        year = int(found[1])
        with suppress(ValueError):
            day = date(year if year >= _WESTERN else year + 1911, int(found[2]), int(found[3]))
    else:
        published = (record.get("Date_Published", "") for record in _records(Raw(name, body)))
        day = next((found for found in map(_day, published) if found), None)
    if day is None:
        raise SourceChanged(f"{name}：看不出是哪一天的公報（檔名應如 105-03-23.xml）")
    return Raw(day.isoformat(), body, place=name, seen=day)


def _records(raw: Raw) -> list[dict[str, str]]:
    """The fields of each record, without white space at their ends."""
    name = raw.place or raw.id
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(markup.tidy_xml(raw.body), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        what = "是網頁，不是公報的 XML" if markup.is_page(raw.body) else f"不是完整的 XML（{error}）"
        raise SourceChanged(f"{name}：{what}") from error
    found = root.findall("Record")
    if root.tag != "Gazette" or not found:
        raise SourceChanged(f"{name}：格式已變，找不到 Gazette 與其中的 Record")
    return [{str(one.tag): (one.text or "").strip() for one in record} for record in found]


def _left_out(style: str, kind: str, title: str) -> str:
    """Why a record is not taken in, or "".

    Kept are regulations, administrative rules, laws reprinted and drafts, and of the notices those that hold for
    everybody: what a law wants announced (rates, quotas, areas), who may act for whom, corrections of what is kept, and
    decisions of the cabinet. Lists of names stay outside wherever they stand.
    """
    if "公示送達" in kind + title:
        return _REASONS["公示送達"]
    if style in _KEPT or (style == "轉載" and "法律" in kind) or ("草案" in kind and "預告" in kind):
        return ""
    if any(general in kind for general in _GENERAL):
        return _REASONS["名單"] if _PERSONS.search(title) else ""
    found = next((reason for word, reason in _REASONS.items() if word in (style, kind)), "")
    return found or (_REASONS["聽證"] if "聽證" in kind else f"未收錄的類別：{style}／{kind}")


def _parsed(key: str, fields: Mapping[str, str], day: date) -> Parsed | None:
    page = markup.read(fields["HTMLContent"])
    text = _text(page.text.removesuffix("\nTop"), fields)
    if not text:
        return None
    facts = {
        "agency": fields.get("PubGovName", ""),
        "number": fields["GazetteId"],
        "style": fields["Doc_Style_SName"],
        "created": _iso(_day(fields["Date_Created"])),
        "deadline": _iso(_deadline(fields, text, day)),
        "metaid": fields["MetaId"],
        "attachments": " ".join(_attachments(page.anchors, fields.get("GazetteHTML", ""))),
    }
    chapter = fields.get("Chapter", "")
    document = Document(
        key=key,
        version=day.isoformat(),
        source=NAME,
        kind="gazette",
        title=" ".join(fields["Title"].split()),
        text=text,
        valid_from=day,
        valid_to=OPEN,
        path=tuple(filter(None, (fields["Doc_Style_LName"], chapter))),
        url=_PAGE.format(fields["MetaId"]),
        facts={name: value for name, value in (facts | {"chapter": chapter}).items() if value},
    )
    return Parsed(document, tuple(notices.spans(text)), tuple(_links(page.anchors, fields)))


def _text(body: str, fields: Mapping[str, str]) -> str:
    """The record as printed, and what its fields say beyond that, which is seldom anything."""
    parts = [body] if body else []
    for heading, name in (("主旨", "ThemeSubject"), ("說明", "Explain")):
        more = "\n".join(line.strip() for line in fields.get(name, "").splitlines() if line.strip())
        if more and not notices.says(body, more):
            parts.append(f"{heading}：{more}")
    return "\n\n".join(parts)


def _deadline(fields: Mapping[str, str], text: str, published: date) -> date | None:
    """The last day for comments on a draft, as stated or as reckoned from the day of the issue."""
    if "草案" not in fields["Doc_Style_SName"]:
        return None
    stated, days = _day(fields.get("Comment_Deadline", "")), fields.get("Comment_Days", "")
    return stated or notices.deadline(f"刊登之日起{days}日\n{fields['Explain']}\n{text}", published)


def _attachments(anchors: Iterable[markup.Anchor], page: str) -> list[str]:
    """Addresses of the PDFs that hold what the record doesn't."""
    files = (one.href for one in anchors if one.href.lower().endswith(".pdf"))
    with suppress(ValueError):
        return list(dict.fromkeys(urljoin(page, one) for one in files))
    return []


def _links(anchors: Iterable[markup.Anchor], fields: Mapping[str, str]) -> Iterator[Link]:
    """The laws a record links to: those it enacts, amends or repeals by its title, and those it rests on."""
    relations: dict[str, Relation] = {}
    for anchor in anchors:
        found = _LAW.search(anchor.href)
        if found:
            pcode = found[1].upper()
            enacts = fields["Doc_Style_LName"] in _ENACTING and _enacts(fields["Title"], anchor.text)
            relations[pcode] = "amends" if enacts else relations.get(pcode, "cites")
    for pcode, relation in relations.items():
        yield Link(f"law/{pcode}", relation)


def _enacts(title: str, name: str) -> bool:
    return bool(name) and re.search(_ENACTS.format(re.escape(name)), title) is not None


def _day(text: str) -> date | None:
    """``_day("中華民國105年3月21日") == date(2016, 3, 21)``; ISO and 105/3/21, too."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    days = (one for one in find_days(text, _SOME_DAY) if one.precision == "day")
    return next((one.first for one in days if any(map(str.isnumeric, text[one.start : one.end]))), None)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
