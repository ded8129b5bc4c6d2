"""All hosts there are, as a transport of plain functions: where names or encryption matter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx2

from ingest.web import Web
from tests.ingest.web_server import Time

Answers = Callable[[httpx2.Request], httpx2.Response]


class Net:
    """All hosts there are: each answers by a function of the request; robots.txt is 404 unless it says otherwise."""

    def __init__(self, time: Time, robots: str = "") -> None:
        self.time = time
        self.asked: list[str] = []
        self.requests: list[httpx2.Request] = []
        self.hosts: dict[str, Answers] = {}
        self.robots = robots

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/robots.txt":
            return httpx2.Response(200 if self.robots else 404, text=self.robots)
        self.asked.append(str(request.url))
        self.requests.append(request)
        return self.hosts[request.url.host](request)

    def web(self, allow_open_data_api: bool = False, cache: Path | None = None) -> Web:
        transport = httpx2.MockTransport(self.answer)
        clock = self.time.clock()
        return Web(cache=cache, allow_open_data_api=allow_open_data_api, clock=clock, transport=transport)


def say(code: int = 200, body: bytes = b"", **headers: str) -> Answers:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx2.Response(code, content=body, headers=named)
