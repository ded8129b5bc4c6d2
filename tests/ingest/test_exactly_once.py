"""Nothing lost, nothing doubled: re-runs, one changed law, sources in any order, and kills at any moment."""

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.jobs import run_law_history, run_laws
from ingest.progress import Quiet
from rag.build import open_index
from rag.settings import Settings, load_settings
from tests.ingest.bulk import law, many, write_bulk, write_history

# What a run leaves behind that tells when it ran, not what it stored.
_APART = {"documents": ("revision",), "removed": ("revision",), "releases": ("id", "revision"), "meta": ("value",)}
AMENDED = (
    "1.中華民國一百零九年一月一日總統華總一義字第 1 號令制定公布全文 2 條\r\n"
    "2.中華民國一百十二年五月一日總統華總一義字第 2 號令修正公布第 2  條條文；\r\n"
    "  並自一百十三年一月一日施行"
)
OLD = law(1, "甲應登記。", "乙應於三日內申報。")
NEW = law(1, "甲應登記。", "乙應於七日內申報。", modified="20230501", histories=AMENDED)


def settings_in(folder: Path) -> Settings:
    return load_settings(data=folder)


def take_in(settings: Settings, folder: Path) -> int:
    return run_laws(settings, [folder], Quiet()).written


def dump(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, less what differs from run to run."""
    with sqlite3.connect(settings.data / "youju.db") as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: _rows(database, name) for name in sorted(names)}


def _rows(database: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
    kept = ", ".join(f'"{column}"' for column in columns if column not in _APART.get(name, ()))
    return sorted(database.execute(f"SELECT {kept} FROM {name}"), key=repr) if kept else []  # noqa: S608


def indexed(settings: Settings) -> set[str]:
    index = open_index(settings)
    try:
        return set(index.ids())
    finally:
        index.close()


def spans(settings: Settings, key: str) -> list[tuple[str, str, str]]:
    with sqlite3.connect(settings.data / "youju.db") as database:
        query = "SELECT text, valid_from, valid_to FROM documents WHERE key = ? ORDER BY valid_from"
        return list(database.execute(query, (key,)))


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    settings, files = settings_in(tmp_path / "data"), write_bulk(tmp_path / "files", many(5))
    assert take_in(settings, files) > 0
    before, generation = dump(settings), (tmp_path / "data/index/CURRENT").read_text()
    assert take_in(settings, files) == 0
    assert (dump(settings), (tmp_path / "data/index/CURRENT").read_text()) == (before, generation)


def test_one_changed_law_closes_and_opens_versions_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data")
    take_in(settings, write_bulk(tmp_path / "old", [OLD, *many(4)[1:]]))
    with sqlite3.connect(settings.data / "youju.db") as database:
        query = "SELECT key, revision FROM documents WHERE law <> 'Z1000001' ORDER BY key"
        untouched = database.execute(query).fetchall()
        take_in(settings, write_bulk(tmp_path / "new", [NEW, *many(4)[1:]], "2024/10/18 上午 12:00:00"))
        assert database.execute(query).fetchall() == untouched
    assert spans(settings, "law/Z1000001/1") == [("甲應登記。", "2020-01-01", "9999-12-31")]
    assert spans(settings, "law/Z1000001/2") == [
        ("乙應於三日內申報。", "2020-01-01", "2024-01-01"),
        ("乙應於七日內申報。", "2024-01-01", "9999-12-31"),
    ]
    assert {id.partition("#")[0] for id in indexed(settings) if "/Z1000001/2@" in id} == {
        "law/Z1000001/2@2020-01-01",
        "law/Z1000001/2@2023-05-01",
    }


def test_the_order_of_the_sources_does_not_matter(tmp_path: Path) -> None:
    files = write_bulk(tmp_path / "files", [NEW])
    history = write_history(tmp_path / "history.jsonl", [(None, OLD), ("20230505", NEW)])
    before, after = settings_in(tmp_path / "before"), settings_in(tmp_path / "after")
    run_law_history(before, [history], Quiet())
    take_in(before, files)
    take_in(after, files)
    assert spans(after, "law/Z1000001/2") == [("乙應於七日內申報。", "2024-01-01", "9999-12-31")]
    run_law_history(after, [history], Quiet())
    assert dump(before)["documents"] == dump(after)["documents"]
    assert indexed(before) == indexed(after)
    assert run_law_history(after, [history], Quiet()).written == 0


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_and_run_again_it_is_as_if_never_killed(tmp_path: Path, seed: int) -> None:
    """Six kills a seed, from the first import to the last fsync; then one run to the end."""
    files = write_bulk(tmp_path / "files", many(450))
    whole = settings_in(tmp_path / "whole")
    began = time.monotonic()
    _finish(files, whole)
    usual = time.monotonic() - began
    killed = settings_in(tmp_path / "killed")
    chance = random.Random(seed)
    for _ in range(6):
        _kill_after(chance.uniform(0.05, usual), files, killed)
    _finish(files, killed)
    assert dump(killed) == dump(whole)
    assert indexed(killed) == indexed(whole)
    checked = subprocess.run(_command("check", "--data", str(killed.data)), capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ingest", *arguments]


def _run(files: Path, settings: Settings) -> list[str]:
    return _command("run", "laws", "--from", str(files), "--data", str(settings.data))


def _finish(files: Path, settings: Settings) -> None:
    done = subprocess.run(_run(files, settings), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _kill_after(seconds: float, files: Path, settings: Settings) -> None:
    with subprocess.Popen(_run(files, settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
