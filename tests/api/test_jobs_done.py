"""A job from the request to its end: asked for over HTTP, done by the worker, watched over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.guard import open_guard
from ingest.handed import run_job
from ingest.worker import Worker
from rag.access import Keys
from rag.answer import today
from rag.joblist import JobList
from rag.settings import Settings, load_settings
from rag.store import Store, open_store
from tests.api.library import assert_problem
from tests.fakes import FakeEngine
from tests.ingest.whole import jid, judgment, judgment_key, write_judgments

TEXT = "押金存入專戶，不得挪用；租期屆滿時應返還承租人。"


class Office:
    """A service as the settings make it, its store, and a worker that works when it is told."""

    def __init__(self, client: TestClient, settings: Settings, store: Store) -> None:
        self.client, self.store, self.jobs = client, store, JobList(store)
        self.worker = Worker(self.jobs, partial(run_job, settings))
        self.key = {"Authorization": f"Bearer {Keys(store, today).create('admin')[1]}"}

    def ask(self, method: str, path: str, **more: Any) -> Any:
        return self.client.request(method, path, headers=self.key, **more)

    def done(self, response: Any) -> dict[str, Any]:
        """What the API says of a job after the worker has been at it."""
        self.worker.work()
        found: dict[str, Any] = self.ask("GET", response.headers["location"]).json()
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    files = tmp_path / "files"
    files.mkdir()
    lines = [json.dumps({"id": str(number), "title": "示範", "text": f"{TEXT}第{number}號。"}) for number in range(3)]
    (files / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")
    write_judgments(files / "courts", [judgment(1)])
    (files / "courts" / f"{jid(2)}.json").write_text("{", encoding="utf-8")
    settings = load_settings(data=tmp_path / "data", source_dir=files)
    store = open_store(settings.store_url, create=True)
    with open_guard(settings) as guard:
        yield Office(TestClient(create_app(FakeEngine(), guard=guard)), settings, store)
    store.close()


def test_what_is_asked_for_is_taken_in_and_what_could_not_be_is_named(office: Office, tmp_path: Path) -> None:
    made = office.ask("POST", "/v1/jobs", json={"source": "judgments", "from": ["courts"]})
    assert (made.status_code, made.json()["state"]) == (201, "queued")
    found = office.done(made)
    assert (found["state"], found["from"]) == ("done", ["courts"])
    assert "1 份不成" in found["message"]
    assert len(office.store.versions(judgment_key(1))) == 1
    errors = office.ask("GET", f"{made.headers['location']}/errors").json()["errors"]
    assert [one["key"] for one in errors] == [f"judgments/{jid(2)}"]
    assert errors[0]["reason"]
    assert str(tmp_path) not in office.ask("GET", "/v1/jobs").text


def test_what_is_taken_back_is_gone_and_a_second_run_changes_nothing(office: Office) -> None:
    office.done(office.ask("POST", "/v1/jobs", json={"source": "passages", "from": ["own.jsonl"]}))
    gone = office.ask("DELETE", "/v1/documents/paragraph/1")
    assert gone.status_code == 202
    assert (gone.json()["source"], gone.json()["keys"]) == ("purge", ["paragraph/1"])
    assert office.ask("DELETE", "/v1/documents/paragraph/1").json()["id"] == gone.json()["id"]
    assert office.done(gone)["state"] == "done"
    assert not office.store.versions("paragraph/1")
    assert office.store.versions("paragraph/2")
    # As after a worker that was killed when all was done but nothing said yet; and for a store restored meanwhile.
    for keys in (["paragraph/1"], ["paragraph/none"]):
        again = office.jobs.create("purge", {"keys": keys})
        office.worker.work()
        assert office.jobs.get(again.id).state == "done"
    assert_problem(office.ask("DELETE", "/v1/documents/paragraph/none"), 404, "沒有 paragraph/none")


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"source": "passages", "from": ["own.jsonl"], "without": ["issue"]}, "沒有 issue 這個欄位"),
        ({"source": "law-history", "from": ["https://www.example.org/a.zip"]}, "找不到檔案"),
    ],
)
def test_what_only_the_worker_can_tell_is_what_the_job_says(office: Office, wish: dict[str, Any], why: str) -> None:
    found = office.done(office.ask("POST", "/v1/jobs", json=wish))
    assert found["state"] == "failed"
    assert why in found["message"]


def test_a_link_that_leads_out_since_it_was_asked_for_is_not_followed(office: Office, tmp_path: Path) -> None:
    made = office.ask("POST", "/v1/jobs", json={"source": "passages", "from": ["own.jsonl"]})
    (tmp_path / "files" / "own.jsonl").rename(tmp_path / "elsewhere.jsonl")
    (tmp_path / "files" / "own.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    found = office.done(made)
    assert (found["state"], found["message"]) == ("failed", "「own.jsonl」不在 YOUJU_SOURCE_DIR 裡")
