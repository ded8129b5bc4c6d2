"""What every route shares: the engine, the bounds on a question, the request's name."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from typing import Annotated, Protocol

from fastapi import Depends, Request

from rag.answer import ArticleView, Event
from rag.domain import Hit
from rag.errors import UsageError


class EngineLike(Protocol):
    """What the service needs of an engine. Calls block, and come from several threads at once."""

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]: ...

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]: ...

    def article(self, pcode: str, number: str, as_of: date | None = None) -> ArticleView: ...

    def coverage(self) -> Mapping[str, object]: ...


class Service:
    """What the routes share: the engine, and how long a question may be."""

    def __init__(self, engine: EngineLike, max_question_chars: int) -> None:
        self.engine = engine
        self.max_question_chars = max_question_chars

    def bounded(self, question: str) -> str:
        if len(question) > self.max_question_chars:
            raise UsageError(f"問題最多 {self.max_question_chars} 字，這個問題有 {len(question)} 字")
        return question


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


Serving = Annotated[Service, Depends(_service)]
RequestName = Annotated[str, Depends(_request_id)]
