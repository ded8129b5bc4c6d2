"""A real server on this machine that is told, request by request, how to behave; and a clock that only sleeping moves."""

from __future__ import annotations

import io
import random
import ssl
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from ingest.hosts import Clock

PAGE = "<!DOCTYPE html><html><body>系統忙碌中</body></html>".encode()
WALL = (
    b"<html><head><title>Request Rejected</title></head>"
    b"<body>The requested URL was rejected. Your support ID is: 123</body></html>"
)


def archive(seed: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("ChLaw.json", random.Random(seed).randbytes(200_000))
    return buffer.getvalue()


BODY = archive()
NEWER = archive(1)
CUT = 1 << 16
Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # Headers and body are written apart; waiting to join them would cost 40 ms a request.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.server.robots_asked += 1
            self.server.robots(self)
            return
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()} | {":path": self.path})
        self.server.acts.pop(0)(self)

    def do_POST(self) -> None:
        self.server.sent.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def reply(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None: ...


class Server(ThreadingHTTPServer):
    """``acts`` are done one by one, ``robots`` whenever robots.txt is asked for; what was asked is kept."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if tls:
            self.scheme = "https"
            # The handshake is the connection's own affair: done while accepting, a bad one would hold up the others.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.acts: list[Act] = []
        self.asked: list[dict[str, str]] = []
        self.sent: list[bytes] = []
        self.robots: Act = status(404)
        self.robots_asked = 0

    @property
    def url(self) -> str:
        return self.at("/api/ch/law/json")

    def at(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what some tests are about."""

    def ranges(self) -> list[str | None]:
        return [one.get("range") for one in self.asked]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(tls) as one:
        thread = Thread(target=one.serve_forever, args=(0.01,))
        thread.start()
        yield one
        one.shutdown()
        thread.join()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep, lambda: 1_790_000_000.0 + self.now)

    def waits(self) -> list[float]:
        return [seconds for seconds in self.slept if seconds]


def whole(body: bytes = BODY, **headers: str) -> Act:
    return lambda handler: handler.reply(200, body, **headers)


def status(code: int, body: bytes = b"", **headers: str) -> Act:
    return lambda handler: handler.reply(code, body, **headers)


def cut(at: int, body: bytes = BODY, **headers: str) -> Act:
    """The connection breaks after some bytes."""
    return lambda handler: handler.reply(200, body[:at], len(body), **headers)


def rest(body: bytes = BODY, **headers: str) -> Act:
    """What was asked for, unless If-Range names another version."""

    def act(handler: Handler) -> None:
        wanted, known = handler.headers["Range"], handler.headers["If-Range"]
        if wanted is None or (known and known != headers.get("ETag", headers.get("Last_Modified"))):
            handler.reply(200, body, **headers)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        handler.reply(206, body[start:], Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}", **headers)

    return act
