from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import httpx2
import pytest

from ingest.notify import Notifier
from tests.ingest.web_server import Server, Time, serving, status, whole


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def test_what_happened_is_posted(server: Server) -> None:
    server.acts = [whole(b""), whole(b"")]
    notifier = Notifier(server.at("/hook?key=secret"))
    notifier.job_failed("judgments", "ab12", "https://u:p@example.org/x?token=t：HTTP 500")
    notifier.source_stale("news", "news 過期")
    failed, stale = map(json.loads, server.sent)
    assert failed.pop("time")
    assert stale.pop("time")
    assert failed == {
        "event": "job_failed",
        "source": "judgments",
        "job": "ab12",
        "message": "https://example.org/x：HTTP 500",
    }
    assert stale == {"event": "source_stale", "source": "news", "message": "news 過期"}
    assert server.robots_asked == 0


def test_without_an_address_nothing_is_said() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200)

    Notifier(transport=httpx2.MockTransport(answer)).source_stale("news", "過期")
    assert asked == []


def test_a_webhook_that_fails_is_tried_again(server: Server) -> None:
    time = Time()
    server.acts = [status(500), status(404), whole(b"")]
    Notifier(server.at("/hook"), time.sleep).source_stale("news", "過期")
    assert (len(server.sent), time.waits()) == (3, [1.0, 2.0])


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/secret", "not a url secret", "http://[secret", "http://a..secret/"]
)
def test_one_that_can_not_be_reached_is_logged_without_its_address(caplog: pytest.LogCaptureFixture, url: str) -> None:
    with caplog.at_level(logging.WARNING):
        Notifier(url, Time().sleep).source_stale("news", "過期")
    assert "source_stale" in caplog.text
    assert "secret" not in caplog.text
