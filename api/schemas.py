"""The JSON that goes in and out, for checking what comes in and describing what goes out."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from rag.answer import ArticleView
from rag.domain import Document, Hit, Kind, Law, Proof, Reason, State, Status, Unit

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# NUL, which no store takes, and lone surrogates (\ud800 in the JSON), which no encoding takes.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_PCODE = r"^[A-Z][0-9]{7}$"
_NUMBER = r"^[0-9]{1,4}(-[0-9]{1,3})?$"
# For callers that check before they send: somewhere a character that is neither white space nor control.
_QUESTION = r"^[^\u0000]*[^\s\u0000-\u0020\u0085][^\u0000]*$"
_SAYS = re.compile(r"[^\s\x00-\x20]")


def _to_day(value: object) -> object:
    """Only ``2024-07-31``: a bare number would pass for a Unix time."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"沒有 {value} 這一天") from None
    raise ValueError("日期寫成 2024-07-31")


def _spoken(value: str) -> str:
    if _UNFIT.search(value):
        raise ValueError("含有無法辨識的字元")
    if not _SAYS.search(value):
        raise ValueError("不得空白")
    return value.strip()


def _pcode(value: str) -> str:
    if not re.fullmatch(_PCODE[1:-1], value):
        raise ValueError("法規代碼寫成 N0030001（一個大寫字母與七個數字）")
    return value


def _number(value: str) -> str:
    if not re.fullmatch(_NUMBER[1:-1], value):
        raise ValueError("條號寫成 24 或 185-3")
    return value


def _to_count(value: object) -> object:
    """5 or, as JSON has it, 5.0; not "5" or true."""
    if isinstance(value, bool | str):
        raise ValueError("應為整數")
    return value


AsOf = Annotated[
    date | None,
    BeforeValidator(_to_day),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
]
Question = Annotated[
    str,
    AfterValidator(_spoken),
    Field(
        min_length=1,
        description="問題；字數上限由 YOUJU_MAX_QUESTION_CHARS 設定",
        json_schema_extra={"pattern": _QUESTION},
    ),
]
Pcode = Annotated[str, AfterValidator(_pcode), Path(description="法規代碼", json_schema_extra={"pattern": _PCODE})]
Number = Annotated[str, AfterValidator(_number), Path(description="條號", json_schema_extra={"pattern": _NUMBER})]


class AskIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "加班費怎麼算？", "as_of": "2024-07-31"}]},
    )

    question: Question
    as_of: AsOf = Field(None, description="以哪一天的規定回答；未給即今天，或問題裡說的那一天")
    history: list[Question] = Field([], max_length=20, description="之前問過的問題，舊的在前；這一題可以接著問")


class SearchIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "押金多久要退還？", "limit": 5}]},
    )

    question: Question
    as_of: AsOf = Field(None, description="找哪一天的規定；未給即今天，或問題裡說的那一天")
    limit: Annotated[int, BeforeValidator(_to_count)] = Field(10, ge=1, le=100, description="最多幾段")


class SentenceOut(BaseModel):
    text: str
    status: Proof
    checks: dict[str, str]
    citations: list[int]


class CitationOut(BaseModel):
    mark: int
    key: str
    label: str
    kind: Kind
    version: str
    status: Status
    quote: str
    start: int
    end: int
    sha256: str
    url: str
    valid_from: date
    valid_to: date


class ChangeOut(BaseModel):
    """A text cited that reads otherwise on another day: ``before`` gives way to ``after`` on ``day``."""

    mark: int
    key: str
    label: str
    kind: Literal["changed_since", "will_change"]
    day: date
    version: str
    before: str
    after: str


class AnswerOut(BaseModel):
    """The answer object, the same as ``youju-ask --json``."""

    question: str
    rewritten: str | None = None
    as_of: date
    state: State
    reason: Reason | None = None
    message: str | None = None
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    found: list[CitationOut] = []
    changes: list[ChangeOut] = []
    model: str
    coverage: dict[str, object]
    timings_ms: dict[str, float]
    request_id: str


class VersionOut(BaseModel):
    """One version of one document; valid in the half-open span ``[valid_from, valid_to)``."""

    key: str
    version: str
    valid_from: date
    valid_to: date
    origin: str
    deleted: bool
    text: str

    @classmethod
    def of(cls, document: Document) -> VersionOut:
        return cls.model_validate(document, from_attributes=True)


class HitOut(BaseModel):
    """A passage; ``start`` and ``end`` count characters in the document's text as published."""

    key: str
    version: str
    kind: Kind
    title: str
    number: str
    path: list[str]
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
            title=document.title,
            number=document.number,
            path=list(document.path),
            text=passage.text,
            start=passage.start,
            end=passage.end,
            score=hit.score,
            lane=hit.lane,
            valid_from=document.valid_from,
            valid_to=document.valid_to,
            url=document.url,
        )


class SearchOut(BaseModel):
    question: str
    as_of: date | None
    hits: list[HitOut]
    request_id: str


class LawOut(BaseModel):
    pcode: str
    name: str
    level: str
    category: str
    modified: date
    repealed: date | None
    english_name: str
    effective_note: str
    former_names: list[str]
    url: str

    @classmethod
    def of(cls, law: Law) -> LawOut:
        return cls.model_validate(law, from_attributes=True)


class UnitOut(BaseModel):
    """項, 款 or 目 by its span in the text of the version in effect: ``path`` is ``[["項", 1], ["款", 3]]``."""

    path: list[tuple[str, int]]
    start: int
    end: int

    @classmethod
    def of(cls, unit: Unit) -> UnitOut:
        return cls(path=list(unit.path), start=unit.start, end=unit.end)


class ArticleOut(BaseModel):
    """One article on one day, with every stored version; ``current`` is null when none holds on that day."""

    law: LawOut
    number: str
    as_of: date | None
    status: Status | None
    current: VersionOut | None
    units: list[UnitOut]
    versions: list[VersionOut]
    english: str
    english_outdated: bool
    request_id: str

    @classmethod
    def of(cls, view: ArticleView, number: str, as_of: date | None, request_id: str) -> ArticleOut:
        return cls(
            law=LawOut.of(view.law),
            number=number,
            as_of=as_of,
            status=view.status,
            current=VersionOut.of(view.document) if view.document else None,
            units=[UnitOut.of(unit) for unit in view.units],
            versions=[VersionOut.of(document) for document in view.versions],
            english=view.english,
            english_outdated=view.english_outdated,
            request_id=request_id,
        )


class HealthOut(BaseModel):
    status: Literal["ok"]
    coverage: dict[str, object]
