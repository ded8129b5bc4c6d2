"""Sources taken in and documents taken back, as jobs: asked for here, done by the worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api import problems
from api.cursor import JobCursor
from api.desk import Desk
from api.keys import require
from api.schemas.fields import Key
from api.schemas.job import After, JobErrorsOut, JobIn, JobItem, JobOut, JobsOut, LeftOut, OfAJob
from api.service import RequestName
from rag.joblist import Job, State

_PLACE = "/v1/jobs/{}"
_START = r"^[1-9][0-9]{0,6}$"

router = APIRouter(prefix="/v1", tags=["工作"])


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


Seated = Annotated[Desk, Depends(_desk)]
JobId = Annotated[Key, Path(description="工作的代號", examples=["5f0d3c1b2a4e4f6d8c7b9a0e1d2c3b4a"])]
Further = Annotated[After, Query(description="上一頁給的 cursor")]
_analysts = [Depends(require("analyst", "admin"))]
_admins = [Depends(require("admin"))]
_STEERED: dict[str, Any] = {
    "dependencies": _analysts,
    "responses": problems.openapi_responses(403, 404, 409, 422, 500, 503),
}


@router.post(
    "/jobs",
    status_code=201,
    summary="交辦：收錄一個來源（analyst、admin）",
    dependencies=_analysts,
    responses=problems.openapi_responses(400, 403, 413, 422, 500, 503),
)
def create(asked: JobIn, desk: Seated, request_id: RequestName, response: Response) -> JobOut:
    return _handed_over(desk.create(asked.wish), request_id, response)


@router.get(
    "/jobs",
    summary="排程與交辦的工作，最新的在前（analyst、admin）",
    dependencies=_analysts,
    responses=problems.openapi_responses(403, 422, 500, 503),
)
def listing(
    desk: Seated,
    request_id: RequestName,
    state: Annotated[State | None, Query(description="只列這個狀態的")] = None,
    source: Annotated[OfAJob | None, Query(description="只列這個來源的；purge 是撤除")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="最多幾個")] = 50,
    cursor: Further = None,
) -> JobsOut:
    page, further = desk.listing(limit, state, source or "", JobCursor.read(cursor))
    return JobsOut(jobs=[JobItem(**JobItem.fields(one)) for one in page], cursor=further, request_id=request_id)


@router.get(
    "/jobs/{id}",
    summary="一個工作進行到哪裡（analyst、admin）",
    dependencies=_analysts,
    responses=problems.openapi_responses(403, 404, 422, 500, 503),
)
def job(id: JobId, desk: Seated, request_id: RequestName) -> JobOut:
    return JobOut.of(desk.get(id), request_id)


@router.get(
    "/jobs/{id}/errors",
    summary="一個工作裡沒有收錄成的文件與原因（analyst、admin）",
    dependencies=_analysts,
    responses=problems.openapi_responses(403, 404, 422, 500, 503),
)
def errors(
    id: JobId,
    desk: Seated,
    request_id: RequestName,
    limit: Annotated[int, Query(ge=1, le=1000, description="最多幾份")] = 100,
    cursor: Annotated[str | None, Query(pattern=_START, description="上一頁給的 cursor")] = None,
) -> JobErrorsOut:
    start = int(cursor or 0)
    found = desk.errors(id, limit + 1, start)
    listed = [LeftOut(key=key, reason=reason) for key, reason in found[:limit]]
    return JobErrorsOut(errors=listed, cursor=str(start + limit) if len(found) > limit else None, request_id=request_id)


@router.post("/jobs/{id}/cancel", summary="取消一個工作；已寫入的留著（analyst、admin）", **_STEERED)
def cancel(id: JobId, desk: Seated, request_id: RequestName) -> JobOut:
    return JobOut.of(desk.act(id, "cancel"), request_id)


@router.post("/jobs/{id}/pause", summary="暫停一個工作（analyst、admin）", **_STEERED)
def pause(id: JobId, desk: Seated, request_id: RequestName) -> JobOut:
    return JobOut.of(desk.act(id, "pause"), request_id)


@router.post("/jobs/{id}/resume", summary="讓暫停、失敗或取消的工作重新排入（analyst、admin）", **_STEERED)
def resume(id: JobId, desk: Seated, request_id: RequestName) -> JobOut:
    return JobOut.of(desk.act(id, "resume"), request_id)


@router.delete(
    "/documents/{key:path}",
    status_code=202,
    summary="撤除一份文件：內文、段落、索引、連結與原始資料（admin）",
    dependencies=_admins,
    responses=problems.openapi_responses(400, 403, 404, 422, 500, 503),
)
def purge(
    key: Annotated[Key, Path(description="文件的代號", examples=["judgment/TPSV,104,台上,472,20150326,1"])],
    desk: Seated,
    request_id: RequestName,
    response: Response,
) -> JobOut:
    return _handed_over(desk.purge(key), request_id, response)


def _handed_over(job: Job, request_id: str, response: Response) -> JobOut:
    response.headers["Location"] = _PLACE.format(job.id)
    return JobOut.of(job, request_id)
