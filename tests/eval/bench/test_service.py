import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from eval.bench.ground import StepFailed
from eval.bench.load import Load, Plan
from eval.bench.load import put_under as put_under_here
from eval.bench.service import SETS, put_under, service
from eval.errors import NotEnoughData
from tests.eval.bench.grounds import ground

BODIES = ['{"question": "一"}', '{"question": "二"}', '{"question": "bad"}']


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"]
        if asked == "cut":
            self.close_connection = True
            return
        self.send_response(500 if asked == "bad" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def answering() -> Iterator[Plan]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Plan("127.0.0.1", server.server_port, "/v1/ask", BODIES, 3, 0.5, 7)
        finally:
            server.shutdown()
            thread.join()


def loaded(plan: Plan) -> Load:
    return asyncio.run(put_under_here(plan))


def test_what_is_not_200_is_an_error() -> None:
    with answering() as plan:
        load = loaded(plan)
    assert len(load.ms) > load.errors > 0
    assert load.seconds >= plan.seconds
    assert min(load.ms) > 0


def test_a_connection_that_is_cut_is_an_error_and_opened_anew() -> None:
    with answering() as plan:
        load = loaded(plan._replace(bodies=['{"question": "cut"}'], connections=1))
    assert load.ms == []
    assert load.errors > 1


def test_nobody_at_the_address_is_an_error() -> None:
    with answering() as plan:
        pass
    assert loaded(plan._replace(connections=1, seconds=0.2)).errors > 0


def test_the_load_comes_from_a_process_of_its_own() -> None:
    with answering() as plan:
        load = put_under(plan)
    assert len(load.ms) > load.errors > 0


def test_a_plan_that_can_not_be_carried_out_says_so() -> None:
    with answering() as plan, pytest.raises(StepFailed, match=r"eval\.bench\.load"):
        put_under(plan._replace(bodies=[1]))


def test_without_questions_the_step_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="實際資料"):
        service(ground(tmp_path, tmp_path))


def test_the_step_puts_a_real_service_under_load(tmp_path: Path, sample_data: Path) -> None:
    (tmp_path / "questions").mkdir()
    for name in SETS:
        line = {"id": name, "kind": "lay", "question": "租單車的押金多久要退還？", "answerable": True, "gold": []}
        (tmp_path / "questions" / f"{name}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    measured = service(replace(ground(tmp_path, sample_data), load_s=1.0))
    assert measured["service_errors"] == 0
    assert measured["service_per_s"] > 1
    assert 0 < measured["service_p50_ms"] <= measured["service_p99_ms"]
    assert measured["service_cpu_ms"] > 0
    assert measured["service_rss_end_mb"] == pytest.approx(
        measured["service_rss_start_mb"] * measured["service_rss_growth"]
    )
