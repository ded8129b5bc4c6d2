"""The HTTP service over an engine: what every request goes through, and the routes."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from api import pages, problems
from api.chat_errors import OpenAIErrors
from api.guard import Guard
from api.metrics import Counted, Metrics, measured
from api.middleware import HeadAsGet, RequestId
from api.pages import desk, label, login
from api.routes import ask, chat, documents, feedback, health, jobs, labels, laws, mcp, search, verify
from api.service import EngineLike, Service
from api.tracing import TELEMETRY, QueryHidden
from api.turns import ReadOut

MAX_BODY_BYTES = 256 * 1024
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def create_app(
    engine: EngineLike, max_question_chars: int = 1000, guard: Guard | None = None, model: str = ""
) -> FastAPI:
    """The application; the caller opens engine and guard before and closes them after."""
    guard = guard or Guard()
    app = FastAPI(
        title="有據 Youju",
        version=version("youju"),
        summary="臺灣法律與政策問題的回答，每一句都附來源並逐句核對",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        telemetry=TELEMETRY,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=problems.openapi_responses(401, 408, 429, 503, 504),
        lifespan=mcp.lifespan,
    )
    app.state.metrics = Metrics()
    app.state.service = Service(measured(engine, app.state.metrics), max_question_chars, model)
    app.add_middleware(HeadAsGet)
    guard.install(app, MAX_BODY_BYTES)
    app.add_middleware(RequestId)
    app.add_middleware(Counted, metrics=app.state.metrics)
    app.add_middleware(QueryHidden)
    app.add_middleware(OpenAIErrors)
    app.add_middleware(ReadOut)
    problems.install(app)
    for one in (ask, verify, search, laws, documents, health):
        app.include_router(one.router)
    if guard.feedback:
        app.state.feedback = guard.feedback
        app.include_router(feedback.router)
    if guard.desk:
        app.state.desk = guard.desk
        app.include_router(jobs.router)
        app.include_router(desk.router)
    if guard.labels:
        app.state.labels = guard.labels
        app.include_router(labels.router)
        app.include_router(label.router)
    if guard.sessions:
        app.state.sessions = guard.sessions
        app.include_router(login.router)
    app.include_router(chat.router)
    pages.install(app)
    app.router.routes.append(mcp.route)
    plain = app.openapi
    app.openapi = lambda: _with_problem_type(plain())  # type: ignore[method-assign]
    return app


def _with_problem_type(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI describes every body as application/json; the problems are application/problem+json."""
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                content = response.get("content", {})
                if content.get("application/json", {}).get("schema") == _PROBLEM:
                    content[problems.MEDIA_TYPE] = content.pop("application/json")
    return document
