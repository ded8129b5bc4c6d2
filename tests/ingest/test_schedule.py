from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schedule import SCHEDULES, TAIPEI, Schedule, possible
from rag.settings import load_settings
from rag.sources import SOURCES

BY_NAME = {one.name: one for one in SCHEDULES}
# A Saturday.
NOON = datetime(2026, 10, 3, 12, tzinfo=TAIPEI)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("name", "now", "due"),
    [
        ("laws-weekly", "2026-10-03T06:00", "2026-10-03T06:00"),
        ("laws-weekly", "2026-10-03T05:59", "2026-09-26T06:00"),
        ("laws-weekly", "2026-10-09T23:00", "2026-10-03T06:00"),
        ("judgments-nightly", "2026-10-03T00:09", "2026-10-02T00:10"),
        ("judgments-nightly", "2026-10-03T00:10", "2026-10-03T00:10"),
        ("judgments-monthly", "2026-10-15T12:00", "2026-09-21T07:00"),
        ("judgments-monthly", "2026-10-16T12:00", "2026-10-16T07:00"),
        ("gazette-ey-daily", "2026-10-05T12:00", "2026-10-02T18:30"),
        ("gazette-ey-daily", "2026-10-05T12:30", "2026-10-05T12:30"),
        ("gazette-ly-daily", "2026-10-04T12:00", "2026-10-02T19:00"),
        ("interpretations-weekly", "2026-10-03T12:00", "2026-09-28T05:00"),
        ("news", "2026-10-03T12:14", "2026-10-03T12:00"),
        ("news", "2026-10-03T12:15", "2026-10-03T12:15"),
        ("news", "2026-10-03T00:00", "2026-10-03T00:00"),
    ],
)
def test_each_source_is_due_when_it_comes_out(name: str, now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=TAIPEI)
    assert BY_NAME[name].last_due(moment) == datetime.fromisoformat(due).replace(tzinfo=TAIPEI)
    assert BY_NAME[name].last_due(moment.astimezone(UTC)) == BY_NAME[name].last_due(moment)


@pytest.mark.parametrize(
    ("name", "times"),
    [("laws-weekly", 4), ("judgments-nightly", 30), ("judgments-monthly", 2), ("gazette-ly-daily", 22), ("news", 2880)],
)
def test_in_a_month_of_thirty_days_it_is_due_so_often(name: str, times: int) -> None:
    first = datetime(2026, 9, 1, tzinfo=TAIPEI)
    moments = {BY_NAME[name].last_due(first + n * 5 * MINUTE) for n in range(30 * 24 * 12)}
    assert len([one for one in moments if one.month == 9]) == times


@given(st.sampled_from(SCHEDULES), st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
def test_the_last_time_is_past_and_the_same_until_the_next(schedule: Schedule, now: datetime) -> None:
    due = schedule.last_due(now)
    assert due <= now
    assert schedule.last_due(due) == due
    assert schedule.last_due(due - timedelta(microseconds=1)) < due
    assert due.timetz().replace(tzinfo=None) in schedule.at
    assert due.weekday() in schedule.weekdays


def test_a_schedule_without_a_day_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="never"):
        Schedule("never", "laws", (time(6),), timedelta(), frozenset()).last_due(NOON)


def test_a_night_is_over_in_the_morning() -> None:
    nightly, weekly = BY_NAME["judgments-nightly"], BY_NAME["laws-weekly"]
    due = datetime(2026, 10, 3, 0, 10, tzinfo=TAIPEI)
    assert not nightly.is_over(due, due + timedelta(hours=5, minutes=49))
    assert nightly.is_over(due, datetime(2026, 10, 3, 6, tzinfo=TAIPEI))
    assert not weekly.is_over(due, due + timedelta(days=6))


@pytest.mark.parametrize(
    ("now", "since", "stale"),
    [
        ("2026-10-05T05:59", "2026-09-26T07:00", False),  # due on the 3rd, two days of grace
        ("2026-10-05T06:00", "2026-09-26T07:00", True),
        ("2026-10-05T06:00", "2026-10-03T06:30", False),
        ("2026-10-12T05:00", "2026-10-03T06:30", False),
        ("2026-10-12T06:00", "2026-10-03T06:30", True),
    ],
)
def test_a_source_is_stale_when_the_run_that_was_due_is_still_wanting_after_the_grace(
    now: str, since: str, stale: bool
) -> None:
    moments = [datetime.fromisoformat(one).replace(tzinfo=TAIPEI) for one in (now, since)]
    assert BY_NAME["laws-weekly"].is_stale(*moments) is stale


def test_every_schedule_has_a_source_and_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(SCHEDULES)
    assert {one.source for one in SCHEDULES} <= set(SOURCES)


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, {"judgments", "laws"}),
        ({"judicial_user": "u"}, {"laws"}),
        ({"allow_open_data_api": True}, {"judgments"}),
        ({"source_dir": "/srv/moj", "judicial_user": "u"}, set()),
    ],
)
def test_what_the_settings_do_not_allow_is_not_tried(settings: dict[str, object], missing: set[str]) -> None:
    there = {one.source for one in possible(load_settings(**settings))}
    assert {one.source for one in SCHEDULES} - there == missing
