"""What the analyst's page shows: the sources as rows of a table, jobs as cards, days and moments in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from api.pages import words
from rag.joblist import Job, State
from rag.sources import PURGE, SOURCES
from rag.write import roc

# No summer time since 1979, and no need of a time zone database.
TAIPEI = timezone(timedelta(hours=8))
STATES: Mapping[State, str] = {
    "queued": "等候", "running": "執行中", "paused": "暫停", "failed": "失敗", "done": "完成", "cancelled": "已取消",
}  # fmt: skip
CANCELLING = "執行中，將取消"
ACTIONS = {"pause": "暫停", "resume": "繼續", "cancel": "取消"}
OPEN: Mapping[State, tuple[str, ...]] = {
    "queued": ("pause", "cancel"),
    "running": ("pause", "cancel"),
    "paused": ("resume", "cancel"),
    "failed": ("resume", "cancel"),
    "done": (),
    "cancelled": ("resume",),
}
"""What can be done with a job in each state."""
TIMES = {"created": "排入", "started": "開始", "finished": "結束"}
_STOPPED: tuple[State, ...] = ("paused", "failed", "cancelled")
NAMES: Mapping[str, str] = {**words.SOURCES, "law-en": "法規英譯", PURGE: "撤除文件"}
"""What sources, and jobs that are of none, are called."""
COLUMNS = ("來源", "文件", "期間", "最近看到", "未收", "失敗", "缺漏")
NUMBERS = ("文件", "未收", "失敗")
_WITHIN_LAWS = ("law-history", "law-en")
_RHYTHMIC = ("gazette-ey", "judgments")


class Line(NamedTuple):
    """A row of the table of sources: ``cells`` by their columns, ``whole`` what to say where no day is missing."""

    name: str
    title: str
    cells: tuple[tuple[str, str], ...]
    gaps: Sequence[str]
    whole: str


@dataclass(frozen=True, slots=True)
class Card:
    """A job as it is shown."""

    job: Job

    def __getattr__(self, name: str) -> Any:
        return getattr(self.job, name)

    @property
    def name(self) -> str:
        return NAMES.get(self.job.source, self.job.source)

    @property
    def said(self) -> str:
        return CANCELLING if self._is_leaving else STATES[self.job.state]

    @property
    def actions(self) -> tuple[str, ...]:
        return () if self._is_leaving else OPEN[self.job.state]

    @property
    def is_underway(self) -> bool:
        """Whether there is something to measure: it runs, or was stopped on a way of known length."""
        return self.job.state == "running" or (bool(self.job.total) and self.job.state in _STOPPED)

    @property
    def count(self) -> str:
        """``1,234／5,000（24%）``."""
        done, total = self.job.done, self.job.total
        return f"{done:,}" + (f"／{total:,}（{min(100, 100 * done // total)}%）" if total else "")

    def moment(self, name: str) -> datetime | None:
        found: datetime | None = getattr(self.job, name)
        return found

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """What the job was asked to do."""
        given = self.job.arguments
        yield "代號", self.job.id
        if self.job.source == PURGE:
            yield "撤除", "、".join(map(str, given.get("keys") or ()))
            return
        yield "從哪裡讀", "、".join(map(str, given.get("given") or ())) or "官方網址"
        if given.get("without"):
            yield "不收的欄位", "、".join(map(str, given["without"]))
        if given.get("allow_fewer"):
            yield "筆數較少", "也收"
        if given.get("schedule"):
            yield "排程", str(given["schedule"])

    @property
    def _is_leaving(self) -> bool:
        return self.job.cancel and self.job.state == "running"


def lines(facts: Mapping[str, Any]) -> Iterator[Line]:
    """What is held of each source, those without anything too, as :func:`rag.overview.facts` tells it."""
    held = facts["sources"]
    for name in [*SOURCES, *(one for one in held if one not in SOURCES)]:
        about = held.get(name, {})
        documents = "併入法規" if name in _WITHIN_LAWS and about else f"{about.get('documents', 0):,}"
        cells = (
            ("文件", documents),
            ("期間", _between(about.get("from", ""), about.get("to", ""))),
            ("最近看到", roc(date.fromisoformat(about["seen"])) if about.get("seen") else "—"),
            ("未收", f"{about.get('skipped', 0):,}"),
            ("失敗", f"{about.get('failed', 0):,}"),
        )
        whole = "沒有" if about and name in _RHYTHMIC else "—"
        yield Line(name, NAMES.get(name, name), cells, [gap(one) for one in about.get("holes", ())], whole)


def gap(stretch: str) -> str:
    """``gap("2016-03-22/2016-03-23") == "民國105年3月22日至105年3月23日"``; ``2022-01`` is 民國111年1月."""
    first, _, last = stretch.partition("/")
    return _between(first, last or first)


def clock(moment: datetime) -> str:
    """In Taipei: 11月22日 10:06. Jobs are forgotten after three months, so the year is plain."""
    local = moment.astimezone(TAIPEI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def spoken() -> str:
    """The words that the page's script needs, as JSON."""
    said = {"sources": NAMES, "states": STATES, "cancelling": CANCELLING, "actions": OPEN, "stopped": _STOPPED}
    return json.dumps(said, ensure_ascii=False)


def _between(first: str, last: str) -> str:
    if first == last:
        return _day(first) if first else "—"
    return f"{_day(first)}至{_day(last).removeprefix('民國')}"


def _day(text: str) -> str:
    """A day, or a month."""
    return roc(date.fromisoformat(text)) if len(text) == 10 else roc(date.fromisoformat(f"{text}-01"))[:-2]
