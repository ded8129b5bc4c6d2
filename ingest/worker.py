"""The worker: makes a job whenever a source is due, runs what waits one by one, and says when something is wrong.

What a job does is handed in. A run is idempotent and can be taken up, so a job whose worker died, or was told to end,
is simply queued again.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol
from uuid import uuid4

from ingest.notify import Notifier
from ingest.progress import Progress
from ingest.schedule import TAIPEI, Schedule
from ingest.watch import Cancelled, Watch
from rag.errors import StoreBusy, YoujuError
from rag.joblist import Job, JobList
from rag.places import without_secrets
from rag.queue import Queue

_SILENT = timedelta(minutes=10)
_PATIENCE = timedelta(minutes=5)
_KEPT = timedelta(days=90)
_LAST_WORDS_S = 30
_log = logging.getLogger(__name__)


class Outcome(Protocol):
    """What a run reports, as far as the worker looks."""

    @property
    def records(self) -> int: ...

    @property
    def written(self) -> int: ...

    @property
    def failed(self) -> Mapping[str, str]:
        """The reason for each document that should have been taken in."""
        ...


Run = Callable[[Job, Progress], Outcome]
"""``run(job, progress)``: ``progress`` raises ``Cancelled``."""


class Worker:
    """Several may share a store.

    :param run: does a job.
    :param now: the time, aware.
    :param every: so many seconds the table hears of a running job, and the job of being cancelled.
    """

    def __init__(
        self,
        jobs: JobList,
        run: Run,
        schedules: Sequence[Schedule] = (),
        notifier: Notifier | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        every: float = 2.0,
    ) -> None:
        self._jobs = jobs
        self._run = run
        self._schedules = schedules
        self._notifier = notifier or Notifier()
        self._now = now
        self._every = every
        self._began = now()
        self._name = f"{socket.gethostname()[:40]}/{os.getpid()}/{uuid4().hex[:12]}"
        self._turn = Lock()
        self._wait_until = self._began
        self._stale: set[str] = set()
        self._stopping: Callable[[], bool] = lambda: False

    def serve(self, queue: Queue) -> None:
        """Work until SIGTERM or SIGINT; a job that runs then is stopped at its next step and queued again."""
        self._stopping = lambda: queue.stopping
        queue.serve(self._work_quietly, self._tick_quietly)
        if self._turn.acquire(timeout=_LAST_WORDS_S):
            self._turn.release()

    def tick(self) -> None:
        """What is to be done once a minute, and when it is called late that does no harm."""
        now = self._now()
        for job in self._jobs.recover(self._is_dead):
            _log.warning("%s %s：上次執行時中斷，重新排入", job.source, job.id)
        for schedule in self._schedules:
            self._create_due(schedule, now)
            self._warn_if_stale(schedule, now)
        self._jobs.prune(now - _KEPT)
        self.work()

    def work(self) -> None:
        """Run what waits, the oldest first, unless this worker is at it already."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            while not self._stopping() and self._now() >= self._wait_until:
                job = self._jobs.take(self._name)
                if job is None:
                    return
                self._do(job)
        finally:
            self._turn.release()

    def _do(self, job: Job) -> None:
        before = job.arguments.get("before")
        if before and self._now() >= datetime.fromisoformat(before):
            self._jobs.stop(job, "輪到時已過了可以執行的時段，下次再做")
            return
        _log.info("%s %s：開始", job.source, job.id)
        watch = Watch(self._jobs, job, self._stopping, self._every)
        try:
            with watch:
                outcome = self._run(job, watch)
                for key, reason in outcome.failed.items():
                    watch.error(key, reason)
        except Cancelled:
            self._leave(job, watch)
        except StoreBusy as error:
            self._wait_until = self._now() + _PATIENCE
            self._jobs.give_back(job, str(error))
        except YoujuError as error:
            self._fail(job, str(error))
        except Exception as error:
            _log.exception("%s %s", job.source, job.id)
            self._fail(job, f"程式錯誤：{type(error).__name__}：{error}")
        else:
            self._jobs.finish(job, _summary(outcome))

    def _leave(self, job: Job, watch: Watch) -> None:
        """A job that was stopped on the way, because somebody wanted it, or the worker has to end."""
        if watch.unwanted:
            self._jobs.stop(job, "已取消；先前寫入的保留")
        else:
            self._jobs.give_back(job, "工作程序停止，重新排入")

    def _fail(self, job: Job, message: str) -> None:
        _log.warning("%s %s：%s", job.source, job.id, without_secrets(message))
        self._jobs.fail(job, message)
        self._notifier.job_failed(job.source, job.id, message)

    def _create_due(self, schedule: Schedule, now: datetime) -> None:
        due = schedule.last_due(now)
        if schedule.is_over(due, now):
            return
        arguments = {"before": (due + schedule.within).isoformat()} if schedule.within else {}
        self._jobs.create_due(schedule.source, schedule.name, due, arguments)

    def _warn_if_stale(self, schedule: Schedule, now: datetime) -> None:
        last = self._jobs.last_success(schedule.source, schedule.name)
        since = last or self._jobs.first_created(schedule.source) or self._began
        if not schedule.is_stale(now, since):
            self._stale.discard(schedule.name)
        elif schedule.name not in self._stale:
            self._stale.add(schedule.name)
            when = f"上次成功是 {last.astimezone(TAIPEI):%Y-%m-%d %H:%M}" if last else "還沒有成功過"
            self._notifier.source_stale(schedule.source, f"{schedule.source} 過期：{when}（排程 {schedule.name}）")

    def _is_dead(self, job: Job) -> bool:
        """Whether nobody is at a job that is said to run."""
        if job.worker == self._name:
            return not self._turn.locked()
        host, _, process = job.worker.rpartition("/")[0].rpartition("/")
        own_host, own_process, _ = self._name.split("/")
        # In a container every process is number 1: the same number is this very process, and not at that job.
        if host == own_host and (process == own_process or not _is_alive(process)):
            return True
        return job.beat is None or job.beat < self._now() - _SILENT

    def _work_quietly(self) -> None:
        self._quietly(self.work)

    def _tick_quietly(self) -> None:
        self._quietly(self.tick)

    @staticmethod
    def _quietly(what: Callable[[], None]) -> None:
        """A store that can't be reached now may be a minute later."""
        try:
            what()
        except YoujuError as error:
            _log.warning("%s", error)


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _summary(outcome: Outcome) -> str:
    failed = f"，{len(outcome.failed):,} 份不成" if outcome.failed else ""
    return f"{outcome.records:,} 筆紀錄，寫入 {outcome.written:,} 筆{failed}"
