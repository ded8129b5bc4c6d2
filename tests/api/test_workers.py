"""Several worker processes behind one address: a real server, killed, stopped, and given a new index meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[2]
QUESTION = {"question": "租單車的押金多久要退還？"}
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}
UNLIMITED = {"YOUJU_RATE_PER_MINUTE": "0"}
LONGEST_S = 60


class Server:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=LONGEST_S)

    def ask(self) -> int:
        return httpx.post(self.url + "/v1/ask", json=QUESTION, timeout=LONGEST_S).status_code

    def workers(self) -> list[psutil.Process]:
        """Those that answer: the children with the listening address."""
        port = int(self.url.rpartition(":")[2])
        children = psutil.Process(self.process.pid).children()
        return [one for one in children if any(_listens(found, port) for found in one.net_connections("tcp"))]

    def figure(self, name: str, **labels: str) -> float:
        families = text_string_to_metric_families(self.get("/metrics").text)
        found = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in found if labels.items() <= sample.labels.items())


def _listens(connection: object, port: int) -> bool:
    return connection.status == psutil.CONN_LISTEN and connection.laddr.port == port  # type: ignore[attr-defined]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.1)


@contextmanager
def serving(data: Path, workers: int = 2, **settings: str) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--data", str(data), "--port", str(_free_port()), "--workers", str(workers)],
        cwd=ROOT,
        env=ENVIRONMENT | UNLIMITED | settings,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    try:
        first = process.stderr.readline()
        assert f"以 {workers} 個行程" in first
        reader = threading.Thread(target=process.stderr.read)
        reader.start()
        server = Server(process, first.split("在 ")[1].split()[0])
        until(lambda: len(server.workers()) == workers)
        yield server
    finally:
        process.terminate()
        process.wait(LONGEST_S)
        reader.join()
        process.stderr.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def under_load(server: Server) -> Iterator[Counter[object]]:
    """Asks again and again on new connections; what came of each is counted once the block ends."""
    stop, came = threading.Event(), Counter[object]()

    def go() -> None:
        while not stop.is_set():
            try:
                came[server.ask()] += 1
            except httpx.HTTPError as error:
                came[type(error)] += 1

    threads = [threading.Thread(target=go) for _ in range(4)]
    for one in threads:
        one.start()
    try:
        yield came
    finally:
        stop.set()
        for one in threads:
            one.join()


@pytest.fixture(scope="module")
def server(sample_data: Path) -> Iterator[Server]:
    with serving(sample_data) as one:
        yield one


def test_all_workers_answer_and_their_figures_are_added_up(server: Server) -> None:
    before = server.figure("youju_http_requests_total", route="/v1/ask")
    assert {server.ask() for _ in range(20)} == {200}
    assert server.figure("youju_http_requests_total", route="/v1/ask") == before + 20
    assert server.figure("youju_ready") == 1


def test_all_workers_together_allow_what_is_set(sample_data: Path) -> None:
    rate = {"YOUJU_RATE_PER_MINUTE": "0.1", "YOUJU_RATE_BURST": "5"}
    with serving(sample_data, **rate) as server:
        assert Counter(server.get("/v1/coverage").status_code for _ in range(20)) == {200: 5, 429: 15}


def test_a_worker_that_is_killed_takes_nothing_with_it_but_its_requests(server: Server) -> None:
    victim = server.workers()[0]
    with under_load(server) as came:
        until(lambda: came[200] > 5)
        victim.send_signal(signal.SIGKILL)
        until(lambda: len(server.workers()) == 2 and victim.pid not in {one.pid for one in server.workers()})
        again = came[200]
        until(lambda: came[200] > again + 20)
    # At most what each of the four had asked of it just then, and the connections that waited for it.
    assert sum(count for what, count in came.items() if what != 200) <= 8
    assert {server.ask() for _ in range(20)} == {200}
    assert server.figure("youju_http_requests_in_flight") == 1


def test_a_new_generation_comes_into_use_without_an_error(sample_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    with serving(data) as server:
        old = server.get("/readyz").json()["index_revision"]
        opened = _opened(server)
        with under_load(server) as came:
            until(lambda: came[200] > 5)
            _ingest("rebuild-index", "--data", str(data))
            again = came[200]
            until(lambda: came[200] > again + 50)
            until(lambda: not opened & _opened(server))
        assert set(came) == {200}
        ready = server.get("/readyz").json()
        assert (ready["index_revision"], ready["behind"]) == (old, 0)
        assert 0 <= server.figure("youju_index_age_seconds") < LONGEST_S


def _opened(server: Server) -> set[str]:
    """The generations that the workers hold open: ``{"g000001"}``."""
    paths = [Path(one.path) for worker in server.workers() for one in worker.open_files()]
    return {path.parent.name for path in paths if path.name == "held"}


def _ingest(*arguments: str) -> None:
    command = [sys.executable, "-m", "ingest", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_told_to_stop_it_answers_what_it_was_asked_and_leaves_nobody_behind(sample_data: Path) -> None:
    with serving(sample_data) as server:
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert server.ask() == 200
        server.process.terminate()
        assert server.process.wait(LONGEST_S) == 0
        until(lambda: not any(one.is_running() for one in children))


def _lives(one: psutil.Process) -> bool:
    return one.is_running() and one.status() != psutil.STATUS_ZOMBIE


def test_workers_do_not_outlive_a_parent_that_is_killed(sample_data: Path) -> None:
    with serving(sample_data) as server:
        children = server.workers()
        assert len(children) == 2
        server.process.kill()
        until(lambda: not any(map(_lives, children)))
        assert [one for one in children if _lives(one)] == []


def test_without_data_it_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api", "--data", str(tmp_path), "--port", str(_free_port()), "--workers", "2"],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 3
    assert "youju-ingest run laws" in done.stderr
    assert "Traceback" not in done.stderr
