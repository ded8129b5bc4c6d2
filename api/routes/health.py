"""Whether the process lives, whether it can answer, and its figures."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict

from api import problems
from api.metrics import Metrics
from api.service import RequestName, Serving
from rag.errors import YoujuError

router = APIRouter(tags=["運作"])


class HealthOut(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok", "request_id": "0b8d1f0c6a3e4d7f"}]})

    status: Literal["ok"] = "ok"
    request_id: str


class ReadyOut(BaseModel):
    """``behind``: how many revisions of the store the index has yet to take in; what it holds is right all the same."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"status": "ready", "revision": 12, "index_revision": 12, "behind": 0, "request_id": "0b8d"}]
        }
    )

    status: Literal["ready"] = "ready"
    revision: int
    index_revision: int
    behind: int
    request_id: str


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


@router.get("/healthz", summary="行程是否活著；不查資料")
async def healthz(request_id: RequestName) -> HealthOut:
    return HealthOut(request_id=request_id)


@router.get(
    "/readyz",
    summary="能否作答：資料庫與索引都答得出來，索引跟得上資料庫",
    responses=problems.openapi_responses(500, 503),
)
def readyz(service: Serving, request_id: RequestName) -> ReadyOut:
    found = service.engine.freshness()
    return ReadyOut(revision=found.revision, index_revision=found.indexed, behind=found.behind, request_id=request_id)


@router.get(
    "/metrics",
    summary="Prometheus 的度量",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus 的文字格式"}
    },
)
def metrics(service: Serving, metrics: Annotated[Metrics, Depends(_metrics)]) -> Response:
    try:
        freshness = service.engine.freshness()
    except YoujuError:
        # Figures are wanted most when something is wrong: the rest of them is given.
        freshness = None
    return Response(metrics.text(freshness), media_type=CONTENT_TYPE_LATEST)
