"""The jobs over sources whose documents come whole, from files and over HTTP, down to what a search finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ingest import collect
from ingest.progress import Quiet
from ingest.report import Asked, Report
from ingest.runs import open_web
from ingest.schedule import TAIPEI
from rag.build import open_index
from rag.domain import Passage
from rag.errors import BrokenArchive, RefusedRequest, SourceChanged
from rag.expand import QueryTerms
from rag.holdings import coverage
from rag.segment import Grams
from rag.settings import Settings, load_settings
from rag.store import LinkRow, Store, open_store
from tests.ingest.stores import dump, generation, indexed, rows
from tests.ingest.web_server import Server, serving, status, whole
from tests.ingest.whole import (
    feed,
    interpretation,
    jid,
    judgment,
    judgment_key,
    take,
    take_laws,
    write_bills,
    write_feeds,
    write_interpretations,
    write_judgments,
    write_texts,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=TAIPEI)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data=tmp_path / "data", fetch_interval_s=0.0)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def run(settings: Settings, source: str, *given: Path | str, now: datetime = NOW) -> Report:
    with closing(open_web(settings)) as web:
        return collect.run_source(settings, Asked(source, tuple(map(str, given))), web, Quiet(), now)


def store_of(settings: Settings) -> Store:
    return open_store(settings.store_url)


def search(settings: Settings, question: str, limit: int = 5) -> list[Passage]:
    """What the index finds for the words of a question, best first."""
    terms = QueryTerms(dict.fromkeys(Grams().terms(question), 1.0), {})
    with closing(open_index(settings)) as index, closing(store_of(settings)) as store:
        ids = [one.id for one in index.search(terms, date(2026, 11, 21), limit)]
        return [store.passages(ids)[id][0] for id in ids]


def test_what_was_taken_in_is_found_and_a_second_run_does_nothing(settings: Settings, tmp_path: Path) -> None:
    path = write_texts(tmp_path / "t.jsonl", {"1": "單車押金應於七日內返還。", "2": "燈塔停電三晚。"})
    first = run(settings, "passages", path)
    assert (first.records, first.documents, first.indexed, first.failed) == (2, 2, 2, {})
    assert [one.key for one in search(settings, "押金返還")] == ["paragraph/1"]
    before = dump(settings), generation(settings)
    again = run(settings, "passages", path)
    assert (again.records, again.documents, again.written, again.indexed) == (2, 0, 0, 0)
    assert (dump(settings), generation(settings)) == before


def test_the_next_day_only_the_last_day_seen_moves(settings: Settings, tmp_path: Path) -> None:
    path = write_texts(tmp_path / "t.jsonl", {"1": "甲。", "2": "乙。"})
    run(settings, "passages", path)
    before = dump(settings), generation(settings)
    assert run(settings, "passages", path, now=NOW + timedelta(1)).written == 0
    after = dump(settings)
    assert {name for name, content in after.items() if before[0][name] != content} == {"ledger"}
    assert rows(settings, "SELECT DISTINCT first_seen, last_seen FROM ledger") == [("2026-11-21", "2026-11-22")]
    assert generation(settings) == before[1]


def test_a_file_that_is_still_unreadable_the_next_day_makes_no_new_index(settings: Settings, tmp_path: Path) -> None:
    files = write_judgments(tmp_path / "files", [judgment(1)])
    (files / f"{jid(2)}.json").write_text("{", encoding="utf-8")
    assert list(run(settings, "judgments", files).failed) == [f"judgments/{jid(2)}"]
    before = generation(settings)
    again = run(settings, "judgments", files, now=NOW + timedelta(1))
    assert (list(again.failed), again.written, generation(settings)) == ([f"judgments/{jid(2)}"], 0, before)
    write_judgments(files, [judgment(2)])
    (files / f"{jid(2)}.json").unlink()
    mended = run(settings, "judgments", files, now=NOW + timedelta(2))
    assert (dict(mended.failed), mended.documents) == ({}, 1)
    assert rows(settings, "SELECT key, state FROM ledger WHERE state <> 'stored'") == []


def test_a_changed_text_is_found_by_its_new_words_alone(settings: Settings, tmp_path: Path) -> None:
    rest = {str(number): f"第{number}條街道的風景。" for number in range(30)}
    run(settings, "passages", write_texts(tmp_path / "t.jsonl", {**rest, "x": "單車押金應於七日內返還。"}))
    run(settings, "passages", write_texts(tmp_path / "t.jsonl", {**rest, "x": "燈塔停電三晚，漁民返港。"}))
    assert [one.key for one in search(settings, "燈塔停電")] == ["paragraph/x"]
    assert search(settings, "單車押金") == []


def test_links_go_from_texts_to_articles_and_back(settings: Settings, tmp_path: Path) -> None:
    take_laws(settings)
    reasons = "按行為時刑法第320條；本院110年度簡上字第9號判決、釋字第748號解釋可參。"
    run(settings, "judgments", write_judgments(tmp_path / "j", [judgment(5, reasons)]))
    run(settings, "bills", write_bills(tmp_path / "b.jsonl", [184]))
    with closing(store_of(settings)) as store:
        assert store.links_from(judgment_key(5)) == [
            LinkRow(judgment_key(5), "2024-01-19", target, "cites", day)
            for target, day in (
                ("case/TPD/110/簡上/9", None),
                ("interpretation/748", None),
                ("law/B0000001/184", None),
                ("law/C0000001/320", date(2022, 8, 9)),
            )
        ]
        to = {(link.key.split("/")[0], link.relation) for link in store.links_to("law/B0000001/184")}
        assert to == {("judgment", "cites"), ("bill", "amends")}
        assert store.keys_of_case("case/TPD/112/訴/5") == [judgment_key(5)]


def test_an_appendix_of_statutes_is_neither_found_nor_a_citation(settings: Settings, tmp_path: Path) -> None:
    take_laws(settings)
    run(settings, "judgments", write_judgments(tmp_path / "j", [judgment(5)]))
    with closing(store_of(settings)) as store:
        assert [link.target for link in store.links_from(judgment_key(5))] == ["law/B0000001/184"]
        hidden = [one for one in store.passages_of(judgment_key(5), "2024-01-19") if not one.searchable]
    assert any("竊取他人之動產" in one.text for one in hidden)
    assert not {one.id for one in hidden} & indexed(settings)
    assert all("竊取" not in one.text for one in search(settings, "竊取他人之動產者"))


def test_a_field_left_out_is_kept_but_not_found_until_it_is_let_in_again(settings: Settings, tmp_path: Path) -> None:
    path = write_interpretations(tmp_path / "i", range(1, 4))
    issue = str(interpretation(2)["issue"])
    take(settings, "interpretations", path, without=["issue"])
    whole = dump(settings)["raws"]
    assert "爭點" not in {one.section for one in search(settings, issue)}
    with closing(store_of(settings)) as store:
        passages = store.passages_of("interpretation/2", "2017-03-10")
    assert [(one.text, one.searchable) for one in passages if one.section == "爭點"] == [(issue, False)]
    assert take(settings, "interpretations", path, without=["issue"]).written == 0
    assert take(settings, "interpretations", path).documents == 3
    assert search(settings, issue)[0].text == issue
    assert take(settings, "interpretations", path).written == 0
    take(settings, "interpretations", path, without=["issue"])
    assert dump(settings)["raws"] == whole
    assert issue not in {one.text for one in search(settings, issue)}


def test_reading_anew_finds_the_laws_that_came_later(settings: Settings, tmp_path: Path) -> None:
    run(settings, "bills", write_bills(tmp_path / "b.jsonl", range(1, 4)))
    assert rows(settings, "SELECT key FROM links") == []
    take_laws(settings)
    report = collect.reparse(settings, Asked("bills"), Quiet())
    assert (report.records, report.documents, report.written > 0, report.failed) == (3, 3, True, {})
    assert len(rows(settings, "SELECT key FROM links WHERE relation = 'amends'")) == 3
    before = dump(settings), generation(settings)
    assert collect.reparse(settings, Asked("bills"), Quiet()).written == 0
    assert (dump(settings), generation(settings)) == before


def test_reading_anew_leaves_fields_out_too(settings: Settings, tmp_path: Path) -> None:
    run(settings, "interpretations", write_interpretations(tmp_path / "i", [2]))
    collect.reparse(settings, Asked("interpretations", without=("issue",)), Quiet())
    assert "爭點" not in {one.section for one in search(settings, str(interpretation(2)["issue"]))}


def test_nothing_kept_is_nothing_to_read_anew(settings: Settings) -> None:
    assert collect.reparse(settings, Asked("news"), Quiet()).records == 0


def test_files_in_which_nothing_is_are_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("\n")
    with pytest.raises(SourceChanged, match=r"t\.jsonl 裡沒有 passages 的資料"):
        run(settings, "passages", tmp_path / "t.jsonl")


def test_a_damaged_file_after_a_good_one_leaves_the_good_one_found(settings: Settings, tmp_path: Path) -> None:
    good = write_texts(tmp_path / "a.jsonl", {"1": "單車押金應返還。"})
    (tmp_path / "b.jsonl").write_bytes(b"\xfd7zXZ\x00 cut")
    with pytest.raises(BrokenArchive, match=r"^b\.jsonl[^\n]+$"):
        run(settings, "passages", good, tmp_path / "b.jsonl")
    assert [one.key for one in search(settings, "單車押金")] == ["paragraph/1"]
    write_texts(tmp_path / "b.jsonl", {"2": "燈塔停電。"})
    assert run(settings, "passages", good, tmp_path / "b.jsonl").documents == 1


def test_a_feed_comes_over_http_and_its_validator_is_remembered(settings: Settings, server: Server) -> None:
    body = feed(range(4)).encode()
    server.acts = [whole(body, ETag='"1"'), status(304)]
    url = server.at("/feed.xml")
    assert run(settings, "news", url).documents == 4
    assert run(settings, "news", url).records == 0
    assert [one.get("if-none-match") for one in server.asked] == [None, '"1"']
    assert [name for name, _ in rows(settings, "SELECT name, value FROM marks")] == [url]


def test_one_feed_that_fails_does_not_lose_the_others(settings: Settings, server: Server) -> None:
    server.acts = [whole(feed(range(4)).encode()), status(404)]
    with pytest.raises(RefusedRequest, match=r"^[^\n]+$"):
        run(settings, "news", server.at("/a.xml"), server.at("/b.xml"))
    assert len(rows(settings, "SELECT key FROM documents")) == 4
    assert len(search(settings, "示範部今天公告")) > 0
    assert rows(settings, "SELECT count(*) FROM links WHERE relation = 'same_story'") != [(0,)]


def test_stories_are_linked_by_the_next_run_where_one_was_killed_before(settings: Settings, tmp_path: Path) -> None:
    path = write_feeds(tmp_path / "f", 2)
    take(settings, "news", path)
    before = dump(settings)
    assert [row for row in before["links"] if "same_story" in row]
    with closing(sqlite3.connect(settings.data / "youju.db")) as database:
        database.execute("DELETE FROM links WHERE relation = 'same_story'")
        database.commit()
    take(settings, "news", path)
    assert dump(settings) == before


def test_the_index_is_made_where_a_killed_run_left_none(settings: Settings, tmp_path: Path) -> None:
    path = write_texts(tmp_path / "t.jsonl", {"1": "單車押金應返還。"})
    run(settings, "passages", path)
    (settings.data / "index" / "CURRENT").unlink()
    assert run(settings, "passages", path).indexed == 1
    assert [one.key for one in search(settings, "單車押金")] == ["paragraph/1"]


def test_two_sources_lie_side_by_side(settings: Settings, tmp_path: Path) -> None:
    take_laws(settings)
    run(settings, "passages", write_texts(tmp_path / "t.jsonl", {"1": "甲。"}))
    run(settings, "interpretations", write_interpretations(tmp_path / "i", [2]))
    before = dump(settings)
    take_laws(settings)
    run(settings, "passages", write_texts(tmp_path / "t.jsonl", {"1": "乙。"}))
    after = dump(settings)
    assert [row for row in after["documents"] if row[2] != "passages"] == [
        row for row in before["documents"] if row[2] != "passages"
    ]
    with closing(store_of(settings)) as store:
        assert {name: one["documents"] for name, one in _sources(store).items()} == {
            "laws": 3, "passages": 1, "interpretations": 1
        }  # fmt: skip


def _sources(store: Store) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = coverage(store)["sources"]
    return found
