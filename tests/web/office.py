"""An office for the analyst's page: a store and keys of its own, and a real worker that goes at a test's pace."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI

from api.app import create_app
from api.desk import Desk
from api.guard import Guard
from ingest.handed import run_job
from ingest.progress import Progress
from ingest.worker import Outcome, Worker
from rag.access import Keys, Role
from rag.answer import today
from rag.joblist import Job, JobList
from rag.sessions import Sessions
from rag.settings import load_settings
from rag.store import open_store
from tests.fakes import make_engine
from tests.web.stories import BIDI, SCRIPT

EVIL = f"{SCRIPT}{BIDI}"
LINES = 200


class Office:
    """``most``: so many records a run may tell of before it waits; the service's jobs are this worker's."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        rules = ({"id": str(n), "text": f"第{n}條規則：押金存入專戶，不得挪用。"} for n in range(LINES))
        lines = [json.dumps(one, ensure_ascii=False) for one in [*rules, {"id": "bad", "text": "押金。", "date": "\0"}]]
        (self.files / "rules.jsonl").write_text("\n".join(lines), encoding="utf-8")
        (self.files / "empty.jsonl").write_text("", encoding="utf-8")
        self._settings = load_settings(data=folder / "data", source_dir=self.files)
        self.store = open_store(self._settings.store_url, create=True)
        self.jobs = JobList(self.store)
        self.keys = Keys(self.store, today)
        self.most = LINES * 2
        self._asked_for, self._over = threading.Event(), threading.Event()

    @property
    def app(self) -> FastAPI:
        desk = Desk(self.store, self._asked_for.set, self.files, self._settings.data)
        return create_app(make_engine(), guard=Guard(self.keys, desk=desk, sessions=Sessions(self.store)))

    def key(self, role: Role = "analyst") -> str:
        return self.keys.create(role)[1]

    @contextmanager
    def staffed(self) -> Iterator[None]:
        """A worker is there, and does what waits."""
        worker = Worker(self.jobs, self._run, every=0.05)

        def work() -> None:
            while not self._over.is_set():
                if self._asked_for.wait(0.05):
                    self._asked_for.clear()
                    worker.work()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            self.most = LINES * 2
            self._over.set()
            thread.join(60)

    def _run(self, job: Job, progress: Progress) -> Outcome:
        return run_job(self._settings, job, Paced(self, progress))


class Paced:
    """Tells on how far a run is, and lets it go no further than the office says."""

    def __init__(self, office: Office, progress: Progress) -> None:
        self._office, self._progress, self._done = office, progress, 0

    def start(self, what: str, total: int | None) -> None:
        self._progress.start(what, total)
        self._done = 0

    def advance(self, by: int) -> None:
        for _ in range(by):
            while self._done >= self._office.most:
                time.sleep(0.01)
                # Raises when the job is to be cancelled.
                self._progress.advance(0)
            self._progress.advance(1)
            self._done += 1
