"""What came → the store: batches in their order, changes, removals, and what is refused instead of stopping a night."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.documents import Options, Taken, arrival, stored, take_in
from ingest.parsed import Came, Link, Mark, Parsed, Raw, Removal, Skipped, Span, Wanted
from ingest.sources import document_source
from ingest.web import Web
from rag import schema
from rag.domain import OPEN, Document
from rag.errors import SourceChanged, SourceUnreachable
from rag.holdings import refused, since
from rag.ledger import marks
from rag.names import LawName, LawNames
from rag.store import Store, open_store

DAY, LATER, LAST = date(2024, 7, 5), date(2024, 7, 12), date(2024, 7, 19)
NAMES = [LawName("民法", "B0000001")]
TEXTS = document_source("passages")


def raw(id: str, text: str, seen: date | None = None) -> Raw:
    return Raw(id, json.dumps({"id": id, "text": text}, ensure_ascii=False).encode(), f"第 {id} 行", seen)


def take(store: Store, *came: Came, today: date = DAY, again: bool = False) -> Taken:
    return take_in(store, TEXTS, came, NAMES, today, Options(again=again))


def texts(store: Store) -> dict[str, str]:
    with store.engine.connect() as connection:
        return {
            key.removeprefix("paragraph/"): text
            for key, text in connection.execute(select(schema.documents.c.key, schema.documents.c.text))
        }


def ledger(store: Store) -> dict[str, tuple[str, date, date]]:
    table = schema.ledger.c
    with store.engine.connect() as connection:
        rows = connection.execute(select(table.key, table.state, table.first_seen, table.last_seen))
        return {key: (state, first, last) for key, state, first, last in rows}


class Fake:
    """A source that says what it is told; behind the seam that all of them stand at."""

    NAME, RULES = "passages", 1
    FIELDS: Mapping[str, str] = {}

    def __init__(self, *said: Parsed | Skipped | Exception) -> None:
        self.said = said

    def read(self, path: Path) -> Iterator[Came]:
        yield from ()

    def fetch(self, web: Web, wanted: Wanted) -> Iterator[Came]:
        yield from ()

    def parse(self, raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
        for one in self.said:
            if isinstance(one, Exception):
                raise one
            yield one


def parsed(key: str = "paragraph/1", text: str = "甲。乙。", spans: tuple[Span, ...] = (), **other: Any) -> Parsed:
    links = other.pop("links", ())
    values = {"version": "undated", "source": "passages", "kind": "text", "title": "甲"} | other
    return Parsed(
        Document(key=key, text=text, valid_from=date.min, valid_to=OPEN, **values),
        spans or (Span(0, len(text)),),
        links,
    )


def said(*what: Parsed | Skipped | Exception, hidden: Iterable[str] = ()) -> Any:
    return arrival(Fake(*what), Raw("1", b"{}"), LawNames(NAMES), "1/", frozenset(hidden))


def reasons(*what: Parsed | Skipped | Exception) -> list[tuple[str, str, bool]]:
    return [tuple(one) for one in said(*what).refused]


def test_a_second_run_writes_nothing_and_only_the_last_day_moves(store: Store) -> None:
    first = take(store, raw("1", "甲。"), raw("2", "乙。"))
    assert (first.records, first.documents, first.written > 0) == (2, 2, True)
    revision = store.revision()
    again = take(store, raw("1", "甲。"), raw("2", "乙。"), today=LATER)
    assert (again.records, again.documents, again.written) == (2, 0, 0)
    assert store.revision() == revision
    assert set(ledger(store).values()) == {("stored", DAY, LATER)}


def test_a_changed_text_replaces_and_its_passages_are_to_be_forgotten(store: Store) -> None:
    take(store, raw("1", "甲。"), raw("2", "乙。"))
    revision = store.revision()
    assert take(store, raw("1", "甲有改動。"), raw("2", "乙。"), today=LATER).documents == 1
    assert texts(store) == {"1": "甲有改動。", "2": "乙。"}
    assert store.removed(revision) == ["paragraph/1@undated#0-2"]
    assert [passage.id for _, passage in store.changed(revision)] == ["paragraph/1@undated#0-5"]
    assert ledger(store)["paragraph/1"] == ("stored", DAY, LATER)


def test_what_changed_only_in_its_bytes_is_kept_anew_and_nothing_is_searched_anew(store: Store) -> None:
    take(store, raw("1", "甲。"))
    revision = store.revision()
    spaced = Raw("1", b'{"id": "1",  "text": "' + "甲。".encode() + b'"}', "第 1 行")
    assert take(store, spaced).written == 1
    assert list(store.changed(revision)) == []
    assert [one.body for one in stored(store, "passages")] == [spaced.body]
    assert take(store, spaced).written == 0


def test_of_what_comes_twice_in_a_run_the_later_counts_whatever_was_known(store: Store) -> None:
    take(store, raw("1", "甲。"))
    for _ in range(3):
        take(store, raw("1", "乙。"), raw("1", "甲。"))
        assert texts(store) == {"1": "甲。"}
    assert take(store, raw("1", "乙。"), raw("1", "甲。")).written == 0


def test_what_came_back_in_a_later_batch_of_the_same_run_counts(store: Store) -> None:
    """While a batch waits to be written, what is known may be about to change."""
    many = [raw(f"x{number}", "別的。") for number in range(1300)]
    take(store, raw("1", "甲。"))
    take(store, raw("1", "乙。"), *many[:400], raw("1", "甲。"), *many[400:])
    assert texts(store)["1"] == "甲。"
    assert len(texts(store)) == 1301


def test_what_was_removed_and_published_again_in_one_run_is_there(store: Store) -> None:
    take(store, raw("1", "甲。", DAY))
    for _ in range(2):
        take(store, Removal("paragraph/1", LATER), raw("1", "甲。", LAST), today=LAST)
        assert texts(store) == {"1": "甲。"}
    take(store, raw("2", "乙。"), Removal("paragraph/1", LAST), raw("1", "甲。", LAST), today=LAST)
    assert texts(store) == {"2": "乙。"}


def test_a_removal_counts_where_it_stands(store: Store) -> None:
    take(store, raw("1", "甲。"), Removal("paragraph/1", DAY), raw("2", "乙。"), Removal("paragraph/3", DAY))
    assert texts(store) == {"2": "乙。"}
    found = take(store, raw("1", "甲。", DAY), raw("3", "丙。"))
    assert texts(store) == {"2": "乙。"}
    assert found.skipped == {"已依來源公告移除": 2}
    assert take(store, raw("1", "甲。", LATER)).documents == 1
    assert texts(store) == {"2": "乙。", "1": "甲。"}


def test_a_removal_from_before_it_was_published_again_takes_nothing(store: Store) -> None:
    take(store, raw("1", "甲。", LATER))
    assert take(store, Removal("paragraph/1", DAY)).removed == 0
    assert take(store, Removal("paragraph/1", LATER)).removed == 1
    assert texts(store) == {}


def test_the_latest_day_of_a_removal_counts(store: Store) -> None:
    take(store, Removal("paragraph/1", LATER), Removal("paragraph/1", DAY), Removal("x" * 121, DAY))
    take(store, Removal("paragraph/1", DAY))
    take(store, raw("1", "甲。", LATER))
    assert texts(store) == {}
    take(store, raw("1", "甲。", LAST))
    assert texts(store) == {"1": "甲。"}


def breaking(*came: Came, error: Exception) -> Iterator[Came]:
    yield from came
    raise error


@pytest.mark.parametrize("count", [3, 450, 1700])
def test_when_a_source_breaks_off_what_came_before_stays_with_its_marks(store: Store, count: int) -> None:
    pairs = [(raw(str(number), "甲。"), Mark("at", str(number))) for number in range(count)]
    flow = [one for pair in pairs for one in pair]
    with pytest.raises(SourceUnreachable, match="連不上"):
        take_in(store, TEXTS, breaking(*flow, error=SourceUnreachable("連不上")), NAMES, DAY, Options())
    assert len(texts(store)) == count
    assert marks(store, "passages") == {"at": str(count - 1)}
    assert take(store, *flow, raw("last", "乙。")).documents == 1


def test_a_fault_of_ours_keeps_whole_batches_only(store: Store) -> None:
    """A mark must not be stored without what came before it."""
    flow = [one for number in range(900) for one in (raw(str(number), "甲。"), Mark("at", str(number)))]
    with pytest.raises(ZeroDivisionError):
        take_in(store, TEXTS, breaking(*flow, error=ZeroDivisionError()), NAMES, DAY, Options())
    found = len(texts(store))
    assert marks(store, "passages") == ({"at": str(found - 1)} if found else {})
    assert len(take(store, *flow).failed) == 0
    assert len(texts(store)) == 900


def test_what_can_not_be_read_is_listed_and_tried_again(store: Store) -> None:
    bad = Raw("x", b"\xff", "第 9 行")
    first = arrival(Fake(SourceChanged("欄位已變")), bad, LawNames([]), "1/", frozenset())
    assert (first.rules, first.refused[0].key, first.refused[0].failed) == ("", "passages/x", True)
    found = take(store, raw("1", "甲。"), bad)
    assert (found.documents, found.failed, sum(found.skipped.values())) == (1, {}, 1)
    assert refused(store, "passages") == [("x", "skipped", "第 9 行：不是 JSON")]
    assert take(store, raw("1", "甲。"), bad, today=LATER).written == 0


def test_what_was_refused_and_can_be_read_now_is_no_longer_listed(store: Store) -> None:
    take(store, Raw("1", b"{", "第 1 行"))
    assert [key for key, _, _ in refused(store, "passages")] == ["1"]
    take(store, raw("1", "甲。"))
    assert refused(store, "passages") == []
    assert set(ledger(store)) == {"paragraph/1"}


def test_a_document_that_left_what_it_came_in_is_gone(store: Store) -> None:
    take(store, raw("1", "甲。"), raw("2", "乙。"))
    revision = store.revision()
    take(store, Raw("1", b"{", "第 1 行"), today=LATER)
    assert texts(store) == {"2": "乙。"}
    assert store.removed(revision) == ["paragraph/1@undated#0-2"]
    assert {key: state for key, (state, _, _) in ledger(store).items()} == {
        "1": "skipped", "paragraph/1": "gone", "paragraph/2": "stored"
    }  # fmt: skip


def test_reading_anew_changes_nothing_that_is_read_the_same(store: Store) -> None:
    take(store, raw("1", "甲。"), raw("2", "乙。", LATER), Raw("x", b"{"))
    before = store.revision()
    found = take(store, *stored(store, "passages"), again=True)
    assert (found.records, found.documents, found.written, store.revision()) == (3, 2, 0, before)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"text": "甲\0"}, "NUL"),
        ({"title": "甲\0"}, "NUL"),
        ({"url": "http://\0"}, "NUL"),
        ({"facts": {"court": "\0"}}, "NUL"),
        ({"path": ("一\0",)}, "NUL"),
        ({"text": "\ud800"}, "不成字"),
        ({"title": "\ud800"}, "不成字"),
        ({"facts": {"\udfff": ""}}, "不成字"),
        ({"spans": (Span(0, 2, speaker="\ud800"),)}, "不成字"),
        ({"spans": (Span(0, 2, section="\0"),)}, "NUL"),
        ({"links": (Link("law/\ud800"),)}, "不成字"),
        ({"spans": (Span(0, 3), Span(2, 4))}, "段落範圍"),
        ({"spans": (Span(2, 4), Span(0, 2))}, "段落範圍"),
        ({"spans": (Span(0, 5),)}, "段落範圍"),
        ({"spans": (Span(-1, 2),)}, "段落範圍"),
        ({"spans": (Span(2, 2),)}, "段落範圍"),
        ({"text": ""}, "段落範圍"),
        ({"key": "k" * 121}, "過長"),
        ({"key": ""}, "空白"),
        ({"version": "2024-01-01T00:00:00"}, "過長"),
        ({"version": ""}, "空白"),
        ({"law": "B00000011"}, "過長"),
        ({"number": "1" * 21}, "過長"),
    ],
)
def test_what_the_store_could_not_keep_is_refused_and_the_rest_is_not(change: dict[str, Any], text: str) -> None:
    found = said(parsed(**change), parsed("paragraph/2"))
    assert [one.document.key for one in found.filed] == ["paragraph/2"]
    ((key, reason, failed),) = found.refused
    assert text in reason
    assert failed
    assert key == change.get("key", "paragraph/1")[:120]
    assert found.rules == ""


def test_no_error_of_a_parser_stops_the_others() -> None:
    assert reasons(parsed(), ValueError("甲的個資\n第二行")) == [("passages/1", "無法解析（ValueError）", True)]
    assert reasons(SourceChanged("欄位\n已變\0")) == [("passages/1", "欄位 已變", True)]
    assert reasons(RecursionError()) == [("passages/1", "無法解析（RecursionError）", True)]
    assert reasons(parsed(facts={"facts_day": "昨天"})) == [("passages/1", "無法解析（ValueError）", True)]
    assert [one.document.key for one in said(parsed(), KeyError()).filed] == ["paragraph/1"]


def test_a_key_twice_in_one_thing_is_no_silent_loss() -> None:
    found = said(parsed(text="甲。"), parsed(text="乙。"))
    assert [one.document.text for one in found.filed] == ["甲。"]
    assert found.refused == (("passages/1", "paragraph/1 出現不只一次", True),)


def test_a_skipped_one_says_so_in_one_line() -> None:
    assert reasons(Skipped("k" * 130, "沒有\n內文\ud800")) == [("k" * 120, "沒有 內文?", False)]
    assert said(Skipped("k", "沒有內文")).rules == "1/"


def test_sections_left_out_are_kept_but_not_found() -> None:
    spans = (Span(0, 2, "爭點"), Span(2, 4, "理由書"))
    (one,) = said(parsed(spans=spans), hidden=["爭點"]).filed
    assert [(part.section, part.searchable) for part in one.parts] == [("爭點", False), ("理由書", True)]


def test_each_target_is_linked_once_a_relation_and_a_law_as_a_whole_ends_in_a_slash() -> None:
    links = (
        Link("law/B0000001", "amends"), Link("law/B0000001/184", "cites", DAY), Link("law/B0000001/", "amends"),
        Link("k" * 121), Link(""),
    )  # fmt: skip
    (one,) = said(parsed(text="民法第184條、民法。", links=links)).filed
    assert one.links == (
        ("law/B0000001/", "amends", None),
        ("law/B0000001/184", "cites", DAY),
        ("law/B0000001/", "cites", None),
    )


def test_the_same_document_in_two_things_counts_once_and_its_last_words_stay(tmp_path: Path) -> None:
    """An article in two feeds; when it is taken back, no feed that holds it is kept."""
    from tests.ingest.whole import feed

    news, store = document_source("news"), open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    feeds = [Raw(f"f{n}", feed([1, 2 + n], told).encode()) for n, told in enumerate(("甲說法較早", "乙說法較晚"))]

    def words(again: bool = False) -> tuple[bool, bool]:
        came = list(stored(store, "news")) if again else feeds
        take_in(store, news, came, [], DAY, Options(again=again))
        (one,) = store.versions("news/www.cna.com.tw/202609280001")
        return "甲說" in one.text, "乙說" in one.text

    assert words() == (False, True)
    assert take_in(store, news, feeds, [], DAY, Options()).written == 0
    assert words(again=True) == (False, True)
    earlier = [Raw("a", feeds[1].body), Raw("b", feeds[0].body)]
    take_in(store, news, earlier, [], DAY, Options())
    (one,) = store.versions("news/www.cna.com.tw/202609280001")
    assert "甲說" in one.text
    assert words(again=True) == (True, False), "read anew it stays with what it was last read from"
    removal = Removal("news/www.cna.com.tw/202609280001", DAY)
    assert take_in(store, news, [removal], [], DAY, Options()).removed == 1
    assert list(stored(store, "news")) == []
    assert len(since(store, "news", "")) == 2
    store.close()


def test_names_that_no_database_takes_are_mended(store: Store) -> None:
    odd = Raw("名\udce9" + "長" * 200, b"{", "夾\udce9/檔\0")
    take(store, odd)
    (one,) = stored(store, "passages")
    assert len(one.id) == 160
    assert one.id.startswith("名?長")
    assert one.place == "夾?/檔"
    assert take(store, odd).written == 0


def test_progress_hears_of_everything_that_came(store: Store) -> None:
    heard: list[int] = []
    flow = [*(raw(str(number), "甲。") for number in range(401)), Removal("paragraph/7", DAY)]
    take_in(store, TEXTS, flow, NAMES, DAY, Options(progress=heard.append))
    assert sum(heard) == 402


def test_the_numbers_nobody_can_search_for_are_counted(store: Store) -> None:
    found = take(store, raw("1", "電話0912-345-678，身分證A123456789。"), raw("2", "信箱a@example.org"))
    assert found.masked == {"phone": 1, "national_id": 1, "email": 1}
