"""Store and index compared both ways, and what is done about a difference."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ingest.official import write_release
from tests.ingest.sixty import LAWS, Said, Say, at
from tests.ingest.stores import generation, indexed

Harm = Callable[[Path], None]


def lose_a_generation(data: Path) -> None:
    shutil.rmtree(data / "index" / generation(at(data)).strip())


def spoil_the_pointer(data: Path) -> None:
    (data / "index" / "CURRENT").write_bytes(b"\xff\x00 g9")


def spoil_the_manifest(data: Path) -> None:
    (data / "index" / generation(at(data)).strip() / "manifest.json").write_text("{")


def lose_the_index(data: Path) -> None:
    shutil.rmtree(data / "index")


def lose_a_law(data: Path) -> None:
    with closing(sqlite3.connect(data / "youju.db")) as database:
        for table in ("documents", "passages"):
            database.execute(f"DELETE FROM {table} WHERE key LIKE 'law/Z0000007/%'")  # noqa: S608
        database.commit()


def gain_a_law(data: Path) -> None:
    with closing(sqlite3.connect(data / "youju.db")) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(documents)") if row[1] != "key"]
        listed = ", ".join(f'"{column}"' for column in columns)
        copied = f"SELECT 'law/Z0000007/2', {listed} FROM documents WHERE key = 'law/Z0000007/1'"  # noqa: S608
        database.execute(f"INSERT INTO documents (key, {listed}) {copied}")
        database.execute(
            "INSERT INTO passages (key, version, start, end) VALUES ('law/Z0000007/2', '2010-01-06', 0, 3)"
        )
        database.commit()


@pytest.mark.parametrize(
    "harm",
    [
        lose_a_generation,
        spoil_the_pointer,
        spoil_the_manifest,
        lose_the_index,
        lose_a_law,
        gain_a_law,
    ],
)
def test_harm_is_found_and_repaired(say: Say, data: Path, harm: Harm) -> None:
    assert say("check", "--data", data).code == 0
    harm(data)
    found = say("check", "--data", data)
    assert (found.code, found.out.count("\n")) == (1, 1)
    assert say("check", "--repair", "--data", data).code == 0
    assert say("check", "--data", data) == Said(0, "資料庫與索引一致\n", "")


@pytest.mark.parametrize("harm", [lose_a_generation, spoil_the_pointer])
def test_the_next_run_repairs_a_lost_index_by_itself(say: Say, data: Path, tmp_path: Path, harm: Harm) -> None:
    harm(data)
    path = write_release(tmp_path / "files", LAWS)
    assert say("run", "laws", "--from", path, "--data", data).code == 0
    assert say("check", "--data", data).code == 0


def test_rebuilding_gives_the_same_passages(say: Say, data: Path) -> None:
    before, old = indexed(at(data)), generation(at(data))
    said = say("rebuild-index", "--data", data)
    assert (said.code, said.out) == (0, "索引已重建：60 段\n")
    assert (indexed(at(data)), generation(at(data)) != old) == (before, True)
