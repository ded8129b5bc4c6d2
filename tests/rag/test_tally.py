"""What a store holds, counted aside."""

from __future__ import annotations

from collections.abc import Mapping
from queue import Queue
from threading import Event
from time import monotonic, sleep

import pytest

from rag.errors import StoreError
from rag.tally import Tally

PATIENCE_S = 10.0


class Held:
    """A store that is written to, whose counting takes as long as is wanted."""

    def __init__(self) -> None:
        self.revision = 1
        self.may_count: Queue[bool] = Queue()
        self.begun = Event()

    def count(self) -> Mapping[str, object]:
        revision = self.revision
        self.begun.set()
        if not self.may_count.get(timeout=PATIENCE_S):
            raise StoreError("資料庫無法讀取")
        return {"revision": revision}

    def tally(self) -> Tally:
        return Tally(self.count, lambda: self.revision)


def meanwhile(held: Held, tally: Tally) -> None:
    """Ask until a count has begun; till then the first one holds."""
    held.begun.clear()
    deadline = monotonic() + PATIENCE_S
    while not held.begun.is_set() and monotonic() < deadline:
        assert tally.get() == {"revision": 1}
    assert held.begun.is_set()


def until(tally: Tally, revision: int) -> Mapping[str, object]:
    deadline = monotonic() + PATIENCE_S
    while (found := tally.get()) != {"revision": revision} and monotonic() < deadline:
        sleep(0.01)
    return found


def test_the_first_count_is_waited_for_and_holds_while_nothing_changes() -> None:
    held = Held()
    held.may_count.put(True)
    tally = held.tally()
    assert [tally.get(), tally.get()] == [{"revision": 1}] * 2


def test_while_it_is_counted_anew_the_last_count_is_given() -> None:
    held = Held()
    held.may_count.put(True)
    tally = held.tally()
    tally.get()
    held.revision = 2
    meanwhile(held, tally)
    assert [tally.get() for _ in range(3)] == [{"revision": 1}] * 3
    held.may_count.put(True)
    assert until(tally, 2) == {"revision": 2}


def test_what_changed_while_it_was_counted_is_counted_again() -> None:
    held = Held()
    held.may_count.put(True)
    tally = held.tally()
    tally.get()
    held.revision = 2
    meanwhile(held, tally)
    held.revision = 3
    held.may_count.put(True)
    held.may_count.put(True)
    assert until(tally, 3) == {"revision": 3}


def test_a_first_count_that_fails_is_an_error_and_a_later_one_is_not() -> None:
    held = Held()
    held.may_count.put(False)
    tally = held.tally()
    with pytest.raises(StoreError):
        tally.get()
    held.may_count.put(True)
    tally.get()
    held.revision = 2
    meanwhile(held, tally)
    held.may_count.put(False)
    assert tally.get() == {"revision": 1}
