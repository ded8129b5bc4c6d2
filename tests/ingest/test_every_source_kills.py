"""Fifty runs killed at any moment, over all kinds of sources: nothing lost, nothing doubled."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.settings import Settings, load_settings
from tests.ingest.sixty import Say
from tests.ingest.stores import Dump, dump, indexed, run
from tests.ingest.test_exactly_once import kill_after
from tests.ingest.whole import (
    jid,
    judgment,
    take,
    take_laws,
    write_bills,
    write_deletions,
    write_feeds,
    write_interpretations,
    write_judgments,
    write_records,
    write_texts,
)

OLD = {str(number): f"第{number}則。" * 9 for number in range(500)}
NEW = {str(number): f"第{number}則，民法第{number}條。" * (7 if number % 9 else 5) for number in range(100, 950)}


def judgments(folder: Path) -> Path:
    """Two batches: some as they were, some with another wording, some new, and some taken back."""
    changed = (judgment(n, f"查第{n}號機車，另有說明。") if n % 7 == 0 else judgment(n) for n in range(1, 430))
    write_judgments(folder, changed)
    write_deletions(folder / "Delete-Infor.csv", {jid(number): "20240702" for number in range(5, 430, 20)})
    return folder


FILES: dict[str, Callable[[Path], Path]] = {
    "judgments": judgments,
    "passages": lambda folder: write_texts(folder / "texts.jsonl", NEW),
    "interpretations": lambda folder: write_interpretations(folder, range(1, 130)),
    "gazette-ly": lambda folder: write_records(folder, 90),
    "bills": lambda folder: write_bills(folder / "bills.jsonl", range(1, 200)),
    "news": lambda folder: write_feeds(folder, 12),
}
KILLS = {"judgments": 9, "passages": 9, "interpretations": 8, "gazette-ly": 8, "bills": 8, "news": 8}


class Whole:
    """Stores that nobody killed: one to begin with, and what a run of each source makes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = load_settings(data=folder / "before")
        take_laws(self.before)
        take(self.before, "judgments", write_judgments(folder / "old", map(judgment, range(1, 420))))
        take(self.before, "passages", write_texts(folder / "old.jsonl", OLD))

    def run(self, source: str) -> tuple[Path, float, Dump, set[str]]:
        files = FILES[source](self.folder / source)
        settings = self.copy(self.folder / f"{source}-whole")
        began = time.monotonic()
        done = run("run", source, "--from", files, "--data", settings.data)
        assert done.returncode == 0, done.stderr
        return files, time.monotonic() - began, dump(settings), indexed(settings)

    def copy(self, data: Path) -> Settings:
        return load_settings(data=shutil.copytree(self.before.data, data))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("source", KILLS)
def test_killed_at_any_moment_and_run_again_it_is_as_if_never_killed(
    whole: Whole, tmp_path: Path, say: Say, source: str
) -> None:
    """From the first import to the last fsync; then one run to the end."""
    files, seconds, expected, passages = whole.run(source)
    killed = whole.copy(tmp_path / "data")
    chance = random.Random(source)
    arguments = ("run", source, "--from", files, "--data", killed.data)
    for _ in range(KILLS[source]):
        kill_after(chance.uniform(0.1, seconds), *arguments)
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    found = dump(killed)
    assert [name for name in expected if found[name] != expected[name]] == []
    assert indexed(killed) == passages
    checked = say("check", "--data", killed.data)
    assert checked.code == 0, checked.out


def test_there_were_fifty() -> None:
    assert sum(KILLS.values()) == 50
