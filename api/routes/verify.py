"""Any text, and what each legal reference in it is worth."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from api import problems
from api.schemas.verify import VerifyIn, VerifyOut
from api.service import RequestName, Service, Serving

_LONG = 10_000  # characters; a longer text keeps all others waiting for more than a fifth of a second

router = APIRouter(tags=["問答"])


@router.post(
    "/v1/verify",
    summary="查核一段文字裡的每一處法規與裁判引用",
    responses=problems.openapi_responses(400, 413, 422, 500, 503),
)
async def verify(asked: VerifyIn, service: Serving, request_id: RequestName) -> VerifyOut:
    if len(asked.text) < _LONG:
        return await run_in_threadpool(_verified, asked, service, request_id)
    await service.long_checks.take()
    try:
        return await run_in_threadpool(_verified, asked, service, request_id)
    finally:
        service.long_checks.give_back()


def _verified(asked: VerifyIn, service: Service, request_id: str) -> VerifyOut:
    report = service.engine.verify(asked.text, asked.as_of)
    return VerifyOut(**asdict(report), is_clean=report.is_clean, **service.carried(request_id))
