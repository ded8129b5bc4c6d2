"""What a system answered, whoever wrote it down: one JSON object a question and repeat.

``{"id": "lay-005", "answer": "工資應加倍發給[1]。", "citations": [{"mark": 1, "label": "勞動基準法第39條"}]}`` is
enough; what our own service tells besides may stand there too. A citation names its source by ``key`` or, as people
write it, by ``label``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from eval.records import Record, Text, read_records
from rag.domain import Answer, Hit

State = Literal["answered", "partial", "abstained", "error"]
MOST_REPEATS = 100
"""How often a question can be asked; whatever a file of answers leaves out up to its highest one counts as missing."""
_LONGEST_MS = 1e10  # four months
WARNED = "尚未施行"
"""What every warning says of a text that is to hold one day."""


class Ranked(Record):
    """A passage that was found, best first; ``start`` and ``end`` are its span in the document, where known.

    ``score`` None: none was given, or it was found by identity, and the list alone tells its place.
    """

    key: Text
    score: float | None = None
    version: str = ""
    start: int | None = None
    end: int | None = None


class Cited(Record):
    """What a mark points to, as the answer says it."""

    mark: int
    key: str = ""
    label: str = ""
    version: str = ""
    quote: str = ""
    start: int | None = None
    end: int | None = None


class Output(Record):
    """One answer. ``state`` None: nobody said; it is told from the text. ``read``: keys given to the writer.

    ``confidence``: how sure the system was, on any scale of its own; ``choice``: the option taken of several.
    ``repeat`` counts from 0 where a question was asked several times; ``message`` is what a reader is told besides the
    answer; ``error`` is why there is none; ``as_of`` is the day the answer is about, as far as it says so.
    """

    id: Text
    repeat: int = Field(default=0, ge=0, lt=MOST_REPEATS)
    answer: str = ""
    message: str = ""
    state: State | None = None
    reason: str = ""
    citations: tuple[Cited, ...] = ()
    retrieved: tuple[Ranked, ...] | None = None
    read: tuple[str, ...] | None = None
    choice: str = ""
    confidence: float | None = None
    model: str = ""
    ms: float = Field(default=0.0, ge=0, le=_LONGEST_MS)
    first_ms: float | None = Field(default=None, ge=0, le=_LONGEST_MS)
    error: str = ""
    as_of: date | None = None

    @property
    def said(self) -> str:
        """All that a reader is told."""
        return f"{self.answer}\n{self.message}"


def read_outputs(path: Path) -> tuple[Output, ...]:
    """All answers of a JSONL file, in its order.

    :raises UsageError: one line, ``file:line`` first, for what can't be read, or an id used twice in one repeat.
    """
    return read_records(path, Output, lambda output: f"{output.id}（第 {output.repeat + 1} 次）")


def of_answer(id: str, answer: Answer, hits: Iterable[Hit] | None = None, ms: float = 0.0, repeat: int = 0) -> Output:
    """Our own answer as a record; its sentences already end in their marks."""
    return Output(
        id=id,
        repeat=repeat,
        answer="\n".join(sentence.text for sentence in answer.sentences),
        message=told_beside(answer.message, (change.kind for change in answer.changes)),
        state=answer.state,
        reason=answer.reason or "",
        citations=tuple(
            Cited(
                mark=one.mark,
                key=one.key,
                label=one.label,
                version=one.version,
                quote=one.quote,
                start=one.start,
                end=one.end,
            )
            for one in answer.citations
        ),
        retrieved=None if hits is None else tuple(map(ranked, hits)),
        # Its sentences were proved over what the writer was given: what they cite, it had read.
        read=tuple(dict.fromkeys(one.key for one in answer.citations)),
        model=answer.model,
        ms=ms,
        as_of=answer.as_of,
    )


def told_beside(message: str, changes: Iterable[str]) -> str:
    """What a reader is told besides an answer: its message, and a warning for each text that is to hold one day."""
    return "\n".join([message, *(WARNED for kind in changes if kind == "will_change")])


def ranked(hit: Hit) -> Ranked:
    passage = hit.passage
    score = hit.score if hit.lane == "sparse" else None
    return Ranked(key=passage.key, score=score, version=passage.version, start=passage.start, end=passage.end)
