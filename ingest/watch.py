"""Keeps the table of jobs told of a running one, and the running one told when it is no longer wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread
from types import TracebackType

from rag.errors import StoreError
from rag.joblist import Job, JobList

_log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised in the middle of a job, between two steps: what it has written stays, and its next run goes on."""


class Watch:
    """The :class:`ingest.progress.Progress` of a job.

    It writes from a thread of its own: a job tells its progress in the middle of its own transaction, and on SQLite
    would wait for itself.

    :param stopping: whether the process has been told to end.
    """

    def __init__(self, jobs: JobList, job: Job, stopping: Callable[[], bool], every: float = 2.0) -> None:
        self._jobs = jobs
        self._job = job
        self._stopping = stopping
        self._every = every
        self._step, self._done = "", 0
        self._total: int | None = None
        self._errors: dict[str, str] = {}
        self._lock = Lock()
        self._over = Event()
        self._thread = Thread(target=self._keep_telling, daemon=True)
        self.unwanted = False

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        if kind is None:
            # What can't be told now would be lost.
            self._tell()
        else:
            self._try_to_tell()

    def start(self, what: str, total: int | None) -> None:
        self._check()
        self._step, self._done, self._total = what, 0, total

    def advance(self, by: int) -> None:
        self._check()
        self._done += by

    def error(self, key: str, reason: str) -> None:
        """A document that could not be taken in."""
        with self._lock:
            self._errors[key] = reason

    def _check(self) -> None:
        if self.unwanted or self._stopping():
            raise Cancelled

    def _keep_telling(self) -> None:
        while not self._over.wait(self._every):
            self._try_to_tell()

    def _try_to_tell(self) -> None:
        try:
            self._tell()
        except StoreError as error:
            # The job itself may be writing; the next time will do.
            _log.info("%s", error)

    def _tell(self) -> None:
        with self._lock:
            errors = dict(self._errors)
        if errors:
            self._jobs.note_errors(self._job.id, errors)
        with self._lock:
            self._errors = {key: reason for key, reason in self._errors.items() if key not in errors}
        now = self._jobs.report(self._job, self._done, self._total, self._step)
        self.unwanted = now.cancel or now.state != "running" or now.worker != self._job.worker
