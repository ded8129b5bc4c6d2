"""Any document by its key, what it leads to, and what there is altogether."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api import problems
from api.schemas.document import CoverageOut, DocumentOut, LinksOut
from api.schemas.fields import AsOf, Key
from api.service import RequestName, Service, Serving
from rag.answer import today

_ERRORS = problems.openapi_responses(404, 422, 500, 503)
_MOST_LINKS = 500

Day = Annotated[AsOf, Query(description="哪一天的版本與效力；未給即今天", examples=["2024-07-31"])]
AnyKey = Annotated[Key, Path(description="文件的代號", examples=["law/N0030001/24"])]

router = APIRouter(prefix="/v1", tags=["文件"])


@router.get("/judgments/{jid}", summary="一則裁判的全文、段落與效力", responses=_ERRORS)
def judgment(
    jid: Annotated[Key, Path(description="司法院的裁判代號（JID）", examples=["TPSV,104,台上,472,20150326,1"])],
    service: Serving,
    request_id: RequestName,
    as_of: Day = None,
) -> DocumentOut:
    return _document(service, request_id, f"judgment/{jid}", as_of)


@router.get("/interpretations/{number}", summary="一則大法官解釋或憲法法庭裁判的全文", responses=_ERRORS)
def interpretation(
    number: Annotated[Key, Path(description="釋字的號數，或憲法法庭裁判的字號", examples=["748", "111年憲判字第1號"])],
    service: Serving,
    request_id: RequestName,
    as_of: Day = None,
) -> DocumentOut:
    kind = "interpretation" if number.isdecimal() else "constitutional"
    return _document(service, request_id, f"{kind}/{number}", as_of)


@router.get("/documents/{key:path}", summary="任何一份文件的一個版本，與其段落", responses=_ERRORS)
def document(
    key: AnyKey,
    service: Serving,
    request_id: RequestName,
    as_of: Day = None,
    version: Annotated[
        Key | None, Query(description="哪一個版本；未給即 as_of 那天的", examples=["2024-05-01"])
    ] = None,
) -> DocumentOut:
    return _document(service, request_id, key, as_of, version or "")


@router.get("/links/{key:path}", summary="一份文件引用了什麼，又被什麼引用", responses=_ERRORS)
def links(
    key: AnyKey,
    service: Serving,
    request_id: RequestName,
    start: Annotated[int, Query(ge=0, le=1_000_000, description="兩個方向各從第幾筆起")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_LINKS, description="兩個方向各最多幾筆")] = 100,
) -> LinksOut:
    return LinksOut.of(key, service.engine.reading.links(key, start, limit), service.carried(request_id))


@router.get(
    "/coverage",
    summary="收錄了哪些來源、多少文件、哪段期間、何時更新",
    responses=problems.openapi_responses(500, 503),
)
def coverage(service: Serving, request_id: RequestName) -> CoverageOut:
    return CoverageOut.of(service.engine.coverage(), service.engine.reading.synced(), service.carried(request_id))


def _document(service: Service, request_id: str, key: str, as_of: AsOf, version: str = "") -> DocumentOut:
    day = as_of or today()
    return DocumentOut.of(service.engine.reading.document(key, day, version), day, service.carried(request_id))
