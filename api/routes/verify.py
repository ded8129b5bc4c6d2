"""Any text, and what each legal reference in it is worth."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from api import problems
from api.schemas.verify import VerifyIn, VerifyOut
from api.service import RequestName, Serving

router = APIRouter(tags=["問答"])


@router.post(
    "/v1/verify",
    summary="查核一段文字裡的每一處法規與裁判引用",
    responses=problems.openapi_responses(400, 413, 422, 500, 503),
)
def verify(asked: VerifyIn, service: Serving, request_id: RequestName) -> VerifyOut:
    report = service.engine.verify(asked.text, asked.as_of)
    return VerifyOut(**asdict(report), is_clean=report.is_clean, **service.carried(request_id))
