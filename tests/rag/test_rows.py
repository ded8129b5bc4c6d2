"""Rows inside one transaction: only what differs is written, and what is written is counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from rag import schema
from rag.rows import Rows
from rag.store import Store
from rag.writer import writing
from tests.rag.test_writer import DAY, LATER, document

MARK = {"source": "news", "name": "a", "value": "1"}


def put(store: Store, *rows: dict[str, Any], table: Any = schema.marks) -> int:
    names = tuple(column.name for column in table.primary_key)
    with writing(store) as writer:
        writer.put(table, names, list(rows))
    return writer.written


def content(store: Store, table: Any) -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        return sorted(map(tuple, connection.execute(select(table)).all()))


def test_new_rows_are_inserted_changed_ones_updated_the_rest_left_alone(store: Store) -> None:
    other = MARK | {"name": "b"}
    assert put(store, MARK, other) == 2
    assert put(store, MARK, other) == 0
    assert put(store, MARK | {"value": "2"}, other) == 1
    assert content(store, schema.marks) == [("news", "a", "2"), ("news", "b", "1")]
    assert put(store) == 0


def test_rows_are_told_apart_by_all_their_names(store: Store) -> None:
    rows = [MARK | {"source": source, "name": name} for source in ("news", "bills") for name in ("a", "b")]
    assert put(store, *rows) == 4
    assert put(store, *(row | {"value": row["source"]} for row in rows if row["name"] == "a")) == 2
    assert content(store, schema.marks) == [
        ("bills", "a", "bills"), ("bills", "b", "1"), ("news", "a", "news"), ("news", "b", "1"),
    ]  # fmt: skip


def test_more_rows_than_a_statement_takes(store: Store) -> None:
    rows = [{"key": f"k{number}", "day": DAY} for number in range(1300)]
    assert put(store, *rows, table=schema.tombstones) == 1300
    assert put(store, *rows[:900], {"key": "k1299", "day": LATER}, table=schema.tombstones) == 1
    assert len(content(store, schema.tombstones)) == 1300


def test_only_the_columns_given_are_compared(store: Store) -> None:
    row = {"key": "k", "source": "news", "sha256": "a", "state": "stored", "first_seen": DAY, "last_seen": DAY}
    assert put(store, row, table=schema.ledger) == 1
    assert put(store, {"key": "k", "last_seen": DAY}, table=schema.ledger) == 0
    assert put(store, {"key": "k", "last_seen": LATER}, table=schema.ledger) == 1


def fill(store: Store) -> None:
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("1", "甲。", DAY), document("1", "乙。", LATER), document("2")])
        writer.put_links([("law/Z0000001/1", DAY.isoformat(), "law/Z0000002/1")])


def test_what_is_buried_are_the_stored_passages_that_are_not_kept(store: Store) -> None:
    fill(store)
    with writing(store) as writer:
        one, other = ("law/Z0000001/1", DAY.isoformat()), ("law/Z0000001/1", LATER.isoformat())
        writer.bury({one: [(0, 2)], other: [(0, 1)], ("law/none", "x"): ()})
        assert writer.written == 1
    assert store.removed(0) == [f"law/Z0000001/1@{LATER}#0-2"]
    with writing(store) as writer:
        writer.bury({other: ()})
    assert store.removed(1) == [f"law/Z0000001/1@{LATER}#0-2"]


def test_dropping_one_version_leaves_the_other(store: Store) -> None:
    fill(store)
    with writing(store) as writer:
        writer.drop([("law/Z0000001/1", DAY.isoformat()), ("law/none", "x")])
        writer.drop([])
    assert [one.version for one in store.versions("law/Z0000001/1")] == [LATER.isoformat()]
    assert (store.passage_count(), store.links_from("law/Z0000001/1")) == (2, [])


def test_what_is_about_keys_is_asked_for_in_batches(store: Store) -> None:
    fill(store)
    table = schema.passages.c
    ids = [(f"law/Z0000001/{number}", "x") for number in range(900)]
    with store.engine.connect() as connection:
        found = list(Rows(connection, 1).about(ids, select(table.key, table.version), table.key))
    assert sorted(key for key, _ in found) == ["law/Z0000001/1", "law/Z0000001/1", "law/Z0000001/2"]
    assert date.fromisoformat(found[0][1]) in (DAY, LATER)
