"""Pages of the Constitutional Court, https://cons.judicial.gov.tw: lists of decisions, and the decisions themselves.

Interpretations are listed at ``judcurrent.aspx?fid=2195``, judgments at ``judcurrentNew1.aspx?fid=38``, rulings on the
merits at ``judcurrentNew2.aspx?fid=39``; procedural rulings have ``fid=40`` and are walked to from there. A decision is
``docdata.aspx?fid=…&id=…``, its parts pairs of ``li`` under ``.lawList > ul``, named by the second one's ``title``.

Traps: the id says nothing of the number; a list is in the order of decision, and rulings appear late in its middle, so
all of it is read each time; opinions are added to a page later; one date had a negative year; one page has its reasons
under 當事人暨當事人陳述之要旨; everything a visitor can download is listed among the parts, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from ingest.parsed import Mark, Raw, Wanted
from ingest.web import Page, Web
from rag.errors import RefusedRequest, SourceChanged

BASE = "https://cons.judicial.gov.tw"
LISTS = ("/judcurrent.aspx?fid=2195", "/judcurrentNew1.aspx?fid=38", "/judcurrentNew2.aspx?fid=39")
PAGE = "page/"
"""What the id of a page begins with, as against the records of files."""

_LISTED = frozenset({"2195", "38", "39", "40"})
_DECISIONS = frozenset({"100", "38", "39", "40"})
# Opinions and corrections come within weeks; what is older than this is not asked for again.
_SETTLED = timedelta(days=180)
_TOO_MANY = 5
# 釋字第748號【同性二人婚姻自由案】 · 釋字第 748 號解釋
_INTERPRETATION = re.compile(r"釋字第\s*([1-9][0-9]{0,3})\s*號")
# 111年憲判字第1號【…】 · 111 年審裁字第 49 號 · 111年憲暫裁字第1號
_DECISION = re.compile(r"(1[0-9]{2})\s*年\s*([憲審統][一-鿿]{1,5})字第\s*([1-9][0-9]{0,5})\s*號")
# 發布日期：2017-05-24
_PUBLISHED = re.compile(r"發布日期[:：]\s*([0-9]{4}-[0-9]{2}-[0-9]{2})")
_WALKS = re.compile(r"/judcurrent[A-Za-z0-9]*\.aspx")


class Listing(NamedTuple):
    """What a list page names: the address of each decision by its key, and further list pages."""

    decisions: dict[str, str]
    pages: tuple[str, ...]


def key_of(number: str) -> str:
    """``key_of("釋字第748號") == "interpretation/748"``; a ruling: ``constitutional/111年憲裁字第1號``; else ""."""
    found = _DECISION.search(number)
    if found:
        return f"constitutional/{found[1]}年{found[2]}字第{found[3]}號"
    found = _INTERPRETATION.search(number)
    return f"interpretation/{found[1]}" if found else ""


def fetch(web: Web, wanted: Wanted) -> Iterator[Raw | Mark]:
    """Every decision not seen before, and the younger ones if they changed since; a mark for each that could be read.

    A new page that can't be read comes as it is, to be counted as failed; no mark, so that it is asked for again.

    :raises SourceChanged: a list without decisions, or one page after the other that can't be read.
    """
    broken = 0
    for key, url in _walk(web, wanted.base or BASE):
        first, _, known = wanted.marks.get(key, "").partition(" ")
        if first and _is_settled(key, date.fromisoformat(first), wanted.now.date()):
            continue
        page = _page(web, url, known)
        readable = page.unchanged or bool(parts(page.body))
        broken = 0 if readable else broken + 1
        if broken == _TOO_MANY:
            raise SourceChanged(f"{url}：連續 {broken} 頁找不到 lawList，頁面格式已變")
        if not page.unchanged and (readable or not first):
            yield Raw(PAGE + key, page.body, url, wanted.now.date())
        if readable:
            yield Mark(key, f"{first or wanted.now.date().isoformat()} {page.mark}")


def listing(body: bytes, url: str) -> Listing:
    """The decisions a list page links to, and the list pages beside it; links out of the site are left out."""
    decisions: dict[str, str] = {}
    pages: list[str] = []
    for anchor in BeautifulSoup(body, "lxml").select("a[href]"):
        target = urldefrag(urljoin(url, str(anchor["href"]))).url
        address = urlsplit(target)
        fid = parse_qs(address.query).get("fid", [""])[0]
        if address.netloc != urlsplit(url).netloc:
            continue
        key = key_of(anchor.get_text()) or key_of(str(anchor.get("title", "")))
        if address.path.endswith("/docdata.aspx") and fid in _DECISIONS and key:
            decisions.setdefault(key, target)
        elif _WALKS.fullmatch(address.path) and fid in _LISTED:
            pages.append(target)
    return Listing(decisions, tuple(dict.fromkeys(pages)))


def parts(body: bytes) -> Mapping[str, tuple[str, ...]]:
    """The parts of a decision's page by their names, each in paragraphs; empty for any other page.

    ``parts(page)["主文"] == ("一、…", "二、…")``; 發布日期 is taken from the text beside them.
    """
    soup = BeautifulSoup(body, "lxml")
    found = {
        str(one["title"]).strip(): tuple(_paragraphs(one))
        for one in soup.select(".lawList > ul > li[title]")
        if str(one["title"]).strip()
    }
    published = _PUBLISHED.search(soup.get_text()) if found else None
    return found | {"發布日期": (published[1],)} if published else found


def _is_settled(key: str, first: date, today: date) -> bool:
    return key.startswith("interpretation/") or first < today - _SETTLED


def _page(web: Web, url: str, known: str) -> Page:
    try:
        return web.get(url, known)
    except RefusedRequest:
        return Page(url, b"")


def _walk(web: Web, base: str) -> Iterator[tuple[str, str]]:
    waiting = [base + path for path in LISTS]
    required = set(waiting)
    walked: set[str] = set()
    named: set[str] = set()
    while waiting:
        url = waiting.pop(0)
        if url in walked:
            continue
        walked.add(url)
        page = listing(web.get(url).body, url)
        if url in required and not page.decisions:
            raise SourceChanged(f"{url}：清單裡沒有任何解釋或裁判，格式已變")
        for key, target in page.decisions.items():
            if key not in named:
                named.add(key)
                yield key, target
        waiting += page.pages


def _paragraphs(part: Tag) -> Iterator[str]:
    written = part.select("pre") or part.select("a")
    for text in [one.get_text() for one in written] or part.get_text("\n").splitlines():
        if text.strip():
            yield text.strip()
