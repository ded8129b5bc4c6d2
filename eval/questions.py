"""Question records: one JSON object a line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from eval.records import Record, Text, read_records
from rag.domain import OPEN, Document


class LawGold(Record):
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


class InterpretationGold(Record):
    interpretation: int

    @property
    def key(self) -> str:
        return f"interpretation/{self.interpretation}"

    def matches(self, document: Document) -> bool:
        return document.key == self.key


class ParagraphGold(Record):
    paragraph: Text

    @property
    def key(self) -> str:
        return f"paragraph/{self.paragraph}"

    def matches(self, document: Document) -> bool:
        return document.key == self.key


class JudgmentGold(Record):
    """A judgment by its number alone; ``no`` is ``"102,簡,1807"`` and the court is left open."""

    no: Text

    @property
    def key(self) -> str:
        return f"judgment/*,{self.no}"

    def matches(self, document: Document) -> bool:
        # judgment/TPSV,104,台上,472,20150326,1
        source, _, number = document.key.partition("/")
        return source == "judgment" and ",".join(number.split(",")[1:4]) == self.no


class NewsGold(Record):
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


class Expect(Record):
    """How an answer should end, where its kind alone does not tell.

    ``states``: one of them; ``reasons``: one of them when it abstains. Otherwise one of ``says`` is said, or all of one
    group of ``cites`` are cited, as far as any are given; ``law/B0000001`` is any article of that law.
    """

    states: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    cites: tuple[tuple[str, ...], ...] = ()


class Question(Record):
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
    """All questions of a JSONL file, in its order.

    :raises UsageError: one line, ``file:line`` first, for a file that can't be read, a line that is not a record, or an
        id used twice.
    """
    return read_records(path, Question, lambda question: question.id)
