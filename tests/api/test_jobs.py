"""The jobs over HTTP: asked for, listed and steered with real keys over a real store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.app import create_app
from api.desk import Desk
from api.guard import Guard
from rag.access import Keys, Role
from rag.answer import today
from rag.errors import StoreError
from rag.joblist import Job, JobList
from rag.sources import SOURCES
from rag.store import Store
from tests.api.library import assert_problem
from tests.fakes import FakeEngine

ABSENT = "0" * 32


class Desks:
    """A service with a desk over a store, and what was done behind it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.jobs, self.nudges = store, JobList(store), 0
        self.files, self.data = folder / "files", folder / "data"
        self.files.mkdir()
        self.nudge: Callable[[], None] = lambda: None
        desk = Desk(store, self._nudged, self.files, self.data)
        self.client = TestClient(create_app(FakeEngine(), guard=Guard(Keys(store, today), desk=desk)))

    def _nudged(self) -> None:
        self.nudges += 1
        self.nudge()

    def key(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {Keys(self.store, today).create(role)[1]}"}

    def ask(self, method: str, path: str, role: Role = "analyst", **more: Any) -> Any:
        return self.client.request(method, path, headers=self.key(role), **more)

    def create(self, **wish: Any) -> Any:
        return self.ask("POST", "/v1/jobs", json={"source": "passages"} | wish)

    def taken(self, **wish: Any) -> Job:
        """A job that a worker has begun."""
        self.create(**wish)
        job = self.jobs.take("host/1/ab")
        assert job
        return job


@pytest.fixture
def desks(sqlite_store: Store, tmp_path: Path) -> Desks:
    return Desks(sqlite_store, tmp_path)


def test_a_job_is_made_named_and_told_to_the_worker(desks: Desks) -> None:
    (desks.files / "own.jsonl").write_text("{}")
    given = ["own.jsonl", "https://www.example.org/a.jsonl"]
    made = desks.create(**{"from": given, "without": ["issue"], "allow_fewer": True})
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["state"], body["from"], body["without"], body["allow_fewer"]) == ("queued", given, ["issue"], True)
    assert made.headers["location"] == f"/v1/jobs/{body['id']}"
    assert desks.nudges == 1
    found = desks.ask("GET", made.headers["location"])
    assert found.json() == body | {"request_id": found.headers["x-request-id"]}


def test_a_worker_that_can_not_be_told_finds_the_job_by_itself(desks: Desks) -> None:
    def broken() -> None:
        raise StoreError("工作佇列無法寫入（連線中斷了）")

    desks.nudge = broken
    made = desks.create(source="laws")
    assert made.status_code == 201
    assert desks.jobs.get(made.json()["id"]).state == "queued"


@pytest.mark.parametrize(("role", "status"), [("citizen", 403), ("evaluator", 403), ("analyst", 200), ("admin", 200)])
def test_jobs_are_for_analysts_and_admins(desks: Desks, role: Role, status: int) -> None:
    id = desks.create().json()["id"]
    for path in ("/v1/jobs", f"/v1/jobs/{id}", f"/v1/jobs/{id}/errors"):
        assert desks.ask("GET", path, role).status_code == status
        assert_problem(desks.client.get(path), 401, "金鑰")
    for path in ("/v1/jobs", f"/v1/jobs/{id}/pause"):
        assert desks.ask("POST", path, role, json={"source": "laws"}).status_code in (status, status + 1)
        assert desks.client.post(path, json={"source": "laws"}).status_code == 401
    assert desks.jobs.get(id).state == ("paused" if status == 200 else "queued")


@pytest.mark.parametrize(("role", "status"), [("citizen", 403), ("evaluator", 403), ("analyst", 403), ("admin", 404)])
def test_to_take_back_is_for_admins(desks: Desks, role: Role, status: int) -> None:
    assert_problem(desks.ask("DELETE", "/v1/documents/judgment/none", role), status)
    assert desks.client.delete("/v1/documents/judgment/none").status_code == 401
    assert desks.jobs.listing() == []


def test_a_law_is_not_taken_back(desks: Desks) -> None:
    assert_problem(desks.ask("DELETE", "/v1/documents/law/B0000001/184", "admin"), 400, "法規的條文不能撤除")


def test_the_cursor_leads_through_all_jobs_once_newest_first(desks: Desks) -> None:
    made = [desks.create(source=one).json()["id"] for one in SOURCES[:7]]
    seen, cursor = [], ""
    while cursor is not None:
        asked = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = desks.ask("GET", "/v1/jobs", params=asked).json()
        assert len(page["jobs"]) <= 3
        seen += [one["id"] for one in page["jobs"]]
        cursor = page["cursor"]
    assert seen == made[::-1]


def test_the_list_can_be_of_one_state_or_source(desks: Desks) -> None:
    news = desks.create(source="news").json()["id"]
    laws = desks.create(source="laws").json()["id"]
    desks.ask("POST", f"/v1/jobs/{laws}/pause")
    for asked, wanted in (({"source": "news"}, news), ({"state": "paused"}, laws), ({"source": "purge"}, None)):
        listed = desks.ask("GET", "/v1/jobs", params=asked).json()["jobs"]
        assert [one["id"] for one in listed] == ([wanted] if wanted else [])


@pytest.mark.parametrize(
    "asked",
    [{"cursor": "x"}, {"cursor": "WyJhIiwiYiJd"}, {"limit": "0"}, {"limit": "201"}, {"state": "odd"}, {"source": "x"}],
)
def test_what_no_list_can_be_asked_is_422(desks: Desks, asked: dict[str, str]) -> None:
    assert_problem(desks.ask("GET", "/v1/jobs", params=asked), 422)


def test_a_job_is_paused_resumed_and_cancelled_where_its_state_allows(desks: Desks) -> None:
    id = desks.create().json()["id"]
    steps = [
        ("resume", 409), ("pause", "paused"), ("pause", 409), ("resume", "queued"), ("cancel", "cancelled"),
        ("cancel", 409), ("pause", 409), ("resume", "queued"),
    ]  # fmt: skip
    for action, wanted in steps:
        response = desks.ask("POST", f"/v1/jobs/{id}/{action}")
        if isinstance(wanted, int):
            assert_problem(response, wanted, id)
        else:
            assert (response.status_code, response.json()["state"]) == (200, wanted)
    assert desks.nudges == 3, "made, and resumed twice"


def test_a_running_job_says_how_far_it_is_and_that_it_is_being_stopped(desks: Desks) -> None:
    job = desks.taken()
    desks.jobs.report(job, 12, 40, "收錄 passages")
    found = desks.ask("POST", f"/v1/jobs/{job.id}/cancel").json()
    assert (found["state"], found["stopping"], found["done"], found["total"]) == ("running", True, 12, 40)
    assert found["message"] == "收錄 passages"
    assert found["beat"].endswith("Z")
    assert "host/1" not in str(found), "which process runs it is nobody's business"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/errors"), ("POST", "/cancel"), ("POST", "/pause"), ("POST", "/resume")],
)
@pytest.mark.parametrize("id", [ABSENT, "無", "'; DROP TABLE jobs; --"])
def test_a_job_that_is_not_there_is_404(desks: Desks, method: str, path: str, id: str) -> None:
    assert_problem(desks.ask(method, f"/v1/jobs/{id}{path}"), 404, "沒有")


def test_no_other_action_is_known(desks: Desks) -> None:
    assert_problem(desks.ask("POST", f"/v1/jobs/{ABSENT}/delete"), 404)


@pytest.mark.parametrize(
    "place",
    [
        "/etc/passwd", "../files/../../secret", "a/../../secret", "none.jsonl", "link", "~/x", "file:///etc/passwd",
        "ftp://www.example.org/a", "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://localhost/",
        "http://printer.local/", "http://intranet/", "http://u:p@www.example.org/", "http://www.example.org:8080/",
        "http://www.example.org\\@127.0.0.1/", "http://www.example.org@127.0.0.1/", "https://１２７.0.0.1/", " https://www.example.org/",
    ],
)  # fmt: skip
def test_a_place_that_nobody_may_name_is_400_in_one_line(desks: Desks, tmp_path: Path, place: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (desks.files / "link").symlink_to(tmp_path / "secret")
    problem = assert_problem(desks.create(**{"from": [place]}), 400)
    assert str(tmp_path) not in problem["detail"]
    assert "u:p" not in problem["detail"]
    assert desks.jobs.listing() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": "parking"}, "source"),
        ({"source": "purge"}, "source"),
        ({"source": None}, "source"),
        ({"from": "own.jsonl"}, "from"),
        ({"from": [""]}, "from.0"),
        ({"from": ["a\x00"]}, "from.0"),
        ({"from": ["a"] * 21}, "from"),
        ({"from": ["字" * 1001]}, "from.0"),
        ({"without": ["a b"]}, "without.0"),
        ({"without": ["issue"] * 21}, "without"),
        ({"allow_fewer": "yes"}, "allow_fewer"),
        ({"keys": ["judgment/1"]}, "keys"),
    ],
)
def test_a_bad_wish_is_422_and_makes_no_job(desks: Desks, wrong: dict[str, Any], field: str) -> None:
    problem = assert_problem(desks.create(**wrong), 422)
    assert problem["errors"][0]["field"] == field
    assert desks.jobs.listing() == []


@given(
    st.dictionaries(
        st.sampled_from(["source", "from", "without", "allow_fewer", "more"]),
        st.none() | st.text(max_size=9) | st.booleans() | st.lists(st.text(max_size=9) | st.integers(), max_size=3),
        max_size=5,
    )
)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_makes_a_job_or_is_refused(desks: Desks, changed: dict[str, Any]) -> None:
    assert desks.create(**changed).status_code in (201, 400, 422)


def test_no_secret_and_no_folder_of_the_server_is_told(desks: Desks) -> None:
    job = desks.taken()
    said = (
        f"https://u:p@a.tw/x?token=t：HTTP 500；{desks.data}/raw/a.zip：壞了；讀{desks.files}/b；/srv/other/c 也是\n二"
    )
    desks.jobs.note_errors(job.id, {f"{desks.files}/d.jsonl 第 3 行": said})
    desks.jobs.fail(job, said)
    shown = "https://a.tw/x：HTTP 500；…/raw/a.zip：壞了；讀…/b；…/c 也是 二"
    assert desks.ask("GET", f"/v1/jobs/{job.id}").json()["message"] == shown
    assert desks.ask("GET", "/v1/jobs").json()["jobs"][0]["message"] == shown
    errors = desks.ask("GET", f"/v1/jobs/{job.id}/errors").json()["errors"]
    assert errors == [{"key": "…/d.jsonl 第 3 行", "reason": shown}]


def test_a_job_of_the_command_line_shows_no_folder_either(desks: Desks) -> None:
    given = [f"{desks.files}/own.jsonl", "/home/ann/own.jsonl", "https://u:p@a.tw/x?token=t"]
    id = desks.jobs.create("passages", {"given": given}).id
    assert desks.ask("GET", f"/v1/jobs/{id}").json()["from"] == ["…/own.jsonl", "…/own.jsonl", "https://a.tw/x"]


def test_errors_come_page_by_page(desks: Desks) -> None:
    job = desks.taken()
    desks.jobs.note_errors(job.id, {f"paragraph/{number}": f"第 {number} 份讀不懂" for number in range(7)})
    seen, cursor = [], ""
    while cursor is not None:
        asked = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = desks.ask("GET", f"/v1/jobs/{job.id}/errors", params=asked).json()
        seen += [one["key"] for one in page["errors"]]
        cursor = page["cursor"]
    assert seen == [f"paragraph/{number}" for number in range(7)]
    assert_problem(desks.ask("GET", f"/v1/jobs/{job.id}/errors", params={"cursor": "-1"}), 422)


def test_a_store_that_fails_is_503_in_one_line(desks: Desks) -> None:
    key = desks.key("analyst")
    with desks.store.engine.begin() as connection:
        connection.execute(text("DROP TABLE jobs"))
    assert_problem(desks.client.get("/v1/jobs", headers=key), 503)


def test_without_a_desk_there_are_no_jobs(desks: Desks) -> None:
    client = TestClient(create_app(FakeEngine(), guard=Guard(Keys(desks.store, today))))
    assert client.get("/v1/jobs", headers=desks.key("admin")).status_code == 404
    assert client.delete("/v1/documents/judgment/none", headers=desks.key("admin")).status_code == 405
