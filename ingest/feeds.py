"""Feeds as they are really served (RSS, Atom, news sitemaps, well formed or not) → entries.

feedparser reads them; what it can't know is mended before (encodings that lie, stray ``&``, forbidden characters) and
after (days of the Republic, Chinese names of months, times without a zone: those of Taiwan, HTML escaped twice).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from html.entities import html5
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import feedparser
from lxml import etree

from ingest import markup
from rag.dates import find_days
from rag.errors import SourceBlocked, SourceChanged

TAIPEI = timezone(timedelta(hours=8))

_ROOTS = ("rss", "feed", "RDF", "urlset")
# Without these feedparser cleans HTML that is read as text anyhow, which takes half of its time.
_PLAIN = {"sanitize_html": False, "resolve_relative_uris": False}
# a?x=1&y=2 · R&D
_STRAY = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)")
# &nbsp; · &hellip; are HTML's, not XML's
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)")
# <p> · <br> · </a>: HTML nobody escaped
_UNESCAPED = re.compile(r"<(/?(?:p|br|b|i|u|a|img|em|strong|span|div|font|ul|ol|li|h[1-6])\b[^<>]*)>", re.IGNORECASE)
# <![CDATA[…]]> holds what it likes
_QUOTED = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
# </rss> · </news:urlset> at the end
_ENDED = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF|urlset)\s*>(?:\s|<!--.*?-->)*\Z", re.DOTALL)
# 週一, · 星期日
_WEEKDAY = re.compile(r"(?:週|周|星期|禮拜)[一二三四五六日天],?")
# 28 九月 2026
_MONTH = re.compile(r"(?<=\s)(十[一二]|[一二三四五六七八九十])月(?=\s+\d{4})")
_MONTHS = dict(
    zip(
        "一 二 三 四 五 六 七 八 九 十 十一 十二".split(),
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
        strict=True,
    )
)
# CST is China Standard Time here, not that of Chicago; GMT+8 · UTC+08:00
_ZONE = re.compile(r"\bCST\b|(?:GMT|UTC)\s*\+0?8(?::?00)?")
# 14:05 · 14:05:59 · 下午 03:04:05
_CLOCK = re.compile(r"(上午|下午)?\s*(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_SOME_DAY = date(2000, 1, 1)
_YEARS = range(1990, 2100)
# utm_source · fbclid: they say where a reader came from, not what is read
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|yclid|igshid|mc_[ce]id", re.IGNORECASE)
# https://www.google.com/url?q=https://… · https://l.facebook.com/l.php?u=https://…
_REDIRECTS = {"www.google.com": ("url", "q"), "l.facebook.com": ("u",), "lm.facebook.com": ("u",)}
_FEEDBURNER = ("feedproxy.google.com", "feeds.feedburner.com")


class Entry(NamedTuple):
    """One item, as text. Times are aware and in Taipei; None where none is given or it can't be read.

    ``link`` is the address as published, ``url`` the canonical one; both "" where there is none.
    """

    title: str
    lead: str
    link: str
    url: str
    published: datetime | None
    updated: datetime | None
    section: str


def entries(body: bytes) -> list[Entry]:
    """The items of a feed in its order, those without link or date as well.

    :raises SourceBlocked: a web page.
    :raises SourceChanged: no feed, a feed without items, or one that breaks off.
    """
    if markup.is_page(body):
        raise SourceBlocked("這是網頁，不是 feed")
    root = _root(body)
    if etree.QName(root).localname == "urlset":
        found = list(_listed(root))
    else:
        feed = feedparser.parse(io.BytesIO(etree.tostring(root, encoding="utf-8")), **_PLAIN)
        found = [_entry(one) for one in feed.entries]
    if not found:
        raise SourceChanged("feed 裡沒有任何項目")
    return found


def canonical(link: str) -> str:
    """An address without what differs between two links to the same page, or "" for what is no web address.

    ``canonical("https://WWW.example.org/a/?utm_source=rss&id=3#top") == "https://www.example.org/a/?id=3"``.
    """
    with suppress(ValueError):
        parts = urlsplit("".join(link.split()))
        host = (parts.hostname or "").lower()
        if parts.scheme.lower() not in ("http", "https") or "." not in host:
            return ""
        query = parse_qsl(parts.query, keep_blank_values=True)
        target = next((value for name, value in query if name in _REDIRECTS.get(host, ())), "")
        if target:
            return canonical(target)
        kept = urlencode([(name, value) for name, value in query if not _TRACKING.fullmatch(name)])
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
        return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", kept, ""))
    return ""


def when(text: str) -> datetime | None:
    """A time as feeds write it, in Taipei: ``when("115-09-28") == datetime(2026, 9, 28, tzinfo=TAIPEI)``."""
    text = " ".join(text.split())
    for reading in (datetime.fromisoformat, _by_mail, _by_calendar):
        with suppress(ValueError, OverflowError, TypeError):
            found = reading(text)
            if found and found.year in _YEARS:
                return found.replace(tzinfo=TAIPEI) if found.tzinfo is None else found.astimezone(TAIPEI)
    return None


def _by_mail(text: str) -> datetime:
    """``Mon, 28 Sep 2026 00:00:00 +0800``, also with Chinese names, without a weekday, a time or a zone."""
    text = _MONTH.sub(lambda found: _MONTHS[found[1]], _WEEKDAY.sub("", text))
    text = _ZONE.sub("+0800", text).strip()
    return parsedate_to_datetime(text if ":" in text else f"{text} 00:00:00")


def _by_calendar(text: str) -> datetime | None:
    """``115/09/28 下午 03:04`` · ``民國115年9月28日``."""
    days = (one for one in find_days(text, _SOME_DAY) if one.precision == "day")
    # 昨天 is a day as well, but not of a feed.
    day = next((one.first for one in days if any(map(str.isnumeric, text[one.start : one.end]))), None)
    clock = _CLOCK.search(text)
    if day is None or clock is None:
        return datetime.combine(day, time()) if day else None
    noon = 12 if clock[1] == "下午" and int(clock[2]) < 12 else 0
    return datetime.combine(day, time(int(clock[2]) + noon, int(clock[3]), int(clock[4] or 0)))


def _root(body: bytes) -> etree._Element:
    """The feed as an element that is well formed, whatever came."""
    try:
        xml = markup.tidy_xml(body)
    except ValueError as error:
        raise SourceChanged("feed 的文字編碼無法辨識") from error
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        root = _mended(xml, error)
    if root is None or etree.QName(root).localname not in _ROOTS:
        raise SourceChanged("這不是 feed（RSS、Atom 或 sitemap）")
    return root


def _mended(xml: bytes, error: etree.XMLSyntaxError) -> etree._Element | None:
    """What breaks off is not mended: its last item would be a half one, with half an address."""
    if not _ENDED.search(xml):
        raise SourceChanged(f"feed 不完整或不是 XML（{error.msg}）") from error
    parts = _QUOTED.split(xml.decode())
    parts[::2] = map(_escaped, parts[::2])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    with suppress(etree.XMLSyntaxError):
        return etree.fromstring("".join(parts).encode(), parser)
    return None


def _escaped(text: str) -> str:
    named = _NAMED.sub(lambda found: html5.get(found[1], found[0]), text)
    return _UNESCAPED.sub(r"&lt;\1&gt;", _STRAY.sub("&amp;", named))


def _listed(root: etree._Element) -> Iterator[Entry]:
    """The entries of a news sitemap; ``news:name`` is the paper's, ``news:title`` the item's."""
    for one in root.iterfind("{*}url"):
        title, link = (one.findtext(path, "").strip() for path in (".//{*}news/{*}title", "{*}loc"))
        published, updated = (one.findtext(path, "") for path in (".//{*}publication_date", "{*}lastmod"))
        yield Entry(markup.text(title), "", link, canonical(link), when(published) or when(updated), when(updated), "")


def _entry(one: Mapping[str, Any]) -> Entry:
    published, updated = when(_said(one, "published")), when(_said(one, "updated"))
    link, url = _link(one)
    return Entry(
        title=markup.text(_said(one, "title")).replace("\n", " "),
        lead=markup.text(_said(one, "summary")),
        link=link,
        url=url,
        published=published or updated,
        updated=updated,
        section=next((tag["term"] for tag in one.get("tags", ()) if tag.get("term")), ""),
    )


def _said(one: Mapping[str, Any], name: str) -> str:
    """A field that is there: asked for ``updated``, feedparser would answer with ``published``."""
    return str(one[name] or "") if name in one else ""


def _link(one: Mapping[str, Any]) -> tuple[str, str]:
    """The address of the page, as given and canonical: not Atom's ``self``, rather not the feed's own redirect, else
    the guid where it is an address.
    """
    links = (link.get("href") or "" for link in one.get("links", ()) if link.get("rel", "alternate") == "alternate")
    redirect = ("", "")
    for link in (_said(one, "feedburner_origlink"), *links, _said(one, "id")):
        url = canonical(link) if link else ""
        if url and urlsplit(url).hostname not in _FEEDBURNER:
            return link, url
        redirect = (link, url) if url and not redirect[1] else redirect
    return redirect
