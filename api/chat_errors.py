"""Problems in the words that OpenAI's clients read, on the paths that those clients use."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.chat_schemas import ErrorDetail, ErrorOut, Unsupported
from api.problems import MEDIA_TYPE

PATHS = ("/v1/chat/", "/v1/models")
_TYPE = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODE = {401: "invalid_api_key", 404: "not_found", 413: "request_too_large", 429: "rate_limit_exceeded"}


def error(status: int, message: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """``{"error": {"message": …, "type": "invalid_request_error", "param": "n", "code": "unsupported_parameter"}}``."""
    kind = _TYPE.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return ErrorOut(error=ErrorDetail(message=message, type=kind, param=param, code=code)).model_dump()


class OpenAIErrors:
    """Turns the problem documents of :data:`PATHS` into OpenAI's errors; the status stays, but 422 is 400 there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self._app(scope, receive, send)
            return
        start: Message | None = None

        async def spoken(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_problem(message):
                # Its length is known when its body is.
                start = message
            elif start is not None:
                await _send(start, _said(json.loads(message["body"])), send)
            else:
                await send(message)

        await self._app(scope, receive, spoken)


def _is_problem(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == MEDIA_TYPE


def _said(problem: dict[str, Any]) -> dict[str, Any]:
    mistakes = problem.get("errors") or [{}]
    param = mistakes[0].get("field") or None
    if param and (name := param.split(".")[0]) in Unsupported.model_fields:
        return error(
            400, f"不支援 {name} 的這個值：每一句都要先核對，回答只有一則純文字", name, "unsupported_parameter"
        )
    return error(problem["status"], problem["detail"], param, _CODE.get(problem["status"]))


async def _send(start: Message, content: dict[str, Any], send: Send) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    if start["status"] == 422:
        start["status"] = 400
    headers = MutableHeaders(scope=start)
    headers["content-type"] = "application/json"
    headers["content-length"] = str(len(body))
    await send(start)
    await send({"type": "http.response.body", "body": body})
