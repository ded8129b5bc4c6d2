"""Labels on both databases: who is given what, what counts, and what is kept from whom."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from ingest.backup import backup, restore
from rag import removals
from rag.errors import Conflict, StoreError, UnknownKey
from rag.label_records import JUDGES, LEVELS, Last, Level, Pair, Said
from rag.labels import Labels
from rag.schema import label_tasks
from rag.schema import labels as table
from rag.store import Store
from rag.writer import writing

DAY = date(2026, 3, 4)
ANN, BEN, CAT = "a" * 12, "b" * 12, "c" * 12


def pair(number: int, **changes: str) -> Pair:
    values = {
        "key": f"judgment/{number}",
        "label": f"示範法院第{number}號",
        "stratum": "judgments",
        "verdict": "proved",
    }
    return Pair(f"第{number}句主張。", f"第{number}段文字。", **{**values, **changes})


@pytest.fixture
def labels(store: Store) -> Labels:
    return Labels(store, lambda: DAY)


def filled(labels: Labels, count: int = 1) -> list[str]:
    """The ids of so many tasks, in Ann's order."""
    labels.put("批", map(pair, range(count)))
    return list(all_of(labels, ANN))


def all_of(labels: Labels, who: str, level: Level = "full") -> Iterator[str]:
    """Judge everything there is for somebody."""
    while task := labels.next(who):
        labels.record(who, task.id, level)
        yield task.id


def test_a_task_shows_the_pair_and_nothing_that_the_program_said(labels: Labels) -> None:
    assert labels.put("批", [pair(1, verdict="unproved")]) == 1
    task = labels.next(ANN)
    assert task
    assert (task.claim, task.passage, task.label) == ("第1句主張。", "第1段文字。", "示範法院第1號")
    assert "unproved" not in str(task)


def test_the_same_pair_is_one_task_in_a_batch(labels: Labels) -> None:
    assert labels.put("批", [pair(1), pair(1), pair(2)]) == 2
    assert labels.put("批", [pair(1, verdict="unproved", label="又名"), pair(3)]) == 1
    assert labels.put("另一批", [pair(1)]) == 1
    assert labels.progress().tasks == 4
    assert labels.progress(batch="另一批").tasks == 1


def test_two_judge_each_task_and_no_third(labels: Labels) -> None:
    ids = filled(labels, 5)
    assert labels.next(ANN) is None
    assert set(all_of(labels, BEN)) == set(ids)
    assert labels.next(CAT) is None
    with pytest.raises(Conflict, match="已有 2 人"):
        labels.record(CAT, ids[0], "full")
    with pytest.raises(Conflict, match="您已經判斷過"):
        labels.record(ANN, ids[0], "none")


def test_everybody_has_an_order_of_their_own_which_stays(store: Store, labels: Labels) -> None:
    orders = [filled(labels, 12)]
    for who in (BEN, CAT):
        with store.engine.begin() as connection:
            connection.execute(delete(table))
        orders.append(list(all_of(labels, who)))
    assert len({tuple(order) for order in orders}) == 3
    assert len({frozenset(order) for order in orders}) == 1
    with store.engine.begin() as connection:
        connection.execute(delete(table))
    assert list(all_of(labels, ANN)) == orders[0]


def test_what_somebody_has_begun_comes_first(labels: Labels) -> None:
    labels.put("批", map(pair, range(8)))
    begun = [labels.next(ANN), labels.next(BEN)]
    for who, task in zip((ANN, BEN), begun, strict=True):
        assert task
        labels.record(who, task.id, "none")
    assert {labels.next(CAT)} <= set(begun)


def test_a_difference_goes_to_a_third_who_sees_both(labels: Labels) -> None:
    (id,) = filled(labels)
    assert labels.dispute(CAT) is None
    labels.record(BEN, id, "none", "文字沒有提到")
    assert [labels.dispute(who) for who in (ANN, BEN)] == [None, None]
    dispute = labels.dispute(CAT)
    assert dispute
    assert dispute.task.id == id
    assert set(dispute.said) == {Said(ANN, "full", ""), Said(BEN, "none", "文字沒有提到")}
    assert labels.export() == []
    with pytest.raises(Conflict, match="您已經判斷過"):
        labels.record(BEN, id, "partial", adjudication=True)
    labels.record(CAT, id, "partial", "只說到一半", adjudication=True)
    assert labels.dispute("d" * 12) is None
    with pytest.raises(Conflict, match="沒有待仲裁"):
        labels.record("d" * 12, id, "full", adjudication=True)
    (settled,) = labels.export()
    assert (settled.level, settled.decision) == ("partial", Said(CAT, "partial", "只說到一半"))
    assert [one.labeller for one in settled.said] == [ANN, BEN]


def test_agreement_needs_no_third(labels: Labels) -> None:
    (id,) = filled(labels)
    assert list(all_of(labels, BEN)) == [id]
    assert labels.dispute(CAT) is None
    with pytest.raises(Conflict, match="沒有待仲裁"):
        labels.record(CAT, id, "none", adjudication=True)
    (settled,) = labels.export()
    assert (settled.level, settled.decision, settled.verdict, settled.batch) == ("full", None, "proved", "批")


def test_what_was_given_last_is_taken_back_and_judged_again(labels: Labels) -> None:
    with pytest.raises(Conflict, match="沒有可以復原"):
        labels.undo(ANN)
    first, second, third = filled(labels, 3)
    assert labels.undo(ANN) == Last(third, "full", False)
    assert labels.undo(ANN) == Last(second, "full", False)
    assert labels.last(ANN) == Last(first, "full", False)
    assert [one and one.id for one in (labels.next(ANN, third), labels.next(ANN, first))] == [third, second]
    labels.record(ANN, second, "none")
    assert labels.last(ANN) == Last(second, "none", False)


def test_what_a_third_has_decided_is_taken_back_by_the_third_alone(labels: Labels) -> None:
    (id,) = filled(labels)
    labels.record(BEN, id, "none")
    labels.record(CAT, id, "partial", adjudication=True)
    for who in (ANN, BEN):
        with pytest.raises(Conflict, match="已經仲裁"):
            labels.undo(who)
    assert labels.undo(CAT) == Last(id, "partial", True)
    assert labels.dispute(CAT)
    labels.undo(BEN)
    assert (labels.dispute(CAT), labels.progress().begun) == (None, 1)


def test_how_far_it_is_is_told_with_kappa(labels: Labels) -> None:
    labels.put("批", map(pair, range(4)))
    ids = []
    for level in ("full", "full", "none", "partial"):
        task = labels.next(ANN)
        assert task
        labels.record(ANN, task.id, level)  # type: ignore[arg-type]
        ids.append(task.id)
    assert labels.progress(BEN)[:7] == (4, 4, 0, 0, 0, 4, 0)
    for id, level in zip(ids, ("full", "partial", "none", "full"), strict=True):
        labels.record(BEN, id, level)  # type: ignore[arg-type]
    assert labels.progress(CAT)[:7] == (4, 0, 4, 2, 0, 0, 2)
    assert labels.progress(ANN)[5:7] == (0, 0)
    labels.record(CAT, ids[1], "full", adjudication=True)
    progress = labels.progress(CAT)
    assert progress[:7] == (4, 0, 4, 1, 1, 0, 1)
    assert progress.plain
    # Agreed on 2 of 4; by chance, 2/4 · 2/4 + 1/4 · 1/4 + 1/4 · 1/4 of them.
    assert (progress.plain.n, progress.plain.value) == (4, pytest.approx((0.5 - 0.375) / (1 - 0.375)))


def test_of_many_who_press_together_two_count(labels: Labels) -> None:
    labels.put("批", [pair(1)])
    task = labels.next(ANN)
    assert task
    held: str = task.id

    def press(number: int) -> bool:
        try:
            labels.record(f"{number:012}", held, "full")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(16))) == JUDGES


def test_there_is_no_such_task(labels: Labels) -> None:
    for adjudication in (False, True):
        with pytest.raises(UnknownKey, match="沒有 0 這一題"):
            labels.record(ANN, "0", "full", adjudication=adjudication)
    assert (labels.next(ANN), labels.dispute(ANN), labels.export(), labels.last(ANN)) == (None, None, [], None)


def test_a_passage_that_is_taken_back_takes_its_tasks_and_labels_along(store: Store, labels: Labels) -> None:
    labels.put("批", [replace(pair(1), key="judgment/9", passage="另一段")])
    filled(labels, 2)
    with writing(store) as writer:
        removals.remove(writer, {"judgment/1": DAY})
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT key FROM label_tasks")).scalars().all() == ["judgment/0"]
        assert len(connection.execute(text("SELECT task FROM labels")).all()) == 1


def test_a_backup_holds_the_labels(store: Store, labels: Labels, tmp_path: Path) -> None:
    ids = filled(labels, 2)
    labels.record(BEN, ids[0], "full", "同意")
    backup(store, tmp_path / "out.zip")
    before = labels.export()
    with store.engine.begin() as connection:
        connection.execute(delete(table))
        connection.execute(delete(label_tasks))
    restore(store, tmp_path / "out.zip")
    assert labels.export() == before
    assert labels.last(ANN) == Last(ids[1], "full", False)


def test_a_store_that_fails_says_so(store: Store, labels: Labels) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE labels"))
    for asked in (lambda: labels.next(ANN), lambda: labels.progress(), lambda: labels.record(ANN, "0", "full")):
        with pytest.raises(StoreError, match="資料庫"):
            asked()


_STEPS = st.lists(
    st.tuples(st.sampled_from(["judge", "decide", "undo"]), st.sampled_from([ANN, BEN, CAT]), st.sampled_from(LEVELS)),
    max_size=30,
)


@given(_STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_the_books_are_right(sqlite_store: Store, steps: list[tuple[str, str, Any]]) -> None:
    labels = Labels(sqlite_store, lambda: DAY)
    with sqlite_store.engine.begin() as connection:
        connection.execute(delete(table))
    labels.put("批", map(pair, range(3)))
    for what, who, level in steps:
        task, dispute = labels.next(who), labels.dispute(who)
        assert not dispute or who not in [one.labeller for one in dispute.said]
        if what == "judge" and task:
            labels.record(who, task.id, level)
        elif what == "decide" and dispute:
            labels.record(who, dispute.task.id, level, adjudication=True)
        elif what == "undo" and labels.last(who):
            try:
                labels.undo(who)
            except Conflict:
                continue
    progress = labels.progress()
    assert progress.begun + progress.paired <= progress.tasks == 3
    assert progress.disputed + progress.adjudicated <= progress.paired
    settled = labels.export()
    assert len(settled) == progress.paired - progress.disputed
    for one in settled:
        assert len({said.labeller for said in one.said}) == JUDGES
        assert (one.decision is None) == (one.said[0].level == one.said[1].level)
