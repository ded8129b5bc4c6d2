"""An article of a law on one day, and how it came to read as it does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import problems
from api.schemas.fields import AsOf, Number, Pcode
from api.schemas.law import ArticleOut, HistoryOut, LawOut, StepOut
from api.service import RequestName, Serving
from rag.answer import today

router = APIRouter(prefix="/v1/laws/{pcode}/articles/{number}", tags=["法規"])


@router.get(
    "",
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
    day = as_of or today()
    view = service.engine.article(pcode, number, day)
    return ArticleOut.of(view, number, day, service.carried(request_id))


@router.get(
    "/history",
    summary="一條條文的沿革：所有版本，舊的在前，附與前一版的差異和立法理由",
    responses=problems.openapi_responses(404, 422, 500, 503),
)
def history(pcode: Pcode, number: Number, service: Serving, request_id: RequestName) -> HistoryOut:
    law, steps = service.engine.reading.history(pcode, number)
    versions = [StepOut.from_step(step) for step in steps]
    return HistoryOut(law=LawOut.of(law), number=number, versions=versions, **service.carried(request_id))
