"""A question and its proved answer: whole, or sentence by sentence as server-sent events."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from anyio import CancelScope
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Message

from api import problems
from api.listening import heard, last
from api.schemas.answer import STREAM, AnswerOut, AskIn, CitationOut, SentenceOut
from api.service import RequestName, Serving
from rag.answer import Event, answer_to_dict
from rag.domain import Answer, Citation
from rag.stoppable import Stoppable
from rag.telling import Told

EVENTS = "text/event-stream"
# What a stream's schema is about is each of its events.
_EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["citation", "sentence", "done", "error"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}
# Wherever it stands in the list; ``;q=0`` is a refusal.
_ACCEPTS = re.compile(rf"{EVENTS}(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": f"回答；Accept 為 {EVENTS} 時逐句送出：citation、sentence、done，出錯時 error",
        "content": {EVENTS: {"schema": _EVENT, "example": STREAM}},
    }
}

# Ends of lines to some readers of a stream, though not to the standard; JSON itself escapes all others.
_ENDS_OF_LINES = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}

router = APIRouter(tags=["問答"])


@router.post(
    "/v1/ask",
    summary="回答一個問題",
    response_model=AnswerOut,
    responses=_STREAM | problems.openapi_responses(400, 413, 422, 500, 502, 503, 504),
)
async def ask(asked: AskIn, service: Serving, request_id: RequestName, request: Request) -> Response:
    history = [service.bounded(one) for one in asked.history]
    # So that they can be closed while another thread waits for the next, whatever stands between.
    events = Stoppable(service.engine.stream(service.bounded(asked.question), asked.as_of, history))
    if _ACCEPTS.search(request.headers.get("accept", "")):
        return _streamed(events, request, request_id, service.heartbeat_s)
    answer = await heard(lambda: last(events), events, request)
    # Who has gone away reads no answer.
    return JSONResponse(_whole(answer, request_id)) if answer else Response(status_code=499)


def _streamed(events: Stoppable[Event], request: Request, request_id: str, heartbeat_s: float) -> EventSourceResponse:
    async def hung_up(_: Message) -> None:
        await run_in_threadpool(events.close)

    told = _told(events, request, request_id)
    return EventSourceResponse(told, ping=heartbeat_s, client_close_handler_callable=hung_up)


async def _told(events: Stoppable[Event], request: Request, request_id: str) -> AsyncIterator[ServerSentEvent]:
    """Each sentence after its proof, and before it the citations it needs that were not told yet."""
    known: set[Citation] = set()
    try:
        while event := await run_in_threadpool(next, events, None):
            if isinstance(event, Told):
                for citation in event.citations:
                    if citation not in known:
                        known.add(citation)
                        yield _event("citation", _json(CitationOut, citation))
                yield _event("sentence", _json(SentenceOut, event.sentence))
            elif isinstance(event, Answer):
                yield _event("done", json.dumps(_whole(event, request_id), ensure_ascii=False))
    except Exception as error:
        yield _event("error", problems.of(request, error))
    finally:
        # Cut short or not, the engine is let finish what it holds: a connection to a model, a transaction.
        with CancelScope(shield=True):
            await run_in_threadpool(events.close)


def _json(model: type[BaseModel], record: object) -> str:
    return model.model_validate(record, from_attributes=True).model_dump_json()


def _event(name: str, data: str) -> ServerSentEvent:
    return ServerSentEvent(data.translate(_ENDS_OF_LINES), event=name)


def _whole(answer: Answer, request_id: str) -> dict[str, Any]:
    return answer_to_dict(replace(answer, request_id=request_id))
