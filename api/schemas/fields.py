"""What several bodies and addresses have in common: days, questions, keys; and what every response carries."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, TypedDict

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints, WithJsonSchema

from rag.dates import day_given

# NUL, which no store takes, and lone surrogates (\ud800 in the JSON), which no encoding takes.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_PCODE = r"^[A-Z][0-9]{7}$"
_NUMBER = r"^[0-9]{1,4}(-[0-9]{1,3})?$"
# For callers that check before they send: somewhere a character that is neither white space nor control.
SAYS_SOMETHING = r"^[^\u0000]*[^\s\u0000-\u0020\u0085][^\u0000]*$"
_SAYS = re.compile(r"[^\s\x00-\x20]")


def _to_day(value: object) -> object:
    """Only ``2024-07-31``: a bare number would pass for a Unix time."""
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, str):
        # A refusal names what was sent: that must be text that can be encoded.
        return day_given(value.encode("utf-8", "replace").decode())
    raise ValueError("日期寫成 2024-07-31")


def _fit(value: str) -> str:
    if _UNFIT.search(value):
        raise ValueError("含有無法辨識的字元")
    return value


def spoken(value: str) -> str:
    """A text as it was sent. Raises ``ValueError`` for one that says nothing, or that can't be stored or sent on."""
    _fit(value)
    if not _SAYS.search(value):
        raise ValueError("不得空白")
    return value


def _question(value: str) -> str:
    return spoken(value).strip()


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
    AfterValidator(_question),
    Field(
        min_length=1,
        description="問題；字數上限由 YOUJU_MAX_QUESTION_CHARS 設定",
        json_schema_extra={"pattern": SAYS_SOMETHING},
    ),
]
Pcode = Annotated[
    str,
    AfterValidator(_pcode),
    Path(description="法規代碼", examples=["N0030001"], json_schema_extra={"pattern": _PCODE}),
]
Number = Annotated[
    str, AfterValidator(_number), Path(description="條號", examples=["24"], json_schema_extra={"pattern": _NUMBER})
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
Text = Annotated[str, AfterValidator(_fit), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
"""What may be nothing at all."""
Count = Annotated[int, BeforeValidator(_to_count)]


class Held(BaseModel):
    """How far what is stored goes: the revision of the store, and the day a source was last looked through."""

    revision: int
    last_sync: date | None


class Envelope(BaseModel):
    """What every response carries. ``model`` is what worded it: ``extractive`` for texts as they were published."""

    coverage: Held
    model: str
    request_id: str


class Carried(TypedDict):
    """The fields of ``Envelope``, to be handed on."""

    coverage: Held
    model: str
    request_id: str


ENVELOPE = {
    "coverage": {"revision": 292, "last_sync": "2026-11-22"},
    "model": "extractive",
    "request_id": "0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d",
}
"""For the examples."""
