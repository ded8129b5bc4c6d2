"""A real server on this machine that is told, request by request, how to behave."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = "<!DOCTYPE html><html><body>系統忙碌中</body></html>".encode()


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

    def do_GET(self) -> None:
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        self.server.acts.pop(0)(self)

    def reply(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.acts: list[Act] = []
        self.asked: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/ch/law/json"

    def ranges(self) -> list[str | None]:
        return [one.get("range") for one in self.asked]


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as one:
        thread = Thread(target=one.serve_forever, args=(0.01,))
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def whole(body: bytes = BODY, **headers: str) -> Act:
    return lambda handler: handler.reply(200, body, **headers)


def status(code: int, **headers: str) -> Act:
    return lambda handler: handler.reply(code, **headers)


def cut(at: int, body: bytes = BODY, **headers: str) -> Act:
    """The connection breaks after some bytes."""

    def act(handler: Handler) -> None:
        handler.reply(200, body[:at], len(body), **headers)
        handler.close_connection = True

    return act


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
