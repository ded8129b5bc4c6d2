"""The analyst's page: what is held of each source, the jobs and how far they are, and one job with what failed in it.

Plain forms do everything; ``desk.js`` keeps what stands there up to date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.cursor import JobCursor
from api.desk import Action, Desk, Wish
from api.pages import desk_view, words
from api.pages.login import member
from api.pages.render import PageRoute, page
from api.routes.jobs import Further, JobId, Seated
from api.schemas.job import JobIn
from rag.errors import UsageError
from rag.sources import SOURCES

router = APIRouter(route_class=PageRoute, include_in_schema=False, dependencies=[Depends(member("analyst", "admin"))])
# As many as /v1/jobs gives, from which the page's script fills them anew.
_LISTED = 50
_ERRORS = 1000
_SHARED: Mapping[str, Any] = {
    "spoken": desk_view.spoken(),
    "clock": desk_view.clock,
    "times": desk_view.TIMES,
    "actions": desk_view.ACTIONS,
    "here": "",
}


class Asked(NamedTuple):
    """The form as it was filled in: ``places`` one a line, ``without`` the names of fields."""

    source: str = SOURCES[0]
    places: str = ""
    without: str = ""
    allow_fewer: bool = False

    @property
    def wish(self) -> Wish:
        """Held to the same bounds as what programs ask for."""
        places = [one for line in self.places.splitlines() if (one := line.strip())]
        without = [one for one in re.split(r"[\s,，、;；]+", self.without) if one]
        given = {"source": self.source, "from": places, "without": without, "allow_fewer": self.allow_fewer}
        try:
            return JobIn.model_validate(given).wish
        except ValidationError as error:
            raise RequestValidationError([one | {"loc": ("form", *one["loc"])} for one in error.errors()]) from None


_BLANK = Asked()


async def _asked(
    source: Annotated[str, Form(max_length=20)],
    places: Annotated[str, Form(alias="from", max_length=20_000)] = "",
    without: Annotated[str, Form(max_length=1000)] = "",
    allow_fewer: Annotated[bool, Form()] = False,
) -> Asked:
    return Asked(source, places, without, allow_fewer)


@router.get("/desk")
def overview(desk: Seated, cursor: Further = None) -> Response:
    """The sources, the jobs, and the form for a new one; ``cursor``: from there on, older jobs."""
    return _page(desk, cursor=cursor)


@router.get("/desk/jobs/{id}")
def job(desk: Seated, id: JobId) -> Response:
    """One job: what it was asked to do, and why documents failed."""
    card = desk_view.Card(desk.get(id))
    values: dict[str, Any] = {
        "one": card,
        "facts": list(card.facts),
        "errors": desk.errors(id, _ERRORS),
        "most": _ERRORS,
    }
    return page("desk_job.html", {**_SHARED, **values})


@router.post("/desk/jobs")
def begin(desk: Seated, asked: Annotated[Asked, Depends(_asked)]) -> Response:
    """A new job; what can't be done is said beside the form, which stays as it was filled in."""
    try:
        made = desk.create(asked.wish)
    except UsageError as refused:
        return _page(desk, asked, str(refused))
    return RedirectResponse(f"/desk#job-{made.id}", 303)


@router.post("/desk/jobs/{id}/{action}")
def act(desk: Seated, id: JobId, action: Action, cursor: Further = None) -> Response:
    """Pause, resume or cancel a job, and back to the page it stood on."""
    desk.act(id, action)
    return RedirectResponse(f"/desk{_from(cursor)}#job-{id}", 303)


def _from(cursor: str | None) -> str:
    """What an address says of a page of jobs: ``?cursor=WyIy…``, "" of the newest ones."""
    return f"?cursor={cursor}" if cursor else ""


def _page(desk: Desk, asked: Asked = _BLANK, refusal: str = "", cursor: str | None = None) -> Response:
    jobs, further = desk.listing(_LISTED, after=JobCursor.read(cursor))
    values: dict[str, Any] = {
        "jobs": [desk_view.Card(one) for one in jobs],
        "here": _from(cursor),
        "further": _from(further),
        "sources": list(desk_view.lines(desk.facts())),
        "columns": desk_view.COLUMNS,
        "numbers": desk_view.NUMBERS,
        "choices": {name: words.SOURCES[name] for name in SOURCES},
        "asked": asked,
        "refusal": refusal,
        "now": datetime.now(UTC),
    }
    return page("desk.html", {**_SHARED, **values}, 400 if refusal else 200)
