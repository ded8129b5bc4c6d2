"""Our service over HTTP: the real one, and one that goes wrong in every way it can."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple

import pytest

from api.app import create_app
from eval.systems.engine import EngineSystem
from eval.systems.http import Address, HttpSystem
from rag.errors import UsageError, YoujuError
from tests.api.library import engine
from tests.api.live import live
from tests.eval.small import asked

ANSWER = {
    "question": "問", "as_of": "2024-08-01", "state": "abstained", "reason": "no_evidence", "message": "查無依據。",
    "sentences": [], "citations": [], "model": "extractive", "coverage": {}, "request_id": "r",
}  # fmt: skip
FOUND = {
    "hits": [{"key": "law/Z9990001/4", "version": "v", "start": 0, "end": 9, "score": 2}],
    "coverage": {"revision": 3},
}


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str] = {}


def told(body: object, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(body).encode(), headers)


Script = Callable[[str, dict[str, Any], int], Reply]


def fine(path: str, sent: dict[str, Any], count: int) -> Reply:
    return told(ANSWER if path == "/v1/ask" else FOUND)


class Service(NamedTuple):
    url: str
    requests: list[tuple[str, dict[str, Any], str]]


@contextmanager
def service(script: Script) -> Iterator[Service]:
    requests: list[tuple[str, dict[str, Any], str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append((self.path, sent, self.headers["Authorization"] or ""))
            reply = script(self.path, sent, len(requests))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Service(f"http://127.0.0.1:{server.server_port}", requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def system(script: Script, **options: Any) -> Iterator[tuple[HttpSystem, Service]]:
    key, timeout_s = options.pop("key", ""), options.pop("timeout_s", 10.0)
    with service(script) as held:
        made = HttpSystem(Address(held.url, key, timeout_s), **options)
        try:
            yield made, held
        finally:
            made.close()


def test_the_real_service_answers_as_the_engine_does() -> None:
    with live(create_app(engine())) as url:
        made = HttpSystem(Address(url))
        try:
            output, versions = made.answer(asked(as_of="2024-08-01")), made.versions
        finally:
            made.close()
    own = EngineSystem(engine()).answer(asked(as_of="2024-08-01"))
    assert output.state == "answered"
    assert output.retrieved
    assert output.ms > 0
    assert versions.keys() == {"service_revision"}
    # What stays inside the service, or is another's time.
    apart = {"ms": 0.0, "retrieved": None, "read": None}
    assert output.model_copy(update=apart) == own.model_copy(update=apart)
    assert [one.key for one in output.retrieved] == [one.key for one in own.retrieved or ()]


def test_what_is_sent() -> None:
    with system(fine, key="yj_1", depth=7) as (made, held):
        output = made.answer(asked(as_of="2024-01-02"))
    question = {"question": asked().question, "as_of": "2024-01-02"}
    assert held.requests == [
        ("/v1/ask", question, "Bearer yj_1"),
        ("/v1/search", question | {"limit": 7}, "Bearer yj_1"),
    ]
    assert (output.state, output.reason, output.message) == ("abstained", "no_evidence", "查無依據。")
    assert [one.key for one in output.retrieved or ()] == ["law/Z9990001/4"]


def test_without_a_key_or_a_depth_neither_is_sent() -> None:
    with system(fine, depth=0) as (made, held):
        assert made.answer(asked()).retrieved is None
    assert held.requests == [("/v1/ask", {"question": asked().question}, "")]


def test_what_will_hold_one_day_is_said_as_in_process() -> None:
    body = ANSWER | {"changes": [{"kind": "will_change"}, {"kind": "changed_since"}]}
    with system(lambda *_: told(body), depth=0) as (made, _):
        assert made.answer(asked()).message == "查無依據。\n尚未施行"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (told({"detail": "壞了\n第二行"}, 500), "/v1/ask 回覆 HTTP 500：壞了 第二行"),
        (Reply(502, b"<html>"), "/v1/ask 回覆 HTTP 502"),
        (told({}, 302, Location="http://127.0.0.1:1/"), "/v1/ask 回覆 HTTP 302"),
        (Reply(200, b'{"state": "answ'), "看不懂：不是 JSON"),
        (Reply(200, b"[" * 100_000), "看不懂"),
        (told({"state": "answered"}), "看不懂：欄位 sentences：缺少這個欄位"),
        (told(ANSWER | {"state": "sure"}), "看不懂：欄位 state"),
    ],
)
def test_a_reply_that_is_none_is_an_error_of_that_question(reply: Reply, why: str) -> None:
    with system(lambda *_: reply) as (made, _):
        output = made.answer(asked())
    assert (output.state, output.retrieved) == ("error", ())
    assert why in output.error
    assert "\n" not in output.error


def test_an_answer_whose_search_fails_is_an_error_too() -> None:
    with system(lambda path, *_: told(ANSWER) if path == "/v1/ask" else told({}, 500)) as (made, _):
        assert made.answer(asked()).error == "/v1/search 回覆 HTTP 500"


def test_silence_has_an_end() -> None:
    over = Event()

    def silent(path: str, sent: dict[str, Any], count: int) -> Reply:
        over.wait(10)
        return told(ANSWER)

    with system(silent, timeout_s=0.1) as (made, _):
        try:
            assert made.answer(asked()).error == "/v1/ask 太久沒有回應"
        finally:
            over.set()


def test_nobody_there() -> None:
    with service(fine) as held:
        url = held.url
    made = HttpSystem(Address(url))
    assert "連不上" in made.answer(asked()).error
    with pytest.raises(YoujuError, match="連不上"):
        print(made.versions)
    made.close()


def test_a_busy_service_is_asked_again_after_as_long_as_it_says() -> None:
    waited: list[float] = []

    def busy(path: str, sent: dict[str, Any], count: int) -> Reply:
        return {1: told({}, 429, Retry_After="3"), 2: told({}, 503, Retry_After="9999")}.get(count, told(ANSWER))

    with system(busy, depth=0, sleep=waited.append) as (made, held):
        assert made.answer(asked()).state == "abstained"
    assert waited == [3.0, 30.0]
    assert len(held.requests) == 3


def test_a_service_that_stays_busy_is_given_up() -> None:
    waited: list[float] = []
    with system(lambda *_: told({"title": "忙碌"}, 503), sleep=waited.append) as (made, _):
        assert made.answer(asked()).error == "/v1/ask 回覆 HTTP 503：忙碌"
    assert waited == [2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    "address", [Address("ftp://a"), Address("a"), Address(""), Address("http://"), Address("http://[")]
)
def test_an_address_that_is_none(address: Address) -> None:
    with pytest.raises(UsageError, match="網址要像"):
        HttpSystem(address)


def test_a_key_that_no_header_can_carry() -> None:
    with pytest.raises(UsageError, match="YOUJU_EVAL_KEY") as told:
        HttpSystem(Address("http://127.0.0.1:1", "金\n鑰"))
    assert "鑰\n" not in str(told.value)
