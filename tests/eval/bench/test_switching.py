import json
import sqlite3
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from eval.bench.bulk import Changed, read_bulk
from eval.bench.ground import StepFailed
from eval.bench.load import Load, Plan
from eval.bench.service import SETS
from eval.bench.switching import MARK, beside, copied, found, joined, switching
from eval.bench.taken import Taken
from eval.errors import NotEnoughData
from ingest.sample import write_sample
from tests.eval.bench.grounds import ground

KEY = "law/Z9990001/4"
TAKEN = Taken(documents=1, written=1, skipped={}, failed={}, seconds=2.0, peak_mb=1.0)


def taking_in(pointer: Path, generation: str) -> Callable[[], Taken]:
    def take() -> Taken:
        pointer.write_text(generation)
        return TAKEN

    return take


@contextmanager
def answering(*hits: dict[str, str]) -> Iterator[Plan]:
    """Whatever is asked, these are the hits."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"question": MARK, "hits": hits}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Plan("127.0.0.1", server.server_port, "/v1/ask", ["{}"], 2, 0.2, 7)
        finally:
            server.shutdown()
            thread.join()


def test_a_copy_holds_what_was_written_and_not_yet_folded_in(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_text("g000001")
    (tmp_path / "writer.lock").touch()
    with closing(sqlite3.connect(tmp_path / "youju.db")) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE kept (text)")
        writer.execute("INSERT INTO kept VALUES ('在日誌裡')")
        writer.commit()
        copy = copied(tmp_path, tmp_path.with_name("copy"))
    with closing(sqlite3.connect(copy / "youju.db")) as reader:
        assert reader.execute("SELECT text FROM kept").fetchall() == [("在日誌裡",)]
    assert sorted(path.name for path in copy.iterdir()) == ["index", "youju.db"]
    assert (copy / "index" / "CURRENT").read_text() == "g000001"


def test_what_is_not_there_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="還沒有資料"):
        copied(tmp_path, tmp_path / "copy")


def test_a_store_elsewhere_would_be_changed_by_the_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    (tmp_path / "youju.db").touch()
    with pytest.raises(NotEnoughData, match="無法複製"):
        copied(tmp_path, tmp_path / "copy")


def test_several_rounds_are_one() -> None:
    assert joined([Load(1.0, [2.0], 1), Load(2.0, [3.0, 4.0], 0)]) == Load(3.0, [2.0, 3.0, 4.0], 1)


def test_the_jobs_run_one_after_another_under_load(tmp_path: Path) -> None:
    pointer = tmp_path / "CURRENT"
    pointer.write_text("g000001")
    jobs = [taking_in(pointer, name) for name in ("g000002", "g000002", "g000003")]
    with answering() as plan:
        busy = beside(plan, jobs, pointer)
    assert (busy.seconds, busy.switches, busy.load.errors) == (6.0, 2, 0)
    assert len(busy.load.ms) > 0


def test_a_job_that_broke_off_is_told(tmp_path: Path) -> None:
    def broken() -> Taken:
        raise StepFailed("youju-ingest run news: exit 1")

    (tmp_path / "CURRENT").write_text("g000001")
    with answering() as plan, pytest.raises(StepFailed, match="exit 1"):
        beside(plan, [broken], tmp_path / "CURRENT")


@pytest.mark.parametrize(
    ("hit", "share"), [((KEY, f"於{MARK}準用之。"), 1.0), ((KEY, "舊的條文"), 0.0), (("law/Z9990001/5", MARK), 0.0)]
)
def test_only_the_new_words_in_their_place_are_found(hit: tuple[str, str], share: float, tmp_path: Path) -> None:
    with answering({"key": hit[0], "text": hit[1]}) as plan:
        assert found(plan.port, Changed(tmp_path, KEY)) == share


def amendable(folder: Path) -> None:
    """The sample, with the first law in force from the day it was published."""
    bulk = read_bulk(write_sample(folder) / "ChLaw.json")
    bulk["Laws"][0]["LawEffectiveDate"] = ""
    with zipfile.ZipFile(folder / "ChLaw.json.zip", "w") as archive:
        archive.writestr("ChLaw.json", json.dumps(bulk, ensure_ascii=False))


def test_the_step_switches_a_real_service_under_load(tmp_path: Path, sample_data: Path) -> None:
    amendable(tmp_path / "moj")
    (tmp_path / "questions").mkdir()
    for name in SETS:
        line = {"id": name, "kind": "lay", "question": "租單車的押金多久要退還？", "answerable": True, "gold": []}
        (tmp_path / "questions" / f"{name}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    before = (sample_data / "index" / "CURRENT").read_text()
    measured = switching(replace(ground(tmp_path, sample_data), load_s=1.0), feeds=1)
    assert (measured["switching_errors"], measured["switching_found"], measured["switching_generations"]) == (0, 1, 2)
    assert measured["switching_per_s"] > 1
    assert measured["switching_p99_ratio"] == pytest.approx(
        measured["switching_p99_ms"] / measured["switching_p99_alone_ms"]
    )
    assert (sample_data / "index" / "CURRENT").read_text() == before
