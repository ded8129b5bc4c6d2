"""What a document is on a day: which version holds, or why none does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rag.domain import OPEN, Document, Law, Origin, Reason, Status


class Standing(NamedTuple):
    """``document`` is the version to show, None when there is none; ``reason`` says why it can't be answered from.

    ``since`` is the day the status began, or for ``outside_coverage`` the first day the text is known from.
    """

    status: Status | None
    document: Document | None
    reason: Reason | None = None
    since: date | None = None


def standing(law: Law | None, versions: Sequence[Document], day: date) -> Standing:
    """The standing of an article on a day.

    :param law: the law it belongs to, None when unknown.
    :param versions: all its versions, as :meth:`rag.store.Store.versions` gives them.
    """
    if not versions:
        return Standing(None, None, "not_found")
    holding = next((one for one in versions if one.holds_on(day)), None)
    if holding:
        status = Status.DELETED if holding.deleted else Status.IN_FORCE
        return Standing(status, holding, since=holding.valid_from)
    if law and law.repealed and law.repealed <= day:
        return Standing(Status.REPEALED, _last(versions), since=law.repealed)
    later = [one for one in versions if one.valid_from > day]
    if later:
        return _before(later[0], versions, day)
    return Standing(None, None, "not_found", max(one.valid_to for one in versions))


def _before(first: Document, versions: Sequence[Document], day: date) -> Standing:
    """No version holds yet: it is waiting to take effect, nothing stood there, or the earlier text isn't stored."""
    made = date.fromisoformat(first.version[:10])
    earlier = any(one.valid_to <= day for one in versions)
    if first.valid_from == OPEN or (made <= day and first.origin in (Origin.ENACTED, Origin.ADDED)):
        return Standing(Status.NOT_YET_IN_FORCE, first, since=first.valid_from)
    if first.origin in (Origin.ENACTED, Origin.ADDED) and not earlier:
        return Standing(None, None, "not_found", first.valid_from)
    return Standing(None, None, "outside_coverage", first.valid_from)


def _last(versions: Sequence[Document]) -> Document:
    lived = [one for one in versions if one.valid_from < one.valid_to] or list(versions)
    return max(lived, key=lambda one: (one.valid_to, one.version))
