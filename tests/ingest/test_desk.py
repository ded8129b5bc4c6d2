"""The commands for jobs, as an analyst uses them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from ingest.schedule import TAIPEI
from rag.joblist import Job, JobList
from rag.sources import SOURCES
from rag.store import open_store
from tests.ingest.sixty import Say

PARAGRAPH = {"id": "1", "title": "示範", "text": "押金存入專戶，不得挪用；租期屆滿時應返還承租人。"}


def queued(say: Say, tmp_path: Path) -> tuple[Path, str]:
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(PARAGRAPH, ensure_ascii=False) + "\n", encoding="utf-8")
    data = tmp_path / "data"
    said = say("enqueue", "passages", "--from", file, "--data", data)
    assert said.code == 0
    return data, said.out.strip()


def test_what_is_handed_over_waits_and_can_be_cancelled_and_taken_up_again(say: Say, tmp_path: Path) -> None:
    data, job = queued(say, tmp_path)
    assert job in say("jobs", "--data", data).out
    assert "取消" in say("jobs", "--cancel", job, "--data", data).out
    assert "等候" in say("jobs", "--resume", job, "--data", data).out
    assert "暫停" in say("jobs", "--pause", job, "--data", data).out


def listed(data: Path) -> Job:
    """A job of the longest name that is far along, and one that failed for a long reason with brackets in it."""
    store = open_store(f"sqlite:///{data / 'youju.db'}", create=True)
    jobs = JobList(store)
    jobs.create("judgments")
    failing = jobs.take("desk/1/x")
    assert failing
    jobs.fail(failing, "https://example.org/archives/2024/07.zip：HTTP 500，稍後再試 [/red] " * 2 + "\x1b[31m")
    jobs.create(max(SOURCES, key=len))
    running = jobs.take("desk/1/x")
    assert running
    jobs.report(running, 1_234_567, 5_000_000, "收錄 judgments")
    store.close()
    return running


def test_the_jobs_are_readable_on_eighty_columns(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    job = listed(tmp_path)
    lines = say("jobs", "--data", tmp_path).out.splitlines()
    assert max(map(cell_len, lines)) <= 80
    at = next(n for n, line in enumerate(lines) if line.startswith(job.id))
    created = job.created.astimezone(TAIPEI)
    assert lines[at].split() == [job.id, job.source, "執行中", *f"{created:%m-%d %H:%M}".split()]
    assert lines[at + 1] == "  1,234,567/5,000,000  收錄 judgments"
    assert len(lines) == 5
    assert "[/red]" in "".join(lines)
    assert "\x1b" not in "".join(lines)


def test_a_wide_terminal_shows_a_table_with_years(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    job = listed(tmp_path)
    out = say("jobs", "--data", tmp_path).out
    assert max(map(cell_len, out.splitlines())) <= 140
    row = next(line for line in out.splitlines() if job.id in line)
    created = job.created.astimezone(TAIPEI)
    assert f"{created:%Y-%m-%d %H:%M}   1,234,567/5,000,000   收錄 judgments" in row
    assert "進度" in out
    assert "[/red]" in out


def test_what_is_not_there_is_one_clear_line(say: Say, tmp_path: Path) -> None:
    data, _ = queued(say, tmp_path)
    for arguments in (
        ("enqueue", "parking"),
        ("jobs", "--cancel", "0" * 32),
        ("jobs", "--errors", "0" * 32),
        ("jobs", "--limit", str(10**20)),
    ):
        said = say(*arguments, "--data", data)
        assert said.code == 2
        assert said.err.count("\n") == 1


def test_the_worker_does_what_was_handed_over(say: Say, tmp_path: Path) -> None:
    data, job = queued(say, tmp_path)
    # Nothing can be fetched through a proxy that is not there, so the scheduled sources fail at once.
    environment = os.environ | {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "ingest", "worker", "--data", str(data)]
    worker = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        store = open_store(f"sqlite:///{data / 'youju.db'}")
        jobs = JobList(store)
        limit = time.monotonic() + 60
        while jobs.get(job).state != "done" and time.monotonic() < limit:
            time.sleep(0.1)
        assert jobs.get(job).state == "done"
        assert store.versions("paragraph/1")[0].text == PARAGRAPH["text"]
        store.close()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
