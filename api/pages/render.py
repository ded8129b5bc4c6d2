"""How a page is made: the templates, the headers that keep it harmless, and errors as a page a person can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from api.accept import prefers_page
from api.keys import CALLER
from api.markup import page_of, plain, shown, told, web_link
from api.pages import words
from api.problems import MEDIA_TYPE
from rag.errors import YoujuError

_KEPT = ("allow", "connection", "location", "retry-after", "set-cookie", "www-authenticate")
_FOR_PROGRAMS = ("/v1/", "/mcp")

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
# No script, style or picture but the service's own, none inside the page; questions stand in addresses, so no
# referrer for other sites; without any at all, a browser wouldn't tell us that a form came from a page of ours.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page(name: str, values: Mapping[str, Any], code: int = 200) -> HTMLResponse:
    """The template ``name`` as a response; the frame of every page shows who is logged in."""
    drawn = _templates().get_template(name).render({"caller": CALLER.get(), **values})
    return HTMLResponse(drawn, code, HEADERS)


class PageRoute(APIRoute):
    """Answers errors with a page instead of a problem document; status and words are the same."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown_to_people(request: Request) -> Response:
            try:
                return await handle(request)
            except (YoujuError, RequestValidationError, HTTPException) as error:
                return _problem(request, error)

        return shown_to_people


def tell_browsers(app: FastAPI) -> None:
    """Answer errors outside of any route, too, with a page, where a browser asks and a program's paths don't begin."""
    for kind in (HTTPException, Exception):
        app.add_exception_handler(kind, _for_browsers(app.exception_handlers[kind]))


def _for_browsers(told: Callable[..., Any]) -> Callable[[Request, Exception], Response]:
    def answered(request: Request, error: Exception) -> Response:
        answer: Response = told(request, error)
        is_browser = not request.url.path.startswith(_FOR_PROGRAMS) and prefers_page(request.headers.get("accept", ""))
        return _as_page(answer) if is_browser else answer

    return answered


def _problem(request: Request, error: Exception) -> Response:
    """What the service would answer, as a page."""
    handlers = request.app.exception_handlers
    return _as_page(next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)(request, error))


def _as_page(answer: Response) -> Response:
    if answer.media_type != MEDIA_TYPE:
        return answer
    found: dict[str, Any] = json.loads(bytes(answer.body))
    response = page("problem.html", found, answer.status_code)
    response.headers.update({name: value for name, value in answer.headers.items() if name in _KEPT})
    return response


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": shown, "plain": plain, "day": words.day, "made": words.made, "web_link": web_link}
    made.globals |= {"told": told, "page_of": page_of, "words": words}
    return made
