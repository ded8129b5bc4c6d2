"""The question and its answer, as a page that needs no script: ``/`` asks, ``/ask?q=…`` answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from api.listening import heard, last
from api.pages import words
from api.pages.render import PageRoute, page
from api.schemas.fields import AsOf, Question
from api.service import RequestName, Service, Serving
from rag.domain import Answer
from rag.stoppable import Stoppable
from rag.write import roc

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# An empty field of a form is no day.
Day = Annotated[AsOf, BeforeValidator(lambda value: value or None)]


class Example(NamedTuple):
    """A question to begin with; ``day`` is the one on which it is to be answered, "" for today."""

    question: str
    day: str = ""

    @property
    def query(self) -> str:
        return urlencode({"q": self.question} | ({"as_of": self.day} if self.day else {}))

    @property
    def said(self) -> str:
        return roc(date.fromisoformat(self.day)) if self.day else ""


class Held(NamedTuple):
    """A row of the table of what is stored."""

    name: str
    documents: int
    between: str


EXAMPLES = (
    Example("資遣費怎麼算？"),
    Example("酒駕會被判多久？", "2019-01-01"),
    Example("釋字第748號說了什麼？"),
)


@router.get("/")
def home(service: Serving, q: Annotated[str, Query()] = "", as_of: Day = None) -> Response:
    """The page to ask on; ``q`` only fills in the field."""
    return _page(service, q[: service.max_question_chars], as_of)


@router.get("/ask")
async def ask(
    service: Serving,
    request_id: RequestName,
    request: Request,
    q: Annotated[Question, Query()],
    as_of: Day = None,
    h: Annotated[list[Question], Query(max_length=20)] = [],  # noqa: B006 (the framework copies it)
) -> Response:
    """The answer; ``h`` are the questions asked before, oldest first."""
    history = [service.bounded(one) for one in h]
    events = Stoppable(service.engine.stream(service.bounded(q), as_of, history))

    def answered() -> Response:
        answer = last(events)
        if answer is None:
            return Response(status_code=499)  # who has gone away reads no answer
        return _page(service, q, as_of, history, replace(answer, request_id=request_id))

    return await heard(answered, events, request)


def _page(
    service: Service, question: str, as_of: date | None, history: Sequence[str] = (), answer: Answer | None = None
) -> Response:
    coverage = service.engine.coverage()
    values: dict[str, Any] = {
        "question": question,
        "as_of": as_of,
        "history": history,
        "answer": answer,
        "examples": EXAMPLES,
        "coverage": list(_held(coverage)),
        "released": _released(coverage),
        "longest": service.max_question_chars,
        "spoken": words.spoken(),
    }
    return page("ask.html", values)


def _held(coverage: Mapping[str, object]) -> Iterator[Held]:
    sources = coverage.get("sources")
    held = sources if isinstance(sources, Mapping) else {}
    for name in [one for one in words.SOURCES if one in held]:
        about = held[name]
        yield Held(words.SOURCES[name], about["documents"], words.between(about["from"], about["to"]))


def _released(coverage: Mapping[str, object]) -> str:
    releases = coverage.get("releases")
    newest = max(releases.values(), default="") if isinstance(releases, Mapping) else ""
    return words.made(newest) if newest else ""
