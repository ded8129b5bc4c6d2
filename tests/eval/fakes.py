"""An engine made of a dictionary, and short ways to write the records it deals in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eval.cli import Opener
from eval.questions import Question
from rag.domain import OPEN, Answer, Citation, Document, Hit, Passage, Reference, Sentence, Status, sha256
from rag.errors import NoIndex

DAY = date(2024, 10, 11)
TEXT = "借用人應於約定期限內，返還與借用物種類、品質、數量相同之物。"


def document(key: str, text: str = TEXT, version: str = "2020-01-01", url: str = "") -> Document:
    kind = "statute" if key.startswith("law/") else "judgment"
    return Document(key, version, "laws", kind, "測試法", text, date(2020, 1, 3), OPEN, url=url)  # type: ignore[arg-type]


def found(key: str, url: str = "", score: float = 1.0) -> Hit:
    held = document(key, url=url)
    return Hit(Passage(key, held.version, 0, len(held.text), held.text), held, score, "sparse")


def cited(key: str, mark: int = 1, text: str = TEXT, **changes: Any) -> Citation:
    whole = {"version": "2020-01-01", "status": Status.IN_FORCE, "quote": text, "start": 0, "end": len(text)}
    values = whole | {"sha256": sha256(text), "kind": "statute"} | changes
    return Citation(mark, key, "測試法", url="", valid_from=date(2020, 1, 3), valid_to=OPEN, **values)


def said(text: str, *marks: int) -> Sentence:
    return Sentence(text, "proved", {}, marks)


def answered(*sentences: Sentence, citations: Iterable[Citation] = (), **changes: Any) -> Answer:
    values = {"state": "answered", "message": "", "reason": None} | changes
    return Answer(
        "問", DAY, sentences=sentences, citations=tuple(citations), model="x", coverage={}, request_id="r", **values
    )


def abstained(reason: str, message: str = "") -> Answer:
    return answered(state="abstained", reason=reason, message=message)


def question(kind: str = "lay", **changes: Any) -> Question:
    return Question.model_validate_json(
        json.dumps({"id": "q", "kind": kind, "question": "問？", "answerable": True} | changes)
    )


def law(article: str, pcode: str = "Z0000001", **more: Any) -> dict[str, Any]:
    return {"law": "測試法", "pcode": pcode, "article": article, **more}


@dataclass
class FakeEngine:
    """Hits and answers by question; every call is noted down in ``asked``."""

    hits: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    named: Mapping[str, Reference] = field(default_factory=dict)
    asked: list[tuple[str, date | None]] = field(default_factory=list)

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]:
        self.asked.append((question, as_of))
        return self.hits.get(question, ())[:limit]

    def ask(self, question: str, as_of: date | None = None) -> Answer:
        self.asked.append((question, as_of))
        return self.answers.get(question, abstained("no_evidence"))

    def version(self, key: str, version: str) -> Document | None:
        return next((held for held in self.documents if (held.key, held.version) == (key, version)), None)

    def read(self, key: str, as_of: date) -> Document | None:
        return next((held for held in self.documents if held.key == key and held.holds_on(as_of)), None)

    def warm(self) -> None:
        self.asked.clear()

    def references(self, text: str) -> list[Reference]:
        return [reference for phrase, reference in self.named.items() if phrase in text]


def opener(engine: FakeEngine | None) -> Opener:
    """Opens the engine, or fails like a folder in which nothing was indexed yet."""

    @contextmanager
    def opened(data: Path | None, model: str | None = None) -> Iterator[FakeEngine]:
        if engine is None:
            raise NoIndex(f"{data}：還沒有索引")
        yield engine

    return opened


class Ticking:
    """A clock that moves on by one more second at each call to it: 0, 1, 3, 6 …"""

    def __init__(self) -> None:
        self.now, self.step = 0.0, 0.0

    def __call__(self) -> float:
        self.now += self.step
        self.step += 1
        return self.now
