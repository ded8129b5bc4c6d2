"""The labelling page: a claim, the passage it is to rest on, and three levels; and the tasks on which two differ.

Plain forms do everything; ``label.js`` adds keys, and keeps the figures up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from api.keys import Caller
from api.markup import shown
from api.pages.login import member
from api.pages.render import PageRoute, page
from api.routes.labels import Held
from api.schemas.fields import Text
from rag.errors import Conflict
from rag.kappa import Kappa
from rag.label_records import Level, Task
from rag.labels import Labels
from rag.numerals import fold, search_key
from rag.values import located, stated

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_OPEN, _DISPUTES = "/label", "/label/disputes"
_WORDS = {
    "full": ("完全支持", "段落說出了主張的全部內容"),
    "partial": ("部分支持", "只說出一部分，或缺了條件、例外"),
    "none": ("不支持", "沒有說到，或說的相反"),
}
# Shorter ones are mere words; longer ones are no quotes.
_QUOTED = re.compile("「([^「」]{4,600})」")

_member = member("evaluator", "admin")


async def _labeller(caller: Annotated[Caller, Depends(_member)]) -> str:
    """The id of the key that the page was opened with."""
    assert caller.key
    return caller.key.id


Labeller = Annotated[str, Depends(_labeller)]
Wanted = Annotated[str, Query(alias="task", max_length=32)]


@router.get(_OPEN)
def judge(labels: Held, labeller: Labeller, wanted: Wanted = "") -> Response:
    """What is this labeller's to judge next."""
    return _page(labels, labeller, wanted)


@router.get(_DISPUTES)
def decide(labels: Held, labeller: Labeller, wanted: Wanted = "") -> Response:
    """A task that two others see differently, with what both said."""
    return _page(labels, labeller, wanted, adjudication=True)


@router.post(_OPEN)
def record(
    labels: Held,
    labeller: Labeller,
    task: Annotated[str, Form(max_length=32)],
    level: Annotated[Level, Form()],
    note: Annotated[Text, Form(max_length=1000)] = "",
    adjudication: Annotated[bool, Form()] = False,
) -> Response:
    """One label, and on to the next task; what no longer counts is told above it."""
    try:
        labels.record(labeller, task, level, note.strip(), adjudication)
    except Conflict as refused:
        return _page(labels, labeller, adjudication=adjudication, refusal=str(refused))
    return RedirectResponse(f"{_DISPUTES if adjudication else _OPEN}#claim", 303)


@router.post("/label/undo")
def undo(labels: Held, labeller: Labeller) -> Response:
    """Back to the task judged last, as if it had not been."""
    last = labels.undo(labeller)
    return RedirectResponse(f"{_DISPUTES if last.adjudication else _OPEN}?task={last.task}#claim", 303)


def _page(labels: Labels, labeller: str, wanted: str = "", adjudication: bool = False, refusal: str = "") -> Response:
    dispute = labels.dispute(labeller, wanted) if adjudication else None
    task = dispute.task if dispute else None if adjudication else labels.next(labeller, wanted)
    last = labels.last(labeller)
    values: dict[str, Any] = {
        "task": task,
        "passage": lit(task) if task else "",
        "said": [(one.level, one.note) for one in dispute.said] if dispute else [],
        "adjudication": adjudication,
        "last": last.level if last else "",
        "progress": labels.progress(labeller),
        "levels": _WORDS,
        "interval": interval,
        "refusal": refusal,
    }
    return page("label.html", values, 409 if refusal else 200)


def interval(found: Kappa | None) -> str:
    """``0.72（95% 信賴區間 0.64 至 0.80）``."""
    return f"{found.value:.2f}（95% 信賴區間 {found.low:.2f} 至 {found.high:.2f}）" if found else "還不能算"


def lit(task: Task) -> Markup:
    """The passage, with what the claim quotes from it and the values that both state highlighted."""
    parts: list[Markup] = []
    at = 0
    for start, end in _merged(sorted(_shared(task.claim, task.passage))):
        parts += [shown(task.passage[at:start]), Markup("<mark>{}</mark>").format(shown(task.passage[start:end]))]
        at = end
    return Markup("").join([*parts, shown(task.passage[at:])])


def _shared(claim: str, passage: str) -> Iterator[tuple[int, int]]:
    folded = fold(passage)
    for quote in map(search_key, _QUOTED.findall(claim)):
        start = folded.key.find(quote) if quote else -1
        if start >= 0:
            yield folded.span(start, start + len(quote))
    said = {one.value for one in stated(claim)}
    for one in located(folded.key):
        if one.stated.value in said and one.start < one.end:
            yield folded.span(one.start, one.end)


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted spans, those that meet as one."""
    start, end = 0, 0
    for first, last in spans:
        if first > end or end == 0:
            if end:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end:
        yield start, end
