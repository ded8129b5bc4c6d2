from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import TAIPEI, canonical, entries, when
from rag.errors import SourceBlocked, SourceChanged

ITEM = "<item><title>{0}</title><link>https://example.org/{0}</link><description>導言</description></item>"
RSS = '<rss version="2.0"><channel>{}</channel></rss>'


def rss(*items: str) -> bytes:
    return RSS.format("".join(items)).encode()


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 28 Sep 2026 14:05:00 +0800",
        "Mon, 28 Sep 2026 06:05:00 GMT",
        "Mon, 28 Sep 2026 14:05:00 CST",
        "Mon, 28 Sep 2026 14:05:00 GMT+8",
        "Mon, 28 Sep 2026 14:05:00",
        "28 Sep 26 14:05 +0800",
        "週一, 28 九月 2026 14:05:00 +0800",
        "星期一 28 九月 2026 14:05",
        "2026-09-28T14:05:00+08:00",
        "2026-09-28T06:05:00Z",
        "2026-09-28T14:05:00",
        "2026-09-28 14:05",
        "2026/9/28 下午 02:05:00",
        "115-09-28 14:05",
        "115/09/28 14:05:00",
        "民國115年9月28日 14:05",
    ],
)
def test_a_time_is_read_however_it_is_written(text: str) -> None:
    assert when(text) == datetime(2026, 9, 28, 14, 5, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    "text", ["2026-09-28", "115-09-28", "115.09.28", "Mon, 28 Sep 2026", "週一, 28 九月 2026", "中華民國115年9月28日"]
)
def test_a_day_alone_begins_at_midnight_in_taipei(text: str) -> None:
    assert when(text) == datetime(2026, 9, 28, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    "text", ["", "昨天", "明天上午", "not a date", "0001-01-01", "9999-12-31", "115-13-40", "99:99"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert when(text) is None


@given(st.datetimes(datetime(1995, 1, 1), datetime(2095, 1, 1)), st.integers(-12, 14))
def test_a_time_survives_being_written(moment: datetime, hours: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert when(aware.isoformat()) == when(f"{aware:%d %b %Y %H:%M:%S %z}") == aware


@given(st.text())
def test_no_time_is_too_odd(text: str) -> None:
    found = when(text)
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://WWW.Example.org/a/?utm_source=rss&id=3&fbclid=x#top", "https://www.example.org/a/?id=3"),
        (" https://example.org/\n a ", "https://example.org/a"),
        ("http://example.org:80", "http://example.org/"),
        ("https://user:secret@example.org:8443/a", "https://example.org:8443/a"),
        ("https://www.google.com/url?rct=j&url=https://example.org/b%3Futm_medium%3Dx", "https://example.org/b"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fc", "https://example.org/c"),
        ("javascript:alert(1)", ""),
        ("tag:example.org,2026:1", ""),
        ("/relative", ""),
        ("https://[broken", ""),
        ("https://example.org:port/", ""),
        ("", ""),
    ],
)
def test_an_address_has_one_form(link: str, expected: str) -> None:
    assert canonical(link) == expected


@given(st.text())
def test_the_one_form_of_an_address_is_stable(text: str) -> None:
    found = canonical(f"https://example.org/{text}")
    assert canonical(found) == found


def test_items_come_in_the_order_of_the_feed() -> None:
    assert [one.title for one in entries(rss(ITEM.format("甲"), ITEM.format("乙")))] == ["甲", "乙"]


def test_a_lead_that_closes_itself_leaves_the_next_item_alone() -> None:
    found = entries(rss("<item><title>甲</title><description /></item>", ITEM.format("乙")))
    assert [(one.title, one.lead) for one in found] == [("甲", ""), ("乙", "導言")]


def test_updated_is_not_what_was_published() -> None:
    dated = "<item><title>甲</title><pubDate>Mon, 28 Sep 2026 00:00:00 +0800</pubDate></item>"
    assert entries(rss(dated))[0].updated is None


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("<link>http://feeds.feedburner.com/~r/x</link>", "http://feeds.feedburner.com/~r/x"),
        ("<link>http://feeds.feedburner.com/~r/x</link><guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<link>https://example.org/a</link><guid>https://example.org/g</guid>", "https://example.org/a"),
        ('<guid isPermaLink="false">12345</guid>', ""),
        ("<link/>", ""),
    ],
)
def test_the_address_is_the_page_itself_where_one_is_given(links: str, expected: str) -> None:
    assert entries(rss(f"<item><title>甲</title>{links}</item>"))[0].url == expected


@pytest.mark.parametrize("written", ["utf-8", "cp950"])
@pytest.mark.parametrize("said", ["utf-8", "Big5", "iso-8859-1"])
def test_a_feed_is_read_whatever_it_says_it_is_written_in(written: str, said: str) -> None:
    body = f'<?xml version="1.0" encoding="{said}"?>' + RSS.format(ITEM.format("法規命令"))
    assert entries(body.encode(written))[0].title == "法規命令"


@pytest.mark.parametrize(
    "lead",
    [
        "R&D 補助",
        "甲&nbsp;乙",
        "甲<br>乙<p>丙",
        "甲\x08乙",
        '<a href="/?a=1&b=2">甲</a>',
        "<![CDATA[A&B<br>]]>&hellip;",
    ],
)
def test_a_feed_that_is_not_well_formed_is_mended(lead: str) -> None:
    dated = f"<item><title>甲</title><description>{lead}</description><pubDate>115-09-28</pubDate></item>"
    found = entries(rss(dated, ITEM.format("乙")))
    assert [one.title for one in found] == ["甲", "乙"]
    assert found[0].lead
    assert found[0].published is not None


def test_a_feed_that_breaks_off_is_refused() -> None:
    whole = rss(*(ITEM.format(number) for number in range(9)))
    with pytest.raises(SourceChanged, match="不完整"):
        entries(whole[: len(whole) // 2])


@pytest.mark.parametrize("body", [b"", b" ", b"{}", b"<a/>", b"<urlset/>", RSS.encode(), b"\x80\x81\xff" * 99])
def test_what_is_no_feed_or_an_empty_one_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged):
        entries(body)


def test_a_page_is_refused_as_one() -> None:
    with pytest.raises(SourceBlocked):
        entries("<!DOCTYPE html><html><title>系統忙碌中</title></html>".encode())


def test_entities_of_the_feed_itself_are_not_followed() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "甲甲甲甲"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = bomb + RSS.format("<item><title>標題 &b; &f;</title><link>https://example.org/a</link></item>")
    title = entries(body.encode())[0].title
    assert "甲" not in title
    assert "root" not in title


@given(st.binary() | st.integers(0, 400).map(lambda cut: rss(ITEM.format("甲"), ITEM.format("乙"))[:cut]))
def test_anything_else_is_refused_by_name(body: bytes) -> None:
    found = []
    with suppress(SourceChanged, SourceBlocked):
        found = entries(body)
    assert len(found) in (0, 2)
