"""The door for OpenAI's clients: the same answers as a chat, with the whole answer object beside the text."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from typing import Any

import orjson
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.chat_errors import error
from api.chat_schemas import NAME, ChatIn, ChatOut, ChoiceOut, ErrorOut, MessageOut, ModelOut, ModelsOut, UsageOut
from api.listening import Events, close, heard
from api.service import RequestName, Service, Serving
from rag.answer import Event, answer_to_dict
from rag.domain import Answer
from rag.errors import UnknownKey, YoujuError
from rag.show import as_told, clean

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorOut, "description": "OpenAI 格式的錯誤"}
    for status in (401, 408, 429, 503, 504, "4XX", "5XX")
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "object"}}},
        "description": "回答；stream 為真時逐句送出",
    }
}
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# ![…](…), [1]: … and tags: a text that is quoted makes no link, image or element where Markdown is read.
_MARKUP = re.compile(r"[\\<]|(?<=\])[(:]")
_BREAK = re.compile(r"(?<=[^\n])\n(?=[^\n])")
_log = logging.getLogger(__name__)

router = APIRouter(tags=["OpenAI"])


@router.get("/v1/models", summary="可用的模型（OpenAI 相容）")
async def models(service: Serving) -> ModelsOut:
    return ModelsOut(data=[ModelOut(id=name) for name in _names(service)])


@router.get("/v1/models/{model}", summary="一個模型（OpenAI 相容）", responses=_ERRORS)
async def model(model: str, service: Serving) -> ModelOut:
    return ModelOut(id=_known(model, service))


@router.post(
    "/v1/chat/completions",
    summary="以聊天的方式回答（OpenAI 相容）",
    response_model=ChatOut,
    responses=_STREAM | _ERRORS,
)
async def complete(asked: ChatIn, service: Serving, request_id: RequestName, request: Request) -> Response:
    head = {"id": f"chatcmpl-{request_id}", "created": int(time.time()), "model": _known(asked.model, service)}
    *history, question = map(service.bounded, asked.questions)
    events = service.engine.stream(question, asked.as_of, history)
    if asked.stream:
        # What goes wrong before the first sentence still has a status of its own.
        first = await heard(lambda: next(events, None), events, request)
        return _Told(events, _chunks(events, first, head, asked.tells_usage)) if first else _unread()
    told = await heard(lambda: list(events), events, request)
    if not told or not isinstance(answer := told[-1], Answer):
        return _unread()
    text = "".join(map(_text, told))
    choice = ChoiceOut(message=MessageOut(content=text)).model_dump()
    whole = {"object": "chat.completion", "choices": [choice], "usage": UsageOut().model_dump()}
    return JSONResponse(head | whole | _extension(answer, head))


def _unread() -> Response:
    """Who has gone away reads no answer."""
    return Response(status_code=499)


class _Told(StreamingResponse):
    """Sends what is told; however that ends, the engine's events are closed, which stops the model."""

    media_type = "text/event-stream"

    def __init__(self, events: Events, chunks: AsyncGenerator[bytes, None]) -> None:
        super().__init__(chunks, headers=_HEADERS)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await close(self._events)


async def _chunks(
    events: Events, event: Event | None, head: Mapping[str, Any], tells_usage: bool
) -> AsyncGenerator[bytes, None]:
    """Each sentence after its proof, the sources, the answer object, and the end."""
    yield _chunk(head, {"role": "assistant", "content": ""})
    try:
        while event is not None and not isinstance(event, Answer):
            if text := _text(event):
                yield _chunk(head, {"content": text})
            event = await to_thread.run_sync(next, events, None, abandon_on_cancel=True)
    except Exception as failure:
        yield _data(_failed(failure))
        return
    if event is None:
        return
    yield _chunk(head, {"content": _text(event)})
    yield _chunk(head, {}, "stop", **_extension(event, head))
    if tells_usage:
        yield _data({**head, "object": "chat.completion.chunk", "choices": [], "usage": UsageOut().model_dump()})
    yield b"data: [DONE]\n\n"


def _names(service: Service) -> list[str]:
    return list(dict.fromkeys([NAME, *filter(None, [service.model])]))


def _known(name: str, service: Service) -> str:
    names = _names(service)
    if name not in names:
        raise UnknownKey(f"沒有 {name} 這個模型；可用的是{'、'.join(names)}")
    return name


def _text(event: Event) -> str:
    """What one event adds to the text, as Markdown: a sentence, or at the end the sources and what else is told."""
    told = "".join(f"{one}\n" for one in as_told([event]))
    return _BREAK.sub("  \n", _MARKUP.sub(r"\\\g<0>", clean(told)))


def _extension(answer: Answer, head: Mapping[str, Any]) -> dict[str, Any]:
    return {NAME: answer_to_dict(replace(answer, request_id=head["id"].removeprefix("chatcmpl-")))}


def _failed(failure: Exception) -> dict[str, Any]:
    """What is said of a failure in the middle of an answer, where no status can tell any more."""
    if isinstance(failure, YoujuError):
        _log.error("the answer broke off: %s", failure)
        return error(503, " ".join(str(failure).split()))
    _log.error("the answer broke off: unexpected %s", type(failure).__name__, exc_info=failure)
    return error(500, "服務內部發生錯誤，回答中斷")


def _chunk(head: Mapping[str, Any], delta: Mapping[str, str], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return _data({**head, "object": "chat.completion.chunk", "choices": [choice], **more})


def _data(content: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(content) + b"\n\n"
