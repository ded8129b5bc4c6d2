"""The analyst's page by its plain forms: who may see it, what it shows, what may be sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.cursor import JobCursor
from api.desk import Desk
from api.guard import Guard
from api.pages.desk import Asked
from api.pages.desk_view import Card, clock, gap, lines
from rag.access import Keys, Role
from rag.answer import today
from rag.joblist import STATES, Job, JobList, State
from rag.sessions import Sessions
from rag.store import Store
from tests.fakes import FakeEngine

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Office:
    """The service over a store, a browser without script, and how often the worker was told."""

    def __init__(self, store: Store, files: Path) -> None:
        self.jobs, self.keys, self.nudges = JobList(store), Keys(store, today), 0
        desk = Desk(store, self._nudge, files)
        app = create_app(FakeEngine(), guard=Guard(self.keys, desk=desk, sessions=Sessions(store)))
        self.browser = TestClient(app, base_url="https://testserver", follow_redirects=False)

    def _nudge(self) -> None:
        self.nudges += 1

    def log_in(self, role: Role = "analyst") -> None:
        answer = self.browser.post("/login", data={"key": self.keys.create(role)[1], "next": "/desk"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")

    def send(self, path: str, **fields: str) -> Any:
        """Send a form as the page that was last looked at has it."""
        token = CSRF.search(self.browser.get("/desk").text)
        assert token
        return self.browser.post(path, data={"csrf": token[1], **fields})


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Office:
    files = tmp_path / "files"
    files.mkdir()
    (files / "own.jsonl").write_text("{}", encoding="utf-8")
    return Office(sqlite_store, files)


def test_who_is_not_logged_in_is_sent_to_log_in_and_comes_back(office: Office) -> None:
    for path in ("/desk", f"/desk/jobs/{'0' * 32}"):
        answer = office.browser.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=%2Fdesk")
    assert office.browser.post("/desk/jobs", data={"source": "laws"}).status_code == 303
    assert office.jobs.listing() == []


@pytest.mark.parametrize("role", ["citizen", "evaluator"])
def test_another_role_is_told_so_on_a_page(office: Office, role: Role) -> None:
    office.log_in(role)
    answer = office.browser.get("/desk")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "資料與工作" not in answer.text


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_the_page_shows_every_source_and_the_way_to_it(office: Office, role: Role) -> None:
    office.log_in(role)
    text = office.browser.get("/desk").text
    assert text.count('<tr role="row">') == 11
    assert "行政院公報" in text
    assert '<a href="/desk">資料與工作</a>' in text
    assert "no-store" in office.browser.get("/desk").headers["cache-control"]


def test_a_form_begins_a_job_and_tells_the_worker(office: Office) -> None:
    office.log_in()
    fields = {"from": " own.jsonl \r\n\r\nhttps://example.org/a.jsonl", "without": "a, b", "allow_fewer": "true"}
    answer = office.send("/desk/jobs", source="passages", **fields)
    job = office.jobs.listing()[0]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk#job-{job.id}")
    assert job.source == "passages"
    assert job.arguments == {
        "given": ["own.jsonl", "https://example.org/a.jsonl"], "without": ["a", "b"], "allow_fewer": True,
        "public_only": True,
    }  # fmt: skip
    assert office.nudges == 1
    page = office.browser.get(f"/desk/jobs/{job.id}").text
    assert "own.jsonl、https://example.org/a.jsonl" in page
    assert "也收" in page


def shown(page: str) -> list[str]:
    """The ids of the jobs on a page."""
    return re.findall(r'<li class="job" id="job-([0-9a-f]{32})"', page)


def test_older_jobs_stand_on_further_pages_each_once(office: Office) -> None:
    office.log_in()
    made = [office.jobs.create("news").id for _ in range(120)]
    path, pages = "/desk", []
    while path:
        page = office.browser.get(path).text
        pages.append(shown(page))
        assert ('<a href="/desk" hidden>' in page) is (path == "/desk")
        assert f'data-from="/v1/jobs{path.removeprefix("/desk")}"' in page
        further = re.search(r'<a id="further" href="(/desk\?cursor=[\w-]+)">', page)
        path = further[1] if further else ""
    assert [len(one) for one in pages] == [50, 50, 20]
    seen = [id for one in pages for id in one]
    assert sorted(seen) == sorted(made)
    assert seen == [one.id for one in office.jobs.listing(120)]


def test_a_button_on_an_older_page_leads_back_to_it(office: Office) -> None:
    office.log_in()
    for _ in range(51):
        office.jobs.create("news")
    further = re.search(r'href="/desk(\?cursor=[\w-]+)"', office.browser.get("/desk").text)
    assert further
    id = shown(office.browser.get("/desk" + further[1]).text)[0]
    assert f'action="/desk/jobs/{id}/cancel{further[1]}"' in office.browser.get("/desk" + further[1]).text
    answer = office.send(f"/desk/jobs/{id}/cancel{further[1]}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk{further[1]}#job-{id}")
    assert office.jobs.get(id).state == "cancelled"


def test_a_cursor_that_is_none_is_refused_and_after_the_last_job_it_is_said(office: Office) -> None:
    office.log_in()
    assert office.browser.get("/desk", params={"cursor": '"><script>'}).status_code == 422
    job = office.jobs.create("news")
    past = JobCursor(job.created, job.id).write()
    assert "沒有更早的工作了。" in office.browser.get("/desk", params={"cursor": past}).text


@pytest.mark.parametrize("place", ["../secret", "/etc/passwd", "http://127.0.0.1/", "file:///etc/passwd", "none.jsonl"])
def test_a_place_nobody_may_name_is_refused_beside_the_form(office: Office, place: str) -> None:
    office.log_in()
    answer = office.send("/desk/jobs", source="passages", **{"from": place})
    assert answer.status_code == 400
    assert 'role="alert" id="refusal"' in answer.text
    assert f">{place}</textarea>" in answer.text
    assert office.jobs.listing() == []


@pytest.mark.parametrize("fields", [{"source": "parking"}, {"source": "news", "without": "<b>"}, {}])
def test_what_no_form_of_ours_sends_is_refused(office: Office, fields: dict[str, str]) -> None:
    office.log_in()
    answer = office.send("/desk/jobs", **fields)
    assert answer.status_code == 422
    assert "<b>" not in answer.text
    assert office.jobs.listing() == []


def test_a_job_goes_through_its_states_by_the_buttons_that_are_there(office: Office) -> None:
    office.log_in()
    job = office.jobs.create("news")
    for action, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled"), ("resume", "queued")):
        answer = office.send(f"/desk/jobs/{job.id}/{action}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk#job-{job.id}")
        assert office.jobs.get(job.id).state == state
    assert office.nudges == 2
    answer = office.send(f"/desk/jobs/{job.id}/resume")
    assert answer.status_code == 409
    assert "沒有中斷" in answer.text


@pytest.mark.parametrize("token", [None, "", "0" * 64])
@pytest.mark.parametrize("path", ["/desk/jobs", "/desk/jobs/{}/cancel"])
def test_without_the_page_s_own_token_nothing_happens(office: Office, path: str, token: str | None) -> None:
    office.log_in()
    job = office.jobs.create("news")
    fields = {"source": "laws"} | ({} if token is None else {"csrf": token})
    assert office.browser.post(path.format(job.id), data=fields).status_code == 403
    assert [one.state for one in office.jobs.listing()] == ["queued"]


def test_another_site_s_form_does_nothing_even_with_the_token(office: Office) -> None:
    office.log_in()
    office.browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert office.send("/desk/jobs", source="laws").status_code == 403
    assert office.jobs.listing() == []


def test_a_job_that_is_not_there_is_a_page_that_says_so(office: Office) -> None:
    office.log_in()
    for id in ("0" * 32, "no<b>"):
        answer = office.browser.get(f"/desk/jobs/{id}")
        assert answer.status_code == 404
        assert "<b>" not in answer.text
    assert office.browser.get("/desk/jobs").status_code == 405


def test_without_a_desk_there_is_no_page() -> None:
    assert TestClient(create_app(FakeEngine())).get("/desk").status_code == 404


def job_in(state: State, **changes: Any) -> Card:
    return Card(Job("0" * 32, "news", {}, state, datetime(2026, 11, 21, 17, 5, tzinfo=UTC), **changes))


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_words_and_only_buttons_that_do_something(office: Office, state: State) -> None:
    jobs = office.jobs
    card = job_in(state)
    assert card.said
    for action in card.actions:
        job = jobs.create("news")
        if state in ("running", "failed"):
            taken = jobs.take("desk/1/x")
            assert taken
            assert state == "running" or jobs.fail(taken, "壞了") is None
        elif state in ("paused", "cancelled"):
            {"paused": jobs.pause, "cancelled": jobs.request_cancel}[state](job.id)
        assert jobs.get(job.id).state == state
        {"pause": jobs.pause, "resume": jobs.resume, "cancel": jobs.request_cancel}[action](job.id)
        if jobs.get(job.id).state == "queued":
            jobs.request_cancel(job.id)


def test_a_job_that_will_be_cancelled_says_so() -> None:
    assert job_in("running", cancel=True).said == "執行中，將取消"
    assert job_in("running", cancel=True).actions == ()


def test_progress_is_told_where_it_is_known() -> None:
    assert job_in("running", done=1234, total=5000).count == "1,234／5,000（24%）"
    assert job_in("running", done=7, total=None).count == "7"
    assert job_in("running", done=9, total=0).count == "9"
    assert job_in("running", done=9, total=4).count == "9／4（100%）"
    assert not job_in("done", done=4, total=4).is_underway


def test_sources_are_told_with_their_days_and_gaps() -> None:
    about = {"documents": 1095, "from": "2011-01-12", "to": "2022-11-29", "seen": "2026-11-22", "skipped": 3}
    facts = {"sources": {"judgments": {**about, "holes": ["2022-01", "2022-07/2022-09"]}, "odd<b>": {"documents": 1}}}
    rows = {one.name: one for one in lines(facts)}
    assert rows["judgments"].cells[:3] == (
        ("文件", "1,095"), ("期間", "民國100年1月12日至111年11月29日"), ("最近看到", "民國115年11月22日")
    )  # fmt: skip
    assert rows["judgments"].gaps == ["民國111年1月", "民國111年7月至111年9月"]
    assert rows["news"].cells[0] == ("文件", "0")
    assert rows["odd<b>"].title == "odd<b>"
    assert gap("2016-03-21") == "民國105年3月21日"


def test_moments_are_told_in_taipei_time() -> None:
    assert clock(job_in("queued").moment("created") or datetime.min) == "11月22日 01:05"


@given(st.text(), st.text())
def test_whatever_stands_in_the_fields_becomes_places_and_names_or_is_refused(places: str, without: str) -> None:
    try:
        wish = Asked("news", places, without).wish
    except RequestValidationError:
        return
    assert all(one and one == one.strip() for one in wish.given)
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", one) for one in wish.without)
