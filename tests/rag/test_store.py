"""The reading side on both databases, and how a database that can't be read is told of."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rag import arrivals, ledger
from rag.arrivals import Arrival, Part, Relation, filed
from rag.database import NoStore
from rag.domain import Law
from rag.errors import StoreError, UsageError
from rag.holdings import articles_named, coverage, laws_named, since
from rag.ledger import marks
from rag.names import FORMER, OFFICIAL, REPEALED, LawName
from rag.store import Store, batches, open_store, parse_passage_id
from rag.writer import ledger_hashes, snapshots_of, writing
from tests.rag.databases import KINDS, fresh
from tests.rag.test_arrivals import came, judged
from tests.rag.test_writer import DAY, LATER, LAW, document


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    for url in fresh(request.param, tmp_path):
        one = open_store(url, create=True)
        with writing(one) as writer:
            writer.put_laws([LAW, replace(LAW, pcode="Z0000002", name="示範舊法", repealed=LATER, former_names=())])
            writer.put_documents(
                ["Z0000001", "Z0000002"],
                [
                    document("1", "甲。", DAY, end=LATER),
                    document("1", "甲新。", LATER),
                    document("10"),
                    document("2"),
                    document("1", law="Z0000002"),
                ],
            )
        yield one
        one.close()


def test_versions_come_oldest_first(store: Store) -> None:
    assert [one.text for one in store.versions("law/Z0000001/1")] == ["甲。", "甲新。"]
    assert store.versions("law/Z0000001/99") == ()
    assert store.version("law/Z0000001/1", "1999-01-01") is None


def test_numbers_come_in_the_order_of_the_law(store: Store) -> None:
    assert store.numbers("Z0000001") == ["1", "2", "10"]
    assert store.numbers("Z0000009") == []


def test_articles_of_a_law_that_have_one_of_some_words(store: Store) -> None:
    assert [one.text for one in store.saying("Z0000001", ["新", "乙"])] == ["甲新。"]
    assert store.saying("Z0000009", ["新"]) == []


def test_names_know_their_kind(store: Store) -> None:
    assert sorted(store.law_names()) == [
        LawName("示範法", "Z0000001", OFFICIAL),
        LawName("示範舊法", "Z0000001", FORMER),
        LawName("示範舊法", "Z0000002", OFFICIAL + REPEALED),
    ]
    assert store.law("Z0000009") is None


def test_passages_are_spans_of_the_version_they_name(store: Store) -> None:
    ids = ["law/Z0000001/1@2023-04-05#0-2", "law/Z0000001/1@2020-01-02#1-2", "law/Z0000001/1@1999-01-01#0-1"]
    found = store.passages(ids)
    assert {id: (passage.text, document.text) for id, (passage, document) in found.items()} == {
        ids[0]: ("甲新", "甲新。"),
        ids[1]: ("。", "甲。"),
    }
    assert all(document.text[passage.start : passage.end] == passage.text for passage, document in found.values())


def test_many_passages_at_once(store: Store) -> None:
    ids = [f"law/Z0000001/{number}@2020-01-02#0-2" for number in range(2000)]
    assert set(store.passages(ids)) == {ids[1], ids[2], ids[10]}
    assert store.passages([]) == {}


def test_what_changed_is_streamed_with_its_passages(store: Store) -> None:
    assert {passage.id for _, passage in store.changed(0)} == {
        "law/Z0000001/1@2020-01-02#0-2",
        "law/Z0000001/1@2023-04-05#0-3",
        "law/Z0000001/10@2020-01-02#0-2",
        "law/Z0000001/2@2020-01-02#0-2",
        "law/Z0000002/1@2020-01-02#0-2",
    }
    assert list(store.changed(1)) == []


def test_coverage_counts(store: Store) -> None:
    found = coverage(store)
    assert {name: found[name] for name in ("laws", "articles", "versions", "passages", "translations")} == {
        "laws": 2,
        "articles": 4,
        "versions": 5,
        "passages": 5,
        "translations": 0,
    }
    assert store.passage_count() == 5


def test_a_reader_sees_what_a_writer_has_finished_and_no_more(store: Store) -> None:
    with writing(store) as writer:
        writer.put_laws([Law("Z0000003", "示範新法", "法律", "", DAY)])
        assert store.law("Z0000003") is None
    assert store.law("Z0000003") is not None


def test_a_database_that_breaks_is_one_clear_error(store: Store) -> None:
    with store.engine.begin() as connection:
        for table in ("documents", "snapshots", "ledger"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    for read in (
        lambda: store.versions("law/Z0000001/1"),
        lambda: list(store.changed(0)),
        lambda: snapshots_of(store, ["Z0000001"]),
        lambda: ledger_hashes(store, "laws"),
    ):
        with pytest.raises(StoreError, match=r"^資料庫無法讀取：[^\n]+$"):
            read()


@pytest.mark.parametrize(
    "id", ["", "law/Z/1", "law/Z/1@2020-01-02", "law/Z/1@2020-01-02#0", "@x#0-1", "law/Z/1@#0-1", "a@b#x-1"]
)
def test_what_is_no_passage_id_is_refused(id: str) -> None:
    with pytest.raises(UsageError, match="不是段落編號"):
        parse_passage_id(id)


def test_a_passage_id_is_taken_apart_from_the_right() -> None:
    assert parse_passage_id("judgment/a@b#c@2020-01-02#3-14") == ("judgment/a@b#c", "2020-01-02", 3, 14)


def test_batches_lose_nothing() -> None:
    assert [len(batch) for batch in batches(range(1001))] == [400, 400, 201]
    assert list(batches([])) == []


def test_nothing_ingested_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoStore, match="youju-ingest run laws") as caught:
        open_store(f"sqlite:///{tmp_path / 'none' / 'youju.db'}")
    assert caught.value.exit_code == 3
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\0" + os.urandom(5000)])
@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path, content: bytes, create: bool) -> None:
    (tmp_path / "youju.db").write_bytes(content)
    with pytest.raises(StoreError, match=r"^資料庫無法開啟：(不是 SQLite 資料庫檔|資料庫檔損壞)$"):
        open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=create)
    assert (tmp_path / "youju.db").read_bytes() == content
    gc.collect()  # a connection left open would speak up here


@pytest.mark.parametrize(
    "url",
    ["garbage", "sqlite:////proc/none/youju.db", "postgresql+psycopg://u:p@127.0.0.1:1/none", "mysql://none/none"],
)
def test_a_database_that_can_not_be_reached_is_one_line(url: str) -> None:
    with pytest.raises(StoreError, match=r"^資料庫無法開啟：[^\n]+$") as caught:
        open_store(url, create=True)
    assert "u:p" not in str(caught.value)


def test_a_folder_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="無法開啟：已經有同名的檔案或資料夾"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'youju.db'}", create=True)
    (tmp_path / "youju.db").mkdir()
    with pytest.raises(StoreError, match="無法開啟：檔案打不開"):
        open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "youju.db").touch()
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}")
    assert (store.revision(), store.law_names()) == (0, [])
    store.close()


def test_days_before_our_era_are_kept(store: Store) -> None:
    with writing(store) as writer:
        writer.put_laws([Law("Z0000004", "無日", "法律", "", date.min)])
    found = store.law("Z0000004")
    assert found is not None
    assert found.modified == date.min


def take(store: Store, *came: Arrival, source: str = "judgments") -> None:
    with writing(store) as writer:
        arrivals.put(writer, source, came, DAY)


def test_passages_of_a_document_come_in_its_order_with_all_that_is_known(store: Store) -> None:
    whole = judged("1", "甲。乙。丙。")
    parts = (Part(4, 6, "附錄", "", "3", searchable=False), Part(0, 2, "主文", "法院", "1"), Part(2, 4))
    take(store, came("a", filed(whole.document, parts)))
    assert [(one.text, one.section, one.speaker, one.place, one.searchable) for one in
            store.passages_of("judgment/1", DAY.isoformat())] == [
        ("甲。", "主文", "法院", "1", True), ("乙。", "", "", "", True), ("丙。", "附錄", "", "3", False),
    ]  # fmt: skip
    assert store.passages_of("judgment/1", "1999-01-01") == []
    (one,) = store.passages_of("law/Z0000001/10", DAY.isoformat())
    assert (one.start, one.end) == (0, 2)


def test_a_span_that_is_no_longer_a_passage_is_not_made_up(store: Store) -> None:
    """An index that has not caught up yet names what was there before."""
    take(store, came("a", judged("1", "甲。乙。")))
    ids = [f"judgment/1@{DAY}#{span}" for span in ("0-2", "0-4", "2-4", "90-99")]
    assert list(store.passages(ids)) == [ids[0], ids[2]]


def test_what_can_not_be_found_is_streamed_only_when_asked_for(store: Store) -> None:
    take(store, came("a", judged("1", "甲。乙。")))
    assert [one.id for _, one in store.changed(1)] == [f"judgment/1@{DAY}#0-2", f"judgment/1@{DAY}#2-4"]
    assert [one.id for _, one in store.changed(1, searchable=True)] == [f"judgment/1@{DAY}#0-2"]
    assert len(list(store.changed(0, searchable=True))) == 6


def test_a_case_number_leads_to_its_judgments_with_its_court_or_without(store: Store) -> None:
    cases = {"1": "case/TPS/104/台上/472", "2": "case/TPS/104/台上/472", "3": "case/TPH/104/台上/472", "4": "case/TPS/104/台上/1472",
             "5": "case/TPS/104/%/472", "6": ""}  # fmt: skip
    take(store, came("a", *(judged(key, facts={"case_key": case}) for key, case in cases.items())))
    assert store.keys_of_case("case/TPS/104/台上/472") == ["judgment/1", "judgment/2"]
    assert store.keys_of_case("case//104/台上/472") == ["judgment/1", "judgment/2", "judgment/3"]
    assert store.keys_of_case("case//104/%/472") == ["judgment/5"]
    assert store.keys_of_case("case/TPS/104/台上/9") == store.keys_of_case("case//1/x/1") == []


def test_links_are_found_from_both_ends(store: Store) -> None:
    target = "law/Z0000001/1"
    take(store, came("a", judged("1", links=(Relation(target, "cites", LATER), Relation(target, "amends"))), judged("2", links=(
        Relation(target), Relation("law/Z0000001/"),
    ))))  # fmt: skip
    found = [(link.key, link.relation, link.day) for link in store.links_to(target)]
    assert found == [
        ("judgment/1", "amends", None), ("judgment/1", "cites", LATER), ("judgment/2", "cites", None),
    ]  # fmt: skip
    assert [link.target for link in store.links_from("judgment/2")] == ["law/Z0000001/", target]
    assert store.links_to("law/Z0000001/2") == store.links_from("judgment/9") == []
    assert (laws_named(store), articles_named(store)) == ({}, {})


def test_marks_are_of_one_source(store: Store) -> None:
    with writing(store) as writer:
        ledger.put_marks(writer, "news", {"a": "1", "b": ""})
        ledger.put_marks(writer, "bills", {"a": "2"})
        ledger.put_marks(writer, "news", {"a": "3"})
        assert writer.written == 0
    assert (marks(store, "news"), marks(store, "bills"), marks(store, "laws")) == ({"a": "3", "b": ""}, {"a": "2"}, {})


def test_the_documents_of_a_source_since_a_day(store: Store) -> None:
    take(store, came("a", judged("1"), judged("2", version=LATER.isoformat())))
    assert [one.key for one in since(store, "judgments", LATER.isoformat())] == ["judgment/2"]
    assert [one.key for one in since(store, "judgments", "")] == ["judgment/1", "judgment/2"]
    assert since(store, "news", "") == []


def test_a_scrubbed_store_goes_on_as_before(store: Store) -> None:
    take(store, came("a", judged("1")))
    before = [one.id for _, one in store.changed(0)]
    store.scrub()
    assert sorted(one.id for _, one in store.changed(0)) == sorted(before)


def test_a_reader_that_holds_the_log_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'youju.db'}"
    store, other = open_store(url, create=True), open_store(url)
    with other.engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT count(*) FROM documents").all()
        take(store, came("a", judged("1")))
        with store.engine.connect() as writer:
            writer.exec_driver_sql("PRAGMA busy_timeout=10")
        with pytest.raises(StoreError, match="日誌正被讀取"):
            store.scrub()
    store.scrub()
    store.close()
    other.close()
