"""The HTTP service over an engine: ask, search, one article, health."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api import problems
from api.middleware import BodyLimit, RequestId
from api.schemas import AnswerOut, ArticleOut, AskIn, AsOf, HealthOut, HitOut, Number, Pcode, SearchIn, SearchOut
from api.service import EngineLike, RequestName, Service, Serving
from rag.answer import Event, answer_to_dict
from rag.domain import Answer

MAX_BODY_BYTES = 256 * 1024


def create_app(engine: EngineLike, max_question_chars: int = 1000) -> FastAPI:
    """The application; the caller opens the engine before and closes it after."""
    app = FastAPI(
        title="有據 Youju",
        version=version("youju"),
        summary="臺灣法律與政策問題的回答，每一句都附來源並逐句核對",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.service = Service(engine, max_question_chars)
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES)
    app.add_middleware(RequestId)
    problems.install(app)
    app.include_router(_router)
    plain = app.openapi
    app.openapi = lambda: _with_problem_type(plain())  # type: ignore[method-assign]
    return app


_router = APIRouter()


@_router.post(
    "/v1/ask",
    summary="回答一個問題",
    response_model=AnswerOut,
    responses=problems.openapi_responses(400, 413, 422, 500, 502, 503, 504),
)
async def ask(asked: AskIn, service: Serving, request_id: RequestName, request: Request) -> Response:
    history = [service.bounded(one) for one in asked.history]
    events = service.engine.stream(service.bounded(asked.question), asked.as_of, history)
    answer = await _answer(events, request)
    # Who has gone away reads no answer.
    return JSONResponse(answer_to_dict(replace(answer, request_id=request_id))) if answer else Response(status_code=499)


async def _answer(events: Generator[Event, None, None], request: Request) -> Answer | None:
    """The answer at the end of the events, worked out off the event loop; None, and the model stopped, for nobody."""
    try:
        while not await request.is_disconnected():
            event = await run_in_threadpool(next, events)
            if isinstance(event, Answer):
                return event
        return None
    finally:
        await run_in_threadpool(events.close)


# Plain functions: the framework runs them in its thread pool, as the engine blocks.
@_router.post(
    "/v1/search",
    summary="找相關的段落，最相關的在前",
    responses=problems.openapi_responses(400, 413, 422, 500, 503),
)
def search(asked: SearchIn, service: Serving, request_id: RequestName) -> SearchOut:
    hits = service.engine.search(service.bounded(asked.question), asked.as_of, asked.limit)
    found = [HitOut.of(hit) for hit in hits]
    return SearchOut(question=asked.question, as_of=asked.as_of, hits=found, request_id=request_id)


@_router.get(
    "/v1/laws/{pcode}/articles/{number}",
    summary="一條條文在某日的版本，與它的所有版本",
    responses=problems.openapi_responses(404, 422, 500, 503),
)
def article(
    pcode: Pcode,
    number: Number,
    service: Serving,
    request_id: RequestName,
    as_of: Annotated[AsOf, Query(description="哪一天的版本；未給即今天", examples=["2024-07-31"])] = None,
) -> ArticleOut:
    view = service.engine.article(pcode, number, as_of)
    return ArticleOut.of(view, number, as_of, request_id)


@_router.get("/healthz", summary="服務與資料的狀態", responses=problems.openapi_responses(500, 503))
def healthz(service: Serving) -> HealthOut:
    return HealthOut(status="ok", coverage=dict(service.engine.coverage()))


def _with_problem_type(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI describes every body as application/json; the problems are application/problem+json."""
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status >= "400" and "application/json" in content:
                    content[problems.MEDIA_TYPE] = content.pop("application/json")
    return document
