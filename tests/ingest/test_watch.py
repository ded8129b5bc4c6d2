from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import text

from ingest.watch import Cancelled, Watch
from rag.errors import StoreError
from rag.joblist import Job, JobList
from rag.store import Store
from rag.writer import writing

SOON = 0.01


@pytest.fixture
def jobs(sqlite_store: Store) -> JobList:
    return JobList(sqlite_store)


@pytest.fixture
def job(jobs: JobList) -> Job:
    jobs.create("news")
    job = jobs.take("w")
    assert job
    return job


def watched(watch: Watch, do: Callable[[], object]) -> None:
    with watch:
        do()


def go_on(watch: Watch) -> None:
    """Until somebody stops it."""
    for _ in range(3000):
        Event().wait(SOON)
        watch.advance(1)


def never() -> bool:
    return False


def test_the_table_hears_how_far_it_is(jobs: JobList, job: Job) -> None:
    with Watch(jobs, job, never) as watch:
        watch.start("讀取", 3)
        watch.advance(3)
        watch.start("寫入", 100)
        watch.advance(40)
        watch.advance(2)
        watch.error("TPSV,1", "讀不懂")
    now = jobs.get(job.id)
    assert (now.message, now.done, now.total, jobs.errors(job.id)) == ("寫入", 42, 100, {"TPSV,1": "讀不懂"})


@pytest.mark.parametrize("how", ["request_cancel", "pause"])
def test_a_job_no_longer_wanted_stops_at_its_next_step(jobs: JobList, job: Job, how: str) -> None:
    getattr(jobs, how)(job.id)
    watch = Watch(jobs, job, never, SOON)
    with pytest.raises(Cancelled):
        watched(watch, lambda: go_on(watch))
    assert watch.unwanted


def test_a_process_that_has_to_end_stops_its_job(jobs: JobList, job: Job) -> None:
    ending = Event()
    watch = Watch(jobs, job, ending.is_set, SOON)
    watch.start("寫入", None)
    ending.set()
    with pytest.raises(Cancelled):
        watched(watch, lambda: watch.start("建立索引", None))
    assert not watch.unwanted


def test_a_job_tells_its_progress_in_the_middle_of_its_own_writing(
    jobs: JobList, job: Job, sqlite_store: Store
) -> None:
    with Watch(jobs, job, never, SOON) as watch, writing(sqlite_store) as writer:
        writer.connection.execute(text("INSERT INTO meta (name, value) VALUES ('x', 1)"))
        watch.start("寫入", 2)
        for _ in range(2):
            Event().wait(5 * SOON)
            watch.advance(1)
            watch.error("k", "讀不懂")
    assert (jobs.get(job.id).done, jobs.errors(job.id)) == (2, {"k": "讀不懂"})


def drop(sqlite_store: Store, table: str) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))


def test_errors_that_can_not_be_told_are_not_lost_silently(jobs: JobList, job: Job, sqlite_store: Store) -> None:
    drop(sqlite_store, "job_errors")
    watch = Watch(jobs, job, never, SOON)
    watch.error("k", "讀不懂")
    with pytest.raises(StoreError):
        watched(watch, lambda: Event().wait(5 * SOON))


def test_a_job_s_own_failure_is_not_hidden_by_that(jobs: JobList, job: Job, sqlite_store: Store) -> None:
    drop(sqlite_store, "jobs")
    watch = Watch(jobs, job, never)
    with pytest.raises(ZeroDivisionError):
        watched(watch, lambda: 1 // 0)
