"""What scoring looks things up in: the stored texts, what is known of laws and decisions, and the law's own names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Protocol

from rag.answer import today as today_in_taipei
from rag.domain import Document, Law, Passage, Reference
from rag.holdings import coverage
from rag.names import LawName, LawNames, with_aliases
from rag.references import find_references
from rag.store import LinkRow, Store, open_store

_KEPT = 20_000  # of each kind of thing


class Library(Protocol):
    """Calls may come from several processes, each with a library of its own."""

    @property
    def names(self) -> LawNames: ...

    @property
    def today(self) -> date:
        """The day of every answer whose question and record name none: that of the run."""

    def __hash__(self) -> int: ...
    def law(self, pcode: str) -> Law | None: ...
    def law_names(self) -> list[LawName]: ...
    def numbers(self, pcode: str) -> list[str]: ...
    def versions(self, key: str) -> tuple[Document, ...]: ...
    def passages_of(self, key: str, version: str) -> list[Passage]: ...
    def keys_of_case(self, case: str) -> list[str]: ...
    def links_to(self, target: str) -> list[LinkRow]: ...

    def version(self, key: str, version: str) -> Document | None:
        """A stored version; ``None`` when there is none."""

    def read(self, key: str, as_of: date) -> Document | None:
        """The version in effect on a day; ``None`` when there is none."""

    def references(self, text: str) -> Iterable[Reference]:
        """The legal references in a text."""

    def coverage(self) -> Mapping[str, object]: ...


class StoreLibrary:
    """The store of record alone; no index is opened, so that any number of processes may have one.

    Whatever was asked for once is kept: one evaluation asks for the same documents again and again.
    """

    def __init__(self, store: Store, today: date | None = None) -> None:
        self._store = store
        self.names = LawNames(with_aliases(store.law_names()))
        self.today = today or today_in_taipei()
        self.law = lru_cache(_KEPT)(store.law)
        self.law_names = store.law_names
        self.numbers = lru_cache(_KEPT)(store.numbers)
        self.versions = lru_cache(_KEPT)(store.versions)
        self.passages_of = lru_cache(_KEPT)(store.passages_of)
        self.keys_of_case = lru_cache(_KEPT)(store.keys_of_case)
        self.links_to = lru_cache(_KEPT)(store.links_to)

    def version(self, key: str, version: str) -> Document | None:
        return next((one for one in self.versions(key) if one.version == version), None)

    def read(self, key: str, as_of: date) -> Document | None:
        return next((one for one in self.versions(key) if one.holds_on(as_of)), None)

    def references(self, text: str) -> Iterable[Reference]:
        return find_references(text, self.names)

    def coverage(self) -> Mapping[str, object]:
        return {"revision": self._store.revision(), **coverage(self._store)}


@contextmanager
def open_library(url: str, today: date | None = None) -> Iterator[Library]:
    """The library of the store at ``url`` (``Settings.store_url``).

    :param today: the day of the run; today in Taipei where it is not known.

    :raises StoreError: nothing has been ingested yet, or the store can't be reached.
    """
    store = open_store(url)
    try:
        yield StoreLibrary(store, today)
    finally:
        store.close()
