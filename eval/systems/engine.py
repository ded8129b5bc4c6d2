"""Our own engine, in process: the answer, and what its search finds for the same question."""

from __future__ import annotations

from datetime import date
from functools import partial
from importlib.metadata import version
from typing import Protocol

from eval.folder import Asked
from eval.outputs import Output, of_answer
from eval.timing import MONOTONIC, Clock, timed
from rag.domain import Answer, Hit
from rag.errors import YoujuError


class Answering(Protocol):
    """The part of ``rag.answer.Engine`` that is asked here."""

    def ask(self, question: str, as_of: date | None = None) -> Answer: ...

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]: ...


class EngineSystem:
    """:param depth: passages to list of the search, which is not timed; 0: none is made."""

    def __init__(
        self,
        engine: Answering,
        depth: int = 100,
        model: str = "",
        clock: Clock = MONOTONIC,
    ) -> None:
        self.name = "engine"
        self.model = model
        self.versions = {"youju": version("youju")}
        self._engine = engine
        self._depth = depth
        self._clock = clock

    def answer(self, question: Asked, repeat: int = 0) -> Output:
        text, day = question.question, question.asked_as_of
        try:
            said, ms = timed(partial(self._engine.ask, text, day), self._clock)
            hits = self._engine.search(text, day, self._depth) if self._depth else None
        except YoujuError as error:
            found = () if self._depth else None
            return Output(id=question.id, repeat=repeat, state="error", error=str(error), retrieved=found)
        return of_answer(question.id, said, hits, round(ms, 3), repeat)
