"""Every error as a problem document (RFC 9457): one clear line in ``detail``, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.routing import Match

from rag.errors import (
    Conflict,
    IndexMismatch,
    ModelBroken,
    ModelError,
    ModelTimeout,
    NoIndex,
    SearchIndexError,
    StoreError,
    UnknownKey,
    UsageError,
    YoujuError,
)

MEDIA_TYPE = "application/problem+json"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_log = logging.getLogger(__name__)

# The first class that fits decides.
_STATUS: tuple[tuple[type[YoujuError], int], ...] = (
    (UnknownKey, 404),
    (Conflict, 409),
    (UsageError, 400),
    (NoIndex, 503),
    (IndexMismatch, 503),
    (SearchIndexError, 503),
    (StoreError, 503),
    (ModelTimeout, 504),
    (ModelBroken, 502),
    (ModelError, 503),
)
_TITLE = {
    303: "請先登入",
    400: "要求有誤",
    401: "需要有效的金鑰",
    403: "權限不足",
    404: "查無資料",
    405: "不支援這個方法",
    408: "要求送得太慢",
    409: "目前的狀態不能這樣做",
    413: "要求過大",
    422: "輸入不合規定",
    429: "要求太頻繁",
    500: "服務發生錯誤",
    502: "聊天模型的回答有誤",
    503: "服務暫時無法使用",
    504: "逾時",
}
_DETAIL = {
    400: "讀不到要求的內容",
    404: "沒有這個路徑",
    405: "這個路徑不支援這個方法",
    500: "服務內部發生錯誤，請附上 request_id 回報",
}
# Pydantic's kinds of mistake, in words; `{…}` is filled from the mistake's context.
_WRONG = {
    "extra_forbidden": "不認得這個欄位",
    "greater_than_equal": "不得小於 {ge}",
    "int_from_float": "應為整數",
    "int_parsing": "應為整數",
    "int_parsing_size": "數字太大",
    "int_type": "應為整數",
    "enum": "只能是 {expected}",
    "literal_error": "只能是 {expected}",
    "json_invalid": "內容不是合格的 JSON",
    "list_type": "應為清單",
    "less_than_equal": "不得大於 {le}",
    "missing": "缺少這個欄位",
    "model_attributes_type": "應為 JSON 物件",
    "string_pattern_mismatch": "格式不合",
    "string_too_long": "最多 {max_length} 個字",
    "string_too_short": "不得空白",
    "string_type": "應為文字",
    "too_long": "最多 {max_length} 項",
    "string_unicode": "含有無法辨識的字元",
}


class Mistake(BaseModel):
    """One thing wrong with what was sent."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "查無資料",
                "status": 404,
                "detail": "查無 law/Z9990001/99：本法為第 1 條至第 9 條",
                "instance": "/v1/laws/Z9990001/articles/99",
                "request_id": "0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d",
            }
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[Mistake] = []


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""
    app.add_exception_handler(YoujuError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _crashed)


def problem(
    request: Request, status: int, detail: str, errors: Sequence[Mistake] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response for one problem; ``detail`` is made one line."""
    request_id = str(getattr(request.state, "request_id", ""))
    body = Problem(
        title=_TITLE.get(status, HTTPStatus(status).phrase),
        status=status,
        detail=_line(detail),
        instance=_line(request.url.path),
        request_id=request_id,
        errors=list(errors),
    )
    content = body.model_dump(exclude_defaults=True) | {"type": body.type}
    return JSONResponse(content, status, {**(headers or {}), "X-Request-ID": request_id}, media_type=MEDIA_TYPE)


def of(request: Request, error: Exception) -> str:
    """The problem document of an error, for a stream that has begun and can have no other status."""
    response = _refused(request, error) if isinstance(error, YoujuError) else _crashed(request, error)
    return bytes(response.body).decode()


def openapi_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says of its errors in the OpenAPI document."""
    return {status: {"model": Problem, "description": _TITLE[status]} for status in statuses}


def _line(text: str) -> str:
    # A lone surrogate can be sent as \ud800 but not be encoded again.
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")


def _refused(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if status >= 500:
        _log.error("%s: %s", request.url.path, error)
    return problem(request, status, str(error))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    found = cast(RequestValidationError, error).errors()
    mistakes = [_mistake(each) for each in found]
    status = 400 if any(each["type"] == "json_invalid" for each in found) else 422
    detail = "；".join(f"{each.field}：{each.message}" if each.field else each.message for each in mistakes)
    return problem(request, status, detail, mistakes)


def _mistake(found: Mapping[str, Any]) -> Mistake:
    kind, context = str(found["type"]), found.get("ctx") or {}
    if kind == "value_error":
        message = str(context["error"])
    else:
        message = _WRONG.get(kind, str(found["msg"])).format_map(context).replace(" or ", " 或 ")
    # The first part says body, path or query; for broken JSON the second is a position.
    where = [] if kind == "json_invalid" else [str(part) for part in found["loc"][1:]]
    return Mistake(field=_line(".".join(where)), message=_line(message))


def _http(request: Request, error: Exception) -> JSONResponse:
    http = cast(HTTPException, error)
    headers = {"Allow": _allowed(request)} if http.status_code == 405 else http.headers
    return problem(request, http.status_code, _DETAIL.get(http.status_code, str(http.detail)), headers=headers)


def _allowed(request: Request) -> str:
    """``"GET, POST"``: the framework names only the methods of the first route that has the path."""
    tried = {method: {**request.scope, "method": method} for method in _METHODS}
    found = [
        name for name, asked in tried.items() if any(Match.FULL in one.matches(asked) for one in request.app.routes)
    ]
    # Where there is GET, there is HEAD: api.middleware.HeadAsGet.
    return ", ".join("GET, HEAD" if name == "GET" else name for name in found)


def _crashed(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s: unexpected %s", request.url.path, type(error).__name__, exc_info=error)
    return problem(request, 500, _DETAIL[500])
