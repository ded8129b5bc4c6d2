"""Question records: one JSON object a line, read strictly.

A field the record format names must have its type; a field it does not name is left alone, so that a set made for a
newer Youju can still be read. The first line that will not do stops the reading with its place in the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from rag.causes import cause
from rag.domain import OPEN, Document
from rag.errors import UsageError

_WRONG = {
    "bool_type": "應為 true 或 false",
    "date_from_datetime_parsing": "應為 YYYY-MM-DD 的日期",
    "date_parsing": "應為 YYYY-MM-DD 的日期",
    "date_type": "應為 YYYY-MM-DD 的日期",
    "int_type": "應為整數",
    "less_than": "最晚是 9999-12-30",
    "list_type": "應為陣列",
    "missing": "缺少這個欄位",
    "model_type": "應為 JSON 物件",
    "string_pattern_mismatch": "不得空白",
    "string_type": "應為字串",
    "tuple_type": "應為陣列",
    "union_tag_not_found": "不是認得的答案：要有 pcode、interpretation、paragraph、no 或 url",
}

Text = Annotated[str, Field(pattern=r"\S")]


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class LawGold(_Record):
    """An article; with ``text``, the very text of it that is wanted."""

    law: str
    pcode: Text
    article: Text
    text: str | None = None
    version: str | None = None

    @property
    def key(self) -> str:
        return f"law/{self.pcode}/{self.article}"

    def matches(self, document: Document) -> bool:
        return document.key == self.key


class InterpretationGold(_Record):
    interpretation: int

    @property
    def key(self) -> str:
        return f"interpretation/{self.interpretation}"

    def matches(self, document: Document) -> bool:
        return document.key == self.key


class ParagraphGold(_Record):
    paragraph: Text

    @property
    def key(self) -> str:
        return f"paragraph/{self.paragraph}"

    def matches(self, document: Document) -> bool:
        return document.key == self.key


class JudgmentGold(_Record):
    """A judgment by its number alone; ``no`` is ``"102,簡,1807"`` and the court is left open."""

    no: Text

    @property
    def key(self) -> str:
        return f"judgment/*,{self.no}"

    def matches(self, document: Document) -> bool:
        # judgment/TPSV,104,台上,472,20150326,1
        source, _, number = document.key.partition("/")
        return source == "judgment" and ",".join(number.split(",")[1:4]) == self.no


class NewsGold(_Record):
    url: Text

    @property
    def key(self) -> str:
        return self.url

    def matches(self, document: Document) -> bool:
        return document.url == self.url


# The tags are marked so that they can be told from fields in the path of an error.
_FORMS = {
    "pcode": "@law",
    "interpretation": "@interpretation",
    "paragraph": "@paragraph",
    "no": "@judgment",
    "url": "@news",
}


def _form(value: Any) -> str | None:
    fields = value if isinstance(value, dict) else getattr(type(value), "model_fields", ())
    return next((form for field, form in _FORMS.items() if field in fields), None)


Gold = Annotated[
    Annotated[LawGold, Tag("@law")]
    | Annotated[InterpretationGold, Tag("@interpretation")]
    | Annotated[ParagraphGold, Tag("@paragraph")]
    | Annotated[JudgmentGold, Tag("@judgment")]
    | Annotated[NewsGold, Tag("@news")],
    Discriminator(_form),
]


class Expect(_Record):
    """How an answer should end, where its kind alone does not tell.

    ``states``: one of them; ``reasons``: one of them when it abstains. Otherwise one of ``says`` is said, or all of one
    group of ``cites`` are cited, as far as any are given; ``law/B0000001`` is any article of that law.
    """

    states: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    cites: tuple[tuple[str, ...], ...] = ()


class Question(_Record):
    """One question: any one of ``gold`` will do; ``gold_all`` lists what is needed together."""

    id: Text
    kind: Text
    question: Text
    answerable: bool
    as_of: Annotated[date, Field(lt=OPEN)] | None = None
    gold: tuple[Gold, ...] = ()
    gold_all: tuple[Gold, ...] = ()
    must_not: tuple[str, ...] = ()
    expect: Expect | None = None
    answers: tuple[str, ...] = ()
    reference_answer: str | None = None
    cluster: str | None = None
    section: str | None = None
    note: str | None = None

    @property
    def may_be_refused(self) -> bool:
        return not self.answerable or (self.expect is not None and "abstained" in self.expect.states)

    @property
    def asked_as_of(self) -> date | None:
        """The day to pass with the question: ``None`` for ``as_of`` records, whose question names its day itself."""
        return None if self.kind == "as_of" else self.as_of


def read_questions(path: Path) -> tuple[Question, ...]:
    """All records of a JSONL file, in its order; blank lines are skipped.

    Raises ``UsageError`` (one line, ``file:line`` first) for a file that can't be read, a line that is not a record, or
    an id used twice.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise UsageError(f"{path}：不是 UTF-8 文字檔") from None
    except OSError as error:
        raise UsageError(f"{path}：讀不到檔案（{cause(error)}）") from None
    return _parse(path, lines)


def _parse(path: Path, lines: Iterable[str]) -> tuple[Question, ...]:
    questions: dict[str, Question] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate_json(line)
        except ValidationError as error:
            raise UsageError(f"{path}:{number}：{_explain(error)}") from None
        if question.id in questions:
            raise UsageError(f"{path}:{number}：id 重複：{question.id}")
        questions[question.id] = question
    return tuple(questions.values())


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return "不是 JSON"
    path = ".".join(str(part) for part in first["loc"] if not str(part).startswith("@"))
    wrong = _WRONG.get(first["type"], first["msg"])
    return f"欄位 {path}：{wrong}" if path else wrong
