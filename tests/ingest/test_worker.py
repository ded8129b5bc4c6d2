"""The worker with the store and the queue as they are, its clock and its jobs made up."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import httpx2
import pytest

from ingest.notify import Notifier
from ingest.progress import Progress
from ingest.schedule import SCHEDULES, TAIPEI
from ingest.worker import Worker
from rag.errors import SourceUnreachable, StoreBusy, StoreError
from rag.joblist import Job, JobList
from rag.queue import open_queue
from rag.store import Store, open_store

# A Saturday, two minutes before the laws are due.
START = datetime(2026, 10, 3, 5, 58, tzinfo=TAIPEI)
MINUTE = timedelta(minutes=1)
BY_NAME = {one.name: one for one in SCHEDULES}


@dataclass(frozen=True)
class Done:
    records: int = 12
    written: int = 1200
    failed: Mapping[str, str] = field(default_factory=dict)


Act = Callable[[Job, Progress], Done]


class Stage:
    """A store, a clock, a webhook, and jobs that do what they are told: ``acts`` one by one, then nothing."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START
        self.acts: list[Act] = []
        self.ran: list[Job] = []
        self.told: list[str] = []
        self.jobs = JobList(store, self.moment)

    def moment(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def run(self, job: Job, progress: Progress) -> Done:
        self.ran.append(job)
        return self.acts.pop(0)(job, progress) if self.acts else Done()

    def hear(self, request: httpx2.Request) -> httpx2.Response:
        self.told.append(request.content.decode())
        return httpx2.Response(204)

    def worker(self, *names: str) -> Worker:
        notifier = Notifier("https://hook.example.org/", lambda seconds: None, httpx2.MockTransport(self.hear))
        schedules = [BY_NAME[name] for name in names]
        return Worker(self.jobs, self.run, schedules, notifier, lambda: self.now, every=0.01)

    def wait(self, of: timedelta, worker: Worker) -> None:
        """A tick a minute."""
        for _ in range(of // MINUTE):
            self.now += MINUTE
            worker.tick()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    yield Stage(store)
    store.close()


def fail(error: Exception) -> Act:
    def act(job: Job, progress: Progress) -> Done:
        raise error

    return act


# Running


def test_what_waits_is_run_one_by_one(stage: Stage) -> None:
    ids = [stage.jobs.create(source).id for source in ("laws", "news")]
    stage.worker().work()
    assert [job.id for job in stage.ran] == ids
    assert {stage.jobs.get(id).state for id in ids} == {"done"}
    assert stage.jobs.get(ids[0]).message == "12 筆紀錄，寫入 1,200 筆"


def test_documents_that_could_not_be_taken_in_do_not_fail_the_job(stage: Stage) -> None:
    def act(job: Job, progress: Progress) -> Done:
        return Done(failed={"a": "斷了", "b": "讀不懂"})

    stage.acts = [act]
    id = stage.jobs.create("judgments").id
    stage.worker().work()
    assert (stage.jobs.get(id).state, stage.jobs.errors(id)) == ("done", {"a": "斷了", "b": "讀不懂"})
    assert stage.jobs.get(id).message.endswith("2 份不成")


def test_a_job_that_fails_says_why_to_the_table_and_the_webhook(stage: Stage) -> None:
    stage.acts = [fail(SourceUnreachable("https://example.org/x?token=secret：HTTP 503"))]
    id, after = stage.jobs.create("news").id, stage.jobs.create("laws").id
    stage.worker().work()
    assert (stage.jobs.get(id).state, stage.jobs.get(after).state) == ("failed", "done")
    assert "HTTP 503" in stage.jobs.get(id).message
    assert len(stage.told) == 1
    assert id in stage.told[0]
    assert "secret" not in stage.told[0]


def test_a_mistake_in_the_program_fails_the_job_and_not_the_worker(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.acts = [fail(ZeroDivisionError("division by zero"))]
    id = stage.jobs.create("news").id
    with caplog.at_level(logging.ERROR):
        stage.worker().work()
    assert stage.jobs.get(id).message == "程式錯誤：ZeroDivisionError：division by zero"
    assert "Traceback" in caplog.text


def until_stopped(begun: Event) -> Act:
    def act(job: Job, progress: Progress) -> Done:
        begun.set()
        for _ in range(3000):
            Event().wait(0.01)
            progress.advance(1)
        raise AssertionError("nobody stopped it")

    return act


@pytest.mark.parametrize(("ask", "state"), [("request_cancel", "cancelled"), ("pause", "paused")])
def test_a_running_job_is_stopped_and_taken_up_again(stage: Stage, ask: str, state: str) -> None:
    begun = Event()
    stage.acts = [until_stopped(begun)]
    id, worker = stage.jobs.create("judgments").id, stage.worker()
    thread = Thread(target=worker.work)
    thread.start()
    assert begun.wait(10)
    worker.tick()  # is at it already
    getattr(stage.jobs, ask)(id)
    thread.join(10)
    assert (stage.jobs.get(id).state, len(stage.ran), stage.told) == (state, 1, [])
    stage.jobs.resume(id)
    worker.work()
    assert (stage.jobs.get(id).state, [job.id for job in stage.ran]) == ("done", [id, id])


def test_while_another_job_writes_it_waits(stage: Stage) -> None:
    stage.acts = [fail(StoreBusy("正由另一個工作寫入"))] * 2
    worker = stage.worker()
    ids = [stage.jobs.create(source).id for source in ("laws", "news")]
    worker.work()
    assert {stage.jobs.get(id).state for id in ids} == {"queued"}
    stage.wait(4 * MINUTE, worker)
    assert len(stage.ran) == 1
    stage.wait(10 * MINUTE, worker)
    assert [job.id for job in stage.ran] == [ids[0], ids[0], *ids]
    assert {stage.jobs.get(id).state for id in ids} == {"done"}
    assert stage.told == []


# The dead


def left_by(stage: Stage, worker: str) -> str:
    stage.jobs.create("laws")
    job = stage.jobs.take(worker)
    assert job
    return job.id


def host() -> str:
    return os.uname().nodename[:40]


def a_dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_job_of_a_process_that_is_gone_is_run_again_at_once(stage: Stage) -> None:
    id = left_by(stage, f"{host()}/{a_dead_process()}/ab12")
    stage.worker().tick()
    assert (stage.jobs.get(id).state, [job.id for job in stage.ran]) == ("done", [id])


def test_in_a_container_the_same_number_is_another_process(stage: Stage) -> None:
    id = left_by(stage, f"{host()}/{os.getpid()}/ab12")
    stage.worker().tick()
    assert stage.jobs.get(id).state == "done"


@pytest.mark.parametrize("worker", ["elsewhere/1/ab12", f"{host()}/1/ab12", "odd", "", "a/b/c/d"])
def test_of_one_that_may_live_it_is_when_it_has_been_silent_for_long(stage: Stage, worker: str) -> None:
    id = left_by(stage, worker)
    one = stage.worker()
    one.tick()
    assert stage.jobs.get(id).state == "running"
    stage.now += 11 * MINUTE
    one.tick()
    assert stage.jobs.get(id).state == "done"


def test_what_could_not_be_written_down_at_the_end_is_run_again(stage: Stage) -> None:
    worker = stage.worker()
    stage.acts = [fail(KeyboardInterrupt())]  # type: ignore[arg-type]
    id = stage.jobs.create("laws").id
    with pytest.raises(KeyboardInterrupt):
        worker.work()
    assert stage.jobs.get(id).state == "running"
    worker.tick()
    assert stage.jobs.get(id).state == "done"


# Schedules


def test_a_source_is_run_when_it_is_due_and_once(stage: Stage) -> None:
    worker = stage.worker("laws-weekly")
    worker.tick()
    assert len(stage.ran) == 1  # the run of last week, which nobody did
    stage.now += MINUTE
    worker.tick()
    assert len(stage.ran) == 1
    stage.wait(3 * MINUTE, worker)
    assert [(job.source, job.arguments["schedule"]) for job in stage.ran] == [("laws", "laws-weekly")] * 2


def test_the_feeds_are_read_every_quarter_of_an_hour(stage: Stage) -> None:
    worker = stage.worker("news")
    stage.wait(121 * MINUTE, worker)
    assert len(stage.ran) == 9


def test_a_tick_that_comes_late_misses_nothing_and_two_workers_double_nothing(stage: Stage) -> None:
    first, second = stage.worker("laws-weekly", "news"), stage.worker("laws-weekly", "news")
    stage.now += 47 * MINUTE
    for worker in (first, second, first):
        worker.tick()
    assert sorted(job.source for job in stage.ran) == ["laws", "news"]


def test_a_night_that_could_not_begin_before_morning_is_left_out(stage: Stage) -> None:
    stage.now = START.replace(hour=0, minute=10)
    stage.acts = [fail(StoreBusy("忙"))]
    worker = stage.worker("judgments-nightly")
    worker.tick()
    id = stage.ran[0].id
    assert stage.ran[0].arguments["before"] == "2026-10-03T06:00:00+08:00"
    stage.now = START.replace(hour=6, minute=0)
    worker.tick()
    assert (stage.jobs.get(id).state, len(stage.ran)) == ("cancelled", 1)
    stage.wait(60 * MINUTE, worker)
    assert len(stage.ran) == 1


def test_a_source_that_goes_stale_is_told_once_and_again_the_next_time(stage: Stage) -> None:
    worker = stage.worker("news")
    worker.tick()
    stage.acts = [fail(SourceUnreachable("斷線"))] * 2000
    stage.wait(timedelta(hours=9), worker)
    stale = [one for one in stage.told if "source_stale" in one]
    assert len(stale) == 1
    assert "上次成功是 2026-10-03 05:58" in stale[0]
    stage.acts = []
    stage.wait(timedelta(hours=1), worker)
    stage.acts = [fail(SourceUnreachable("斷線"))] * 2000
    stage.wait(timedelta(hours=9), worker)
    assert len([one for one in stage.told if "source_stale" in one]) == 2


def test_a_source_that_never_succeeded_is_stale_too(stage: Stage) -> None:
    stage.acts = [fail(SourceUnreachable("斷線"))] * 2000
    stage.wait(timedelta(hours=9), stage.worker("news"))
    assert "還沒有成功過" in next(one for one in stage.told if "source_stale" in one)


# As a process, on huey

SCRIPT = """
import sys, time
from pathlib import Path
from rag.joblist import JobList
from rag.queue import open_queue
from ingest.worker import Worker
from rag.store import open_store
from tests.ingest.test_worker import Done

data = Path(sys.argv[1])

def run(job, progress):
    progress.start("寫入", None)
    with (data / "ran").open("a") as file:
        file.write(job.source + chr(10))
    while (data / "hold").exists():
        time.sleep(0.01)
        progress.advance(1)
    return Done()

store = open_store(f"sqlite:///{data / 'youju.db'}", create=True)
queue = open_queue(data)
Worker(JobList(store), run, every=0.05).serve(queue)
print("over", flush=True)
"""


class Process:
    def __init__(self, data: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}
        self.popen = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(data)], stdout=subprocess.PIPE, text=True, env=environment
        )

    def end(self, how: signal.Signals) -> tuple[int, str]:
        self.popen.send_signal(how)
        said, _ = self.popen.communicate(timeout=60)
        return self.popen.returncode, said


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not what():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Path, JobList]]:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    yield tmp_path, JobList(store)
    store.close()


def test_killed_in_the_middle_its_job_is_completed_by_the_next(live: tuple[Path, JobList]) -> None:
    data, jobs = live
    (data / "hold").touch()
    id = jobs.create("laws").id
    process = Process(data)
    wait_for(lambda: jobs.get(id).done > 0)
    assert process.end(signal.SIGKILL)[0] == -signal.SIGKILL
    assert jobs.get(id).state == "running"
    (data / "hold").unlink()
    process = Process(data)
    wait_for(lambda: jobs.get(id).state == "done")
    with closing(open_queue(data)) as queue:
        after = jobs.create("news").id
        queue.nudge()
        wait_for(lambda: jobs.get(after).state == "done")
    assert process.end(signal.SIGTERM) == (0, "over\n")
    assert (data / "ran").read_text().split() == ["laws", "laws", "news"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_puts_its_job_back(live: tuple[Path, JobList], how: signal.Signals) -> None:
    data, jobs = live
    (data / "hold").touch()
    id = jobs.create("laws").id
    process = Process(data)
    wait_for(lambda: jobs.get(id).done > 0)
    assert process.end(how) == (0, "over\n")
    now = jobs.get(id)
    assert (now.state, now.worker, now.message) == ("queued", "", "工作程序停止，重新排入")


def test_a_store_that_does_not_answer_is_logged_and_asked_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(JobList):
        def take(self, worker: str) -> Job | None:
            raise StoreError("資料庫無法讀取")

    worker = Worker(Broken(stage.store), stage.run)
    with caplog.at_level(logging.WARNING):
        worker._work_quietly()
    assert "資料庫無法讀取" in caplog.text
