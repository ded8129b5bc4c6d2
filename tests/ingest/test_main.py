"""The door of the analyst: what it prints, what it returns, and one clear line for everything that goes wrong."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ingest.locks import one_writer
from tests.ingest.official import law, write_history, write_release
from tests.ingest.sixty import ENACTED, HISTORY, LAWS, Said, Say, at
from tests.ingest.stores import dump, generation, indexed, run
from tests.ingest.whole import jid, judgment, write_interpretations, write_judgments, write_texts


def assert_one_line(said: Said, code: int, text: str) -> None:
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
        (("run", "passages", "--from", "/none/at/all"), "找不到 /none/at/all"),
        (("run", "passages"), "請用 --from"),
        (("run", "interpretations", "--without-field", "x", "--from", "."), "沒有 x 這個欄位；可用的有：issue"),
        (("run", "laws", "--without-field", "issue"), "沒有 issue 這個欄位"),
        (("reparse", "courts"), "沒有 courts 這個來源"),
        (("reparse", "laws"), "不需要重讀"),
        (("reparse", "bills", "--without-field", "x"), "沒有 x 這個欄位"),
        (("purge", "judgment/none"), "資料庫裡沒有 judgment/none"),
        (("purge", "law/B0000001/1"), "法規的條文不能撤除"),
        (("purge",), "KEY"),
        (("restore", "/none/at/all"), "找不到 /none/at/all"),
        (("run",), "SOURCE"),
        (("fly",), "fly"),
    ],
)
def test_bad_usage_is_one_line(say: Say, tmp_path: Path, arguments: tuple[str, ...], text: str) -> None:
    data = () if arguments == ("fly",) else ("--data", tmp_path)
    assert_one_line(say(*arguments, *data), 2, text)


def test_a_folder_without_the_files_is_named(say: Say, tmp_path: Path) -> None:
    assert_one_line(say("run", "laws", "--from", tmp_path, "--data", tmp_path / "data"), 2, "ChLaw.json.zip")


@pytest.mark.parametrize("command", [("status",), ("check",), ("backup", "out.zip"), ("skipped", "news")])
def test_before_anything_is_taken_in_it_says_so(say: Say, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert_one_line(say(*command, "--data", tmp_path / "data"), 3, "還沒有資料")


def test_a_folder_that_can_not_be_written_is_one_line(say: Say, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_one_line(say("run", "laws", "--from", sample, "--data", tmp_path / "file"), 1, "無法寫入")
    assert_one_line(say("run", "laws", "--from", sample, "--data", tmp_path / "file" / "data"), 1, "無法寫入")


def test_a_file_that_is_no_database_is_one_line(say: Say, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "youju.db").write_bytes(b"x" * 5000)
    assert_one_line(say("run", "laws", "--from", sample, "--data", tmp_path), 1, "資料庫無法開啟")


def test_a_store_of_a_newer_youju_is_one_line(say: Say, sample: Path, data: Path) -> None:
    with closing(sqlite3.connect(data / "youju.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    assert_one_line(say("run", "laws", "--from", sample, "--data", data), 1, "先升級")


def test_the_second_of_two_writers_is_told(say: Say, sample: Path, data: Path) -> None:
    before = dump(at(data))
    with one_writer(data):
        assert_one_line(say("run", "laws", "--from", sample, "--data", data), 1, "正由另一個工作寫入")
        assert_one_line(say("rebuild-index", "--data", data), 1, "正由另一個工作寫入")
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
    assert_one_line(say("run", "laws", "--from", broken(tmp_path / "files", kind), "--data", data), 2, text)
    assert (dump(at(data)), generation(at(data)), indexed(at(data))) == before


def test_far_fewer_laws_are_taken_in_when_asked_to(say: Say, data: Path, tmp_path: Path) -> None:
    folder = broken(tmp_path / "files", "fewer")
    assert say("run", "laws", "--from", folder, "--allow-fewer", "--data", data).code == 0


def test_a_bad_line_of_a_history_changes_nothing(say: Say, data: Path, tmp_path: Path) -> None:
    before = dump(at(data))
    path = write_history(tmp_path / "history.jsonl", [(None, LAWS[0])])
    path.write_text(path.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    assert_one_line(say("run", "law-history", "--from", path, "--data", data), 2, "第 2 行")
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


def test_a_source_of_documents_is_taken_in_and_what_was_not_is_told(say: Say, tmp_path: Path) -> None:
    path, data = write_texts(tmp_path / "t.jsonl", {"1": "電話0912-345-678。", "2": "乙。"}), tmp_path / "data"
    path.write_text(path.read_text(encoding="utf-8") + "{\n[]\n", encoding="utf-8")
    said = say("run", "passages", "--from", path, "--data", data)
    report = json.loads(said.out)
    assert said.code == 0
    assert (report["records"], report["documents"], report["masked"]) == (4, 2, {"phone": 1})
    assert report["skipped"] == {"t.jsonl 第 3 行：不是 JSON": 1, "t.jsonl 第 4 行：不是 JSON 物件": 1}
    assert "略過 1 份：t.jsonl 第 3 行：不是 JSON\n" in said.err
    assert "個人資料不編入索引：phone 1" in said.err
    listed = say("skipped", "passages", "--data", data)
    assert listed.out.splitlines() == [
        "t.jsonl 第 3 行\tskipped\tt.jsonl 第 3 行：不是 JSON",
        "t.jsonl 第 4 行\tskipped\tt.jsonl 第 4 行：不是 JSON 物件",
    ]
    assert_one_line(say("skipped", "courts", "--data", data), 2, "沒有 courts 這個來源")
    again = say("run", "passages", "--from", path, "--data", data)
    assert (json.loads(again.out)["written"], again.code) == (0, 0)
    assert "沒有變動" in again.err


def test_only_so_many_reasons_are_told(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("{\n" * 30, encoding="utf-8")
    said = say("run", "passages", "--from", path, "--data", tmp_path / "data")
    assert said.err.count("略過 1 份") == 20
    assert "另有 10 種略過的原因，見 youju-ingest skipped passages" in said.err


def test_a_document_that_fails_is_named_and_the_code_is_one(say: Say, tmp_path: Path) -> None:
    files, data = write_judgments(tmp_path / "files", [judgment(1)]), tmp_path / "data"
    for number in range(30):
        (files / f"{jid(100 + number)}.json").write_text("{", encoding="utf-8")
    for command in (("run", "judgments", "--from", files), ("reparse", "judgments")):
        said = say(*command, "--data", data)
        report = json.loads(said.out)
        assert (said.code, report["records"], len(report["failed"])) == (1, 31, 30)
        assert said.err.count("失敗 judgments/") == 20
        assert "另有 10 份失敗，見 youju-ingest skipped judgments" in said.err
    lines = say("skipped", "judgments", "--data", data).out.splitlines()
    assert len(lines) == 30
    assert {line.split("\t")[1] for line in lines} == {"failed"}
    facts = json.loads(say("status", "--data", data).out.splitlines()[-1])
    assert facts["sources"]["judgments"]["failed"] == 30


def test_reading_anew_through_the_door(say: Say, data: Path, tmp_path: Path) -> None:
    say("run", "interpretations", "--from", write_interpretations(tmp_path / "i", [2, 3]), "--data", data)
    before = dump(at(data)), indexed(at(data))
    said = say("reparse", "interpretations", "--without-field", "issue", "--data", data)
    assert (said.code, json.loads(said.out)["documents"]) == (0, 2)
    assert len(indexed(at(data))) == len(before[1]) - 2
    assert say("check", "--data", data).code == 0
    assert say("reparse", "interpretations", "--data", data).code == 0
    assert (dump(at(data)), indexed(at(data))) == before
    assert "沒有變動" in say("reparse", "interpretations", "--data", data).err


def test_status_tells_each_source_with_its_days_and_holes(say: Say, data: Path, tmp_path: Path) -> None:
    days = {1: "20240119", 2: "20240419"}
    judgments = [judgment(number) | {"JID": jid(number).replace("20240119", day)} for number, day in days.items()]
    say("run", "judgments", "--from", write_judgments(tmp_path / "j", judgments), "--data", data)
    said = say("status", "--data", data)
    found = json.loads(said.out.splitlines()[-1])["sources"]
    assert found["laws"]["documents"] == 60
    assert {name: found["judgments"][name] for name in ("documents", "from", "to", "holes")} == {
        "documents": 2, "from": "2024-01-19", "to": "2024-04-19", "holes": ["2024-02/2024-03"]
    }  # fmt: skip
    assert "2024-02/2024-03" in said.out


def test_a_broken_file_of_documents_is_one_line(say: Say, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(b"\xfd7zXZ\x00 cut")
    (tmp_path / "j.zip").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "b.jsonl").write_text("{}\n", encoding="utf-8")
    for source, name in (("passages", "t.jsonl"), ("judgments", "j.zip"), ("bills", "b.jsonl")):
        assert_one_line(say("run", source, "--from", tmp_path / name, "--data", tmp_path / "data"), 2, name)


def test_links_of_a_document_both_ways(say: Say, tmp_path: Path) -> None:
    rows = [
        {"id": "1", "title": "甲", "text": "依民法第184條請求。"},
        {"id": "2", "title": "乙", "text": "參照釋字第1號。"},
    ]
    file = tmp_path / "own.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    data = tmp_path / "data"
    assert say("run", "passages", "--from", file, "--data", data).code == 0
    assert say("links", "paragraph/2", "--data", data).out == "→\tcites\tinterpretation/1\n"
    assert say("links", "interpretation/1", "--data", data).out == "←\tcites\tparagraph/2\n"
    said = say("links", "paragraph/1", "--data", data)
    assert (said.code, said.err.count("\n")) == (2, 1)
