"""The table of jobs: what is to be done, what is being done and how far it is, what was done and how it ended.

The table is the truth about jobs, whatever queue carries the news that there is something in it. Every change is one
short transaction of its own, and says from which state it leads to which, so that of two processes only one makes it.
Nothing here may run inside a job's own writing: on SQLite it would wait for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, Select, case, delete, func, insert, literal, select, update
from sqlalchemy.exc import SQLAlchemyError

from rag.database import line_of
from rag.errors import Conflict, StoreError, UnknownKey
from rag.schema import job_errors, jobs
from rag.sources import PURGE
from rag.store import Store, batches

State = Literal["queued", "running", "paused", "failed", "done", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
_LONGEST_KEY = 160
_TRIES = 3
_RETRY_AFTER = timedelta(hours=1)
_schedule = jobs.c.arguments["schedule"].as_string()
_TIMES = ("created", "started", "finished", "beat")


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a source, past, present or to come; times are aware, in UTC.

    ``total`` is None where it isn't known; ``beat`` is when its ``worker`` was last heard of. ``cancel``: somebody
    wants it stopped, and it will be at its next step. ``message`` is the step it is at, or how it ended.
    """

    id: str
    source: str
    arguments: Mapping[str, Any]
    state: State
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    beat: datetime | None = None
    done: int = 0
    total: int | None = None
    cancel: bool = False
    message: str = ""
    worker: str = ""


class JobList:
    """The jobs of a store; ``now`` is the time in UTC. Raises :class:`StoreError` when the database can't answer."""

    def __init__(self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = store.engine
        self._now = now

    def create(self, source: str, arguments: Mapping[str, Any] | None = None) -> Job:
        """A new job at the end of the queue; ``arguments`` are what JSON can hold, and no secrets."""
        row = self._row(source, arguments or {})
        with self._begin() as connection:
            connection.execute(insert(jobs), row)
        return self.get(row["id"])

    def create_due(self, source: str, schedule: str, due: datetime, arguments: Mapping[str, Any]) -> Job | None:
        """A job of a schedule, unless one was made since it was ``due``, or still waits or runs.

        One that failed is made again an hour later, and a third time.
        """
        row = self._row(source, {**arguments, "schedule": schedule})
        mine, since = _schedule == schedule, jobs.c.created >= _stored(due)
        failed = (jobs.c.state == "failed") & (jobs.c.finished < row["created"] - _RETRY_AFTER)
        there = select(jobs.c.id).where(mine, jobs.c.state.in_(("queued", "running")) | (since & ~failed)).exists()
        tries = select(func.count()).where(mine, since).scalar_subquery()
        values = select(*(literal(value, jobs.c[name].type) for name, value in row.items()))
        wanting = values.where(~there, tries < _TRIES)
        with self._begin() as connection:
            # Looked up first: to ask for the lock every minute would keep a job that writes from it.
            if connection.execute(wanting).first() is None:
                return None
        with self._begin() as connection:
            # Not the number of rows: PostgreSQL's driver does not tell it of such a statement.
            made = connection.execute(insert(jobs).from_select(list(row), wanting).returning(jobs.c.id)).scalar()
        return self.get(made) if made else None

    def get(self, id: str) -> Job:
        """:raises UnknownKey: there is no such job."""
        with self._begin() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == id)).mappings().first()
        if row is None:
            raise UnknownKey(f"沒有 {id} 這個工作")
        return _job(row)

    def listing(
        self,
        limit: int = 50,
        state: State | None = None,
        source: str = "",
        before: tuple[datetime, str] | None = None,
    ) -> list[Job]:
        """The newest first; ``before``: those that come after the job made at that moment, with that id."""
        query = select(jobs).order_by(jobs.c.created.desc(), jobs.c.id).limit(limit)
        query = query.where(jobs.c.state == state) if state else query
        if before:
            moment, id = _stored(before[0]), before[1]
            query = query.where((jobs.c.created < moment) | ((jobs.c.created == moment) & (jobs.c.id > id)))
        return self._all(query.where(jobs.c.source == source) if source else query)

    def take(self, worker: str) -> Job | None:
        """The job that has been waiting longest, from now on this worker's; ``None`` when none waits.

        What is to be taken back comes before all that is to be taken in.
        """
        first = case((jobs.c.source == PURGE, 0), else_=1)
        oldest = select(jobs.c.id).where(jobs.c.state == "queued").order_by(first, jobs.c.created, jobs.c.id).limit(1)
        while True:
            with self._begin() as connection:
                id = connection.execute(oldest).scalar()
            if id is None:
                return None
            new = {"started": self._moment(), "finished": None, "beat": self._moment(), "done": 0, "total": None}
            if self._move(id, "running", ("queued",), None, worker=worker, cancel=False, message="", **new):
                self._forget_errors(id)
                return self.get(id)

    def report(self, job: Job, done: int, total: int | None, message: str) -> Job:
        """Say how far a running job is; what comes back says whether it is still wanted (``cancel``, ``state``)."""
        self._move(
            job.id, "running", ("running",), job.worker, done=done, total=total, message=message, beat=self._moment()
        )
        return self.get(job.id)

    def note_errors(self, id: str, errors: Mapping[str, str]) -> None:
        """Why documents, by their keys, could not be taken in."""
        rows = [{"job": id, "key": key[:_LONGEST_KEY], "reason": reason} for key, reason in errors.items()]
        rows = list({row["key"]: row for row in rows}.values())
        with self._begin() as connection:
            for batch in batches(rows):
                keys = [row["key"] for row in batch]
                connection.execute(delete(job_errors).where(job_errors.c.job == id, job_errors.c.key.in_(keys)))
                connection.execute(insert(job_errors), batch)

    def errors(self, id: str, limit: int = 1000, start: int = 0) -> dict[str, str]:
        """The reasons by key, in the order of the keys, from the ``start``-th on."""
        query = select(job_errors).where(job_errors.c.job == id).order_by(job_errors.c.key).limit(limit).offset(start)
        with self._begin() as connection:
            return {row.key: row.reason for row in connection.execute(query)}

    def finish(self, job: Job, message: str = "") -> None:
        self._end(job, "done", message)

    def fail(self, job: Job, message: str) -> None:
        self._end(job, "failed", message)

    def stop(self, job: Job, message: str = "") -> None:
        """A running job has been stopped because somebody wanted it so."""
        self._end(job, "cancelled", message)

    def give_back(self, job: Job, message: str) -> None:
        """A running job could not go on for now: it waits again, at its old place."""
        to: State = "cancelled" if self.get(job.id).cancel else "queued"
        self._move(job.id, to, ("running",), job.worker, message=message, worker="")

    def request_cancel(self, id: str) -> Job:
        """A job that waits is cancelled at once, a running one at its next step.

        :raises Conflict: it has ended.
        """
        if not self._move(id, "cancelled", ("queued", "paused", "failed"), finished=self._moment()):
            self._change(id, "running", ("running",), "已經結束，不能取消", cancel=True)
        return self.get(id)

    def pause(self, id: str) -> Job:
        """A running job stops at its next step; what it has taken in stays.

        :raises Conflict: it has ended.
        """
        self._change(id, "paused", ("queued", "running"), "沒有在等候或執行，不能暫停", worker="")
        return self.get(id)

    def resume(self, id: str) -> Job:
        """Queue a job again: its run takes up where the last one was left.

        :raises Conflict: it waits, runs, or is done.
        """
        states: tuple[State, ...] = ("paused", "failed", "cancelled")
        self._change(id, "queued", states, "沒有中斷，不必繼續", cancel=False, finished=None, message="", worker="")
        return self.get(id)

    def recover(self, is_dead: Callable[[Job], bool]) -> list[Job]:
        """Queue again the jobs that run no longer, because whoever ran them is dead."""
        query = select(jobs).where(jobs.c.state == "running")
        dead = [job for job in self._all(query) if is_dead(job)]
        for job in dead:
            self.give_back(job, "上次執行時中斷，重新排入")
        return dead

    def last_success(self, source: str, schedule: str) -> datetime | None:
        """When a job of this schedule, or one that somebody asked for without any, was last done."""
        fits = (_schedule == schedule) | _schedule.is_(None)
        return self._when(
            select(func.max(jobs.c.finished)).where(jobs.c.source == source, jobs.c.state == "done", fits)
        )

    def first_created(self, source: str) -> datetime | None:
        return self._when(select(func.min(jobs.c.created)).where(jobs.c.source == source))

    def prune(self, before: datetime) -> int:
        """Forget the jobs that had ended by then; returns how many."""
        old = (jobs.c.finished < _stored(before)) & jobs.c.state.in_(("done", "cancelled", "failed"))
        with self._begin() as connection:
            ids = list(connection.execute(select(jobs.c.id).where(old)).scalars())
        for batch in batches(ids):
            with self._begin() as connection:
                connection.execute(delete(job_errors).where(job_errors.c.job.in_(batch)))
                connection.execute(delete(jobs).where(jobs.c.id.in_(batch)))
        return len(ids)

    def _row(self, source: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        given = {"id": uuid4().hex, "source": source, "arguments": dict(arguments), "created": self._moment()}
        return {**given, "state": "queued", "done": 0, "cancel": False, "message": "", "worker": ""}

    def _end(self, job: Job, state: State, message: str) -> None:
        self._move(job.id, state, ("running",), job.worker, message=message, finished=self._moment())

    def _change(self, id: str, to: State, states: tuple[State, ...], no: str, **values: Any) -> None:
        if not self._move(id, to, states, **values):
            raise Conflict(f"工作 {self.get(id).id} {no}")

    def _move(self, id: str, to: State, states: tuple[State, ...], of: str | None = None, **values: Any) -> bool:
        """From one of these states to another; False when it is in none of them, or another worker's than ``of``."""
        query = update(jobs).where(jobs.c.id == id, jobs.c.state.in_(states))
        query = query if of is None else query.where(jobs.c.worker == of)
        with self._begin() as connection:
            return bool(connection.execute(query.values(state=to, **values)).rowcount)

    def _forget_errors(self, id: str) -> None:
        with self._begin() as connection:
            connection.execute(delete(job_errors).where(job_errors.c.job == id))

    def _all(self, query: Select[Any]) -> list[Job]:
        with self._begin() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]

    def _when(self, query: Select[Any]) -> datetime | None:
        with self._begin() as connection:
            return _aware(connection.execute(query).scalar())

    def _moment(self) -> datetime:
        return _stored(self._now())

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(f"工作清單無法讀寫：{line_of(error)}") from error


def _job(row: RowMapping) -> Job:
    return Job(**{**row, **{name: _aware(row[name]) for name in _TIMES}})


def _stored(moment: datetime) -> datetime:
    """The columns know no time zones: all is UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
