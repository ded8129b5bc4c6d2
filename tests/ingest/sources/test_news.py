"""What the feeds of outlets become, and how they are fetched: a real server on this machine plays the outlets."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import TAIPEI
from ingest.parsed import Came, Mark, Parsed, Raw, Skipped, Wanted
from ingest.sources import news
from ingest.web import Web
from rag.errors import RefusedRequest, SourceBlocked, SourceChanged, SourceUnreachable
from rag.names import LawNames
from tests.ingest.web_server import PAGE, WALL, Server, Time, status, whole

REAL = Path(os.environ.get("YOUJU_SOURCE_DIR", "../shared/data")) / "news"
NAMES = LawNames([])
NOW = datetime(2026, 9, 28, 12, tzinfo=TAIPEI)


def feed(*links: str, title: str = "示範部修正審查規費", day: str = "2026-09-28") -> bytes:
    items = (
        f"<item><title>{title}</title><link>{link}</link><description>明年元旦起實施。</description>"
        f"<pubDate>{day}</pubDate></item>"
        for link in links
    )
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


def parsed(body: bytes, place: str = "feed.xml") -> list[Parsed | Skipped]:
    return list(news.parse(Raw("id", body, place=place), NAMES))


def only(body: bytes, place: str = "feed.xml") -> Parsed:
    (found,) = parsed(body, place)
    assert isinstance(found, Parsed)
    return found


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("https://www.cna.com.tw/news/aipl/202609280001.aspx", "news/www.cna.com.tw/202609280001"),
        ("https://www.cna.com.tw/news/firstnews/202609280001.aspx?utm_source=x", "news/www.cna.com.tw/202609280001"),
        ("https://netzero.cna.com.tw/news/202609280001/", "news/netzero.cna.com.tw/202609280001"),
        ("https://news.ltn.com.tw/news/society/breakingnews/5249048", "news/news.ltn.com.tw/5249048"),
        ("https://ec.ltn.com.tw/article/breakingnews/5249048", "news/ec.ltn.com.tw/5249048"),
        ("https://news.ltn.com.tw/news/politics/paper/1700001", "news/news.ltn.com.tw/paper-1700001"),
        ("https://www.ettoday.net/news/20260928/3069553.htm", "news/www.ettoday.net/3069553"),
        ("https://finance.ettoday.net/news/3069553", "news/finance.ettoday.net/3069553"),
        ("https://news.pts.org.tw/article/781851", "news/news.pts.org.tw/781851"),
        ("https://www.ey.gov.tw/Page/9277F759E41CCD91/0a1b2c3d-0000-4000-8000-0123456789ab",
         "news/www.ey.gov.tw/0a1b2c3d-0000-4000-8000-0123456789ab"),
    ],
)  # fmt: skip
def test_an_article_goes_by_the_number_its_outlet_gave_it(link: str, key: str) -> None:
    assert only(feed(link)).document.key == key


def test_elsewhere_an_address_has_a_key_of_its_own_that_stays() -> None:
    links = ["https://example.org/a?id=1", "https://example.org/a?id=2", f"https://example.org/{'長' * 300}"]
    keys = [only(feed(link)).document.key for link in links]
    assert len(set(keys)) == 3
    assert max(map(len, keys)) <= 120
    assert keys[0] == only(feed("https://example.org/a?id=1&amp;utm_source=feed#top")).document.key


def test_a_document_says_who_published_what_and_when() -> None:
    document = only(feed("https://www.cna.com.tw/news/aipl/202609280001.aspx"), next(iter(news.FEEDS))).document
    assert (document.kind, document.version, document.valid_from.isoformat()) == ("news", "2026-09-28", "2026-09-28")
    assert document.text == "示範部修正審查規費\n明年元旦起實施。"
    assert document.facts == {"outlet": "中央社", "published": "2026-09-28T00:00:00+08:00"}


def test_the_section_is_the_feeds_where_the_item_names_none() -> None:
    place = "https://feeds.feedburner.com/rsscna/politics"
    document = only(feed("https://www.cna.com.tw/news/aipl/202609280001.aspx"), place).document
    assert document.path == ("中央社", "政治")


def test_a_whole_article_in_place_of_a_lead_is_cut() -> None:
    body = feed("https://example.org/a").replace("明年元旦起實施。".encode(), ("明年元旦起實施。" * 200).encode())
    assert len(only(body).document.text) < 520


def test_of_two_items_with_one_address_the_newer_stays_and_the_other_is_named() -> None:
    older = feed("https://example.org/a", title="示範部修正審查規費", day="2026-09-27")
    newer = feed("https://example.org/a", title="示範部修正規費（更新）", day="2026-09-28")
    both = older.replace(b"</channel></rss>", b"") + newer.partition(b"<channel>")[2]
    skipped, found = parsed(both)
    assert isinstance(found, Parsed)
    assert found.document.title == "示範部修正規費（更新）"
    assert isinstance(skipped, Skipped)
    assert skipped.key == "id#2"


@pytest.mark.parametrize(
    ("title", "reason"),
    [("短訊", "內容過短"), ("娛樂城註冊送體驗金 百家樂返水 加LINE領彩金 保證出金", "廣告")],
)
def test_what_says_nothing_is_left_out_with_its_reason(title: str, reason: str) -> None:
    body = feed("https://example.org/a", title=title).replace("明年元旦起實施。".encode(), b"")
    assert parsed(body) == [Skipped(news._key("https://example.org/a"), reason)]


@pytest.mark.parametrize("body", [b"", b"<rss/>", b"no feed at all"])
def test_what_is_no_feed_is_said_with_its_place(body: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"^feed\.xml："):
        parsed(body)


@given(st.binary() | st.text().map(lambda text: feed("https://example.org/a", title=text, day=text)))
def test_spans_are_of_the_text_whatever_comes(body: bytes) -> None:
    found: list[Parsed | Skipped] = []
    with suppress(SourceChanged, SourceBlocked):
        found = parsed(body)
    for one in found:
        if isinstance(one, Parsed):
            text = one.document.text
            assert all(text[span.start : span.end].strip() == text[span.start : span.end] != "" for span in one.spans)


def test_a_file_that_changed_is_another_thing_than_before(tmp_path: Path) -> None:
    path = tmp_path / "cna.xml"
    ids = []
    for link in ("https://example.org/a", "https://example.org/b"):
        path.write_bytes(feed(link))
        ids += [one.id for one in news.read(path) if isinstance(one, Raw)]
    assert len(set(ids)) == 2
    assert all(one.startswith("cna.xml#") for one in ids)


def test_a_feed_is_taken_once_and_then_asked_whether_it_changed(server: Server, web: Web) -> None:
    url = server.at("/rss/all.xml")
    server.acts = [whole(feed("https://example.org/a"), ETag='"1"'), status(304)]
    raw, mark = news.fetch(web, Wanted(NOW, base=url))
    assert isinstance(raw, Raw)
    assert isinstance(mark, Mark)
    assert raw.id.startswith(f"{url}#")
    assert raw.seen == NOW.date()
    assert mark.name == url
    assert list(news.fetch(web, Wanted(NOW, base=url, marks={mark.name: mark.value}))) == []
    assert server.asked[1]["if-none-match"] == '"1"'


def test_a_redirect_is_followed_and_a_busy_server_waited_for(server: Server, web: Web, time: Time) -> None:
    server.acts = [
        status(302, Location="/moved.xml"),
        status(429, Retry_After="30"),
        whole(feed("https://example.org/a")),
    ]
    # After a refusal the whole way is gone again.
    server.acts.insert(2, status(302, Location="/moved.xml"))
    (raw,) = news.fetch(web, Wanted(NOW, base=server.at("/rss/all.xml")))
    assert isinstance(raw, Raw)
    assert sum(time.waits()) >= 30


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (status(403), SourceBlocked),
        (status(404), RefusedRequest),
        (whole(PAGE, Content_Type="text/html"), SourceBlocked),
        (whole(WALL), SourceBlocked),
    ],
)
def test_a_feed_that_is_refused_says_so(server: Server, web: Web, act: object, error: type[Exception]) -> None:
    server.acts = [act]  # type: ignore[list-item]
    with pytest.raises(error, match=r"/rss/all\.xml"):
        list(news.fetch(web, Wanted(NOW, base=server.at("/rss/all.xml"))))


def test_feeds_that_fail_do_not_stop_the_others(server: Server, web: Web) -> None:
    good = whole(feed("https://example.org/a"))
    server.acts = [good, status(404), whole(PAGE), good]
    found: list[Came] = []
    urls = [server.at(f"/{number}.xml") for number in range(4)]
    with pytest.raises(SourceUnreachable, match=r"2 個 feed 取不到：.*/1\.xml.*/2\.xml"):
        found.extend(news.each(web, urls, Wanted(NOW)))
    assert [one.place for one in found if isinstance(one, Raw)] == [urls[0], urls[3]]


@pytest.mark.parametrize(("said", "written"), [("Big5", "utf-8"), ("utf-8", "cp950")])
def test_a_wrong_charset_in_header_and_declaration_harms_nothing(
    server: Server, web: Web, said: str, written: str
) -> None:
    body = f'<?xml version="1.0" encoding="{said}"?>' + feed("https://example.org/a").decode()
    server.acts = [whole(body.encode(written), Content_Type=f"text/xml; charset={said}")]
    (raw,) = news.fetch(web, Wanted(NOW, base=server.at("/rss/all.xml")))
    assert isinstance(raw, Raw)
    assert only(raw.body).document.title == "示範部修正審查規費"


@pytest.mark.skipif(not REAL.exists(), reason="no shared data")
def test_every_real_item_becomes_a_document() -> None:
    found = [one for raw in news.read(REAL) if isinstance(raw, Raw) for one in news.parse(raw, NAMES)]
    documents = [one.document for one in found if isinstance(one, Parsed)]
    assert len(documents) == len({one.key for one in documents}) == len(found) == 245
    assert Counter(one.facts["outlet"] for one in documents) == {
        "中央社": 120,
        "自由時報": 87,
        "公視": 28,
        "ETtoday新聞雲": 10,
    }
    assert all(one.facts["published"].endswith("+08:00") and "<" not in one.text for one in documents)
