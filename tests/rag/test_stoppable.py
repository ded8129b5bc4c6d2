"""A generator closed by one thread while another waits in it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from queue import SimpleQueue

import pytest

from rag.errors import CalledOff
from rag.stoppable import Stoppable, stoppable, woken


class Waiting:
    """A generator that tells ``begun`` and then waits until it is woken."""

    def __init__(self) -> None:
        self.begun, self.cleared = threading.Event(), threading.Event()
        self._came: SimpleQueue[None] = SimpleQueue()

    @stoppable
    def values(self, first: str) -> Generator[str, None, None]:
        try:
            yield first
            with woken(lambda: self._came.put(None)):
                self.begun.set()
                self._came.get(timeout=30)
                raise CalledOff("不再等候")
        finally:
            self.cleared.set()


def waiting_for_next(values: Generator[str, None, None]) -> tuple[threading.Thread, list[str | None]]:
    said: list[str | None] = []
    thread = threading.Thread(target=lambda: said.append(next(values, None)))
    thread.start()
    return thread, said


def test_closing_wakes_who_waits_and_clears_up() -> None:
    one = Waiting()
    values = one.values("甲")
    assert next(values) == "甲"
    thread, said = waiting_for_next(values)
    assert one.begun.wait(10)
    values.close()
    assert one.cleared.is_set()
    thread.join(10)
    assert said == [None]
    assert list(values) == []


def test_closing_one_leaves_the_others_alone() -> None:
    first, second = Waiting(), Waiting()
    values, others = first.values("甲"), second.values("乙")
    assert (next(values), next(others)) == ("甲", "乙")
    thread, said = waiting_for_next(others)
    assert second.begun.wait(10)
    values.close()
    assert (first.cleared.is_set(), second.cleared.is_set()) == (True, False)
    others.close()
    thread.join(10)
    assert said == [None]


def test_a_generator_around_it_can_be_closed_as_well() -> None:
    one = Waiting()

    def around() -> Generator[str, None, None]:
        yield from one.values("甲")
        pytest.fail("who closed the outer one must hear of it there")

    values = Stoppable(around())
    assert next(values) == "甲"
    thread, said = waiting_for_next(values)
    assert one.begun.wait(10)
    values.close()
    assert one.cleared.is_set()
    thread.join(10)
    assert said == [None]


def test_what_was_closed_before_it_waits_never_waits() -> None:
    one = Waiting()
    values = one.values("甲")
    values.close()
    assert (next(values, None), one.begun.is_set()) == (None, False)


def test_it_is_a_generator_like_any_other() -> None:
    def two() -> Generator[str, None, None]:
        yield "甲"
        try:
            yield "乙"
        except KeyError:
            yield "丙"
        raise LookupError("壞了")

    values = Stoppable(two())
    assert [next(values), next(values), values.throw(KeyError())] == ["甲", "乙", "丙"]
    with pytest.raises(LookupError, match="壞了"):
        next(values)


def test_who_cannot_be_stopped_just_waits() -> None:
    woke: list[str] = []
    with woken(lambda: woke.append("nobody closes anything")):
        waited = True
    assert waited
    assert woke == []
