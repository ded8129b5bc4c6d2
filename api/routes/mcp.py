"""``/mcp``: the tools for language models over streamable HTTP, beside the other routes of the service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send


class _Door:
    """Whoever answers is known once the application has started."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["app"].state
        state.origins.check(Request(scope))
        await state.mcp(scope, receive, send)


# Each call is a request of its own: there are no sessions to listen in on (GET) or to end (DELETE).
route = Route("/mcp", endpoint=_Door(), methods=["POST"], include_in_schema=False)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """The time in which the tools can be called."""
    # The SDK takes as long to import as all else together.
    from api.mcp_server import over_http
    from api.mcp_tools import Tools

    service = app.state.service
    manager = over_http(Tools(service.engine, service.max_question_chars))
    app.state.mcp = manager.handle_request
    async with manager.run():
        yield
