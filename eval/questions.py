"""Question records: one JSON object a line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from eval.records import Record, Text, read_records
from rag.domain import OPEN, UnitKind


class Named(Protocol):
    """What a gold tells a document by."""

    @property
    def key(self) -> str: ...

    @property
    def url(self) -> str: ...


class _Gold(Record):
    """``start`` and ``end``: the characters of its text that answer the question, where they are known."""

    start: int | None = Field(default=None, ge=0)
    end: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _is_span(self) -> Self:
        if (self.start is None) != (self.end is None) or (self.start or 0) >= (self.end or 1):
            raise PydanticCustomError("span", "start 與 end 要一起給，且 start 在前")
        return self


class LawGold(_Gold):
    """An article; with ``text``, the very text of it that is wanted; ``units``: which 項 or 款 of it, outermost first.

    ``{"law": "民法", "pcode": "B0000001", "article": "184", "units": [["項", 1]]}``
    """

    law: str
    pcode: Text
    article: Text
    text: str | None = None
    version: str | None = None
    units: tuple[tuple[UnitKind, int], ...] = ()

    @property
    def key(self) -> str:
        return f"law/{self.pcode}/{self.article}"

    def matches(self, document: Named) -> bool:
        return document.key == self.key


class InterpretationGold(_Gold):
    interpretation: int

    @property
    def key(self) -> str:
        return f"interpretation/{self.interpretation}"

    def matches(self, document: Named) -> bool:
        return document.key == self.key


class ParagraphGold(_Gold):
    paragraph: Text

    @property
    def key(self) -> str:
        return f"paragraph/{self.paragraph}"

    def matches(self, document: Named) -> bool:
        return document.key == self.key


class JudgmentGold(_Gold):
    """A judgment by its number alone; ``no`` is ``"102,簡,1807"`` and the court is left open."""

    no: Text

    @property
    def key(self) -> str:
        return f"judgment/*,{self.no}"

    def matches(self, document: Named) -> bool:
        # judgment/TPSV,104,台上,472,20150326,1
        source, _, number = document.key.partition("/")
        return source == "judgment" and ",".join(number.split(",")[1:4]) == self.no


class NewsGold(_Gold):
    url: Text

    @property
    def key(self) -> str:
        return self.url

    def matches(self, document: Named) -> bool:
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


Grade = Literal[0, 1, 2, 3]
By = Literal["people", "model", "derived"]


class Expect(Record):
    """How an answer should end, where its kind alone does not tell.

    ``states``: one of them; ``reasons``: one of them when it abstains. Otherwise one of ``says`` is said, or all of one
    group of ``cites`` are cited, as far as any are given; ``law/B0000001`` is any article of that law.
    """

    states: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    cites: tuple[tuple[str, ...], ...] = ()


class Nugget(Record):
    """A fact that an answer should tell; ``vital`` ones it must."""

    text: Text
    vital: bool


class Question(Record):
    """One question: any one of ``gold`` will do; ``gold_all`` lists what is needed together.

    ``pair`` is the id of the same question asked so that nothing is left open, ``group`` what all the ways of asking it
    share. ``options`` are by letter, and ``answer`` is the key to them; only a question with options may leave out what
    kind it is and whether it can be answered. ``judged`` holds what people said of other documents, by key: 0 for not
    relevant to 3; a gold is 1 where it is not among them. ``judged_by`` says where gold and judgements come from:
    people who read the documents, a model, or ``derived`` from other data, as from what a text cites.
    """

    id: Text
    kind: Text = "multiple_choice"
    question: Text
    answerable: bool = True
    as_of: Annotated[date, Field(lt=OPEN)] | None = None
    gold: tuple[Gold, ...] = ()
    gold_all: tuple[Gold, ...] = ()
    judged: dict[str, Grade] = Field(default_factory=dict)
    judged_by: By | None = None
    must_not: tuple[str, ...] = ()
    expect: Expect | None = None
    gold_nuggets: tuple[Nugget, ...] = ()
    answers: tuple[str, ...] = ()
    options: dict[str, str] = Field(default_factory=dict)
    answer: str | None = None
    group: str | None = None
    pair: str | None = None
    reference_answer: str | None = None
    cluster: str | None = None
    section: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        # Examinations say neither: whoever lists the options knows that one of them is right.
        missing = next((name for name in ("kind", "answerable") if name not in self.model_fields_set), None)
        if missing and not self.options:
            raise PydanticCustomError("incomplete", f"欄位 {missing}：缺少這個欄位")
        return self

    @property
    def may_be_refused(self) -> bool:
        return not self.answerable or (self.expect is not None and "abstained" in self.expect.states)

    @property
    def asked_as_of(self) -> date | None:
        """The day to pass with the question: ``None`` for ``as_of`` records, whose question names its day itself."""
        return None if self.kind == "as_of" else self.as_of


def read_questions(path: Path) -> tuple[Question, ...]:
    """All questions of a JSONL file, in its order.

    :raises UsageError: one line, ``file:line`` first, for a file that can't be read, a line that is not a record, or an
        id used twice.
    """
    return read_records(path, Question, lambda question: question.id)
