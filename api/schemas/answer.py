"""A question and its answer: the answer object, the same in JSON and at the end of a stream of events."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.fields import AsOf, Question
from rag.domain import Kind, Proof, Reason, State, Status

_CITATION = {
    "mark": 1,
    "key": "law/Z9990001/4",
    "label": "示範共享單車租借條例第4條第2項",
    "kind": "statute",
    "version": "2024-05-01",
    "status": "in_force",
    "quote": "租借人請求返還押金時，業者應於七日內全額返還。",
    "start": 22,
    "end": 45,
    "sha256": "5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0",
    "url": "https://law.moj.gov.tw/LawClass/LawSingle.aspx?pcode=Z9990001&flno=4",
    "valid_from": "2024-07-01",
    "valid_to": "9999-12-31",
}
_SENTENCE = {
    "text": "業者應於七日內全額返還押金。[1]",
    "status": "proved",
    "checks": {"marks": "ok", "quotes": "ok", "numbers": "ok", "support": "ok"},
    "citations": [1],
}
ANSWER: dict[str, Any] = {
    "question": "押金多久要退還？",
    "as_of": "2024-07-31",
    "state": "answered",
    "sentences": [_SENTENCE],
    "citations": [_CITATION],
    "model": "extractive",
    "coverage": {"laws": 11547, "sources": {"laws": {"documents": 243856, "from": "1929-02-05", "to": "2024-10-11"}}},
    "timings_ms": {"exact": 0.4, "find": 3.4, "sparse": 4.1, "fuse": 0.6, "generate": 0.2, "prove": 3.0},
    "request_id": "0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d",
}
STREAM = (
    'event: citation\ndata: {"mark": 1, "key": "law/Z9990001/4", …}\n\n'
    'event: sentence\ndata: {"text": "業者應於七日內全額返還押金。[1]", "status": "proved", …}\n\n'
    'event: done\ndata: {"question": "押金多久要退還？", "state": "answered", …}\n\n'
)
"""What an answer looks like on its way, shortened."""


class AskIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "加班費怎麼算？", "as_of": "2024-07-31"}]},
    )

    question: Question
    as_of: AsOf = Field(None, description="以哪一天的規定回答；未給即今天，或問題裡說的那一天")
    history: list[Question] = Field([], max_length=20, description="之前問過的問題，舊的在前；這一題可以接著問")


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

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

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
