"""How far a job is: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text


class Progress(Protocol):
    def start(self, what: str, total: int | None) -> None:
        """A new step begins; ``total`` is how often it will advance, None when that isn't known."""

    def advance(self, by: int) -> None: ...


class Quiet:
    """Says nothing."""

    def start(self, what: str, total: int | None) -> None: ...

    def advance(self, by: int) -> None: ...


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/秒" if speed else "")


class Terminal:
    """One bar a step, on standard error: how far it is, how fast, since when, and how long it will still take."""

    def __init__(self) -> None:
        times = (TimeElapsedColumn(), TimeRemainingColumn())
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Speed(), *times)
        console = Console(stderr=True)
        self._bars = Bars(*columns, console=console, disable=not console.is_terminal)
        self._task: TaskID | None = None

    def __enter__(self) -> Terminal:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._finish()
        self._bars.stop()

    def start(self, what: str, total: int | None) -> None:
        self._finish()
        self._task = self._bars.add_task(what, total=total)

    def advance(self, by: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, by)

    def _finish(self) -> None:
        if self._task is not None:
            task = self._bars.tasks[self._task]
            self._bars.update(self._task, total=task.total or 1, completed=task.total or 1)
