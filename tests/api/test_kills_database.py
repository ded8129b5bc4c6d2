"""The database server killed while the service runs: all are told so in one line, nothing is lost, and it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest

from api.workers import open_app
from ingest.sample import write_sample
from rag.access import Keys
from rag.answer import today
from rag.joblist import JobList
from rag.settings import Settings, load_settings
from rag.store import open_store
from tests.api.killed import ASKED, SAID, saying, until
from tests.api.live import live
from tests.cluster import OWNER, PASSWORD, Cluster, programs
from tests.commands import run

ARTICLE = "/v1/laws/Z9990001/articles/4"
CHAT = {"model": "youju", "messages": [{"role": "user", "content": ASKED["question"]}]}
REMARKS = ("GET", "/v1/feedback?limit=200")
# Everything that looks into the store: method, path, body.
LOOKED_UP: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "/v1/ask", ASKED),
    ("POST", "/v1/search", ASKED),
    ("POST", "/v1/verify", {"text": "依示範共享單車租借條例第4條，押金應於七日內返還。"}),
    ("POST", "/v1/chat/completions", CHAT),
    ("GET", ARTICLE, None),
    ("GET", ARTICLE + "/history", None),
    ("GET", "/v1/documents/law/Z9990001/4", None),
    ("GET", "/v1/links/law/Z9990001/4", None),
    ("GET", "/v1/coverage", None),
    (*REMARKS, None),
    ("GET", "/readyz", None),
    ("GET", "/", None),
    ("GET", "/ask?q=租單車的押金多久要退還？", None),
    ("GET", "/laws/Z9990001/articles/4", None),
]
PROBLEM = "application/problem+json"
KINDS = {"/v1/chat": "application/json", "/v1": PROBLEM, "/readyz": PROBLEM, "/": "text/html"}


def said_to_be_gone(response: httpx.Response) -> str:
    """One clear line in Chinese, and nothing of where the server is or what it said."""
    assert response.status_code == 503, (response.url, response.text)
    for secret in (PASSWORD, OWNER, "127.0.0.1", "psycopg", "Traceback", "connection", "SELECT"):
        assert secret not in response.text
    assert "連不上資料庫伺服器" in response.text
    return response.headers["content-type"].partition(";")[0]


class Served:
    """The service over a database server, and what only the database server and the job list are asked directly."""

    def __init__(self, settings: Settings, cluster: Cluster, url: str) -> None:
        self.cluster = cluster
        self.store = open_store(settings.store_url)
        self.jobs = JobList(self.store)
        self._key = {"Authorization": f"Bearer {Keys(self.store, today).create('admin')[1]}"}
        self._client = httpx.Client(base_url=url, timeout=10)

    def ask(self, how: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """With a key where one is needed: with one the store is asked before anything else."""
        key = self._key if (how, path) == REMARKS else {}
        return self._client.request(how, path, json=body, headers=key | headers)

    def statuses(self) -> dict[str, int]:
        return {path: self.ask(how, path, body).status_code for how, path, body in LOOKED_UP}

    def say(self, sentence: int) -> int:
        return self.ask("POST", "/v1/feedback", SAID | {"sentence": sentence}).status_code

    def heard(self) -> Counter[int]:
        """The sentences of which something was said, and how often."""
        response = self.ask(*REMARKS)
        assert response.status_code == 200, response.text
        return Counter(one["sentence"] for one in response.json()["remarks"])

    def close(self) -> None:
        self._client.close()
        self.store.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server is installed")
    folder = tmp_path_factory.mktemp("postgres")
    files, data = write_sample(folder / "files"), folder / "data"
    with Cluster(found) as cluster:
        words = ["youju-ingest", "run", "laws", "--from", str(files), "--data", str(data)]
        done = run(words, YOUJU_DATABASE_URL=cluster.url)
        assert done.returncode == 0, done.stderr
        settings = load_settings(data=data, database_url=cluster.url, rate_per_minute=0, key_rate_per_minute=0)
        with open_app(settings) as app, live(app) as url, closing(Served(settings, cluster, url)) as served:
            yield served


@contextmanager
def killed(cluster: Cluster) -> Iterator[None]:
    cluster.kill()
    try:
        yield
    finally:
        cluster.start()


def test_while_the_database_server_is_gone_everyone_is_told_and_the_service_lives(
    service: Served, caplog: pytest.LogCaptureFixture
) -> None:
    assert set(service.statuses().values()) == {200}
    with killed(service.cluster):
        for how, path, body in LOOKED_UP:
            kind = next(kind for start, kind in KINDS.items() if path.startswith(start))
            assert said_to_be_gone(service.ask(how, path, body)) == kind, path
        said_to_be_gone(service.ask("POST", "/v1/feedback", SAID))
        assert service.ask("GET", "/healthz").json()["status"] == "ok"
        assert "youju_ready 0.0" in service.ask("GET", "/metrics").text
    assert set(service.statuses().values()) == {200}
    assert PASSWORD not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_stream_of_events_ends_with_the_error(service: Served) -> None:
    with killed(service.cluster):
        response = service.ask("POST", "/v1/ask", ASKED, Accept="text/event-stream")
    assert response.status_code == 200
    assert response.text.count("event: ") == 1
    assert "event: error" in response.text
    assert '"status":503' in response.text
    assert PASSWORD not in response.text


def test_a_server_that_was_gone_while_nobody_asked_is_not_even_noticed(service: Served) -> None:
    assert set(service.statuses().values()) == {200}
    with killed(service.cluster):
        pass
    assert set(service.statuses().values()) == {200}


def test_what_was_written_before_the_server_was_killed_is_there(service: Served) -> None:
    """Remarks come without a pause while it is killed: all that were said to be kept are, each once."""
    job = service.jobs.create("news", {"given": []})
    before = service.heard()
    with saying(service.say) as came:
        until(lambda: len(came[201]) > 10)
        with killed(service.cluster):
            until(lambda: len(came[503]) > 0)
        again = len(came[201])
        until(lambda: len(came[201]) > again + 5)
    assert set(came) == {201, 503}
    added = service.heard() - before
    assert Counter(came[201]) - added == {}
    # One may have been written whose sender could no longer be told.
    assert (added - Counter(came[201])).total() <= 1
    assert service.jobs.get(job.id).state == "queued"
