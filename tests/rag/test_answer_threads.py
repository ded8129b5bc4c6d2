"""One engine asked from several threads at once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from rag.answer import Engine
from rag.names import LawNames
from rag.store import Store
from tests import fakes


def test_what_the_store_holds_is_counted_once() -> None:
    store = fakes.MemoryStore((fakes.LAW,), fakes.DOCUMENTS)
    counted: list[Store] = []
    ready, another = Barrier(4), Event()

    def count(held: Store) -> Mapping[str, object]:
        counted.append(held)
        if len(counted) > 1:
            another.set()
        # Time for the others to begin a count of their own, if they could.
        another.wait(0.2)
        return {"laws": len(counted)}

    def ask() -> Mapping[str, object]:
        ready.wait(10)
        return engine.coverage()

    engine = Engine(store, fakes.make_retriever(store), LawNames(store.law_names()), count=count)
    with ThreadPoolExecutor(4) as threads:
        found = [one.result(10) for one in [threads.submit(ask) for _ in range(4)]]
    assert (found, len(counted)) == ([{"laws": 1}] * 4, 1)
