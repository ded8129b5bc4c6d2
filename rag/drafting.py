"""Who drafts an answer: the extractive writer, or a chat model. Neither is believed; each sentence is proved after.

A draft is asked for once, and once more for the sentences that failed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from typing import Protocol

from rag.llm import ChatModel
from rag.presets import EXTRACTIVE, Turn
from rag.prompt import NOTHING, Prompt, prompt, repair
from rag.sentences import Line, Splitter, is_finished
from rag.verify.quotes import parts
from rag.write import Draft, Source, aimed, whole, write

_BEGIN, _END = "<think>", "</think>"
_LONGEST = 60  # sentences of one draft; what goes on longer goes in circles


class Drafting(Protocol):
    """One answer being drafted. ``sources`` are those that were given; every sentence has to rest on them."""

    @property
    def sources(self) -> Sequence[Source]: ...

    def drafts(self) -> Iterator[Draft]:
        """The sentences, each as soon as it is whole; closing the iterator stops the work."""
        ...

    def again(self, faults: Sequence[str]) -> Iterator[Draft]:
        """Sentences in place of those that failed; none from who can't do better."""
        ...


class Writer(Protocol):
    @property
    def name(self) -> str: ...

    def begin(self, question: str, day: date, sources: Sequence[Source], notes: Sequence[str] = ()) -> Drafting:
        """:param notes: what is told beside the answer, such as a premise of the question that the law contradicts."""
        ...


class Extracts:
    """The writer that needs no model: verbatim quotes."""

    name = EXTRACTIVE

    def begin(self, question: str, day: date, sources: Sequence[Source], notes: Sequence[str] = ()) -> Drafting:
        return _Extracting([aimed(source, question) for source in sources])


class ModelWriter:
    """Drafts by a chat model. Articles are given whole; where not one fits its context, extracts answer instead."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    def begin(self, question: str, day: date, sources: Sequence[Source], notes: Sequence[str] = ()) -> Drafting:
        asked = prompt(question, day, list(map(whole, sources)), self._model, notes)
        return _Asking(self._model, asked) if asked.sources else Extracts().begin(question, day, sources, notes)


class _Extracting:
    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources

    def drafts(self) -> Iterator[Draft]:
        return write(self.sources)

    def again(self, faults: Sequence[str]) -> Iterator[Draft]:
        return iter(())


class _Asking:
    def __init__(self, model: ChatModel, asked: Prompt) -> None:
        self._model = model
        self._asked = asked
        self._said: list[str] = []
        self.sources = asked.sources

    def drafts(self) -> Iterator[Draft]:
        return self._sentences(self._asked.turns)

    def again(self, faults: Sequence[str]) -> Iterator[Draft]:
        turns = repair(self._asked, "".join(self._said), faults, self._model)
        return self._sentences(turns) if turns else iter(())

    def _sentences(self, turns: Sequence[Turn]) -> Iterator[Draft]:
        """Sentences as they are closed; the last one only if it was: a model may be cut off in the middle of it."""
        with closing(self._closed(turns)) as sentences:
            said = (one for one in sentences if one.text.strip("「」。． ") != NOTHING)
            yield from lent(islice(said, _LONGEST))

    def _closed(self, turns: Sequence[Turn]) -> Generator[Line, None, None]:
        splitter = Splitter()
        with closing(self._model.stream(turns)) as pieces:
            for piece in _spoken(pieces):
                self._said.append(piece)
                yield from splitter.feed(piece)
        yield from (one for one in splitter.close() if is_finished(one.text))


def lent(sentences: Iterable[Line]) -> Iterator[Draft]:
    """The sentences in order, those without marks with those of the next one on their line.

    Many models mark a paragraph at its end alone. What waits for marks is held back; what has some is told at once.
    """
    held: list[Line] = []
    for one in sentences:
        if held and held[0].number != one.number:
            yield from (Draft(waiting.text) for waiting in held)
            held.clear()
        held.append(one)
        if marks := parts(one.text).marks:
            yield from (Draft(waiting.text, marks) for waiting in held[:-1])
            yield Draft(one.text)
            held.clear()
    yield from (Draft(waiting.text) for waiting in held)


def _spoken(pieces: Iterable[str]) -> Iterator[str]:
    """What a model says aloud: without ``<think>…</think>``, and without signs that cannot be seen."""
    held, thinking = "", False
    for piece in pieces:
        held += piece
        while True:
            tag = _END if thinking else _BEGIN
            before, found, after = held.partition(tag)
            if not found:
                break
            if not thinking:
                yield _visible(before)
            held, thinking = after, not thinking
        # The beginning of a tag may be the end of a piece.
        kept = next((size for size in range(min(len(tag) - 1, len(held)), 0, -1) if tag.startswith(held[-size:])), 0)
        ready, held = held[: len(held) - kept], held[len(held) - kept :]
        if ready and not thinking:
            yield _visible(ready)
    if held and not thinking:
        yield _visible(held)


def _visible(text: str) -> str:
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf"))
