"""An article of a law on one day, and how it came to read as it does."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from api.schemas.fields import ENVELOPE, Carried, Envelope
from rag.answer import ArticleView
from rag.domain import Document, Law, Status, Unit
from rag.reading import Step

_LAW: dict[str, Any] = {
    "pcode": "Z9990001",
    "name": "示範共享單車租借條例",
    "level": "法律",
    "category": "行政＞示範部＞共享單車目",
    "modified": "2024-05-01",
    "english_name": "Model Shared Bicycle Rental Act",
    "effective_note": "",
    "former_names": [],
    "url": "https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=Z9990001",
}
_VERSION = {
    "key": "law/Z9990001/4",
    "version": "2024-05-01",
    "valid_from": "2024-07-01",
    "valid_to": "9999-12-31",
    "origin": "amended",
    "deleted": False,
    "text": "業者應於七日內返還押金。",
}
_ARTICLE: dict[str, Any] = {
    "law": _LAW,
    "number": "4",
    "as_of": "2024-07-31",
    "status": "in_force",
    "current": _VERSION,
    "units": [{"path": [["項", 1]], "start": 0, "end": 12}],
    "versions": [_VERSION],
    "english": "An operator shall return the deposit within seven days.",
    "english_outdated": False,
    **ENVELOPE,
}
_HISTORY: dict[str, Any] = {
    "law": _LAW,
    "number": "4",
    "versions": [
        {
            **_VERSION,
            "version": "2016-03-02",
            "valid_from": "2016-03-02",
            "valid_to": "2024-07-01",
            "origin": "enacted",
            "text": "業者應於十四日內返還押金。",
            "diff": [],
            "reasons": [],
        },
        {
            **_VERSION,
            "diff": [
                {"kind": "kept", "text": "業者應於"},
                {"kind": "removed", "text": "十四"},
                {"kind": "added", "text": "七"},
                {"kind": "kept", "text": "日內返還押金。"},
            ],
            "reasons": [
                {
                    "key": "reason/Z9990001/4/2024-05-01",
                    "version": "2024-05-01",
                    "title": "示範共享單車租借條例第4條立法理由",
                    "text": "為保障租借人權益，縮短返還押金之期限。",
                    "url": "https://lis.ly.gov.tw/lglawc/lglawkm",
                }
            ],
        },
    ],
    **ENVELOPE,
}


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


class LawOut(BaseModel):
    pcode: str
    name: str
    level: str
    category: str
    modified: date
    repealed: date | None = None
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


class ArticleOut(Envelope):
    """One article on one day, with every stored version; ``current`` is null when none holds on that day."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ARTICLE]})

    law: LawOut
    number: str
    as_of: date
    status: Status | None
    current: VersionOut | None
    units: list[UnitOut]
    versions: list[VersionOut]
    english: str
    english_outdated: bool

    @classmethod
    def of(cls, view: ArticleView, number: str, as_of: date, carried: Carried) -> ArticleOut:
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
            **carried,
        )


class SpanOut(BaseModel):
    """A stretch of the text: in both versions, in the one before alone, or in this one alone."""

    kind: Literal["kept", "removed", "added"]
    text: str


class ReasonOut(BaseModel):
    """Why the legislature made the version, in its own words."""

    key: str
    version: str
    title: str
    text: str
    url: str


class StepOut(VersionOut):
    """A version, with what it changed of the one before (nothing of the first) and the reasons stored for it."""

    diff: list[SpanOut]
    reasons: list[ReasonOut]

    @classmethod
    def from_step(cls, step: Step) -> StepOut:
        return cls(
            **dict(VersionOut.of(step.document)),
            diff=[SpanOut(kind=span.kind, text=span.text) for span in step.diff],
            reasons=[ReasonOut.model_validate(one, from_attributes=True) for one in step.reasons],
        )


class HistoryOut(Envelope):
    """All versions of an article, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HISTORY]})

    law: LawOut
    number: str
    versions: list[StepOut]
