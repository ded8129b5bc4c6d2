"""How much is done at once and for how long: bodies read whole first, a bound on requests under way, a last moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import orjson
from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.keys import is_open
from api.places import Places
from api.problems import problem

_GONE: Message = {"type": "http.disconnect"}
_LATE = "處理時間超過上限，已中斷"
_REST, _REST_S = 1024 * 1024, 2.0  # how much, and for how long, is read of a body that was refused


class WholeBody:
    """Reads a body before anything is done with it; over ``most`` bytes is 413, longer than ``longest_s`` 408.

    So a client that sends slowly takes nobody's turn.
    """

    def __init__(self, app: ASGIApp, most: int, longest_s: float) -> None:
        self._app, self._most, self._longest_s = app, most, longest_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self._most:
            raise self._too_large()
        try:
            async with asyncio.timeout(self._longest_s):
                body = await self._read(receive)
        except TimeoutError:
            raise HTTPException(408, "要求送得太慢，已中斷", headers={"Connection": "close"}) from None
        if body is not None:
            await self._app(scope, _again(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """None when the client has gone away meanwhile."""
        pieces, size, more = list[bytes](), 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            if size > self._most:
                raise self._too_large()
            more = message.get("more_body", False)
        return b"".join(pieces)

    def _too_large(self) -> HTTPException:
        return HTTPException(413, f"要求最多 {self._most} 位元組", headers={"Connection": "close"})


class ReadOut:
    """Reads on for a moment what a client still sends of a body that is too large, and throws it away.

    The answer is out by then. If the connection were closed on unread bytes, it would be reset, and a client that
    sends before it reads would never see the 413.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0

        async def read_out(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            if status == 413 and message["type"] == "http.response.body" and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _rest(receive)
                message = {"type": "http.response.body"}
            await send(message)

        await self._app(scope, receive, read_out)


async def _rest(receive: Receive) -> None:
    left, more = _REST, True
    with suppress(TimeoutError):
        async with asyncio.timeout(_REST_S):
            while more and left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                more = message.get("more_body", False)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that has been read, then what comes after it."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def heard() -> Message:
        return pending.pop() if pending else await receive()

    return heard


class Turns:
    """At most ``at_once`` requests are under way, a few more wait, the rest get 503; after ``longest_s`` comes 504.

    What runs in a thread can't be broken off: it is told that nobody listens any more, as if the client had gone, and
    keeps its turn until it heeds that.
    """

    def __init__(self, app: ASGIApp, at_once: int, longest_s: float) -> None:
        self._app, self._longest_s = app, longest_s
        self._places = Places(at_once)
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        await self._places.take()
        reply = _Reply(receive, send, asyncio.get_running_loop().time() + self._longest_s)
        task = asyncio.ensure_future(self._app(scope, reply.receive, reply.send))
        self._under_way.add(task)
        task.add_done_callback(self._end)
        try:
            done, _ = await asyncio.wait({task}, timeout=self._longest_s)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done:
            task.result()
        else:
            await reply.give_up(Request(scope))

    def _end(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._places.give_back()
        if not task.cancelled():
            task.exception()  # whoever waited has been told; who didn't wants no warning


class _Reply:
    """Both ends of one request, until it is given up."""

    def __init__(self, receive: Receive, send: Send, last: float) -> None:
        self._receive, self._send, self._last = receive, send, last
        self._given_up = self._begun = self._streams = False

    async def receive(self) -> Message:
        if self._given_up or asyncio.get_running_loop().time() >= self._last:
            return _GONE
        try:
            async with asyncio.timeout_at(self._last):
                return await self._receive()
        except TimeoutError:
            return _GONE

    async def send(self, message: Message) -> None:
        if self._given_up:
            return
        if message["type"] == "http.response.start":
            self._begun = True
            self._streams = Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
        await self._send(message)

    async def give_up(self, request: Request) -> None:
        """Tell the client; what has been begun and is no stream of events simply ends."""
        self._given_up = True
        if not self._begun:
            raise HTTPException(504, _LATE)
        if self._streams:
            # In OpenAI's words, too: its clients look for `error` in every event.
            told = orjson.loads(problem(request, 504, _LATE).body) | {"error": {"message": _LATE, "type": "timeout"}}
            event = b"event: error\ndata: " + orjson.dumps(told) + b"\n\n"
            await self._send({"type": "http.response.body", "body": event, "more_body": False})
