"""What every route shares: the engine, the bounds on a question, the request's name."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Protocol

from fastapi import Depends, Request

from api.places import Places
from api.schemas.fields import Carried, Held
from rag.answer import ArticleView, Event, Freshness
from rag.domain import Hit
from rag.errors import UsageError
from rag.presets import EXTRACTIVE
from rag.reading import Reading

if TYPE_CHECKING:
    from rag.check import CheckReport


class EngineLike(Protocol):
    """What the service needs of an engine. Calls block, and come from several threads at once."""

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]: ...

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]: ...

    def article(self, pcode: str, number: str, as_of: date | None = None) -> ArticleView: ...

    def coverage(self) -> Mapping[str, object]: ...

    def freshness(self) -> Freshness: ...

    def verify(self, text: str, as_of: date | None = None) -> CheckReport: ...

    @property
    def reading(self) -> Reading: ...


class Service:
    """What the routes share: the engine, how long a question may be, and the chat model that is set, "" for none."""

    heartbeat_s = 15.0
    """How often a stream that has nothing to tell says that it is still there: proxies give up after a minute."""

    def __init__(self, engine: EngineLike, max_question_chars: int, model: str = "") -> None:
        self.engine = engine
        self.max_question_chars = max_question_chars
        self.model = model
        self.long_checks = Places(1)
        """For texts so long that they are checked one after the other."""

    def bounded(self, question: str) -> str:
        if len(question) > self.max_question_chars:
            raise UsageError(f"問題最多 {self.max_question_chars} 字，這個問題有 {len(question)} 字")
        return question

    def carried(self, request_id: str) -> Carried:
        """What a response carries whose texts are given as published."""
        reading = self.engine.reading
        held = Held(revision=reading.revision(), last_sync=max(reading.synced().values(), default=None))
        return Carried(coverage=held, model=EXTRACTIVE, request_id=request_id)


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


Serving = Annotated[Service, Depends(_service)]
RequestName = Annotated[str, Depends(_request_id)]
