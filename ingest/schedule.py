"""When each source is to be asked, in Taipei time: pure functions of the clock and of what has been done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from rag.settings import Settings

# No summer time since 1979, and no need of a time zone database.
TAIPEI = timezone(timedelta(hours=8))
EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
MONDAY, SATURDAY, SUNDAY = frozenset({0}), frozenset({5}), frozenset({6})
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Schedule:
    """A source is due ``at`` these times of these days; ``weekdays`` count from Monday, 0.

    ``days`` are those of the month, all when empty. ``within``: after so long it is too late, the next time will do.
    ``grace`` is how long after it was due a source may be without a successful run before it counts as stale.
    """

    name: str
    source: str
    at: tuple[time, ...]
    grace: timedelta
    weekdays: frozenset[int] = EVERY_DAY
    days: tuple[int, ...] = ()
    within: timedelta | None = None

    def last_due(self, now: datetime) -> datetime:
        """The last time it was due, in Taipei: ``WEEKLY.last_due(<a Sunday>)`` is the Saturday before, 06:00."""
        today = now.astimezone(TAIPEI)
        for back in range(2 * _LONGEST_MONTH):
            day = today.date() - timedelta(days=back)
            if day.weekday() in self.weekdays and (not self.days or day.day in self.days):
                moments = [datetime.combine(day, one, TAIPEI) for one in self.at]
                past = [moment for moment in moments if moment <= today]
                if past:
                    return max(past)
        raise ValueError(f"{self.name} is never due")

    def is_over(self, due: datetime, now: datetime) -> bool:
        """Whether it is too late for the run that was due then."""
        return self.within is not None and now >= due + self.within

    def is_stale(self, now: datetime, since: datetime) -> bool:
        """Whether the run due a ``grace`` ago, or one before it, is still wanting.

        :param since: the last successful run, or when the source was first asked for.
        """
        return self.last_due(now - self.grace) > since


_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_QUARTERS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45))
SCHEDULES = (
    # The files of the week come on Friday evening.
    Schedule("laws-weekly", "laws", (time(6),), 2 * _DAY, SATURDAY),
    Schedule("ly-laws-weekly", "ly-laws", (time(7),), 2 * _DAY, SATURDAY),
    # The service answers from 00:00 to 06:00; the first minutes are everybody's.
    Schedule("judgments-nightly", "judgments", (time(0, 10),), _DAY, within=5 * _HOUR + timedelta(minutes=50)),
    # A new month appears between the 15th and the 20th; outside its hours the source asks for the archives.
    Schedule("judgments-monthly", "judgments", (time(7),), 3 * _DAY, days=(16, 21)),
    Schedule("interpretations-weekly", "interpretations", (time(5),), 2 * _DAY, MONDAY),
    Schedule("gazette-ly-daily", "gazette-ly", (time(19),), _DAY, WORKING_DAYS),
    # The whole dataset, page by page.
    Schedule("bills-weekly", "bills", (time(7),), 2 * _DAY, SUNDAY),
    # Only the latest issue can be had: a day that is missed is lost, so it is asked for twice.
    Schedule("gazette-ey-daily", "gazette-ey", (time(12, 30), time(18, 30)), _DAY, WORKING_DAYS),
    # A night of judgments is six hours, and one job writes at a time.
    Schedule("news", "news", _QUARTERS, 8 * _HOUR),
)


def possible(settings: Settings) -> tuple[Schedule, ...]:
    """The schedules that the settings allow: judgments need an account, laws the word of the operator or a folder."""
    missing: set[str] = set()
    if not settings.judicial_user:
        missing.add("judgments")
    if not (settings.allow_open_data_api or settings.source_dir):
        missing.add("laws")
    return tuple(one for one in SCHEDULES if one.source not in missing)
