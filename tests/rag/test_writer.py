"""The writing side on both databases: only what differs is written, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from rag import schema
from rag.domain import OPEN, Document, Law, Origin
from rag.errors import StoreError
from rag.holdings import articles_named, coverage, laws_named
from rag.store import Release, Store
from rag.writer import SnapshotRow, digest, ledger_hashes, only_writer, snapshots_of, writing

DAY, LATER = date(2020, 1, 2), date(2023, 4, 5)
LAW = Law("Z0000001", "示範法", "法律", "行政＞示範部", DAY, former_names=("示範舊法",))


def document(
    number: str = "1", text: str = "甲。", made: date = DAY, law: str = "Z0000001", end: date = OPEN
) -> Document:
    return Document(
        key=f"law/{law}/{number}",
        version=made.isoformat(),
        source="laws",
        kind="statute",
        title="示範法",
        text=text,
        valid_from=made,
        valid_to=end,
        origin=Origin.ENACTED,
        path=("第一章 總則", "第一節 通則"),
        law=law,
        number=number,
        ordinal=int(number.partition("-")[0]),
        level="法律",
        url="https://law.moj.gov.tw/",
    )


def put(store: Store, *documents: Document, laws: tuple[str, ...] = ("Z0000001",)) -> int:
    with writing(store) as writer:
        writer.put_documents(laws, documents)
    return writer.written


def put_all(store: Store, law: Law, *documents: Document, after: Callable[[], object] = lambda: None) -> None:
    with writing(store) as writer:
        writer.put_laws([law])
        writer.put_documents([law.pcode], documents)
        after()


def count(store: Store, table: str) -> int:
    with store.engine.connect() as connection:
        return len(connection.execute(select(schema.metadata.tables[table])).all())


def test_what_is_written_is_read_back(store: Store) -> None:
    one, other = document("1"), document("2-1", "乙。\r\n一、丙：", LATER)
    put(store, one, other)
    assert store.versions("law/Z0000001/1") == (one,)
    assert store.version("law/Z0000001/2-1", LATER.isoformat()) == other
    assert store.passages(["law/Z0000001/1@2020-01-02#0-2"])["law/Z0000001/1@2020-01-02#0-2"][0].text == "甲。"


def test_writing_the_same_again_writes_nothing_and_moves_no_revision(store: Store) -> None:
    documents = [document(str(number)) for number in range(1, 20)]
    assert put(store, *documents) == 38
    assert store.revision() == 1
    assert put(store, *documents) == 0
    assert store.revision() == 1


def test_a_change_moves_the_revision_of_that_document_alone(store: Store) -> None:
    put(store, document("1"), document("2"))
    put(store, document("1"), replace(document("2"), text="乙改。"))
    assert [(one.key, one.text) for one, _ in store.changed(1)] == [("law/Z0000001/2", "乙改。")]
    assert (store.revision(), store.changed_count(1), store.changed_count(2)) == (2, 1, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_to": LATER},
        {"title": "示範新法"},
        {"path": ()},
        {"deleted": True},
        {"origin": Origin.ADDED},
        {"ordinal": 9},
    ],
)
def test_every_field_counts_as_a_change(store: Store, changed: dict[str, object]) -> None:
    put(store, document("1"))
    put(store, replace(document("1"), **changed))  # type: ignore[arg-type]
    assert store.versions("law/Z0000001/1") == (replace(document("1"), **changed),)  # type: ignore[arg-type]
    assert count(store, "documents") == count(store, "passages") == 1


def test_a_document_that_is_gone_is_removed_with_all_that_hangs_on_it(store: Store) -> None:
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("1"), document("2")])
        writer.put_links([("law/Z0000001/2", "2020-01-02", "law/Z0000002/5")])
    put(store, document("1"))
    assert store.removed(1) == ["law/Z0000001/2@2020-01-02#0-2"]
    assert store.removed(2) == []
    assert (count(store, "documents"), count(store, "passages"), count(store, "links")) == (1, 1, 0)


def test_a_text_of_another_length_leaves_its_old_passage_to_be_forgotten(store: Store) -> None:
    put(store, document("1", "甲。"), document("2", "乙。"))
    put(store, document("1", "甲 甲。"), document("2", "丙。"))
    assert store.removed(1) == ["law/Z0000001/1@2020-01-02#0-2"]


def test_a_document_that_comes_back_is_there_again(store: Store) -> None:
    put(store, document("1"))
    put(store)
    put(store, document("1"))
    put(store)
    assert store.removed(3) == ["law/Z0000001/1@2020-01-02#0-2"]
    assert store.removed(4) == []


def test_other_laws_are_not_touched(store: Store) -> None:
    put(store, document("1", law="Z0000002"), laws=("Z0000002",))
    put(store, document("1"))
    put(store)
    assert [one.key for one in store.versions("law/Z0000002/1")] == ["law/Z0000002/1"]


def test_many_at_once(store: Store) -> None:
    documents = [document(str(number), "字" * number) for number in range(1, 1500)]
    assert put(store, *documents) == 2 * 1499
    assert put(store, *documents[:3]) == 2 * 1496
    assert len(store.removed(1)) == 1496


@pytest.mark.parametrize("text", ["長" * 3_000_000, "\ue5f9\U00020000", "一\r\n二\n三\t四", "'\";--%s{}", " "])
def test_any_text_is_kept_as_published(store: Store, text: str) -> None:
    put(store, document("1", text))
    assert store.versions("law/Z0000001/1")[0].text == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_any_made_up_text_is_kept(store: Store, text: str) -> None:
    put(store, document("1", text))
    assert store.versions("law/Z0000001/1")[0].text == text


def test_a_text_that_is_no_text_is_one_clear_error_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(StoreError, match="無法寫入"):
        put_all(store, LAW, document("1"), document("2", "\ud800"))
    assert (store.revision(), count(store, "laws"), count(store, "documents")) == (0, 0, 0)


def test_a_nul_is_kept_or_refused_whole(store: Store) -> None:
    if store.engine.dialect.name == "postgresql":
        with pytest.raises(StoreError, match=r"^資料庫無法寫入：[^\n]+$"):
            put(store, document("1"), document("2", "乙\0"))
        assert count(store, "documents") == 0
    else:
        put(store, document("1"), document("2", "乙\0"))
        assert store.versions("law/Z0000001/2")[0].text == "乙\0"


def test_an_error_inside_the_block_undoes_it(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        put_all(store, LAW, document("1"), after=lambda: 1 / 0)
    assert (store.revision(), count(store, "documents"), count(store, "laws")) == (0, 0, 0)


def test_two_documents_of_one_name_are_refused_whole(store: Store) -> None:
    with pytest.raises(StoreError):
        put(store, document("1"), document("1", "又。"))
    assert count(store, "documents") == 0


def test_laws_are_written_once_and_updated(store: Store) -> None:
    renamed = replace(LAW, name="示範新法", repealed=LATER)
    for law, written in ((LAW, 1), (LAW, 0), (renamed, 1)):
        with writing(store) as writer:
            writer.put_laws([law])
        assert writer.written == written
        assert store.law("Z0000001") == law


def test_records_are_kept_and_their_last_day_moves(store: Store) -> None:
    first = SnapshotRow("Z0000001", "a" * 64, None, b"\x78\x01")
    rows = [first, first._replace(sha256="b" * 64, published=DAY), first._replace(law="Z0000002")]
    for published, written in ((None, 3), (None, 0), (LATER, 1)):
        with writing(store) as writer:
            writer.put_snapshots([first._replace(published=published), *rows[1:]])
        assert writer.written == written
    assert {(one.sha256[0], one.published) for one in snapshots_of(store, ["Z0000001"])} == {("a", LATER), ("b", DAY)}
    assert snapshots_of(store, ["Z0000009"]) == []


def test_translations_of_a_law_are_made_to_be_these(store: Store) -> None:
    one, two, three = ("law/Z0000001/1", "law/Z0000001/2", "law/Z0000001/3")
    steps = [
        ({one: ("A", DAY), two: ("B", DAY)}, 2),
        ({one: ("A", DAY), two: ("B", DAY)}, 0),
        ({one: ("A", LATER), three: ("C", DAY)}, 3),
        ({}, 2),
    ]
    for rows, written in steps:
        with writing(store) as writer:
            writer.put_translations("Z0000001", rows)
        assert writer.written == written
        found = {key: store.translation(key) for key in (one, two, three)}
        assert {key: tuple(value) for key, value in found.items() if value} == rows


def test_the_ledger_keeps_the_first_and_the_last_day(store: Store) -> None:
    for mark, day in (("a", LATER), ("b", DAY), ("b", DAY)):
        with writing(store) as writer:
            writer.put_ledger("laws", {"laws/Z0000001": (mark * 64, day)})
    assert writer.written == 0
    assert ledger_hashes(store, "laws") == {"laws/Z0000001": "b" * 64}
    assert ledger_hashes(store, "news") == {}
    with store.engine.connect() as connection:
        (row,) = connection.execute(select(schema.ledger.c.first_seen, schema.ledger.c.last_seen)).all()
    assert tuple(row) == (DAY, LATER)


def test_the_newest_release_of_each_file_counts(store: Store) -> None:
    rows = [Release("ChLaw", LATER, "b" * 64, 2, 9, {"U+E5F9": 3}), Release("ChLaw", DAY, "a" * 64, 1, 4, {})]
    for row in rows:
        with writing(store) as writer:
            writer.put_release("laws", row)
    assert store.releases("laws") == [rows[0]]
    assert store.releases("laws", every=True) == rows[::-1]
    assert coverage(store)["releases"] == {"ChLaw": LATER.isoformat()}


def test_links_are_counted_by_law_and_by_article(store: Store) -> None:
    with writing(store) as writer:
        writer.put_documents(["Z0000001"], [document("1"), document("2")])
        writer.put_links(
            [
                ("law/Z0000001/1", "2020-01-02", "law/B0000001/184"),
                ("law/Z0000001/1", "2020-01-02", "law/B0000001/"),
                ("law/Z0000001/2", "2020-01-02", "law/B0000001/184"),
            ]
        )
    assert laws_named(store) == {"B0000001": 2}
    assert articles_named(store) == {"law/B0000001/184": 2, "law/B0000001/": 1}


def test_one_job_at_a_time_on_a_server(store: Store) -> None:
    other = Store(store.engine)
    with only_writer(store):
        if store.engine.dialect.name == "postgresql":
            with pytest.raises(StoreError, match="另一個工作"), only_writer(other):
                pass
        assert put(store, document("1")) == 2
    with only_writer(other):
        assert put(store, document("1")) == 0


def test_equal_documents_have_one_digest_and_others_another() -> None:
    assert digest(document("1")) == digest(document("1"))
    assert digest(document("1")) != digest(document("1", "乙。"))
    assert digest(document("1", "\ud800")) != digest(document("1"))
