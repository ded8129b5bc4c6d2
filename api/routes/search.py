"""Passages that fit a question, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError

from api import problems
from api.cursor import Cursor
from api.schemas.search import HitOut, SearchIn, SearchOut
from api.service import RequestName, Serving
from rag.answer import today
from rag.domain import Hit

router = APIRouter(tags=["查詢"])


# Plain functions, here and beside: the framework runs them in its thread pool, as the engine blocks.
@router.post(
    "/v1/search",
    summary="找相關的段落，最相關的在前，一頁一頁地看",
    responses=problems.openapi_responses(400, 413, 422, 500, 503),
)
def search(asked: SearchIn, service: Serving, request_id: RequestName) -> SearchOut:
    reading, at = service.engine.reading, asked.cursor
    question = service.bounded(asked.question)
    day = at.as_of if at else asked.as_of or reading.day(question, today())
    start = at.start if at else 0
    page = reading.page(question, day, asked.filters, start, asked.limit)
    if at and at.revision != page.revision:
        raise _stale()
    end = start + len(page.hits)
    following = Cursor(asked.fingerprint, day, page.revision, end) if page.hits and end < page.total else None
    return SearchOut(
        question=asked.question,
        as_of=day,
        hits=[HitOut.of(hit) for hit in (_by_law(page.hits) if asked.group else page.hits)],
        total=page.total,
        cursor=following.write() if following else None,
        **service.carried(request_id),
    )


def _by_law(hits: Sequence[Hit]) -> list[Hit]:
    """Articles of one law side by side, where the best of them stands; what is no article stays behind what it was."""
    names = [hit.document.law if hit.document.kind == "statute" else hit.passage.id for hit in hits]
    return [hit for name in dict.fromkeys(names) for hit, own in zip(hits, names, strict=True) if own == name]


def _stale() -> RequestValidationError:
    """The order has changed with the index: the next page might repeat or leave out what the last one had."""
    said = {"error": "資料已更新，這個 cursor 不再適用；請不帶 cursor 重新查詢"}
    return RequestValidationError([{"type": "value_error", "loc": ("body", "cursor"), "msg": "", "ctx": said}])
