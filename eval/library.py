"""What scoring looks things up in: the stored texts, and the law's own names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from rag.domain import Document, Reference
from rag.names import LawNames


class Library(Protocol):
    """Calls may come from several processes, each with a library of its own."""

    @property
    def names(self) -> LawNames: ...

    def version(self, key: str, version: str) -> Document | None:
        """A stored version; ``None`` when there is none."""

    def read(self, key: str, as_of: date) -> Document | None:
        """The version in effect on a day; ``None`` when there is none."""

    def references(self, text: str) -> Iterable[Reference]:
        """The legal references in a text."""

    def coverage(self) -> Mapping[str, object]: ...
