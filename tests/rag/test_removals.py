"""What is taken back, on both databases: all about it goes but key and day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from rag import ledger, removals, schema
from rag.arrivals import Refused, Relation
from rag.ledger import marks
from rag.store import Store
from rag.writer import writing
from tests.rag.test_arrivals import CASE, DAY, LATER, came, judged, owners, put, states


def remove(store: Store, *keys: str, day: date = LATER, source: str = "") -> tuple[list[str], int]:
    with writing(store) as writer:
        gone = removals.remove(writer, dict.fromkeys(keys, day), source)
    return gone, writer.written


def kept(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.execute(select(schema.raws.c.id)).scalars())


def tombstones(store: Store) -> dict[str, date]:
    with store.engine.connect() as connection:
        return {row.key: row.day for row in connection.execute(select(schema.tombstones))}


def test_all_about_a_document_goes_and_a_tombstone_stays(store: Store) -> None:
    put(store, came("a", judged("1", links=(Relation("law/B0000001/184"),))), came("b", judged("2", links=(
        Relation("judgment/1", "part_of"), Relation(CASE),
    ))))  # fmt: skip
    assert remove(store, "judgment/1") == (["judgment/1"], 3)
    assert (owners(store), kept(store), states(store)) == ({"judgment/2": "b"}, {"b"}, {"judgment/2": ("stored", "b")})
    assert tombstones(store) == {"judgment/1": LATER}
    assert [link.target for link in store.links_from("judgment/2")] == [CASE]
    assert (store.links_to("judgment/1"), store.links_from("judgment/1")) == ([], [])
    assert store.keys_of_case(CASE) == ["judgment/2"]
    assert sorted(store.removed(1)) == [f"judgment/1@{DAY}#0-2", f"judgment/1@{DAY}#2-4"]


def test_what_was_never_there_leaves_a_tombstone_and_no_change(store: Store) -> None:
    assert remove(store, *(f"judgment/{number}" for number in range(900))) == ([], 0)
    assert (len(tombstones(store)), store.revision(), marks(store, "")) == (900, 0, {})
    assert put(store, came("a", judged("1"))) == 0
    assert (owners(store), kept(store)) == ({}, set())


def test_all_things_that_hold_it_go(store: Store) -> None:
    put(store, came("a", judged("1", "甲。一。"), judged("2")))
    put(store, came("b", judged("1", "甲。二。"), judged("3")))
    put(store, came("c", judged("4")))
    assert remove(store, "judgment/1")[0] == ["judgment/1"]
    assert (kept(store), sorted(owners(store))) == ({"c"}, ["judgment/2", "judgment/3", "judgment/4"])


def test_what_was_refused_goes_too(store: Store) -> None:
    put(
        store,
        came("x", refused=(Refused("judgment/1", "過短"),)),
        came("2", refused=(Refused("judgments/2", "?", True),)),
    )
    assert remove(store, "judgment/1", "judgment/2", source="judgments")[0] == ["judgment/1"]
    assert (kept(store), states(store), marks(store, "")) == (set(), {}, {"scrub": "1"})
    put(store, came("x", refused=(Refused("judgment/1", "過短"),)))
    assert (kept(store), states(store)) == (set(), {})


def test_an_older_day_takes_nothing_and_a_day_that_is_not_known_does(store: Store) -> None:
    put(store, came("a", judged("1"), seen=LATER))
    assert remove(store, "judgment/1", day=LATER - timedelta(1)) == ([], 0)
    assert (owners(store), tombstones(store)) == ({"judgment/1": "a"}, {})
    assert remove(store, "judgment/1", day=date.min)[0] == ["judgment/1"]


@pytest.mark.parametrize(("seen", "there"), [(None, False), (DAY, False), (LATER, False), (date(2023, 4, 6), True)])
def test_only_what_was_published_later_is_public_again(store: Store, seen: date | None, there: bool) -> None:
    put(store, came("a", judged("1")))
    remove(store, "judgment/1")
    put(store, came("b", judged("1"), judged("2"), seen=seen))
    assert ("judgment/1" in owners(store)) is there
    assert "judgment/2" in owners(store)
    assert tombstones(store) == ({} if there else {"judgment/1": LATER})
    assert kept(store) == ({"b"} if there else set())


def test_the_latest_day_counts(store: Store) -> None:
    with writing(store) as writer:
        for day in (DAY, LATER, DAY):
            ledger.put_tombstones(writer, {"judgment/1": day})
        assert writer.written == 0
        assert ledger.tombstones(writer, ["judgment/1", "x"]) == {"judgment/1": LATER}


def test_known_are_documents_what_was_refused_and_what_was_taken_back(store: Store) -> None:
    put(store, came("a", judged("1"), refused=(Refused("judgment/2", "過短"),)))
    remove(store, "judgment/3")
    keys = [f"judgment/{number}" for number in range(1, 5)]
    assert removals.known(store, keys) == set(keys[:3])


def test_the_disk_is_scrubbed_once_for_what_was_removed(store: Store) -> None:
    put(store, came("a", judged("1")))
    removals.scrub(store)
    remove(store, "judgment/1")
    assert marks(store, "") == {"scrub": "1"}
    revision = store.revision()
    removals.scrub(store)
    assert (marks(store, ""), store.revision()) == ({}, revision)
