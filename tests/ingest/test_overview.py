"""What a data folder holds and lacks, source by source."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ingest.overview import tables
from rag.arrivals import Refused
from rag.overview import facts, holes
from rag.store import Release, open_store
from rag.writer import writing
from tests.rag.test_arrivals import DAY, LATER, came, judged, put

dates = st.sets(st.dates(date(1999, 1, 1), date(2003, 12, 31)), min_size=1, max_size=30)


def spread(found: list[str], months: bool) -> set[str]:
    """Every day or month of these stretches."""
    every: set[str] = set()
    for one in found:
        first, _, last = one.partition("/")
        day, end = (date.fromisoformat(f"{part}-01" if months else part) for part in (first, last or first))
        while day <= end:
            every.add(day.isoformat()[:7] if months else day.isoformat())
            day += timedelta(days=1)
    return every


@given(dates)
def test_missing_working_days_are_those_between_the_first_and_the_last(known: set[date]) -> None:
    found = holes("gazette-ey", sorted(day.isoformat() for day in known))
    between = (min(known) + timedelta(days=number) for number in range((max(known) - min(known)).days + 1))
    missing = {day.isoformat() for day in between if day.weekday() < 5 and day not in known}
    assert {day for day in spread(found, months=False) if date.fromisoformat(day).weekday() < 5} == missing
    assert not spread(found, months=False) & {day.isoformat() for day in known if day.weekday() < 5}
    assert found == sorted(found)


@given(dates)
def test_missing_months_are_those_between_the_first_and_the_last(known: set[date]) -> None:
    found = holes("judgments", [day.isoformat() for day in known])
    months = {day.isoformat()[:7] for day in known}
    between = (min(known) + timedelta(days=number) for number in range((max(known) - min(known)).days + 1))
    assert spread(found, months=True) == {day.isoformat()[:7] for day in between} - months


@given(dates, st.sampled_from(["judgments", "gazette-ey"]))
def test_two_stretches_never_touch(known: set[date], source: str) -> None:
    found = holes(source, [day.isoformat() for day in known])
    filled = spread(found, source == "judgments") | {
        day.isoformat()[: 7 if source == "judgments" else 10] for day in known
    }
    days = [f"{day}-01" if len(day) == 7 else day for day in sorted(filled)]
    assert holes(source, days) == []
    assert len(found) <= len(known) - 1 or len(known) == 1


@pytest.mark.parametrize(
    ("source", "known", "expected"),
    [
        ("gazette-ey", [], []),
        ("gazette-ey", ["2016-03-21"], []),
        ("gazette-ey", ["2016-03-21", "2016-03-24"], ["2016-03-22/2016-03-23"]),
        ("gazette-ey", ["2016-03-18", "2016-03-21"], []),
        ("gazette-ey", ["2016-03-17", "2016-03-22"], ["2016-03-18/2016-03-21"]),
        ("judgments", ["2015-12-31", "2016-02-01"], ["2016-01"]),
        ("judgments", ["2015-11-02", "2016-02-01", "2016-02-03"], ["2015-12/2016-01"]),
    ],
)
def test_stretches_are_named_by_their_ends(source: str, known: list[str], expected: list[str]) -> None:
    assert holes(source, known) == expected


def test_facts_and_tables_tell_each_source(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    bad = (Refused("judgment/8", "過短"), Refused("judgment/9", "過短"), Refused("judgments/x", "無法解析", True))
    months = [date(2020, month, 1) for month in (1, 3, 5, 7, 9)]
    put(store, *(came(f"m{day}", judged(f"m{day}", version=day.isoformat())) for day in months))
    put(store, came("a", refused=bad), today=LATER)
    with writing(store) as writer:
        writer.put_release("laws", Release("ChLaw", DAY, "a" * 64, 1, 2, {"U+E5F9": 3}))
    found = facts(store)
    assert found["sources"] == {
        "judgments": {
            "documents": 5, "from": "2020-01-01", "to": "2020-09-01", "skipped": 2, "failed": 1, "seen": LATER.isoformat(),
            "holes": ["2020-02", "2020-04", "2020-06", "2020-08"],
        }
    }  # fmt: skip
    out = io.StringIO()
    for table in tables(store, found):
        Console(file=out, width=200).print(table)
    said = out.getvalue()
    store.close()
    assert "造字 3 次 1 種" in said
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.split("\n")]
    holes_shown = "2020-02、2020-04、2020-06 等 4 段"
    assert ["judgments", "5", "2020-01-01", "2020-09-01", LATER.isoformat(), "2", "1", holes_shown] in cells


def test_a_source_of_which_nothing_was_taken_in_is_told_too(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    put(store, came("a", refused=(Refused("judgments/a", "無法解析", True),)))
    found = facts(store)["sources"]
    assert found == {
        "judgments": {"documents": 0, "from": "", "to": "", "failed": 1, "seen": DAY.isoformat(), "holes": []}
    }
    assert len(tables(store, facts(store))) == 2
    store.close()
