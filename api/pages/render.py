"""How a page is made: the templates, the headers that keep it harmless, and errors as a page a person can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from api.markup import page_of, plain, shown, told, web_link
from api.pages import words
from rag.errors import YoujuError

_KEPT = ("retry-after", "www-authenticate")

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
# No script, style or picture but the service's own, none inside the page; questions stand in addresses, so no referrer.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page(name: str, values: Mapping[str, Any], code: int = 200) -> HTMLResponse:
    """The template ``name`` as a response."""
    return HTMLResponse(_templates().get_template(name).render(values), code, HEADERS)


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


def _problem(request: Request, error: Exception) -> Response:
    """What the service would answer, as a page."""
    handlers = request.app.exception_handlers
    answer = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)(request, error)
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
