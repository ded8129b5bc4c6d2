"""A text to be checked, and what each of its references is worth."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas.fields import ENVELOPE, SAYS_SOMETHING, AsOf, Envelope, spoken
from rag.domain import Verdict

_REPORT: dict[str, Any] = {
    "as_of": "2024-07-31",
    "references": [
        {
            "start": 1,
            "end": 15,
            "text": "示範共享單車租借條例第99條",
            "key": "law/Z9990001/99",
            "label": "示範共享單車租借條例第99條",
            "verdict": "not_found",
            "detail": "示範共享單車租借條例沒有第99條（本法為第1條至第9條）",
            "version": "",
            "url": "",
            "is_checked": True,
            "line": 1,
            "column": 2,
        }
    ],
    "extracted": 1,
    "checked": 1,
    "counts": {"not_found": 1},
    "truncated": False,
    "is_clean": False,
    **ENVELOPE,
}


# How long it may be is for the bound on the body to say.
Text = Annotated[str, AfterValidator(spoken), Field(min_length=1, json_schema_extra={"pattern": SAYS_SOMETHING})]


class VerifyIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": "依示範共享單車租借條例第99條，業者應返還押金。", "as_of": "2024-07-31"}]
        },
    )

    text: Text = Field(description="要查核的文字：書狀、報告、別處來的回答")
    as_of: AsOf = Field(None, description="依哪一天的規定查核；未給即今天")


class CheckedOut(BaseModel):
    """A reference, ``text[start:end]`` in Unicode characters; ``detail`` says why it is not verified."""

    start: int
    end: int
    text: str
    key: str
    label: str
    verdict: Verdict
    detail: str
    version: str
    url: str
    is_checked: bool
    line: int
    column: int


class VerifyOut(Envelope):
    """The report: ``extracted`` references were found, ``checked`` could be looked up; ``counts`` by verdict."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REPORT]})

    as_of: date
    references: list[CheckedOut]
    extracted: int
    checked: int
    counts: dict[Verdict, int]
    truncated: bool
    is_clean: bool
