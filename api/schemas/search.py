"""A search, its filters, and one page of what it finds."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from api.cursor import LONGEST, Cursor
from api.schemas.fields import ENVELOPE, AsOf, Count, Envelope, Question
from rag.domain import Hit, Kind
from rag.errors import UsageError
from rag.reading import SOURCES, Filters, court_code

_HIT = {
    "key": "law/Z9990001/4",
    "version": "2024-05-01",
    "kind": "statute",
    "source": "laws",
    "title": "示範共享單車租借條例",
    "number": "4",
    "path": ["第二章 租借"],
    "level": "法律",
    "court": "",
    "text": "業者應於七日內返還押金。",
    "start": 0,
    "end": 12,
    "score": 31.5,
    "lane": "sparse",
    "valid_from": "2024-07-01",
    "valid_to": "9999-12-31",
    "url": "https://law.moj.gov.tw/LawClass/LawSingle.aspx?pcode=Z9990001&flno=4",
}
_FOUND: dict[str, Any] = {
    "question": "押金多久要退還？",
    "as_of": "2024-07-31",
    "hits": [_HIT],
    "total": 200,
    "cursor": "WyIzZjVhIiwiMjAyNC0wNy0zMSIsIjI5MiIsMV0",
    **ENVELOPE,
}


def _source(value: str) -> str:
    if value not in SOURCES:
        raise ValueError(f"沒有這個來源；可用的有 {'、'.join(SOURCES)}")
    return value


def _court(value: str) -> str:
    try:
        return court_code(value) if value else ""
    except UsageError as error:
        raise ValueError(str(error)) from None


Source = Annotated[str, AfterValidator(_source), WithJsonSchema({"type": "string", "enum": list(SOURCES)})]
Court = Annotated[str, StringConstraints(max_length=40), AfterValidator(_court)]
Place = Annotated[
    Cursor | None,
    PlainValidator(Cursor.read),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": LONGEST}, {"type": "null"}]}),
]


class Sought(BaseModel):
    """What is looked for, and where: the same for every door."""

    model_config = ConfigDict(extra="forbid")

    question: Question
    as_of: AsOf = Field(None, description="找哪一天的規定；未給即今天，或問題裡說的那一天")
    source: list[Source] = Field([], max_length=20, description="只找這些來源；未給即全部")
    kind: list[Kind] = Field([], max_length=20, description="只找這些種類的文件")
    level: list[Literal["憲法", "法律", "命令"]] = Field([], max_length=3, description="只找這些位階的法規")
    court: Court = Field("", description="只找這個法院的裁判：名稱或代碼，如最高法院、TPS")
    since: AsOf = Field(None, alias="from", description="只找這一天（含）以後公布、裁判或刊登的")
    until: AsOf = Field(None, alias="to", description="只找這一天（含）以前公布、裁判或刊登的")
    per_kind: Count = Field(0, ge=0, le=20, description="每一種文件各取最好的幾段，法規在前；0 即一起排")

    @property
    def filters(self) -> Filters:
        return Filters(
            sources=tuple(self.source),
            kinds=tuple(self.kind),
            levels=tuple(self.level),
            court=self.court,
            since=self.since,
            until=self.until,
            each=self.per_kind,
        )


class SearchIn(Sought):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "押金多久要退還？", "limit": 5},
                {"question": "車禍的精神慰撫金", "kind": ["judgment"], "court": "臺灣高等法院", "from": "2018-01-01"},
            ]
        },
    )

    limit: Count = Field(10, ge=1, le=100, description="一頁最多幾段")
    group: Literal["law"] | None = Field(None, description="law：同一頁裡，同一部法規的條文排在一起")
    cursor: Place = Field(None, description="上一頁給的 cursor；其他欄位須與上一頁相同，limit 除外")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.cursor and self.cursor.query != self.fingerprint:
            raise ValueError("cursor 屬於另一次查詢；請用同樣的問題與條件")
        return self

    @property
    def fingerprint(self) -> str:
        """Tells one search from another, whatever the page and its length."""
        asked = self.model_dump_json(exclude={"limit", "cursor"})
        return sha256(asked.encode()).hexdigest()[:16]


class HitOut(BaseModel):
    """A passage; ``start`` and ``end`` count characters in the document's text as published."""

    key: str
    version: str
    kind: Kind
    source: str
    title: str
    number: str
    path: list[str]
    level: str
    court: str
    text: str
    start: int
    end: int
    score: float
    lane: Literal["exact", "sparse"]
    valid_from: date
    valid_to: date
    url: str

    @classmethod
    def of(cls, hit: Hit) -> HitOut:
        document, passage = hit.document, hit.passage
        return cls(
            key=passage.key,
            version=passage.version,
            kind=document.kind,
            source=document.source,
            title=document.title,
            number=document.number,
            path=list(document.path),
            level=document.level,
            court=document.facts.get("court", ""),
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=hit.score,
            lane=hit.lane,
            valid_from=document.valid_from,
            valid_to=document.valid_to,
            url=document.url,
        )


class SearchOut(Envelope):
    """One page; ``total`` is how many passages there are to page through, ``cursor`` where the next page begins."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FOUND]})

    question: str
    as_of: date
    hits: list[HitOut]
    total: int
    cursor: str | None
