"""What the servers of these tests have in common: a thread on 127.0.0.1, requests answered by a function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple, Protocol, TypeVar

import orjson

PAGE = "<!DOCTYPE html><html><body>系統忙碌中，請稍後再試</body></html>".encode()


class Request(NamedTuple):
    """``path`` without its query, both still percent-encoded; ``sent`` is the JSON of a POST."""

    path: str
    query: str
    sent: Any
    authorization: str


class Service(Protocol):
    """Answers with an HTTP status and a body; a body that is no bytes is sent as JSON."""

    base: str

    def answer(self, request: Request) -> tuple[int, Any]: ...


S = TypeVar("S", bound=Service)


@contextmanager
def running(service: S) -> Iterator[S]:
    """The service with ``base`` set to where it can be reached; robots.txt is 404."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers["Content-Length"] or 0)
            sent = orjson.loads(self.rfile.read(length)) if length else None
            request = Request(path, query, sent, self.headers["Authorization"] or "")
            status, body = (404, b"") if path == "/robots.txt" else service.answer(request)
            content = body if isinstance(body, bytes) else orjson.dumps(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        service.base = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
