"""Documents that come whole, on both databases: what a source says under one id replaces what it said before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from rag import arrivals, schema
from rag.arrivals import Arrival, Filed, Part, Refused, Relation, filed
from rag.domain import OPEN, Document
from rag.store import LinkRow, Store
from rag.writer import writing
from tests.rag.test_writer import document

DAY, LATER = date(2020, 1, 2), date(2023, 4, 5)
CASE = "case/TPS/104/台上/472"


def judged(key: str, text: str = "甲。乙。", links: tuple[Relation, ...] = (), **other: Any) -> Filed:
    values = {"version": DAY.isoformat(), "facts": {"case_key": CASE}} | other
    document = Document(
        key=f"judgment/{key}", source="judgments", kind="judgment", title="示範", text=text, valid_from=DAY,
        valid_to=OPEN, **values,
    )  # fmt: skip
    half = len(text) // 2
    parts = (Part(0, half, "主文", "法院", "1"), Part(half, len(text), "附錄", searchable=False))
    return filed(document, parts, links)


def came(id: str, *filed: Filed, refused: tuple[Refused, ...] = (), **other: Any) -> Arrival:
    values = {"sha256": "a" * 64, "rules": "1/", "place": "x", "seen": None, "body": id.encode()} | other
    return Arrival(id, filed=filed, refused=refused, **values)


def put(store: Store, *arrived: Arrival, today: date = DAY, again: bool = False) -> int:
    with writing(store) as writer:
        arrivals.put(writer, "judgments", arrived, today, again)
    return writer.written


def states(store: Store) -> dict[str, tuple[str, str]]:
    table = schema.ledger.c
    with store.engine.connect() as connection:
        return {row.key: (row.state, row.raw) for row in connection.execute(select(table.key, table.state, table.raw))}


def owners(store: Store) -> dict[str, str]:
    table = schema.documents.c
    with store.engine.connect() as connection:
        return {row.key: row.raw for row in connection.execute(select(table.key, table.raw))}


def copies(store: Store) -> set[tuple[str, str]]:
    table = schema.copies.c
    with store.engine.connect() as connection:
        return {(row.key, row.raw) for row in connection.execute(select(table.key, table.raw))}


def test_a_document_is_read_back_with_passages_links_facts_and_what_it_came_in(store: Store) -> None:
    one = judged("1", links=(Relation("law/B0000001/184", "cites", LATER), Relation("law/B0000001/", "cites")))
    assert put(store, came("a", one, place="甲.zip", seen=LATER)) == 7
    assert store.version("judgment/1", DAY.isoformat()) == one.document
    passages = store.passages_of("judgment/1", DAY.isoformat())
    assert [(part.text, part.section, part.speaker, part.place, part.searchable) for part in passages] == [
        ("甲。", "主文", "法院", "1", True), ("乙。", "附錄", "", "", False),
    ]  # fmt: skip
    assert store.passages([passages[0].id])[passages[0].id] == (passages[0], one.document)
    assert store.links_from("judgment/1") == [
        LinkRow("judgment/1", DAY.isoformat(), "law/B0000001/", "cites", None),
        LinkRow("judgment/1", DAY.isoformat(), "law/B0000001/184", "cites", LATER),
    ]
    assert store.keys_of_case(CASE) == ["judgment/1"]
    assert list(arrivals.bodies(store, "judgments")) == [("a", "甲.zip", LATER, b"a")]
    assert arrivals.known(store, "judgments", ["a", "b"]) == {"a": ("a" * 64, "1/")}
    assert arrivals.known(store, "news", ["a"]) == {}


def test_the_same_again_writes_nothing(store: Store) -> None:
    one = came("a", judged("1"), refused=(Refused("judgment/2", "不成", True),))
    put(store, one)
    assert (put(store, one), store.revision()) == (0, 1)
    assert put(store, one, today=LATER) == 0


@pytest.mark.parametrize(
    "changed",
    [
        judged("1", "甲。丙。"),
        judged("1", facts={"case_key": CASE, "court": "甲"}),
        judged("1", links=(Relation("law/B0000001/1"),)),
        judged("1", version=LATER.isoformat()),
    ],
)
def test_every_part_of_a_document_counts_as_a_change(store: Store, changed: Filed) -> None:
    put(store, came("a", judged("1")))
    assert put(store, came("a", changed)) > 0
    assert [store.version(*changed.id)] == list(store.versions("judgment/1")) == [changed.document]
    assert len(store.links_from("judgment/1")) == len(changed.links)
    assert store.passage_count() == 2


def test_another_speaker_alone_is_a_change_that_keeps_the_passage(store: Store) -> None:
    one = judged("1")
    put(store, came("a", one))
    other = filed(one.document, (one.parts[0]._replace(speaker="原告"), one.parts[1]))
    assert put(store, came("a", other)) > 0
    assert store.removed(0) == []
    assert [part.speaker for part in store.passages_of("judgment/1", DAY.isoformat())] == ["原告", ""]


def test_a_passage_with_other_bounds_is_to_be_forgotten(store: Store) -> None:
    one = judged("1")
    put(store, came("a", one))
    put(store, came("a", filed(one.document, (Part(0, 2), Part(2, 3)))))
    assert store.removed(0) == [f"judgment/1@{DAY}#2-4"]


def test_what_left_the_thing_it_came_in_is_gone(store: Store) -> None:
    put(store, came("a", judged("1"), judged("2")), came("b", judged("3")))
    put(store, came("a", judged("2")), today=LATER)
    assert sorted(owners(store)) == ["judgment/2", "judgment/3"]
    assert states(store) == {
        "judgment/1": ("gone", "a"), "judgment/2": ("stored", "a"), "judgment/3": ("stored", "b"),
    }  # fmt: skip
    assert sorted(store.removed(1)) == [f"judgment/1@{DAY}#0-2", f"judgment/1@{DAY}#2-4"]
    put(store, came("b"))
    assert sorted(owners(store)) == ["judgment/2"]


def test_a_document_that_comes_back_is_there_again(store: Store) -> None:
    for count in range(3):
        put(store, came("a", *([judged("1")] if count % 2 == 0 else [])))
        assert len(owners(store)) == 1 - count % 2
    assert states(store) == {"judgment/1": ("stored", "a")}


def test_of_one_key_in_two_things_the_later_counts(store: Store) -> None:
    put(store, came("a", judged("1", "甲。一。")), came("b", judged("1", "甲。二。")))
    assert (owners(store), copies(store)) == ({"judgment/1": "b"}, {("judgment/1", "a")})
    put(store, came("c", judged("1", "甲。三。")))
    assert (owners(store), copies(store)) == ({"judgment/1": "c"}, {("judgment/1", "a"), ("judgment/1", "b")})
    put(store, came("a", judged("1", "甲。四。")))
    assert (owners(store), copies(store)) == ({"judgment/1": "a"}, {("judgment/1", "b"), ("judgment/1", "c")})
    put(store, came("b"), came("c"))
    assert (owners(store), copies(store)) == ({"judgment/1": "a"}, set())


def test_read_anew_a_document_stays_with_what_it_was_last_read_from(store: Store) -> None:
    first, second = came("z", judged("1", "甲。一。")), came("a", judged("1", "甲。二。"))
    put(store, first)
    put(store, second)
    assert put(store, second, first, again=True) == 0
    assert put(store, first, again=True) == 0
    assert owners(store) == {"judgment/1": "a"}
    assert states(store) == {"judgment/1": ("stored", "a")}


def test_read_anew_a_document_whose_thing_is_no_longer_kept_comes_from_another(store: Store) -> None:
    put(store, came("z", judged("1", "甲。一。")), came("a", judged("1", "甲。二。")))
    with store.engine.begin() as connection:
        connection.execute(schema.raws.delete().where(schema.raws.c.id == "a"))
    put(store, came("z", judged("1", "甲。一。")), again=True)
    assert (owners(store), store.versions("judgment/1")[0].text) == ({"judgment/1": "z"}, "甲。一。")


def test_what_is_refused_is_listed_until_it_is_not(store: Store) -> None:
    bad = Refused("judgments/a", "無法解析", True)
    put(store, came("a", refused=(bad, Refused("judgment/2", "過短")), rules=""))
    assert states(store) == {"judgments/a": ("failed", "a"), "judgment/2": ("skipped", "a")}
    put(store, came("a", judged("1")))
    assert states(store) == {"judgment/1": ("stored", "a")}


def test_what_is_there_is_not_called_refused_because_another_thing_refuses_it(store: Store) -> None:
    put(store, came("a", judged("1")))
    put(store, came("b", judged("2"), refused=(Refused("judgment/1", "同一則"), Refused("judgment/2", "又一次"))))
    assert states(store) == {"judgment/1": ("stored", "a"), "judgment/2": ("stored", "b")}
    put(store, came("a", refused=(Refused("judgment/1", "過短"),)))
    assert states(store)["judgment/1"] == ("skipped", "a")
    assert sorted(owners(store)) == ["judgment/2"]


def test_other_sources_and_laws_are_not_touched(store: Store) -> None:
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("1")])
    put(store, came("a", judged("1", law="Z0000001")))
    with writing(store) as writer:
        arrivals.put(writer, "bills", [came("a")], DAY)
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("1")])
        assert writer.written == 0
    assert sorted(owners(store)) == ["judgment/1", "law/Z0000001/1"]


def test_bodies_come_page_by_page_and_may_be_written_meanwhile(store: Store) -> None:
    put(store, *(came(f"{number:04}", judged(str(number))) for number in range(450)))
    seen = []
    for id, *_ in arrivals.bodies(store, "judgments"):
        seen.append(id)
        if id.endswith("50"):
            put(store, came(id, judged(str(int(id)), "丙。丁。")), again=True)
    assert seen == [f"{number:04}" for number in range(450)]


def test_links_of_one_relation_are_made_to_be_these(store: Store) -> None:
    put(store, came("a", judged("1", links=(Relation("x"),)), judged("2")))
    one, two = ("judgment/1", DAY.isoformat()), ("judgment/2", DAY.isoformat())
    for wanted in ({one: "judgment/2", two: ""}, {one: "judgment/2", two: "judgment/1"}, {one: "", two: ""}):
        for _ in range(2):
            with writing(store) as writer:
                arrivals.relate(writer, "same_story", wanted)
            assert writer.written == 0
        found = {(link.key, link.version): link.target for link in [*store.links_from("judgment/1"),
                 *store.links_from("judgment/2")] if link.relation == "same_story"}  # fmt: skip
        assert found == {id: target for id, target in wanted.items() if target}
    assert [link.target for link in store.links_from("judgment/1")] == ["x"]


said = st.dictionaries(
    st.sampled_from("abc"),
    st.dictionaries(st.sampled_from("123"), st.sampled_from(["甲。一。", "甲。二。"]), max_size=3),
    max_size=3,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(said, max_size=6))
def test_whatever_comes_in_whatever_order_the_store_says_what_was_said_last(
    store: Store, nights: list[Mapping[str, Mapping[str, str]]]
) -> None:
    """Each night some things come; a document is as its last thing said, and gone when that thing drops it."""
    with store.engine.begin() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())
    expected: dict[str, tuple[str, str]] = {}
    for night in nights:
        arrived = [came(id, *(judged(key, text) for key, text in held.items())) for id, held in night.items()]
        # What is said the same by another is still read from the first.
        texts = {key: (id, text) for id, held in night.items() for key, text in held.items()}
        for key, (id, _) in list(expected.items()):
            if id in night and key not in texts:
                del expected[key]
        for key, (id, text) in texts.items():
            if key not in expected or expected[key][1] != text:
                expected[key] = (id, text)
        put(store, *arrived)
        assert put(store, *arrived) == 0
    there = {key.removeprefix("judgment/"): raw for key, raw in owners(store).items()}
    assert there == {key: id for key, (id, _) in expected.items()}
    for key, (_, text) in expected.items():
        assert [one.text for one in store.versions(f"judgment/{key}")] == [text]
    assert store.passage_count() == 2 * len(expected)
