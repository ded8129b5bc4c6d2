"""The whole store into a file and back, on both databases."""

from __future__ import annotations

import random
import subprocess
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import event, select

from ingest.backup import backup, restore
from ingest.indexing import bring_up_to_date, compare, indexed_revision
from ingest.jobs import run_laws
from ingest.progress import Quiet
from rag import arrivals, ledger, schema
from rag.access import Keys
from rag.arrivals import Refused, Relation
from rag.build import open_index, open_index_writer
from rag.errors import BrokenArchive, StoreError, UsageError
from rag.joblist import JobList
from rag.removals import remove
from rag.settings import Settings, load_settings
from rag.store import Release, Store, open_store
from rag.writer import SnapshotRow, writing
from tests.ingest.official import article, decree, english, histories, law, write_release
from tests.ingest.stores import command, dump, indexed, run
from tests.rag.databases import KINDS, fresh
from tests.rag.test_arrivals import came, judged
from tests.rag.test_writer import DAY, LATER, LAW, document

ENACTED = date(2010, 1, 6)
HISTORY = histories(decree(ENACTED, "制定公布全文 2  條"))


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    for url in fresh(request.param, tmp_path):
        one = open_store(url, create=True)
        with writing(one) as writer:
            writer.put_laws([LAW])
            writer.put_documents(["Z0000001"], [document("1", "甲\ue5f9\r\n乙"), document("2")])
            writer.put_links([("law/Z0000001/1", "2020-01-02", "law/B0000001/184")])
            writer.put_snapshots([SnapshotRow("Z0000001", "a" * 64, None, bytes(range(256)))])
            writer.put_translations("Z0000001", {"law/Z0000001/1": ("A", LATER)})
            writer.put_ledger("laws", {"laws/Z0000001": ("b" * 64, DAY)})
            writer.put_release("laws", Release("ChLaw", DAY, "c" * 64, 1, 2, {"U+E5F9": 1}))
            bad = (Refused("judgment/2", "過短"),)
            came_in = came("a", judged("1", links=(Relation("x", "cites", DAY),)), refused=bad, seen=LATER)
            arrivals.put(writer, "judgments", [came_in, came("b", judged("1"))], DAY)
            remove(writer, {"judgment/9": DAY})
            ledger.put_marks(writer, "news", {"a": "1"})
        job = JobList(one).create("news", {"given": ["甲"]})
        JobList(one).note_errors(job.id, {"news/1": "無法解析"})
        yield one
        one.close()


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows; a restored store counts everything as written anew, so not the revisions."""
    found = {}
    with store.engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in ("revision", "value")]
            found[table.name] = sorted(map(tuple, connection.execute(select(*columns)).all()), key=repr)
    return found


def change(store: Store) -> None:
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("3", "丙。")])
        writer.put_release("laws", Release("ChLaw", LATER, "d" * 64, 1, 1, {}))


def test_what_was_saved_comes_back(store: Store, tmp_path: Path) -> None:
    before = everything(store)
    count = backup(store, tmp_path / "out.zip")
    change(store)
    assert everything(store) != before
    assert restore(store, tmp_path / "out.zip") == count == sum(map(len, before.values()))
    assert everything(store) == before
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.zip"]


def test_a_restored_store_goes_on_being_written(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "out.zip")
    restore(store, tmp_path / "out.zip")
    change(store)
    assert [one.sha256[0] for one in store.releases("laws", every=True)] == ["c", "d"]


def test_what_was_taken_back_since_does_not_come_back(store: Store, tmp_path: Path) -> None:
    before = everything(store)
    count = backup(store, tmp_path / "out.zip")
    with writing(store) as writer:
        remove(writer, {"judgment/1": date.max})
    assert restore(store, tmp_path / "out.zip") == count
    after = everything(store)
    assert any("judgment/1" in row for row in before["documents"])
    assert [name for name, rows in after.items() if any("judgment/1" in row for row in rows)] == ["tombstones"]
    assert (after["raws"], after["marks"]) == ([], before["marks"])
    assert len(after["documents"]) == len(before["documents"]) - 1


def test_a_key_revoked_since_stays_revoked(store: Store, tmp_path: Path) -> None:
    keys = Keys(store, lambda: DAY)
    (gone, _), (kept, token) = keys.create("admin"), keys.create("citizen")
    backup(store, tmp_path / "out.zip")
    keys.revoke(gone.id)
    restore(store, tmp_path / "out.zip")
    assert {key.id: key.revoked for key in keys.listing()} == {gone.id: DAY, kept.id: None}
    assert keys.find(token) == kept


def test_a_backup_fits_the_other_database(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "out.zip")
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}", create=True)
    restore(other, tmp_path / "out.zip")
    assert everything(other) == everything(store)
    other.close()


def test_everything_restored_counts_as_written_after_all_that_was_there(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "out.zip")
    for _ in range(5):
        change(store)
        with writing(store) as writer:
            writer.put_documents(["Z0000001"], [])
    old = store.revision()
    restore(store, tmp_path / "out.zip")
    assert store.revision() > old
    assert store.changed_count(old) == store.passage_count() == 4


def spoiled(source: Path, target: Path, **members: bytes | None) -> Path:
    """A copy of a backup with members replaced or left out."""
    names = {name.replace("_", "."): body for name, body in members.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            body = names.get(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
    return target


@pytest.mark.parametrize(
    "members",
    [
        {"youju_json": None},
        {"youju_json": b"{}"},
        {"youju_json": b"[]"},
        {"youju_json": b"nonsense"},
        {"youju_json": b'{"schema": "0000"}'},
        {"documents_jsonl": None},
        {"documents_jsonl": b"{}\n"},
        {"documents_jsonl": b"[1, 2]\n"},
        {"documents_jsonl": b"7\n"},
        {"documents_jsonl": b"{\n"},
        {"snapshots_jsonl": b'{"law": "Z0000001", "sha256": "a", "published": "yesterday", "body": "AA=="}\n'},
        {"snapshots_jsonl": b'{"law": "Z0000001", "sha256": "a", "published": null, "body": "A"}\n'},
        {"snapshots_jsonl": b'{"law": "Z0000001", "sha256": "a", "published": null, "body": 5}\n'},
        {"laws_jsonl": b'{"pcode": null, "name": null}\n'},
    ],
)
def test_a_backup_that_is_none_leaves_the_store_as_it_was(
    store: Store, tmp_path: Path, members: dict[str, bytes | None]
) -> None:
    backup(store, tmp_path / "out.zip")
    before, revision = everything(store), store.revision()
    with pytest.raises((BrokenArchive, StoreError), match=r"^[^\n]+$"):
        restore(store, spoiled(tmp_path / "out.zip", tmp_path / "bad.zip", **members))
    assert (everything(store), store.revision()) == (before, revision)


def test_a_value_the_tables_refuse_leaves_the_store_as_it_was(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        row = orjson.loads(file.read("laws.jsonl"))
    twice = b"".join(orjson.dumps(row) + b"\n" for _ in range(2))
    before = everything(store)
    with pytest.raises(StoreError, match=r"^資料庫無法寫入：[^\n]+$"):
        restore(store, spoiled(tmp_path / "out.zip", tmp_path / "bad.zip", laws_jsonl=twice))
    assert everything(store) == before


@pytest.mark.parametrize("body", [b"", b"garbage" * 99, b"<!DOCTYPE html>"])
def test_garbage_is_refused(store: Store, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "bad.zip").write_bytes(body)
    with pytest.raises(BrokenArchive, match="不是完整的備份檔"):
        restore(store, tmp_path / "bad.zip")


def test_a_truncated_backup_is_refused(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "out.zip")
    (tmp_path / "bad.zip").write_bytes((tmp_path / "out.zip").read_bytes()[:-50])
    with pytest.raises(BrokenArchive):
        restore(store, tmp_path / "bad.zip")


@pytest.mark.parametrize("name", ["none.zip", "folder"])
def test_a_backup_that_is_not_there_is_named(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="找不到"):
        restore(store, tmp_path / name)


def test_a_place_that_can_not_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="無法寫入"):
        backup(store, tmp_path / "file" / "out.zip")


def test_a_backup_shows_one_moment(store: Store, tmp_path: Path) -> None:
    """A job that finishes while a backup is under way is in it whole or not at all."""
    backup(store, tmp_path / "before.zip")
    slow = _Slow(store, lambda: change(store))
    backup(slow, tmp_path / "out.zip")
    assert slow.went
    assert _members(tmp_path / "out.zip") == _members(tmp_path / "before.zip")


class _Slow(Store):
    """Something happens after the first table has been read."""

    def __init__(self, store: Store, then: Any) -> None:
        super().__init__(store.engine)
        self.went = False
        self._then = then
        self._hooked()

    def _hooked(self) -> None:
        @event.listens_for(self.engine, "after_cursor_execute")
        def after(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not self.went and "FROM documents" in statement:
                self.went = True
                self._then()


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def take_in(settings: Settings, folder: Path) -> None:
    run_laws(settings, [folder], Quiet())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    records = [law(f"Z{n:07}", ENACTED, [article("1", f"第{n}號。"), article("2", "乙。")], HISTORY) for n in range(60)]
    write_release(tmp_path / "files", records)
    write_release(tmp_path / "files", [english("Z0000001", ENACTED, {"1": "A"})], member="EnLaw")
    one = load_settings(data=tmp_path / "data")
    take_in(one, tmp_path / "files")
    return one


def test_an_index_from_before_a_restore_is_never_taken_for_the_new_one(settings: Settings, tmp_path: Path) -> None:
    """A restore that was killed before its index was rebuilt, then another job."""
    empty = open_store(f"sqlite:///{tmp_path / 'empty.db'}", create=True)
    backup(empty, tmp_path / "empty.zip")
    empty.close()
    store = open_store(settings.store_url)
    restore(store, tmp_path / "empty.zip")
    indexed_at = indexed_revision(lambda: open_index(settings))
    assert indexed_at != store.revision()
    bring_up_to_date(store, settings.store_url, open_index_writer(settings), indexed_at)
    index = open_index(settings)
    assert (compare(store, index), index.count()) == (([], []), 0)
    index.close()
    store.close()


def test_killed_while_saving_or_restoring_leaves_the_old_file_or_the_old_store(
    settings: Settings, tmp_path: Path
) -> None:
    saved, data = tmp_path / "out.zip", ("--data", settings.data)
    before, ids = dump(settings), indexed(settings)
    began = time.monotonic()
    assert run("backup", saved, *data).returncode == 0
    usual, old = time.monotonic() - began, _members(saved)
    chance = random.Random(5)
    for _ in range(2):
        kill_after(chance.uniform(usual / 2, usual), "backup", saved, *data)
        assert _members(saved) == old
    for _ in range(3):
        kill_after(chance.uniform(usual / 2, 2 * usual), "restore", saved, *data)
        assert dump(settings) == before
    assert run("restore", saved, *data).returncode == 0
    assert (dump(settings), indexed(settings)) == (before, ids)
    assert run("check", *data).returncode == 0


def kill_after(seconds: float, *arguments: str | Path) -> None:
    with subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
