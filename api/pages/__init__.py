"""The pages for people; what they show is the same as the API's answers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from api.pages import ask, docs, reading
from api.pages.render import STATIC, tell_browsers


class Files(StaticFiles):
    """Files that a browser keeps, but asks about each time: scripts of two releases never meet."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def install(app: FastAPI) -> None:
    """Serve the pages and what they are drawn with."""
    app.include_router(ask.router)
    app.include_router(reading.router)
    app.include_router(docs.router)
    app.mount("/static", Files(directory=STATIC), name="static")
    tell_browsers(app)
