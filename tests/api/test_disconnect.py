"""A client that goes away before its answer is ready: over real TCP, against the real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator, Sequence
from datetime import date

import pytest
import uvicorn

from api.app import create_app
from rag.answer import Event, Told
from rag.domain import Sentence
from tests.fakes import FakeEngine

BODY = b'{"question": "x"}'
REQUESTS = (
    b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: " + str(len(BODY)).encode() + b"\r\n\r\n" + BODY,
    b"GET /ask?q=x HTTP/1.1\r\nHost: localhost\r\n\r\n",
)


class Talkative(FakeEngine):
    """An engine that never comes to an end by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.stopped = threading.Event(), threading.Event()

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        try:
            while True:
                self.begun.set()
                yield Told(Sentence("句", "proved", {}, ()), ())
        finally:
            self.stopped.set()


@pytest.mark.parametrize("request_sent", REQUESTS, ids=["api", "page"])
def test_the_model_is_stopped_when_nobody_waits_for_the_answer(request_sent: bytes) -> None:
    engine = Talkative()
    server = uvicorn.Server(uvicorn.Config(create_app(engine), log_level="error"))
    door = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        with socket.create_connection(door.getsockname()) as client:
            client.sendall(request_sent)
            assert engine.begun.wait(10)
        assert engine.stopped.wait(10)
    finally:
        server.should_exit = True
        thread.join(10)
        door.close()
