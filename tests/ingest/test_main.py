"""The door of the analyst: what it prints, what it returns, and one clear line for everything that goes wrong."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from ingest.__main__ import app
from ingest.locks import one_writer
from ingest.sample import write_sample
from rag import door
from rag.settings import Settings, load_settings
from tests.ingest.official import article, decree, histories, law, write_history, write_release
from tests.ingest.stores import dump, generation, indexed, run

ENACTED = date(2010, 1, 6)
HISTORY = histories(decree(ENACTED, "制定公布全文 1  條"))
LAWS = [law(f"Z{number:07}", ENACTED, [article("1", f"第{number}號。")], HISTORY) for number in range(60)]


class Said(NamedTuple):
    code: int
    out: str
    err: str


Say = Callable[..., Said]
Harm = Callable[[Path], None]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOURCE_DIR", "DATABASE_URL", "QDRANT_URL", "ALLOW_OPEN_DATA_API", "DATA"):
        monkeypatch.delenv(f"YOUJU_{name}", raising=False)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def one(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = door.run(app, [str(argument) for argument in arguments], "youju-ingest")
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return one


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample") / "moj")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with sixty laws taken in; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("made")
    write_release(folder / "files", LAWS)
    arguments = ["run", "laws", "--from", str(folder / "files"), "--data", str(folder / "data")]
    assert door.run(app, arguments, "youju-ingest") == 0
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data"))


def at(data: Path) -> Settings:
    return load_settings(data=data)


def one_line(said: Said, code: int, text: str) -> None:
    assert said.code == code
    assert said.err.startswith("youju-ingest：")
    assert text in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_the_sample_in_a_process_of_its_own_and_again(sample: Path, tmp_path: Path) -> None:
    first = run("run", "laws", "--from", sample, "--data", tmp_path)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout.splitlines()[-1])
    assert (report["source"], report["records"], report["private_use"]) == ("laws", 7, [1, 1])
    assert report["written"] > 0
    assert len(first.stderr.splitlines()) == 2
    before = dump(at(tmp_path)), generation(at(tmp_path))
    again = run("run", "laws", "--from", sample, "--data", tmp_path)
    assert json.loads(again.stdout)["written"] == json.loads(again.stdout)["indexed"] == 0
    assert "沒有變動" in again.stderr
    assert (dump(at(tmp_path)), generation(at(tmp_path))) == before


def test_status_shows_what_is_there(say: Say, made: Path) -> None:
    said = say("status", "--data", made)
    facts = json.loads(said.out.splitlines()[-1])
    assert said.code == 0
    assert (facts["laws"], facts["articles"], facts["indexed"], facts["index_revision"]) == (
        60,
        60,
        60,
        facts["revision"],
    )
    assert "ChLaw" in said.out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("run", "courts"), "沒有 courts 這個來源"),
        (("run", "laws", "--from", "/none/at/all"), "找不到 /none/at/all"),
        (("run", "laws"), "YOUJU_ALLOW_OPEN_DATA_API"),
        (("run", "law-history"), "請用 --from"),
        (("run", "law-history", "--from", "/none/at/all"), "找不到檔案 /none/at/all"),
        (("run", "laws", "--from", "gopher://example.org/x"), "gopher"),
        (("restore", "/none/at/all"), "找不到 /none/at/all"),
        (("run",), "SOURCE"),
        (("fly",), "fly"),
    ],
)
def test_bad_usage_is_one_line(say: Say, tmp_path: Path, arguments: tuple[str, ...], text: str) -> None:
    data = ("--data", tmp_path) if arguments[0] in ("run", "restore") else ()
    one_line(say(*arguments, *data), 2, text)


def test_a_folder_without_the_files_is_named(say: Say, tmp_path: Path) -> None:
    one_line(say("run", "laws", "--from", tmp_path, "--data", tmp_path / "data"), 2, "ChLaw.json.zip")


@pytest.mark.parametrize("command", [("status",), ("check",), ("backup", "out.zip")])
def test_before_anything_is_taken_in_it_says_so(say: Say, tmp_path: Path, command: tuple[str, ...]) -> None:
    one_line(say(*command, "--data", tmp_path / "data"), 3, "還沒有資料")


def test_a_folder_that_can_not_be_written_is_one_line(say: Say, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one_line(say("run", "laws", "--from", sample, "--data", tmp_path / "file"), 1, "無法寫入")
    one_line(say("run", "laws", "--from", sample, "--data", tmp_path / "file" / "data"), 1, "無法寫入")


def test_a_file_that_is_no_database_is_one_line(say: Say, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "youju.db").write_bytes(b"x" * 5000)
    one_line(say("run", "laws", "--from", sample, "--data", tmp_path), 1, "資料庫無法開啟")


def test_a_store_of_a_newer_youju_is_one_line(say: Say, sample: Path, data: Path) -> None:
    with closing(sqlite3.connect(data / "youju.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    one_line(say("run", "laws", "--from", sample, "--data", data), 1, "先升級")


def test_the_second_of_two_writers_is_told(say: Say, sample: Path, data: Path) -> None:
    before = dump(at(data))
    with one_writer(data):
        one_line(say("run", "laws", "--from", sample, "--data", data), 1, "正由另一個工作寫入")
        one_line(say("rebuild-index", "--data", data), 1, "正由另一個工作寫入")
        assert say("status", "--data", data).code == 0
    assert dump(at(data)) == before


def broken(folder: Path, kind: str) -> Path:
    """A folder of official files of which the second is not what it should be."""
    path = write_release(folder, [*LAWS, law("Z0000099", ENACTED, [], HISTORY)], member="ChLaw")
    second = write_release(folder, LAWS, member="ChOrder")
    if kind == "cut":
        second.write_bytes(second.read_bytes()[:-300])
    elif kind == "page":
        second.write_text("<!DOCTYPE html><html></html>", encoding="utf-8")
    elif kind == "schema":
        write_release(folder, [*LAWS[:-1], LAWS[-1] | {"LawNew": ""}], member="ChOrder")
    elif kind == "empty":
        write_release(folder, [], member="ChOrder")
    elif kind == "two":
        with zipfile.ZipFile(second, "a") as archive:
            archive.writestr("ChOrder2.json", "{}")
    elif kind == "fewer":
        write_release(folder, LAWS[:50], member="ChLaw")
    assert path.exists()
    return folder


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("cut", "不是完整的 ZIP"),
        ("page", "這是網頁"),
        ("schema", "多出 LawNew"),
        ("empty", "非空的 Laws"),
        ("two", "找到 2 個"),
        ("fewer", "上次有 60 筆"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_changes_nothing_at_all(
    say: Say, data: Path, tmp_path: Path, kind: str, text: str
) -> None:
    before = dump(at(data)), generation(at(data)), indexed(at(data))
    one_line(say("run", "laws", "--from", broken(tmp_path / "files", kind), "--data", data), 2, text)
    assert (dump(at(data)), generation(at(data)), indexed(at(data))) == before


def test_far_fewer_laws_are_taken_in_when_asked_to(say: Say, data: Path, tmp_path: Path) -> None:
    folder = broken(tmp_path / "files", "fewer")
    assert say("run", "laws", "--from", folder, "--allow-fewer", "--data", data).code == 0


def test_a_bad_line_of_a_history_changes_nothing(say: Say, data: Path, tmp_path: Path) -> None:
    before = dump(at(data))
    path = write_history(tmp_path / "history.jsonl", [(None, LAWS[0])])
    path.write_text(path.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    one_line(say("run", "law-history", "--from", path, "--data", data), 2, "第 2 行")
    assert dump(at(data)) == before


def test_files_come_from_an_address_too(say: Say, tmp_path: Path) -> None:
    write_release(tmp_path / "site", LAWS[:3])
    handler = partial(Silent, directory=str(tmp_path / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/ChLaw.json.zip"
        said = say("run", "laws", "--from", url, "--data", tmp_path / "data")
        server.shutdown()
        thread.join()
    assert said.code == 0, said.err
    assert json.loads(said.out)["records"] == 3


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


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
        database.execute("INSERT INTO passages VALUES ('law/Z0000007/2', '2010-01-06', 0, 3)")
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
