from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.robots import Robots
from rag.errors import RefusedRequest, SourceBlocked, SourceUnreachable, StoreError

SITE = "https://news.example.org"
HOUR = 3600.0


class Sites:
    """What each robots.txt says; an exception is raised."""

    def __init__(self, said: bytes | Exception = b"") -> None:
        self.said = said
        self.asked: list[str] = []
        self.date = 1_790_000_000.0

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    def robots(self, cache: Path | None = None, allow: bool = False) -> Robots:
        return Robots(self.fetch, lambda: self.date, cache, allow)


RULES = b"""\xef\xbb\xbfUser-agent: *
Disallow: /search
Allow: /search/about
Crawl-delay: 7

User-agent: Youju
Disallow: /private/
Crawl-delay: 4.5
"""


@pytest.mark.parametrize(
    ("path", "allowed"), [("/", True), ("/search?q=1", True), ("/private/x", False), ("/private", True)]
)
def test_the_rules_for_our_own_name_hold(path: str, allowed: bool) -> None:
    robots = Sites(RULES).robots()
    if allowed:
        assert robots.check(SITE + path) == 4.5
        return
    with pytest.raises(SourceBlocked, match=r"robots\.txt"):
        robots.check(SITE + path)


def test_else_the_rules_for_all_hold() -> None:
    robots = Sites(b"User-agent: *\nDisallow: /search\nAllow: /search/about\nCrawl-delay: 7").robots()
    assert robots.check(f"{SITE}/search/about") == 7.0
    with pytest.raises(SourceBlocked):
        robots.check(f"{SITE}/search")


def test_a_rate_is_a_delay() -> None:
    assert Sites(b"User-agent: *\nRequest-rate: 2/30\nCrawl-delay: 3").robots().check(SITE) == 15.0


@pytest.mark.parametrize("said", [b"", b"<html>no such page</html>", b"\xff\xfe\x00", b"Disallow: /"])
def test_what_holds_no_rules_allows(said: bytes) -> None:
    assert Sites(said).robots().check(f"{SITE}/a") == 0.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_site_without_a_robots_txt_allows(status: int) -> None:
    assert Sites(RefusedRequest("no", status)).robots().check(f"{SITE}/a") == 0.0


@pytest.mark.parametrize(
    "error", [RefusedRequest("HTTP 503", 503), RefusedRequest("HTTP 429", 429), SourceUnreachable("no route")]
)
def test_one_that_can_not_be_had_means_no_for_now(error: Exception, tmp_path: Path) -> None:
    sites = Sites(error)
    robots = sites.robots(tmp_path / "robots")
    with pytest.raises(SourceUnreachable, match="不知道網站許不許抓取"):
        robots.check(f"{SITE}/a")
    sites.said = b""
    assert robots.check(f"{SITE}/a") == 0.0


def test_each_origin_has_its_own() -> None:
    sites = Sites()
    robots = sites.robots()
    for url in (f"{SITE}/a", f"{SITE}/b", "http://news.example.org/", "https://u:p@news.example.org:8443/x?y=/z"):
        robots.check(url)
    assert sites.asked == [
        f"{SITE}/robots.txt",
        "http://news.example.org/robots.txt",
        "https://news.example.org:8443/robots.txt",
    ]


def test_they_are_remembered_for_a_day_and_by_the_next_process(tmp_path: Path) -> None:
    sites = Sites(RULES)
    first = sites.robots(tmp_path / "robots")
    first.check(SITE)
    for hours, fetches in [(0.0, 1), (23.9, 1), (24.1, 2), (25.0, 2)]:
        sites.date = 1_790_000_000.0 + hours * HOUR
        first.check(SITE)
        assert sites.robots(tmp_path / "robots").check(SITE) == 4.5
        assert len(sites.asked) == fetches


def test_a_memory_from_the_future_is_not_believed(tmp_path: Path) -> None:
    sites = Sites(RULES)
    sites.robots(tmp_path).check(SITE)
    sites.date -= 48 * HOUR
    sites.robots(tmp_path).check(SITE)
    assert len(sites.asked) == 2


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b'{"fetched": "soon", "text": ""}', b'{"fetched": null}', b"\xff"])
def test_a_broken_memory_is_made_anew(tmp_path: Path, kept: bytes) -> None:
    file = tmp_path / f"{quote(SITE, safe='')}.json"
    file.write_bytes(kept)
    sites = Sites(RULES)
    sites.robots(tmp_path).check(SITE)
    assert len(sites.asked) == 1
    assert json.loads(file.read_text())["fetched"] == sites.date


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="無法寫入"):
        Sites().robots(tmp_path / "file" / "robots").check(SITE)


@pytest.mark.parametrize("allow", [False, True])
@pytest.mark.parametrize(
    "url",
    [
        "https://law.moj.gov.tw/",
        "https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=B0000001",
        "http://LAW.moj.gov.tw./news",
        "https://law.moj.gov.tw/api",
        "https://law.moj.gov.tw/apiary/x",
        "https://law.moj.gov.tw/api/../LawClass/LawAll.aspx",
        "https://law.moj.gov.tw/api/%2e%2e/LawClass/LawAll.aspx",
        "https://law.moj.gov.tw/robots.txt",
        "https://law.moj.gov.tw:8443/LawClass/",
    ],
)
def test_the_pages_of_the_law_database_are_nobodys(url: str, allow: bool) -> None:
    sites = Sites()
    with pytest.raises(SourceBlocked, match="不許爬"):
        sites.robots(allow=allow).check(url)
    assert sites.asked == []


API = "https://law.moj.gov.tw/API/ch/law/json"
OLD = "https://sendlaw.moj.gov.tw/PublicData/GetFile.ashx?DType=XML&AuData=CFM"


@pytest.mark.parametrize("url", [API, OLD])
def test_its_api_needs_the_word_of_the_operator(url: str) -> None:
    with pytest.raises(SourceBlocked, match="YOUJU_ALLOW_OPEN_DATA_API"):
        Sites().robots().check(url)


def test_which_stands_in_for_the_robots_txt_of_one_host_only() -> None:
    sites = Sites(b"User-agent: *\nDisallow: /")
    assert sites.robots(allow=True).check(API) == 0.0
    assert sites.asked == []
    with pytest.raises(SourceBlocked, match=r"robots\.txt"):
        sites.robots(allow=True).check(OLD)


LINES = ["User-agent: ", "Disallow: ", "Allow: ", "Crawl-delay: ", "Request-rate: ", "Visit-time: ", "Sitemap: "]
VALUES = ["*", "/", "youju", "0/0", "-1/2s", "1/-5", "nan", "inf", "-3", "1e999", "%zz", "/*$", "0600-0845", ""]
ODD = st.lists(st.tuples(st.sampled_from(LINES), st.one_of(st.sampled_from(VALUES), st.text(max_size=9))).map("".join))


@given(st.one_of(st.binary(max_size=400), ODD.map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))))
def test_nothing_a_robots_txt_says_is_an_accident(said: bytes) -> None:
    try:
        delay = Sites(said).robots().check(f"{SITE}/a%zz?b=c")
    except SourceBlocked:
        delay = 0.0
    assert isinstance(max(2.0, delay), float)
