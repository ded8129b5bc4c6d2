"""Against a real server on this machine, and where names or encryption matter a transport of plain functions."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from ingest.web import Page, Web
from rag.errors import (
    IngestError,
    RefusedRequest,
    SettingsError,
    SourceBlocked,
    SourceUnreachable,
    UsageError,
    YoujuError,
)
from tests.ingest.nets import Net, say
from tests.ingest.web_server import WALL, Handler, Server, Time, cut, status, whole


def test_a_page_comes_as_it_is(server: Server, web: Web) -> None:
    body = "臺北".encode("big5")
    server.acts = [whole(body, Content_Type="text/xml; charset=big5")]
    assert web.get(server.at("/feed?a=1")) == Page(server.at("/feed?a=1"), body, "text/xml; charset=big5")
    assert (server.asked[0][":path"], server.asked[0]["user-agent"]) == ("/feed?a=1", "youju/0.1 (+law@example.org)")


def test_a_packed_page_comes_unpacked(server: Server, web: Web) -> None:
    server.acts = [whole(gzip.compress(b"<rss/>"), Content_Encoding="gzip")]
    assert web.get(server.at("/feed")).body == b"<rss/>"
    assert "gzip" in server.asked[0]["accept-encoding"]


def test_what_is_wrongly_packed_is_named(server: Server, web: Web) -> None:
    server.acts = [whole(b"no gzip", Content_Encoding="gzip")]
    with pytest.raises(SourceUnreachable):
        web.get(server.at("/feed"))


def test_what_is_too_big_is_not_taken(server: Server, web: Web) -> None:
    server.acts = [whole(gzip.compress(bytes(201 << 20), compresslevel=1), Content_Encoding="gzip")]
    with pytest.raises(SourceUnreachable, match="超過 200 MB"):
        web.get(server.at("/bomb"))


def test_an_object_is_sent_as_json(server: Server, web: Web) -> None:
    server.acts = [whole(b'{"Token": "t"}')]
    page = web.post(server.at("/jdg/api/Auth"), {"user": "某", "password": "p"}, {"Authorization": "Bearer x"})
    assert page.body == b'{"Token": "t"}'
    assert json.loads(server.sent[0]) == {"user": "某", "password": "p"}
    assert (server.asked[0]["content-type"], server.asked[0]["authorization"]) == ("application/json", "Bearer x")


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ({"ETag": '"1"', "Last_Modified": "Fri, 10 Jul 2026 00:00:00 GMT"}, ["if-none-match", "if-modified-since"]),
        ({"ETag": 'W/"1"'}, ["if-none-match"]),
        ({"Last_Modified": "Fri, 10 Jul 2026 00:00:00 GMT"}, ["if-modified-since"]),
    ],
)
def test_what_has_not_changed_is_not_sent_again(
    server: Server, web: Web, sent: dict[str, str], asked: list[str]
) -> None:
    server.acts = [whole(b"news", **sent), status(304), whole(b"new", ETag='"2"')]
    first = web.get(server.at("/feed"))
    assert first.mark
    again = web.get(server.at("/feed"), first.mark)
    assert (again.body, again.unchanged, again.mark) == (b"", True, first.mark)
    changed = web.get(server.at("/feed"), again.mark)
    assert (changed.body, changed.unchanged) == (b"new", False)
    for one in server.asked[1:]:
        assert [one[name] for name in asked] == list(sent.values())


@pytest.mark.parametrize("known", ["", "\n", "臺北\n某日"])
def test_a_mark_that_says_nothing_asks_for_all(server: Server, web: Web, known: str) -> None:
    server.acts = [whole(b"news")]
    assert web.get(server.at("/feed"), known) == Page(server.at("/feed"), b"news")
    assert not {"if-none-match", "if-modified-since"} & set(server.asked[0])


def test_nothing_new_when_nothing_is_known_is_an_odd_answer(server: Server, web: Web) -> None:
    server.acts = [status(304)]
    with pytest.raises(RefusedRequest, match="HTTP 304"):
        web.get(server.at("/feed"))


# Politeness


def test_a_host_is_asked_through_one_connection_with_a_pause_between(server: Server, web: Web, time: Time) -> None:
    ports: list[int] = []

    def act(handler: Handler) -> None:
        ports.append(handler.client_address[1])
        handler.reply(200, b"x")

    server.acts = [act, act, act]
    for _ in range(3):
        web.get(server.at("/a"))
    assert (len(set(ports)), time.waits()) == (1, [2.0, 2.0, 2.0])


def test_hosts_do_not_wait_for_one_another(net: Net) -> None:
    net.hosts = {"a.example.org": say(), "b.example.org": say()}
    with_pause = net.web()
    for host in ("a", "b"):
        with_pause.get(f"https://{host}.example.org/")
    assert net.time.waits() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("url", "robots", "pause"),
    [
        ("https://ly.govapi.tw/v2/bills", "", 3.0),
        ("https://example.org/", "User-agent: *\nCrawl-delay: 10", 10.0),
        ("https://example.org/", "User-agent: *\nCrawl-delay: 1", 2.0),
    ],
)
def test_who_asks_for_a_longer_pause_gets_it(time: Time, url: str, robots: str, pause: float) -> None:
    net = Net(time, robots)
    net.hosts = {"ly.govapi.tw": say(), "example.org": say()}
    web = net.web()
    web.get(url)
    web.get(url)
    assert time.waits()[-1] == pause


def test_robots_txt_is_asked_for_first_and_once(server: Server, web: Web) -> None:
    server.robots = status(200, b"User-agent: youju\nDisallow: /private")
    server.acts = [whole(b"x"), whole(b"y")]
    web.get(server.at("/a"))
    web.post(server.at("/b"), {})
    with pytest.raises(SourceBlocked, match=r"robots\.txt"):
        web.get(server.at("/private/c"))
    assert (server.robots_asked, [one[":path"] for one in server.asked]) == (1, ["/a", "/b"])


def test_the_next_run_still_knows_the_robots_txt(server: Server, time: Time, tmp_path: Path) -> None:
    server.robots = status(200, b"User-agent: youju\nDisallow: /private")
    for _ in range(2):
        one = Web(cache=tmp_path, clock=time.clock())
        with pytest.raises(SourceBlocked):
            one.get(server.at("/private"))
        one.close()
    assert server.robots_asked == 1


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_host_without_robots_txt_may_be_asked(server: Server, web: Web, code: int) -> None:
    server.robots = status(code)
    server.acts = [whole(b"x")]
    assert web.get(server.at("/a")).body == b"x"


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_host_whose_robots_txt_can_not_be_had_is_not_asked(server: Server, web: Web, code: int) -> None:
    server.robots = status(code)
    with pytest.raises(SourceUnreachable, match="不知道網站許不許抓取"):
        web.get(server.at("/a"))
    assert (server.robots_asked, server.asked) == (5, [])


def test_robots_txt_may_lie_elsewhere(server: Server, web: Web) -> None:
    server.robots = status(301, Location=server.at("/rules/robots"))
    server.acts = [status(200, b"User-agent: *\nDisallow: /private"), whole(b"x")]
    with pytest.raises(SourceBlocked, match=r"robots\.txt"):
        web.get(server.at("/private"))
    assert web.get(server.at("/a")).body == b"x"


# When it fails


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_after_longer_and_longer(server: Server, web: Web, time: Time, code: int) -> None:
    server.acts = [*[status(code)] * 4, whole(b"x")]
    assert web.get(server.at("/a")).body == b"x"
    assert time.waits() == [2.0, 2.0, 4.0, 8.0, 16.0]


def test_it_is_asked_when_it_said_and_not_earlier(server: Server, web: Web, time: Time) -> None:
    server.acts = [status(503, Retry_After="120"), whole(b"x")]
    start = time.now
    web.get(server.at("/a"))
    assert time.now - start == 2.0 + 120.0


def test_who_wants_to_be_left_alone_for_long_is(server: Server, web: Web, time: Time) -> None:
    server.acts = [status(429, Retry_After="3600")]
    for _ in range(2):
        with pytest.raises(SourceUnreachable, match="秒後再來"):
            web.get(server.at("/a"))
    assert len(server.asked) == 1
    time.now += 3600
    server.acts = [whole(b"x")]
    assert web.get(server.at("/a")).body == b"x"


def test_after_five_failures_in_a_row_a_host_is_not_asked_again(server: Server, web: Web) -> None:
    server.acts = [status(503)] * 9
    with pytest.raises(RefusedRequest) as raised:
        web.get(server.at("/a"))
    assert (raised.value.status, len(server.asked)) == (503, 5)
    ways: list[Callable[[], object]] = [
        lambda: web.get(server.at("/b")),
        lambda: web.post(server.at("/c"), {}),
        lambda: web.download(server.at("/d"), Path("d")),
    ]
    for again in ways:
        with pytest.raises(SourceUnreachable, match="已連續失敗 5 次"):
            again()
    assert (len(server.asked), server.robots_asked) == (5, 1)


def test_an_answer_in_between_starts_the_count_anew(server: Server, web: Web) -> None:
    server.acts = [*[status(503)] * 4, status(404), *[status(503)] * 4, whole(b"x")]
    with pytest.raises(RefusedRequest, match="404"):
        web.get(server.at("/a"))
    assert web.get(server.at("/b")).body == b"x"


def test_one_host_that_is_given_up_is_not_all(net: Net) -> None:
    net.hosts = {"a.example.org": say(500), "b.example.org": say()}
    web = net.web()
    with pytest.raises(RefusedRequest):
        web.get("https://a.example.org/")
    assert web.get("https://b.example.org/").body == b""


@pytest.mark.parametrize("code", [400, 401, 404, 410, 413])
@pytest.mark.parametrize("how", ["get", "post"])
def test_another_status_reaches_the_caller_at_once(server: Server, web: Web, code: int, how: str) -> None:
    server.acts = [status(code, b'{"error": true}')]
    with pytest.raises(RefusedRequest, match=f"HTTP {code}") as raised:
        web.get(server.at("/a")) if how == "get" else web.post(server.at("/a"), {})
    assert (raised.value.status, len(server.asked)) == (code, 1)


def test_a_connection_that_breaks_is_made_again(server: Server, web: Web) -> None:
    server.acts = [cut(5, b"0123456789"), whole(b"0123456789")]
    assert web.get(server.at("/a")).body == b"0123456789"


def foreign() -> list[type[Exception]]:
    named = [getattr(httpx2, name) for name in httpx2.__all__]
    return [one for one in named if isinstance(one, type) and issubclass(one, Exception)]


@pytest.mark.parametrize("error", [*foreign(), UnicodeError], ids=lambda error: error.__name__)
@pytest.mark.parametrize("late", [False, True])
def test_no_exception_of_the_library_gets_out(net: Net, tmp_path: Path, error: type[Exception], late: bool) -> None:
    def fail() -> Exception:
        try:
            return error("odd")
        except TypeError:
            return error() if issubclass(error, httpx2.StreamError) else error("odd", request=None, response=None)

    def chunks() -> Iterator[bytes]:
        yield b"0"
        raise fail()

    def answer(request: httpx2.Request) -> httpx2.Response:
        if late:
            return httpx2.Response(200, content=chunks())
        raise fail()

    net.hosts = {"a.example.org": answer, "b.example.org": answer}
    web = net.web()
    with pytest.raises(SourceUnreachable):
        web.get("https://a.example.org/")
    with pytest.raises(SourceUnreachable):
        web.download("https://b.example.org/", tmp_path / "file")


def test_what_can_not_be_sent_is_named_but_not_shown(web: Web) -> None:
    with pytest.raises(UsageError, match="Authorization") as raised:
        web.get("https://example.org/", headers={"Authorization": "秘密\n"})
    assert "秘密" not in str(raised.value)


@pytest.mark.parametrize("contact", ["法律扶助", "a\nb"])
def test_a_contact_must_fit_a_header(contact: str) -> None:
    with pytest.raises(SettingsError, match="YOUJU_CONTACT"):
        Web(contact)


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".tw"])
def test_a_host_name_that_can_be_none_is_named(web: Web, host: str) -> None:
    with pytest.raises(SourceUnreachable, match=host):
        web.get(f"http://{host}/")


# Walls


@pytest.mark.parametrize("code", [200, 403, 404, 429, 503])
def test_a_wall_is_not_argued_with(server: Server, web: Web, tmp_path: Path, code: int) -> None:
    server.acts = [status(code, WALL)] * 3
    ways: list[Callable[[], object]] = [
        lambda: web.get(server.at("/a")),
        lambda: web.post(server.at("/a"), {}),
        lambda: web.download(server.at("/a"), tmp_path / "file"),
    ]
    for way in ways:
        with pytest.raises(SourceBlocked):
            way()
    assert (len(server.asked), list(tmp_path.iterdir())) == (3, [])


def test_five_walls_and_the_host_is_left_alone(server: Server, web: Web) -> None:
    server.acts = [status(403)] * 9
    for _ in range(5):
        with pytest.raises(SourceBlocked, match="403"):
            web.get(server.at("/a"))
    with pytest.raises(SourceUnreachable, match="已連續失敗"):
        web.get(server.at("/a"))


def test_an_error_is_of_the_tree_whatever_it_is() -> None:
    assert issubclass(RefusedRequest, SourceUnreachable)
    assert issubclass(SourceUnreachable, IngestError)
    assert issubclass(IngestError, YoujuError)
