"""What the store holds and lacks, source by source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from rag.holdings import StateRow, coverage, days, states
from rag.store import Store


def facts(store: Store) -> dict[str, Any]:
    """``coverage`` with, for each source: documents by state, the day last seen, and the days that are missing."""
    found = coverage(store)
    counts: dict[str, list[StateRow]] = {}
    for row in states(store):
        counts.setdefault(row.source, []).append(row)
    for name, rows in counts.items():
        about = found["sources"].setdefault(name, {"documents": 0, "from": "", "to": ""})
        about |= {one.state: one.documents for one in rows if one.state != "stored"}
        about["seen"] = max(one.seen for one in rows).isoformat()
    for name, about in found["sources"].items():
        about["holes"] = holes(name, days(store, name)) if name in _RHYTHM else []
    return found


def holes(source: str, known: Sequence[str]) -> list[str]:
    """The stretches between the first and the last day of a source for which nothing is there.

    ``holes("gazette-ey", ["2016-03-21", "2016-03-24"]) == ["2016-03-22/2016-03-23"]``: days for a source that comes out
    on working days, months (``2016-03``) for one that comes in months.
    """
    unit, step = _RHYTHM[source]
    there = {day[:unit] for day in known}
    if not there:
        return []
    missing = (one for one in step(min(there), max(there)) if one not in there)
    return [first if first == last else f"{first}/{last}" for first, last in _stretches(missing, step)]


def _working_days(first: str, last: str) -> Iterator[str]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        if day.weekday() < 5:
            yield day.isoformat()
        day += timedelta(days=1)


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:7])
    while (one := f"{year:04}-{month:02}") <= last:
        yield one
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


# How many characters of a day say when a source comes out, and when it should between two of them. Public holidays are
# not known here: a missing working day may be one.
_RHYTHM = {"gazette-ey": (10, _working_days), "judgments": (7, _months)}


def _stretches(missing: Iterable[str], step: Any) -> Iterator[tuple[str, str]]:
    first = last = ""
    for one in missing:
        if last and list(step(last, one))[1:] == [one]:
            last = one
            continue
        if last:
            yield first, last
        first = last = one
    if last:
        yield first, last
