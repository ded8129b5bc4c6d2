"""How much at once and how long: over real TCP, against the real server."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from api.app import MAX_BODY_BYTES, create_app
from api.guard import Guard
from api.patience import Impatient
from tests.api.served import exchange, served
from tests.fakes import FakeEngine

PATH = "/v1/laws/Z9990001/articles/99"
HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 17\r\n"


class Hasty(Impatient):
    patience_s = 0.3


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()


def problem(answer: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return told


def dripping(address: tuple[str, int], head: bytes, drop: bytes) -> bytes:
    """Sends a drop every twentieth of a second, for ever, until the server answers or hangs up."""
    told = b""
    with socket.create_connection(address, timeout=0.05) as client:
        client.sendall(head)
        while True:
            try:
                piece = client.recv(65536)
                if not piece:
                    return told
                told += piece
            except TimeoutError:
                client.sendall(drop)
            except ConnectionError:
                return told


def test_a_body_sent_byte_by_byte_is_cut_off() -> None:
    engine = FakeEngine()
    with served(create_app(engine, guard=Guard(body_timeout_s=0.4))) as address:
        answer = dripping(address, HEAD.replace(b"17", b"99999") + b"\r\n", b" ")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert problem(answer)["detail"] == "要求送得太慢，已中斷"
        assert exchange(address, get("/healthz")).startswith(b"HTTP/1.1 200")
    assert engine.asked == []


def test_a_head_sent_byte_by_byte_is_cut_off() -> None:
    with served(create_app(FakeEngine()), Hasty) as address:
        assert dripping(address, b"GET / HTTP/1.1\r\nX-A: ", b"a") == b""
        assert dripping(address, get("/healthz").replace(b"close", b"keep-alive") + b"GET", b" ").count(b"200 OK") == 1


def test_a_connection_that_says_nothing_is_closed() -> None:
    with served(create_app(FakeEngine()), Hasty) as address:
        assert exchange(address) == b""


def test_who_sends_a_body_that_is_too_large_before_reading_still_reads_why() -> None:
    size = MAX_BODY_BYTES * 3
    pieces = [HEAD.replace(b"17", str(size).encode()) + b"\r\n", *([b" " * 65536] * (size // 65536))]
    with served(create_app(FakeEngine())) as address:
        answer = exchange(address, *pieces)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert problem(answer)["detail"] == f"要求最多 {MAX_BODY_BYTES} 位元組"
        for path in (b"/v1/chat/completions", b"/nothing"):
            answer = exchange(address, pieces[0].replace(b"/v1/ask", path), *pieces[1:])
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert answer.endswith(b"}")


def test_what_is_sent_without_end_is_not_read_without_end() -> None:
    with served(create_app(FakeEngine())) as address, socket.create_connection(address, timeout=10) as client:
        client.sendall(HEAD.replace(b"17", b"99999999999") + b"\r\n")
        assert client.recv(13) == b"HTTP/1.1 413 "
        with pytest.raises(ConnectionError):
            client.sendall(b" " * 100_000_000)


def test_a_slow_body_takes_nobodys_turn() -> None:
    guard = Guard(max_concurrent=1, body_timeout_s=30)
    with served(create_app(FakeEngine(), guard=guard)) as address:
        slow = [socket.create_connection(address, timeout=10) for _ in range(8)]
        for one in slow:
            one.sendall(HEAD + b"\r\n{")
        assert exchange(address, get(PATH)).startswith(b"HTTP/1.1 404 ")
        for one in slow:
            one.close()


class Gated:
    """An application with a route that waits until it is let go, in a thread or as a stream."""

    def __init__(self, **options: Any) -> None:
        self.app: FastAPI = create_app(FakeEngine(), guard=Guard(**options))
        self.go, self.gone, self.begun = threading.Event(), threading.Event(), threading.Semaphore(0)
        self.app.get("/wait")(self.wait)
        self.app.get("/tell")(self.tell)

    def wait(self) -> str:
        self.begun.release()
        assert self.go.wait(30)
        return "done"

    async def tell(self, request: Request) -> StreamingResponse:
        return StreamingResponse(self.words(request), media_type="text/event-stream")

    async def words(self, request: Request) -> AsyncIterator[bytes]:
        try:
            yield b"event: sentence\ndata: {}\n\n"
            while not await request.is_disconnected():
                await asyncio.sleep(0.01)
        finally:
            self.gone.set()


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_beyond_a_short_queue_comes_503_and_then_all_is_well() -> None:
    gated = Gated(max_concurrent=2)
    with served(gated.app) as address, ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(exchange, address, get("/wait")) for _ in range(9)]
        # Two are under way and four wait.
        assert until(lambda: sum(one.done() for one in asked) == 3)
        refused = [one.result() for one in asked if one.done()]
        assert exchange(address, get("/healthz")).startswith(b"HTTP/1.1 200")
        gated.go.set()
        answers = [one.result() for one in asked]
        assert sum(one.startswith(b"HTTP/1.1 200") for one in answers) == 6
        assert exchange(address, get("/wait")).startswith(b"HTTP/1.1 200")
    for one in refused:
        assert one.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: 1\r\n" in one
        assert "太多" in problem(one)["detail"]


def test_a_request_that_takes_too_long_is_told_so_and_keeps_its_turn_until_it_ends() -> None:
    gated = Gated(max_concurrent=1, request_timeout_s=0.3)
    with served(gated.app) as address, ThreadPoolExecutor(2) as pool:
        answer = exchange(address, get("/wait"))
        assert answer.startswith(b"HTTP/1.1 504 ")
        assert problem(answer)["detail"] == "處理時間超過上限，已中斷"
        next_one = pool.submit(exchange, address, get(PATH))
        assert gated.begun.acquire(timeout=10)
        assert not next_one.done()
        gated.go.set()
        assert next_one.result().startswith(b"HTTP/1.1 404 ")


def test_a_stream_that_takes_too_long_ends_with_an_error_and_is_stopped() -> None:
    gated = Gated(request_timeout_s=3)  # long enough for a busy machine to tell the first sentence
    with served(gated.app) as address:
        answer = exchange(address, get("/tell")).decode()
        assert answer.startswith("HTTP/1.1 200 ")
        assert answer.index("event: sentence") < answer.index("event: error")
        assert '"status":504' in answer
        assert answer.endswith("0\r\n\r\n")
        assert gated.gone.wait(10)


def test_a_client_that_hangs_up_in_the_middle_of_its_body_leaves_nothing_behind() -> None:
    engine = FakeEngine()
    with served(create_app(engine, guard=Guard(max_concurrent=1))) as address:
        for _ in range(5):
            with socket.create_connection(address, timeout=10) as client:
                client.sendall(HEAD + b"\r\n{")
        assert exchange(address, get(PATH)).startswith(b"HTTP/1.1 404 ")
    assert [call[0] for call in engine.asked] == ["article"]
