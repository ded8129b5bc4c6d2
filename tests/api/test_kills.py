"""The service and the worker killed in the middle of their work: what was accepted is there, and once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from rag.access import Feedback
from rag.answer import today
from rag.joblist import JobList
from rag.settings import load_settings
from rag.store import open_store
from tests.api.killed import ASKED, SAID, alone, saying, until
from tests.commands import command, environment, run
from tests.ingest.whole import write_texts

# Nothing can be fetched through a proxy that is not there, so the scheduled sources fail at once.
OFFLINE = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
COUNT = 40


def ask(url: str) -> int:
    time.sleep(0.05)  # the worker needs the processor, too
    return httpx.post(f"{url}/v1/ask", json=ASKED, timeout=60).status_code


def say(url: str, sentence: int) -> int:
    return httpx.post(f"{url}/v1/feedback", json=SAID | {"sentence": sentence}, timeout=10).status_code


def test_what_was_written_before_the_service_was_killed_is_there(sample_data: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(sample_data, tmp_path / "data"))
    with closing(open_store(load_settings(data=data).store_url)) as store, alone(data) as first:
        remarks = Feedback(store, today)

        with saying(lambda sentence: say(first.url, sentence)) as came:
            until(lambda: len(came[201]) > 10)
            first.process.kill()
            until(lambda: len(came[0]) > 0)
        assert set(came) == {201, 0}
        assert first.process.wait(10) == -signal.SIGKILL
        with alone(data, first.port) as second:
            assert httpx.post(f"{second.url}/v1/ask", json=ASKED).json()["state"] == "answered"
            assert say(second.url, 999) == 201
        kept = Counter(filed.remark.sentence for filed in remarks.listing(1000))
    assert Counter(came[201] + [999]) - kept == {}
    assert (kept - Counter(came[201] + [999])).total() <= 1


@contextmanager
def worker(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = command(["youju-ingest", "worker", "--data", str(data)])
    with subprocess.Popen(words, env=environment(**OFFLINE), stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def text(number: int) -> str:
    """Long enough that indexing all of them takes a while."""
    return f"第{number}號燈塔夜間停電，漁民返港時須依第{number}號公告辦理登記。" * 150


def test_a_worker_killed_in_a_job_is_not_noticed_by_who_asks_and_doubles_nothing(
    sample_data: Path, tmp_path: Path
) -> None:
    """Killed between the store and the index, where half is done; the next worker completes the job."""
    data = Path(shutil.copytree(sample_data, tmp_path / "data"))
    file = write_texts(tmp_path / "texts.jsonl", {str(number): text(number) for number in range(COUNT)})
    done = run(["youju-ingest", "enqueue", "passages", "--from", str(file), "--data", str(data)])
    assert done.returncode == 0, done.stderr
    id = done.stdout.strip()
    with closing(open_store(load_settings(data=data).store_url)) as store, alone(data) as service:
        jobs, before = JobList(store), coverage(service.url)
        with saying(lambda _: ask(service.url)) as came:
            with worker(data) as process:
                until(lambda: store.passage_count() > before["counts"]["passages"])
                process.kill()
                assert process.wait(10) == -signal.SIGKILL
            assert jobs.get(id).state == "running"
            assert httpx.get(f"{service.url}/readyz").json()["behind"] > 0
            with worker(data):
                until(lambda: jobs.get(id).state == "done")
        assert set(came) == {200}
        until(lambda: httpx.get(f"{service.url}/readyz").json()["behind"] == 0)
        with httpx.Client(base_url=service.url) as client:
            found = [client.get(f"/v1/documents/paragraph/{number}").json() for number in range(COUNT)]
        after = coverage(service.url)
    assert [one["text"] for one in found] == [text(number) for number in range(COUNT)]
    assert [len(one["versions"]) for one in found] == [1] * COUNT
    assert after["counts"]["passages"] == before["counts"]["passages"] + sum(len(one["passages"]) for one in found)
    assert {one["source"]: one["documents"] for one in after["sources"]} == {"laws": 29, "passages": COUNT}
    checked = run(["youju-ingest", "check", "--data", str(data)])
    assert checked.returncode == 0, checked.stdout


def coverage(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/v1/coverage").json()
    return found
