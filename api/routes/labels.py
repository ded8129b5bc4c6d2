"""Labels by people over HTTP: what is next, one's own label, how far it is, and what is settled."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api import problems
from api.keys import require
from api.schemas.fields import Text
from api.schemas.label import LabelIn, LabelOut, NextOut, ProgressOut, TaskItem
from api.service import RequestName
from rag.access import Key
from rag.labels import Labels

LINES = "application/x-ndjson"
_LINE = {
    "id": "5f0d3c1b2a4e4f6d8c7b9a0e1d2c3b4a",
    "claim": "雇主延長勞工工作時間在二小時以內者，應加給三分之一以上。",
    "passage": "延長工作時間在二小時以內者，按平日每小時工資額加給三分之一以上。",
    "label": "full",
    "labels": [
        {"by": "0f1e2d3c4b5a", "level": "full", "note": ""},
        {"by": "a5b4c3d2e1f0", "level": "full", "note": ""},
    ],
    "adjudicated": False,
    "stratum": "laws",
    "synthetic": False,
    "source": "勞動基準法第24條",
    "key": "law/N0030001/24",
    "verdict": "full",
    "batch": "run-1",
}
_EXPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "一行一題",
        "content": {LINES: {"schema": {"type": "string", "examples": [json.dumps(_LINE, ensure_ascii=False) + "\n"]}}},
    }
}

router = APIRouter(prefix="/v1/labels", tags=["人工標註"])


async def _labels(request: Request) -> Labels:
    labels: Labels = request.app.state.labels
    return labels


Held = Annotated[Labels, Depends(_labels)]
Labeller = Annotated[Key, Depends(require("evaluator", "admin"))]
Batch = Annotated[Text, Query(max_length=80, description="只算這一批的")]


@router.get(
    "/next",
    summary="下一題：一句主張與它的段落（evaluator、admin）",
    responses=problems.openapi_responses(403, 422, 500, 503),
)
def following(
    labels: Held,
    labeller: Labeller,
    request_id: RequestName,
    adjudication: Annotated[bool, Query(description="要一題兩人看法不同的來仲裁")] = False,
) -> NextOut:
    dispute = labels.dispute(labeller.id) if adjudication else None
    task = dispute.task if dispute else None if adjudication else labels.next(labeller.id)
    return NextOut(task=TaskItem.of(task, dispute) if task else None, request_id=request_id)


@router.post(
    "",
    status_code=201,
    summary="判斷一題：段落是否支持主張（evaluator、admin）",
    responses=problems.openapi_responses(400, 403, 404, 409, 413, 422, 500, 503),
)
def record(said: LabelIn, labels: Held, labeller: Labeller, request_id: RequestName) -> LabelOut:
    labels.record(labeller.id, said.task, said.level, said.note, said.adjudication)
    return LabelOut(task=said.task, level=said.level, adjudication=said.adjudication, request_id=request_id)


@router.get(
    "/progress",
    summary="進度與兩人之間的 κ（evaluator、admin）",
    responses=problems.openapi_responses(403, 422, 500, 503),
)
def progress(labels: Held, labeller: Labeller, request_id: RequestName, batch: Batch = "") -> ProgressOut:
    return ProgressOut.of(labels.progress(labeller.id, batch), request_id)


@router.get(
    "/export",
    summary="已有定論的題目，一行一題（evaluator、admin）",
    response_class=Response,
    responses=_EXPORT | problems.openapi_responses(403, 422, 500, 503),
)
def export(labels: Held, _: Labeller, batch: Batch = "") -> Response:
    lines = "".join(json.dumps(one.record, ensure_ascii=False) + "\n" for one in labels.export(batch))
    return Response(lines, media_type=LINES, headers={"Content-Disposition": 'attachment; filename="labels.jsonl"'})
