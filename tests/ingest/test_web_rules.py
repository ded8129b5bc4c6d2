"""Where the client may go: the law database, redirects, encryption, other sites."""

from __future__ import annotations

import json

import pytest

from ingest.web import Page, Web
from rag.errors import (
    SourceBlocked,
    SourceUnreachable,
)
from tests.ingest.nets import Answers, Net, say
from tests.ingest.web_server import Server, Time, status, whole


@pytest.mark.parametrize(
    "url", ["https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=B0000001", "https://law.moj.gov.tw/robots.txt"]
)
def test_the_pages_of_the_law_database_are_not_asked_for(net: Net, url: str) -> None:
    net.hosts = {"law.moj.gov.tw": say()}
    with pytest.raises(SourceBlocked, match="不許爬"):
        net.web(allow_open_data_api=True).get(url)
    assert net.requests == []


def test_its_api_is_with_the_word_of_the_operator(time: Time) -> None:
    net = Net(time, "User-agent: *\nDisallow: /")
    net.hosts = {"law.moj.gov.tw": say(body=b"{}")}
    url = "https://law.moj.gov.tw/api/swagger/docs/v1"
    with pytest.raises(SourceBlocked, match="YOUJU_ALLOW_OPEN_DATA_API"):
        net.web().get(url)
    assert net.web(allow_open_data_api=True).get(url).body == b"{}"


# Redirects


def test_a_redirect_is_followed_and_told(server: Server, web: Web) -> None:
    server.acts = [status(302, Location="/b?c=1"), whole(b"x")]
    assert web.get(server.at("/a")) == Page(server.at("/b?c=1"), b"x")


def test_where_it_leads_has_its_own_rules_and_turn(net: Net) -> None:
    net.hosts = {
        "a.example.org": say(301, Location="https://law.moj.gov.tw/LawClass/LawAll.aspx"),
        "b.example.org": say(301, Location="https://c.example.org/"),
        "c.example.org": say(),
    }
    web = net.web()
    with pytest.raises(SourceBlocked, match="不許爬"):
        web.get("https://a.example.org/")
    web.get("https://c.example.org/")
    before = net.time.now
    web.get("https://b.example.org/")
    assert net.time.now - before == 2.0
    assert "law.moj.gov.tw" not in "".join(net.asked)


@pytest.mark.parametrize("place", ["http://a.example.org/", "http://b.example.org/", "ftp://a.example.org/x"])
def test_no_redirect_leads_out_of_encryption(net: Net, place: str) -> None:
    net.hosts = {"a.example.org": say(302, Location=place), "b.example.org": say()}
    with pytest.raises(SourceUnreachable, match="未加密"):
        net.web().get("https://a.example.org/")
    assert net.asked == ["https://a.example.org/"]


def test_into_encryption_it_may(net: Net) -> None:
    secure: Answers = lambda request: say()(request) if request.url.scheme == "https" else to_https(request)  # noqa: E731
    to_https = say(301, Location="https://a.example.org/")
    net.hosts = {"a.example.org": secure}
    assert net.web().get("http://a.example.org/").url == "https://a.example.org/"


@pytest.mark.parametrize("place", ["http://[", "https://", "//", "https://a:port/", "http://\x7f/"])
def test_a_redirect_to_nowhere_is_named(net: Net, place: str) -> None:
    net.hosts = {"a.example.org": say(302, Location=place)}
    with pytest.raises(SourceUnreachable):
        net.web().get("https://a.example.org/")


def test_redirects_without_end_are_given_up(server: Server, web: Web) -> None:
    server.acts = [status(302, Location="/again")] * 60
    with pytest.raises(SourceUnreachable, match="轉址"):
        web.get(server.at("/a"))
    assert len(server.asked) == 10


def test_another_site_is_not_told_what_was_meant_for_one(net: Net) -> None:
    net.hosts = {"a.example.org": say(302, Location="https://b.example.org/"), "b.example.org": say()}
    headers = {"Authorization": "Bearer t", "X-Api-Key": "k", "Accept": "application/json"}
    net.web().get("https://a.example.org/", headers=headers)
    first, second = (request.headers for request in net.requests)
    assert (first["authorization"], first["x-api-key"]) == ("Bearer t", "k")
    assert not {"authorization", "x-api-key"} & set(second)
    assert second["accept"] == "application/json"


@pytest.mark.parametrize("code", [302, 307])
def test_what_is_posted_stays_with_the_site(net: Net, code: int) -> None:
    net.hosts = {"a.example.org": say(code, Location="https://b.example.org/"), "b.example.org": say()}
    with pytest.raises(SourceUnreachable, match="別的網站"):
        net.web().post("https://a.example.org/", {"password": "p"})
    assert net.asked == ["https://a.example.org/"]


def test_within_the_site_it_goes_along(server: Server, web: Web) -> None:
    server.acts = [status(307, Location="/b"), whole(b"x")]
    assert web.post(server.at("/a"), {"n": 1}).body == b"x"
    assert [json.loads(one) for one in server.sent] == [{"n": 1}, {"n": 1}]
