"""An application behind a real server, by its URL; and an engine that takes its time."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from starlette.types import ASGIApp

from rag.answer import Event
from rag.domain import Sentence
from rag.errors import CalledOff
from rag.stoppable import woken
from rag.telling import Told
from tests.api.served import served
from tests.fakes import QUOTE, FakeEngine


@contextmanager
def live(app: ASGIApp) -> Iterator[str]:
    """``http://127.0.0.1:49152``; who connects before the server is up waits for it."""
    with served(app) as (host, port):
        yield f"http://{host}:{port}"


class Slow(FakeEngine):
    """Tells one sentence, unless it is silent, and the answer, or what else comes, when it is let."""

    def __init__(self, then: Exception | None = None, silent: bool = False) -> None:
        super().__init__()
        self.begun, self.let, self.stopped = threading.Event(), threading.Event(), threading.Event()
        self.then, self.silent = then, silent

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        self.begun.set()
        try:
            if self.silent:
                self._wait()
            yield Told(Sentence(QUOTE, "proved", {}, ()), ())
            while not self.let.wait(0.01):
                yield Told(Sentence("", "proved", {}, ()), ())
            if self.then:
                raise self.then
            yield self.ask(question, as_of, history)
        finally:
            self.stopped.set()

    def _wait(self) -> None:
        """As a model does before its first word."""
        gone = threading.Event()
        with woken(gone.set):
            assert gone.wait(30)
        raise CalledOff("不再等候回答")
