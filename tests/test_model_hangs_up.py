"""Whoever asked goes away while a model still writes, or has not begun: the model's server is told at once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rag.answer import Engine, Event, Means, Told
from rag.drafting import ModelWriter
from rag.judge import JudgeSupport
from rag.llm.served import ChatModel, Limits, Server, open_model
from rag.presets import preset
from tests.fakes import make_engine
from tests.model_server import ModelServer, Pause, Said, one_by_one, said

pytest.importorskip("llama_index.llms.openai_like", reason="extra `chat` not installed")

QUESTION = "示範共享單車租借條例第4條：押金要在幾天內退還？"
GOOD = "業者要在七天內把押金全額退還給租借人[1]。"
PATIENT = Limits(first=60, pause=60, total=60, retries=2)


def opened(url: str) -> ChatModel:
    return open_model(preset("openai-compatible"), Server(url, name="tiny", context=4096), PATIENT)


@contextmanager
def waiting(events: Generator[Event, None, None]) -> Iterator[list[Event | None]]:
    """A thread waits for the next event; at the end of the block it must have come back."""
    came: list[Event | None] = []
    thread = threading.Thread(target=lambda: came.append(next(events, None)))
    thread.start()
    yield came
    thread.join(10)
    assert not thread.is_alive()


class Writing:
    """A script that never ends a sentence, and tells when it has begun."""

    def __init__(self, *first: str) -> None:
        self.first = first
        self.begun = threading.Event()

    def __call__(self, request: dict[str, Any]) -> Iterator[Said]:
        yield from self.first
        while True:
            yield "業者應"
            self.begun.set()
            yield Pause(0.01)


def test_the_server_is_told_in_the_middle_of_a_sentence() -> None:
    script = Writing()
    with ModelServer(script) as server:
        events = make_engine(means=Means(ModelWriter(opened(server.url)))).stream(QUESTION)
        with waiting(events) as came:
            assert script.begun.wait(10)
            events.close()
            assert server.left()
    assert came == [None]
    assert len(server.asked) == 1


def test_what_was_told_before_stands() -> None:
    script = Writing(GOOD, "其他")
    with ModelServer(script) as server:
        events = make_engine(means=Means(ModelWriter(opened(server.url)))).stream(QUESTION)
        assert isinstance(next(events), Told)
        with waiting(events) as came:
            assert script.begun.wait(10)
            events.close()
            assert server.left()
    assert came == [None]


def test_the_second_draft_is_called_off_as_the_first() -> None:
    script = Writing()
    with ModelServer(one_by_one(said("業者應於三十日內返還押金[1]。"), script)) as server:
        events = make_engine(means=Means(ModelWriter(opened(server.url)))).stream(QUESTION)
        next(events)
        with waiting(events) as came:
            assert script.begun.wait(10)
            events.close()
            assert server.left()
    assert came == [None]


def test_a_model_that_judges_is_told_too() -> None:
    script = Writing()
    with ModelServer(one_by_one(said(GOOD), script)) as server:
        model = opened(server.url)
        events = make_engine(means=Means(ModelWriter(model), JudgeSupport(model))).stream(QUESTION)
        with waiting(events) as came:
            assert script.begun.wait(10)
            events.close()
            assert server.left()
    assert came == [None]


def test_a_server_that_has_not_even_answered_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        engine = engine_of(door)
        events = engine.stream(QUESTION)
        with waiting(events) as came, asked_for_an_answer(door) as line:
            events.close()
            assert line.recv(1) == b""
    assert came == [None]


def engine_of(door: socket.socket) -> Engine:
    return make_engine(means=Means(ModelWriter(opened(f"http://127.0.0.1:{door.getsockname()[1]}/v1"))))


def asked_for_an_answer(door: socket.socket) -> socket.socket:
    """The connection on which an answer was asked for, the whole request read; counting is refused before."""
    for path, reply in (
        (b"/tokenize", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        (b"/v1/chat/completions", b""),
    ):
        line, _ = door.accept()
        assert path in read_request(line.recv)
        if not reply:
            line.settimeout(10)
            return line
        with line:
            line.sendall(reply)
    raise AssertionError("no answer was asked for")


def read_request(receive: Callable[[int], bytes]) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        request += receive(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < size:
        body += receive(65536)
    return head
