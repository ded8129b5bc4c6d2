"""What readers say of single sentences, and those who read it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.keys import caller_of, require
from api.schemas.fields import Count, Text
from api.service import RequestName
from rag.access import Filed, Key, Remark, Verdict

_NAME = r"^[A-Za-z0-9._-]{1,64}$"
_NUMBER = r"^[1-9][0-9]{0,8}$"

router = APIRouter(tags=["意見"])


class FeedbackBook(Protocol):
    """Where remarks are kept; calls block."""

    def file(self, remark: Remark) -> Filed: ...

    def listing(self, limit: int, before: int | None = None) -> list[Filed]: ...


class FeedbackIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "request_id": "0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d",
                    "sentence": 0,
                    "text": "雇主延長勞工工作時間者，應依標準加給工資。",
                    "verdict": "wrong",
                    "comment": "漏了休息日的算法",
                }
            ]
        },
    )

    request_id: str = Field(pattern=_NAME, description="回答的 request_id")
    sentence: Count = Field(ge=0, le=999, description="第幾句；第一句是 0")
    text: Text = Field(min_length=1, max_length=2000, description="那一句的文字")
    verdict: Verdict = Field(description="right 正確、wrong 有誤、unclear 看不懂")
    comment: Text = Field("", max_length=1000, description="說明；請勿寫個人資料")


class FeedbackOut(BaseModel):
    id: int
    request_id: str


class RemarkOut(BaseModel):
    """One remark, as text: whatever stands in it is to be shown as text, too. ``key``: the id of the reader's key."""

    id: int
    day: date
    request_id: str
    sentence: int
    text: str
    verdict: Verdict
    comment: str
    key: str

    @classmethod
    def of(cls, filed: Filed) -> RemarkOut:
        said = {name: getattr(filed.remark, name) for name in Remark.__dataclass_fields__}
        return cls(id=filed.id, day=filed.day, **said)


class RemarksOut(BaseModel):
    """The newest first; ``cursor`` asks for those before them, and is null when there are none."""

    remarks: list[RemarkOut]
    cursor: str | None
    request_id: str


async def _book(request: Request) -> FeedbackBook:
    book: FeedbackBook = request.app.state.feedback
    return book


Book = Annotated[FeedbackBook, Depends(_book)]


@router.post(
    "/v1/feedback",
    status_code=201,
    summary="對回答的一句話表示意見",
    responses=problems.openapi_responses(400, 413, 422, 500, 503),
)
def file(said: FeedbackIn, book: Book, request: Request, request_id: RequestName) -> FeedbackOut:
    key = caller_of(request).key
    filed = book.file(Remark(**said.model_dump(), key=key.id if key else ""))
    return FeedbackOut(id=filed.id, request_id=request_id)


@router.get(
    "/v1/feedback",
    summary="讀者的意見，最新的在前（evaluator、admin）",
    responses=problems.openapi_responses(403, 422, 500, 503),
)
def listing(
    book: Book,
    request_id: RequestName,
    _: Annotated[Key, Depends(require("evaluator", "admin"))],
    limit: Annotated[int, Query(ge=1, le=200, description="最多幾則")] = 50,
    cursor: Annotated[str | None, Query(pattern=_NUMBER, description="上一頁給的 cursor")] = None,
) -> RemarksOut:
    found = book.listing(limit + 1, int(cursor) if cursor else None)
    page = found[:limit]
    further = str(page[-1].id) if len(found) > limit else None
    return RemarksOut(remarks=[RemarkOut.of(one) for one in page], cursor=further, request_id=request_id)
