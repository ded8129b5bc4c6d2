"""The answer as server-sent events, over real TCP: what comes in which order, and what a hang-up does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from api.app import create_app
from rag.answer import Event
from rag.domain import Citation, Sentence
from rag.errors import ModelUnreachable, NoIndex
from rag.telling import Failed, Told
from tests.api.library import assert_problem, engine
from tests.fakes import FakeEngine

STREAM = {"accept": "text/event-stream"}
PROVED = Sentence("業者應返還押金。[1]", "proved", {"quotes": "ok"}, (1,))
SECOND = Sentence("逾期處罰鍰。[1][2]", "proved", {"quotes": "ok"}, (1, 2))
FAILED = Sentence("業者得不返還。[1]", "unproved", {"quotes": "missing"}, (1,))


def cited(mark: int) -> Citation:
    (first,) = FakeEngine().ask("押金").citations
    values = {name: getattr(first, name) for name in Citation.__dataclass_fields__}
    return Citation(**values | {"mark": mark})


class Scripted(FakeEngine):
    """Tells what it is given, then the answer; a failure in its place is raised."""

    def __init__(self, *script: Event | Exception) -> None:
        super().__init__()
        self.script = script

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        for each in self.script:
            if isinstance(each, Exception):
                raise each
            yield each
        yield self.ask(question, as_of, history)


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Each event's name and data; comments are left out, as a browser does."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def told(*script: Event | Exception) -> list[tuple[str, dict[str, Any]]]:
    asking = TestClient(create_app(Scripted(*script)), raise_server_exceptions=False)
    response = asking.post("/v1/ask", json={"question": "押金"}, headers=STREAM)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    found = events(response.text)
    assert all(data.get("request_id", response.headers["x-request-id"]) for _, data in found)
    return found


def test_each_citation_comes_once_and_before_the_sentence_that_needs_it() -> None:
    found = told(Told(PROVED, (cited(1),)), Failed(FAILED), Told(SECOND, (cited(1), cited(2))))
    assert [name for name, _ in found] == ["citation", "sentence", "citation", "sentence", "done"]
    assert [data["mark"] for name, data in found if name == "citation"] == [1, 2]
    assert [data["text"] for name, data in found if name == "sentence"] == [PROVED.text, SECOND.text]
    assert FAILED.text not in json.dumps(found, ensure_ascii=False)


def test_done_is_the_answer_object_of_the_plain_call() -> None:
    asking = TestClient(create_app(engine()))
    body = {"question": "業者應於幾日內返還押金？", "as_of": "2024-08-01"}
    plain = asking.post("/v1/ask", json=body).json()
    response = asking.post("/v1/ask", json=body, headers=STREAM)
    found = events(response.text)
    name, done = found[-1]
    assert name == "done"
    assert done["request_id"] == response.headers["x-request-id"]
    own = {"request_id", "timings_ms"}
    assert {key: done[key] for key in done.keys() - own} == {key: plain[key] for key in plain.keys() - own}
    assert [data for name, data in found if name == "sentence"] == plain["sentences"] != []
    assert [data["mark"] for name, data in found if name == "citation"] == [one["mark"] for one in plain["citations"]]


def test_text_with_line_breaks_stays_in_its_event() -> None:
    text = "一、\r\n\r\nevent: done\ndata: {}\n\n\u2028"
    found = told(Told(Sentence(text, "proved", {}, ()), ()))
    assert [name for name, _ in found] == ["sentence", "done"]
    assert found[0][1]["text"] == text


@pytest.mark.parametrize(
    ("failure", "status", "says"),
    [
        (ModelUnreachable("聊天模型沒有回應"), 503, "聊天模型沒有回應"),
        (RuntimeError("secret"), 500, "服務內部發生錯誤"),
    ],
)
def test_what_goes_wrong_on_the_way_is_told_as_a_problem(failure: Exception, status: int, says: str) -> None:
    found = told(Told(PROVED, (cited(1),)), failure)
    assert [name for name, _ in found] == ["citation", "sentence", "error"]
    problem = found[-1][1]
    assert (problem["status"], problem["instance"]) == (status, "/v1/ask")
    assert says in problem["detail"]
    assert "secret" not in json.dumps(problem)


def test_a_store_that_does_not_answer_is_told_the_same_way() -> None:
    assert [name for name, _ in told(NoIndex("尚無資料"))] == ["error"]


def test_a_question_that_is_not_fit_has_a_status_of_its_own() -> None:
    asking = TestClient(create_app(FakeEngine(), max_question_chars=5))
    assert_problem(asking.post("/v1/ask", json={"question": ""}, headers=STREAM), 422, "不得空白")
    assert_problem(asking.post("/v1/ask", json={"question": "押" * 6}, headers=STREAM), 400, "最多 5 字")


class Waiting(FakeEngine):
    """Tells one sentence and then drafts for ever what can't be proved."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = threading.Event()

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        try:
            yield Told(PROVED, ())
            while True:
                self.stopped.wait(0.05)
                yield Failed(FAILED)
        finally:
            self.stopped.set()


@contextmanager
def served(app: Any) -> Iterator[socket.socket]:
    """A connection on which the question has been sent."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    door = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    body = json.dumps({"question": "x"}).encode()
    head = f"POST /v1/ask HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        with socket.create_connection(door.getsockname()) as client:
            client.settimeout(20)
            client.sendall(head.encode() + body)
            yield client
    finally:
        server.should_exit = True
        thread.join(20)
        door.close()


def until(client: socket.socket, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        piece = client.recv(65536)
        assert piece, seen
        seen += piece
    return seen


def test_a_sentence_is_sent_before_the_next_is_drafted() -> None:
    waiting = Waiting()
    with served(create_app(waiting)) as client:
        assert b"event: sentence" in until(client, PROVED.text.encode())
        assert not waiting.stopped.is_set()


def test_a_client_that_hangs_up_stops_the_drafting() -> None:
    waiting = Waiting()
    with served(create_app(waiting)) as client:
        until(client, b"event: sentence")
        client.close()
        assert waiting.stopped.wait(20)


def test_the_line_is_kept_alive_while_nothing_is_told() -> None:
    app = create_app(Waiting())
    assert app.state.service.heartbeat_s == 15
    app.state.service.heartbeat_s = 0.1
    with served(app) as client:
        assert b"\n: ping" in until(client, b": ping")
