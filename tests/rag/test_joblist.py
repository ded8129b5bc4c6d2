from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from rag.errors import StoreError, UnknownKey, UsageError
from rag.joblist import STATES, Job, JobList, State
from rag.sources import PURGE
from rag.store import Store

NOW = datetime(2026, 10, 3, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def jobs(store: Store, time: Time) -> JobList:
    return JobList(store, time)


def running(jobs: JobList) -> Job:
    jobs.create("news")
    job = jobs.take("w")
    assert job
    return job


def test_a_new_job_waits(jobs: JobList) -> None:
    job = jobs.create("judgments", {"given": ["/data/202601"], "without": []})
    assert jobs.get(job.id) == job
    assert (job.source, job.arguments["given"], job.state, job.done, job.total) == (
        "judgments",
        ["/data/202601"],
        "queued",
        0,
        None,
    )
    assert (job.created, job.started, job.finished, job.beat) == (NOW + timedelta(seconds=1), None, None, None)


def test_who_waits_longest_is_taken_first_and_once(jobs: JobList) -> None:
    waiting = [jobs.create(source) for source in ("laws", "news", "bills")]
    taken = [jobs.take("w") for _ in range(4)]
    assert [job and job.id for job in taken] == [*(job.id for job in waiting), None]
    assert taken[0]
    assert (taken[0].state, taken[0].worker) == ("running", "w")
    assert taken[0].started


def test_what_is_taken_back_comes_before_what_is_taken_in(jobs: JobList) -> None:
    waiting = [jobs.create(source) for source in ("laws", PURGE, "news", PURGE)]
    taken = [jobs.take("w") for _ in waiting]
    assert [job and job.id for job in taken] == [waiting[at].id for at in (1, 3, 0, 2)]


def test_two_workers_never_take_the_same(jobs: JobList, store: Store) -> None:
    jobs.create("news")
    assert [bool(JobList(store).take(name)) for name in ("a", "b")] == [True, False]


def test_progress_is_seen_and_says_whether_it_is_still_wanted(jobs: JobList) -> None:
    job = running(jobs)
    now = jobs.report(job, 40, 100, "寫入")
    assert (now.done, now.total, now.message, now.cancel, now.state) == (40, 100, "寫入", False, "running")
    assert now.beat
    assert job.beat
    assert now.beat > job.beat
    jobs.request_cancel(job.id)
    assert jobs.report(job, 41, None, "寫入").cancel


def test_another_worker_s_job_is_not_touched(jobs: JobList) -> None:
    job = running(jobs)
    jobs.give_back(job, "")
    mine = jobs.take("other")
    assert mine
    jobs.report(job, 7, None, "old")
    jobs.finish(job, "old")
    now = jobs.get(job.id)
    assert (now.state, now.worker, now.done, now.message) == ("running", "other", 0, "")


@pytest.mark.parametrize(
    ("end", "state"),
    [(JobList.finish, "done"), (JobList.fail, "failed"), (JobList.stop, "cancelled")],
)
def test_a_job_ends(jobs: JobList, end: object, state: State) -> None:
    job = running(jobs)
    assert callable(end)
    end(jobs, job, "這樣")
    now = jobs.get(job.id)
    assert (now.state, now.message) == (state, "這樣")
    assert now.finished
    assert jobs.take("w") is None


def in_state(jobs: JobList, state: State) -> Job:
    job = jobs.create("news") if state in ("queued", "paused") else running(jobs)
    if state == "paused":
        jobs.pause(job.id)
    ends = {"done": jobs.finish, "failed": jobs.fail, "cancelled": jobs.stop}
    if state in ends:
        ends[state](job, "")
    return jobs.get(job.id)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("name", "leads"),
    [
        ("request_cancel", {"queued": "cancelled", "paused": "cancelled", "failed": "cancelled", "running": "running"}),
        ("pause", {"queued": "paused", "running": "paused"}),
        ("resume", {"paused": "queued", "failed": "queued", "cancelled": "queued"}),
    ],
)
def test_what_may_be_asked_of_a_job_depends_on_its_state(
    jobs: JobList, state: State, name: str, leads: dict[State, State]
) -> None:
    job = in_state(jobs, state)
    assert job.state == state
    ask = getattr(jobs, name)
    if state in leads:
        assert ask(job.id).state == leads[state]
        return
    with pytest.raises(UsageError, match=job.id):
        ask(job.id)
    assert jobs.get(job.id) == job


def test_a_job_taken_up_again_starts_clean(jobs: JobList) -> None:
    job = running(jobs)
    jobs.report(job, 3, 9, "寫入")
    jobs.note_errors(job.id, {"TPSV,1": "斷了"})
    jobs.request_cancel(job.id)
    jobs.stop(job)
    assert not jobs.resume(job.id).cancel
    again = jobs.take("w")
    assert again
    assert (again.id, again.done, again.total, again.cancel, again.finished) == (job.id, 0, None, False, None)
    assert jobs.errors(job.id) == {}


def test_a_running_job_that_somebody_wants_cancelled_does_not_come_back(jobs: JobList) -> None:
    job = running(jobs)
    jobs.request_cancel(job.id)
    jobs.give_back(job, "")
    assert jobs.get(job.id).state == "cancelled"


def test_documents_that_failed_are_listed(jobs: JobList) -> None:
    job = running(jobs)
    jobs.note_errors(job.id, {f"k{n:04}": "讀不懂" for n in range(900)})
    jobs.note_errors(job.id, {"k0001": "還是讀不懂", "x" * 200: "長", "x" * 199: "更長"})
    found = jobs.errors(job.id)
    assert (len(found), found["k0000"], found["k0001"], found["x" * 160]) == (901, "讀不懂", "還是讀不懂", "更長")
    assert list(jobs.errors(job.id, limit=2)) == ["k0000", "k0001"]
    jobs.note_errors(job.id, {})


def test_the_list_begins_with_the_newest(jobs: JobList) -> None:
    ids = [jobs.create(source).id for source in ("laws", "news", "laws")]
    jobs.take("w")
    assert [job.id for job in jobs.listing()] == ids[::-1]
    assert [job.id for job in jobs.listing(limit=1)] == ids[2:]
    assert [job.id for job in jobs.listing(state="queued")] == [ids[2], ids[1]]
    assert [job.id for job in jobs.listing(source="laws")] == [ids[2], ids[0]]


def test_a_job_nobody_knows_is_named(jobs: JobList) -> None:
    for ask in (jobs.get, jobs.request_cancel, jobs.pause, jobs.resume):
        with pytest.raises(UnknownKey, match="none"):
            ask("none")


def test_a_schedule_makes_one_job_a_time(jobs: JobList, time: Time) -> None:
    job = jobs.create_due("laws", "laws-weekly", NOW, {"before": "x"})
    assert job
    assert (job.source, job.arguments) == ("laws", {"before": "x", "schedule": "laws-weekly"})
    assert jobs.create_due("laws", "laws-weekly", NOW, {}) is None
    assert jobs.create_due("laws", "other", NOW, {}) is not None
    time.now += 8 * 24 * HOUR
    assert jobs.create_due("laws", "laws-weekly", NOW + 7 * 24 * HOUR, {}) is None  # the old one still waits
    jobs.request_cancel(job.id)
    assert jobs.create_due("laws", "laws-weekly", NOW + 7 * 24 * HOUR, {}) is not None


def test_a_job_asked_for_by_hand_does_not_count_as_the_schedule_s(jobs: JobList) -> None:
    jobs.create("laws")
    assert jobs.create_due("laws", "laws-weekly", NOW, {}) is not None


def test_a_job_that_failed_is_made_again_an_hour_later_and_a_third_time(jobs: JobList, time: Time) -> None:
    made = []
    for _ in range(20):
        if jobs.create_due("laws", "laws-weekly", NOW, {}):
            made.append(time.now - NOW)
            job = jobs.take("w")
            assert job
            jobs.fail(job, "斷線")
        time.now += HOUR / 2
    assert [round(one / HOUR) for one in made] == [0, 1, 2]


def test_one_that_was_done_or_cancelled_is_not(jobs: JobList, time: Time) -> None:
    for end in (jobs.finish, jobs.stop):
        jobs.create_due("laws", end.__name__, NOW, {})
        job = jobs.take("w")
        assert job
        end(job)
        time.now += 5 * HOUR
        assert jobs.create_due("laws", end.__name__, NOW, {}) is None


def test_jobs_of_the_dead_wait_again_at_their_old_place(jobs: JobList) -> None:
    first = running(jobs)
    second = running(jobs)
    jobs.create("laws")
    assert [job.id for job in jobs.recover(lambda job: job.id == first.id)] == [first.id]
    assert [jobs.get(one.id).state for one in (first, second)] == ["queued", "running"]
    taken = jobs.take("w")
    assert taken
    assert taken.id == first.id


def test_the_last_success_is_that_of_the_schedule_or_of_hand(jobs: JobList) -> None:
    assert (jobs.last_success("laws", "weekly"), jobs.first_created("laws")) == (None, None)
    jobs.create_due("laws", "other", NOW, {})
    job = jobs.take("w")
    assert job
    jobs.finish(job)
    assert (jobs.last_success("laws", "weekly"), jobs.first_created("laws")) == (None, job.created)
    for name in ("weekly", None):
        one = jobs.create("laws", {"schedule": name} if name else None)
        taken = jobs.take("w")
        assert taken
        jobs.finish(taken)
        assert jobs.last_success("laws", "weekly") == jobs.get(one.id).finished
    assert jobs.last_success("news", "weekly") is None


def test_what_ended_long_ago_is_forgotten_with_its_errors(jobs: JobList, time: Time) -> None:
    old = running(jobs)
    jobs.note_errors(old.id, {"k": "r"})
    jobs.finish(old)
    still = running(jobs)
    time.now += 100 * 24 * HOUR
    new = running(jobs)
    jobs.finish(new)
    assert jobs.prune(time.now - 90 * 24 * HOUR) == 1
    assert {job.id for job in jobs.listing()} == {still.id, new.id}
    assert jobs.errors(old.id) == {}


def test_a_store_that_does_not_answer_is_named(jobs: JobList, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE jobs"))
    with pytest.raises(StoreError, match="工作清單"):
        jobs.listing()
