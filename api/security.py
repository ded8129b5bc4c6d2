"""What browsers are told about every response, who may read it from other sites, and the log of requests."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import LOGGING_CONFIG

from rag.access import PREFIX
from rag.door import line

_CSP = "Content-Security-Policy"
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# A page has its scripts and styles in files of ours, never in itself.
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_KEY = re.compile(PREFIX + r"[^/\s]*")
_LONGEST_PATH = 200
_log = logging.getLogger("api.access")

LOGGING: Mapping[str, Any] = {
    **LOGGING_CONFIG,
    "loggers": {**LOGGING_CONFIG["loggers"], "api": {"handlers": ["default"], "level": "INFO", "propagate": False}},
}
"""The server's own logging, and ours beside it. Its access log is to be off: it has what stands after the ``?``."""


class SecurityHeaders:
    """Adds to every response what it doesn't say itself: a page may load our own files, anything else nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                for name, value in {_CSP: _PAGE if is_page else _NOTHING, **_HEADERS}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded)


class AccessLog:
    """One line a request: ``POST /v1/ask 200 12ms 0b8d1f0c…``; no address, no key, no query, nothing of a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 0, time.monotonic()

        async def seen(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            spent = round((time.monotonic() - begun) * 1000)
            name = scope.get("state", {}).get("request_id", "")
            _log.info("%s %s %d %dms %s", scope["method"], shown(scope["path"]), status, spent, name)


def shown(path: str) -> str:
    """A path as it may stand in a log: one line, not long, and without what looks like a key."""
    return _KEY.sub(f"{PREFIX}…", line(path[:_LONGEST_PATH]))
