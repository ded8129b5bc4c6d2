import threading
import time
from collections.abc import Iterable
from contextvars import copy_context

import pytest

from rag.domain import Document, Passage
from rag.stages import recorded, stage
from tests import fakes
from tests.fakes import make_engine
from tests.memory import MemoryStore


def test_each_stage_counts_all_its_turns_in_the_order_in_which_they_first_began() -> None:
    with recorded() as spent:
        for name in ("sparse", "fuse", "sparse"):
            with stage(name):
                time.sleep(0.002)
    assert list(spent) == ["sparse", "fuse"]
    assert spent["sparse"] >= 0.004
    assert spent["fuse"] >= 0.002


def test_a_stage_counts_even_if_it_fails() -> None:
    with recorded() as spent, pytest.raises(ValueError, match="no"), stage("sparse"):
        raise ValueError("no")
    assert list(spent) == ["sparse"]


def works() -> None:
    with stage("dense"):
        pass


def test_nobody_hears_of_what_is_not_part_of_the_block() -> None:
    with recorded() as outer:
        with recorded() as inner, stage("sparse"):
            pass
        other = threading.Thread(target=works)
        other.start()
        other.join()
    works()
    assert (list(outer), list(inner)) == ([], ["sparse"])


def test_a_thread_that_works_for_the_block_is_heard() -> None:
    with recorded() as spent:
        one = threading.Thread(target=copy_context().run, args=(works,))
        one.start()
        one.join()
    assert list(spent) == ["dense"]


class Staged(MemoryStore):
    """A store whose reading is a stage of its own."""

    @stage("read")
    def passages(self, ids: Iterable[str]) -> dict[str, tuple[Passage, Document]]:
        return super().passages(ids)


def test_an_answer_tells_the_stages_it_went_through() -> None:
    engine = make_engine()
    similar = engine.ask("押金多久要退還？").timings_ms
    assert list(similar) == ["exact", "find", "sparse", "fuse", "generate", "prove"]
    named = engine.ask("示範共享單車租借條例第4條").timings_ms
    assert list(named) == ["exact", "find", "generate", "prove"]
    assert all(ms >= 0 for ms in [*similar.values(), *named.values()])


def test_a_stage_that_is_new_is_told_by_itself() -> None:
    engine = make_engine(Staged((fakes.LAW,), fakes.DOCUMENTS))
    assert list(engine.ask("押金多久要退還？").timings_ms) == [
        "exact",
        "find",
        "sparse",
        "read",
        "fuse",
        "generate",
        "prove",
    ]
