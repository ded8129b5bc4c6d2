"""What the store holds, source by source, on both databases."""

from __future__ import annotations

import pytest

from rag import holdings, ledger
from rag.arrivals import Refused
from rag.holdings import SourceRow, StateRow
from rag.store import Release, Store
from rag.writer import writing
from tests.rag.test_arrivals import DAY, LATER, came, judged, put
from tests.rag.test_writer import LAW, document


@pytest.fixture
def full(store: Store) -> Store:
    with writing(store) as writer:
        writer.put_laws([LAW])
        writer.put_documents(["Z0000001"], [document("1"), document("1", "乙。", LATER), document("2")])
        writer.put_translations("Z0000001", {"law/Z0000001/1": ("A", DAY)})
        writer.put_release("laws", Release("ChLaw", LATER, "a" * 64, 1, 2, {}))
    bad = (Refused("judgment/9", "過短"), Refused("judgments/x", "無法解析", True))
    undated = judged("2", version="undated")
    put(store, came("a", judged("1"), undated, judged("3", version=LATER.isoformat()), refused=bad))
    put(store, came("a", judged("1"), undated, refused=bad), today=LATER)
    return store


def test_coverage_counts_laws_apart_and_lists_every_source(full: Store) -> None:
    assert holdings.coverage(full) == {
        "laws": 1,
        "articles": 2,
        "versions": 3,
        "passages": 7,
        "translations": 1,
        "releases": {"ChLaw": LATER.isoformat()},
        "sources": {
            "judgments": {"documents": 2, "from": DAY.isoformat(), "to": DAY.isoformat()},
            "laws": {"documents": 3, "from": DAY.isoformat(), "to": LATER.isoformat()},
        },
    }


def test_an_empty_store_holds_nothing(store: Store) -> None:
    found = holdings.coverage(store)
    assert {name: value for name, value in found.items() if value} == {}
    assert holdings.sources(store) == holdings.states(store) == []


def test_a_source_whose_documents_have_no_day_has_none(store: Store) -> None:
    put(store, came("a", judged("1", version="undated")))
    assert holdings.sources(store) == [SourceRow("judgments", 1, "", "")]
    assert holdings.days(store, "judgments") == []


def test_states_count_documents_and_say_when_they_were_last_seen(full: Store) -> None:
    assert holdings.states(full) == [
        StateRow("judgments", "failed", 1, LATER),
        StateRow("judgments", "gone", 1, DAY),
        StateRow("judgments", "skipped", 1, LATER),
        StateRow("judgments", "stored", 2, LATER),
    ]


def test_what_was_refused_is_listed_with_its_reason(full: Store) -> None:
    assert holdings.refused(full, "judgments") == [
        ("judgment/9", "skipped", "過短"),
        ("judgments/x", "failed", "無法解析"),
    ]
    assert holdings.refused(full, "news") == []


def test_the_days_of_a_source_come_once_in_order(store: Store) -> None:
    days = [LATER, DAY, LATER]
    put(store, *(came(str(number), judged(str(number), version=day.isoformat())) for number, day in enumerate(days)))
    put(store, came("u", judged("9", version="undated")))
    assert holdings.days(store, "judgments") == [DAY.isoformat(), LATER.isoformat()]


def test_what_came_again_as_it_was_is_seen_again(store: Store) -> None:
    put(store, came("a", judged("1")), came("b", judged("2")))
    with writing(store) as writer:
        ledger.see(writer, "judgments", ["a"], LATER)
        ledger.see(writer, "judgments", ["a"], DAY)
        ledger.see(writer, "news", ["b"], LATER)
        assert writer.written == 0
    assert holdings.states(store) == [StateRow("judgments", "stored", 2, LATER)]
    put(store, came("a"), today=LATER)
    assert holdings.states(store)[1] == StateRow("judgments", "stored", 1, DAY)
