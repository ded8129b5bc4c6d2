"""A model server on 127.0.0.1 that speaks the OpenAI protocol as vLLM does and says what a script tells it to.

``with ModelServer(script) as server: open_model(preset, Server(server.url))``. A script is a function from the request's
JSON to what is said: pieces of text, and among them the faults below. ``said("甲", "乙")`` says always the same,
``one_by_one(first, second)`` another thing to each request (the last one for all that follow).
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, NamedTuple, Self


class Pause(NamedTuple):
    """Nothing is sent for so long."""

    seconds: float


class Raw(NamedTuple):
    """Bytes sent as they are, inside the stream: ``Raw(b"data: {broken\\n\\n")``."""

    content: bytes


class Finish(NamedTuple):
    """The reason the answer ends for; without one a script ends with ``stop``."""

    reason: str


class CutOff(NamedTuple):
    """The connection is closed in the middle of a chunk, as by a server that is killed."""


class End(NamedTuple):
    """The stream ends properly as HTTP goes, but without a reason and without ``[DONE]``."""


class Status(NamedTuple):
    """Instead of an answer, an HTTP status; alone or first in a script's list."""

    code: int
    body: Any = ""
    headers: Mapping[str, str] = {}


Said = str | Pause | Raw | Finish | CutOff | End | Status
Script = Callable[[dict[str, Any]], Iterable[Said]]
GONE = (BrokenPipeError, ConnectionResetError, ConnectionAbortedError)


class Asked(NamedTuple):
    """A request as it came; ``sent`` is its JSON."""

    path: str
    sent: dict[str, Any]
    authorization: str


def said(*pieces: Said) -> Script:
    """The script that says this to everyone."""
    return lambda request: pieces


def one_by_one(*scripts: Script) -> Script:
    """The first request gets the first script …; the last script stays."""
    left = list(scripts)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


def prompt_of(request: Mapping[str, Any]) -> str:
    """All that the model is given to read, whichever endpoint was asked."""
    messages = request.get("messages")
    return request["prompt"] if messages is None else "\n".join(message["content"] for message in messages)


def one_a_character(text: str) -> int:
    return len(text)


class ModelServer:
    """The server, running inside ``with``.

    :param tokens: what ``/tokenize`` counts a text as; ``None``: there is no such endpoint.
    :param context: what ``/v1/models`` gives as ``max_model_len``; 0: nothing.
    :param key: where set, requests without it get 401; ``listed``, where set, is what ``/v1/models`` gives.
    :param port: where to listen; 0: anywhere.
    """

    def __init__(
        self,
        script: Script,
        *,
        tokens: Callable[[str], int] | None = one_a_character,
        name: str = "tiny",
        context: int = 4096,
        key: str = "",
        port: int = 0,
    ) -> None:
        self.script = script
        self._port = port
        self.tokens = tokens
        self.name = name
        self.context = context
        self.key = key
        self.listed: Status | None = None
        self.requests: list[Asked] = []
        self.url = ""
        self._gone = 0
        self._changed = Condition()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", self._port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The JSON of what the model was asked, oldest first: no counts, no lists of models."""
        return [request.sent for request in self.requests if request.path.endswith("completions")]

    def left(self, seconds: float = 10) -> bool:
        """Wait until a client has gone away in the middle of an answer; whether one has."""
        with self._changed:
            return self._changed.wait_for(lambda: self._gone > 0, seconds)

    def note_gone(self) -> None:
        with self._changed:
            self._gone += 1
            self._changed.notify_all()

    def count(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """vLLM's answer to ``/tokenize``; a message costs five tokens more than its text, as with a chat template."""
        assert self.tokens is not None
        texts = [message["content"] for message in request.get("messages", ())]
        count = sum(self.tokens(text) + 5 for text in texts) if texts else self.tokens(request["prompt"])
        return {"count": count, "max_model_len": self.context, "tokens": list(range(count))}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], model: ModelServer) -> None:
        self.model = model
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        model = self.server.model
        self._note({})
        if not self.path.endswith("/models"):
            return self._refuse(404)
        if model.listed:
            return self._refuse(*model.listed)
        card = {"id": model.name, "object": "model"} | ({"max_model_len": model.context} if model.context else {})
        return self._json({"object": "list", "data": [card]})

    def do_POST(self) -> None:
        model = self.server.model
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note(sent)
        if model.key and self.headers["Authorization"] != f"Bearer {model.key}":
            return self._refuse(401)
        if self.path == "/tokenize" and model.tokens is not None:
            return self._json(model.count(sent))
        if self.path not in ("/v1/chat/completions", "/v1/completions"):
            return self._refuse(404)
        if sent["model"] != model.name:
            return self._refuse(404)
        return self._say(iter(model.script(sent)), sent)

    def _note(self, sent: dict[str, Any]) -> None:
        self.server.model.requests.append(Asked(self.path, sent, self.headers["Authorization"] or ""))

    def _say(self, script: Iterator[Said], sent: dict[str, Any]) -> None:
        first = next(script, "")
        if isinstance(first, Status):
            return self._refuse(*first)
        try:
            if sent.get("stream"):
                self._stream(first, script)
            else:
                self._whole([first, *script])
        except GONE:
            self.server.model.note_gone()
            self.close_connection = True

    def _stream(self, first: Said, rest: Iterator[Said]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for one in _pieces(first, rest):
            self._still_there(one.seconds if isinstance(one, Pause) else 0)
            if isinstance(one, CutOff):
                self.wfile.write(b"ff\r\ndata: ")
                self.close_connection = True
                return
            if isinstance(one, End):
                break
            self._send(one)
        self.wfile.write(b"0\r\n\r\n")

    def _send(self, one: Said) -> None:
        if isinstance(one, str):
            self._chunk(_event(self._choice(one)))
        elif isinstance(one, Finish):
            self._chunk(_event(self._choice("", one.reason)) + b"data: [DONE]\n\n")
        elif isinstance(one, Raw):
            self._chunk(one.content)

    def _whole(self, script: list[Said]) -> None:
        text = "".join(one for one in script if isinstance(one, str))
        reasons = [one.reason for one in script if isinstance(one, Finish)]
        choice: dict[str, Any] = {"index": 0, "finish_reason": reasons[0] if reasons else "stop"}
        choice |= {"message": {"role": "assistant", "content": text}} if self._chat else {"text": text}
        self._json({"id": "1", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice]})

    @property
    def _chat(self) -> bool:
        return "chat" in self.path

    def _choice(self, text: str, reason: str | None = None) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "finish_reason": reason}
        return choice | ({"delta": {"content": text}} if self._chat else {"text": text})

    def _still_there(self, seconds: float) -> None:
        """Wait for so long, and notice a client that hangs up meanwhile."""
        until = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.connection], [], [], max(0, until - time.monotonic()))
            if ready and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError
            if time.monotonic() >= until:
                return

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    def _refuse(self, code: int, body: Any = "", headers: Mapping[str, str] = {}) -> None:
        error = {"error": {"message": body or f"status {code}", "type": "error", "code": code}}
        self._json(error if isinstance(body, str) else body, code, headers)

    def _json(self, body: Any, code: int = 200, headers: Mapping[str, str] = {}) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        for name, value in ({"Content-Type": "application/json"} | dict(headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None: ...


def _pieces(first: Said, rest: Iterator[Said]) -> Iterator[Said]:
    """The script to its end; what gives no reason to end for ends with ``stop``."""
    finished = False
    yield first
    finished = isinstance(first, Finish | End | CutOff)
    for one in rest:
        finished = finished or isinstance(one, Finish | End | CutOff)
        yield one
    if not finished:
        yield Finish("stop")


def _event(choice: dict[str, Any]) -> bytes:
    event = {"id": "1", "object": "chunk", "created": 1, "model": "tiny", "choices": [choice]}
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"
