"""News as the outlets' feeds give it: title, lead, link and time, nothing else.

Sources: :data:`FEEDS`. No licence to the articles themselves; their terms let a reader of the feed show title, lead and
link with the outlet's name (中央社 asks for its credit, 公視 for the title unchanged), which is all that is stored.

Traps: the same article comes in several feeds and under several sections, so a document goes by the number its outlet
gave it; feeds hold the last few dozen items, so what a later fetch no longer has must stay; some items have no date.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from ingest.chunk import pieces
from ingest.clean import is_spam, too_short, without_boilerplate
from ingest.feeds import Entry, entries
from ingest.files import members
from ingest.markup import is_page
from ingest.parsed import Came, Mark, Parsed, Raw, Skipped, Span, Wanted
from ingest.web import Web
from rag.domain import OPEN, Document
from rag.errors import IngestError, SourceBlocked, SourceChanged, SourceUnreachable
from rag.names import LawNames

NAME = "news"
RULES = 1
FIELDS: Mapping[str, str] = {}

_CNA = "https://feeds.feedburner.com/rsscna/"
_LTN = "https://news.ltn.com.tw/rss/"
_ETTODAY = "https://feeds.feedburner.com/ettoday/"
_EY = "https://www.ey.gov.tw/RSS_Content.aspx?ModuleType="
FEEDS: Mapping[str, str] = {
    "https://feeds.feedburner.com/cnaFirstNews": "",
    f"{_CNA}politics": "政治",
    f"{_CNA}intworld": "國際",
    f"{_CNA}mainland": "兩岸",
    f"{_CNA}finance": "產經",
    f"{_CNA}technology": "科技",
    f"{_CNA}lifehealth": "生活",
    f"{_CNA}social": "社會",
    f"{_CNA}local": "地方",
    f"{_CNA}culture": "文化",
    f"{_CNA}sport": "運動",
    f"{_CNA}stars": "娛樂",
    f"{_LTN}all.xml": "",
    f"{_LTN}politics.xml": "政治",
    f"{_LTN}society.xml": "社會",
    f"{_LTN}business.xml": "財經",
    f"{_LTN}world.xml": "國際",
    f"{_LTN}opinion.xml": "評論",
    f"{_LTN}focus.xml": "焦點",
    f"{_ETTODAY}realtime": "",
    f"{_ETTODAY}news": "",
    f"{_ETTODAY}finance": "財經",
    f"{_ETTODAY}global": "國際",
    f"{_ETTODAY}china": "大陸",
    f"{_ETTODAY}local": "地方",
    f"{_ETTODAY}society": "社會",
    f"{_ETTODAY}lifestyle": "生活",
    f"{_ETTODAY}health": "健康",
    "https://news.pts.org.tw/xml/newsfeed.xml": "",
    f"{_EY}3": "",
    f"{_EY}4": "",
}
"""Address of each feed → its section, where the feed is one section's."""


class Outlet(NamedTuple):
    """Who publishes under a domain, and how its addresses number an article."""

    name: str
    number: re.Pattern[str]


OUTLETS: Mapping[str, Outlet] = {
    # /news/aipl/202511130002.aspx, where the section is for show
    "cna.com.tw": Outlet("中央社", re.compile(r"/news/(?:\w+/)?(\d{12})(?:\.aspx|/)?")),
    # /news/society/breakingnews/5249048 · /article/paper/1234
    "ltn.com.tw": Outlet(
        "自由時報", re.compile(r"/(?:news|article)/(?:\w+/)?(?:breakingnews/|(?=paper/))(\d+|paper/\d+)/?")
    ),
    # /news/20251118/3069553.htm · /news/3069553 · /article/123.htm
    "ettoday.net": Outlet("ETtoday新聞雲", re.compile(r"/(?:news|article)/(?:\d{8}/)?(\d+)(?:\.html?)?/?")),
    # /article/781851
    "pts.org.tw": Outlet("公視", re.compile(r"/article/(\d+)/?")),
    "ey.gov.tw": Outlet("行政院", re.compile(r"/Page/\w+/([0-9a-f-]{36})/?", re.IGNORECASE)),
}
_LONGEST = 500
"""Characters of a lead. Some outlets put the whole article where the lead belongs."""


def read(path: Path) -> Iterator[Came]:
    """A feed, or the feeds (``*.xml``) in a folder or archive."""
    for name, body in members(path, ".xml"):
        yield _raw(name, body)


def fetch(web: Web, wanted: Wanted) -> Iterator[Came]:
    """What changed of :data:`FEEDS`, or of the one feed at ``wanted.base``. Marks: its address → its validators."""
    yield from each(web, [wanted.base] if wanted.base else FEEDS, wanted)


def each(web: Web, urls: Iterable[str], wanted: Wanted) -> Iterator[Came]:
    """What changed of some feeds. One that fails doesn't stop the others: all that failed are raised at the end."""
    failed: list[IngestError] = []
    for url in urls:
        try:
            page = web.get(url, known=wanted.marks.get(url, ""))
            if is_page(page.body):
                raise SourceBlocked(f"{page.url}：這是網頁，不是 feed")
        except IngestError as error:
            failed.append(error)
            continue
        if not page.unchanged:
            yield _raw(url, page.body, wanted.now.date())
            if page.mark:
                yield Mark(url, page.mark)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        raise SourceUnreachable(f"{len(failed)} 個 feed 取不到：" + "；".join(map(str, failed)))


def parse(raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
    """The items of a feed; of several with the same address, the newest."""
    try:
        found = entries(raw.body)
    except (SourceBlocked, SourceChanged) as error:
        raise type(error)(f"{raw.place or raw.id}：{error}") from error
    newest: dict[str, Entry] = {}
    for number, entry in enumerate(found, 1):
        key, reason = _key(entry.url), _left_out(entry)
        if not key:
            yield Skipped(f"{raw.id}#{number}", "沒有連結")
        elif reason:
            yield Skipped(key, reason)
        elif key in newest:
            yield Skipped(f"{raw.id}#{number}", f"與 {key} 是同一則")
            newest[key] = max(newest[key], entry, key=_time)
        else:
            newest[key] = entry
    for key, entry in newest.items():
        yield _parsed(key, entry, FEEDS.get(raw.place, ""))


def _raw(place: str, body: bytes, seen: date | None = None) -> Raw:
    """A feed as it stood once: under another name whenever it says something else, so that nothing is replaced."""
    return Raw(f"{place}#{hashlib.sha256(body).hexdigest()[:16]}", body, place=place, seen=seen)


def _left_out(entry: Entry) -> str:
    text = without_boilerplate(f"{entry.title}\n{entry.lead}")
    return "廣告" if is_spam(text) else "內容過短" if too_short(text) else ""


def _time(entry: Entry) -> str:
    """An item without a time is older than any with one."""
    found = entry.updated or entry.published
    return found.isoformat() if found else ""


def _key(url: str) -> str:
    """``news/<host>/<number>``; the number is the outlet's, else 16 figures of the address's SHA-256."""
    if not url:
        return ""
    parts = urlsplit(url)
    outlet = _outlet(url)
    found = outlet.number.fullmatch(parts.path) if outlet else None
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    number = found[1].replace("/", "-") if found else hashlib.sha256(rest.encode()).hexdigest()[:16]
    return f"{NAME}/{parts.netloc}/{number}"


def _outlet(url: str) -> Outlet | None:
    host = urlsplit(url).hostname or ""
    return next((one for domain, one in OUTLETS.items() if host == domain or host.endswith(f".{domain}")), None)


def _parsed(key: str, entry: Entry, section: str) -> Parsed:
    outlet = _outlet(entry.url)
    name = outlet.name if outlet else urlsplit(entry.url).hostname or ""
    section = entry.section or section
    day = entry.published.date() if entry.published else None
    lead = entry.lead[slice(*next(pieces(entry.lead, 0, len(entry.lead), _LONGEST), (0, 0)))]
    text = f"{entry.title}\n{lead}".strip()
    facts = {
        "outlet": name,
        "published": entry.published.isoformat() if entry.published else "",
        "updated": entry.updated.isoformat() if entry.updated and entry.updated != entry.published else "",
        "section": section,
        "original_link": entry.link if entry.link != entry.url else "",
    }
    document = Document(
        key=key,
        version=day.isoformat() if day else "undated",
        source=NAME,
        kind="news",
        title=without_boilerplate(entry.title) or entry.title,
        text=text,
        valid_from=day or date.min,
        valid_to=OPEN,
        path=tuple(filter(None, (name, section))),
        url=entry.url,
        facts={name: value for name, value in facts.items() if value},
    )
    return Parsed(document, tuple(Span(start, end) for start, end in pieces(text, 0, len(text))))
