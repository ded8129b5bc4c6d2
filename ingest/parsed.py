"""What passes between a source of documents and the store: things as they came, and what was read in them.

A source is a module with ``NAME``, ``RULES`` (raised when it comes to read the same bytes differently), ``FIELDS`` and
three functions: ``read`` and ``fetch`` say what came, from a file or over HTTP; ``parse`` is pure and says what it
holds. Everything a source needs to remember until its next run is a :class:`Mark` among what came: it is stored
together with what came before it, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

from ingest.web import Web
from rag.domain import Document
from rag.names import LawNames

Relation = Literal[
    "cites",
    "reason_of",
    "history_of",
    "amends",
    "reviews",
    "same_story",
    "part_of",
    "reverses",
    "reverses_in",
    "changes",
    "changes_in",
    "supplements",
]
"""``…_in``: in part. At most 12 letters, which is what the store holds."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One thing exactly as it came: the answer of a server, a member of an archive, a line of a file.

    ``id`` names it within its source for ever (a JID, a MetaId, a path): what comes again under the same id replaces
    all that it said before. ``place`` is where it lay, for people. ``seen`` is the day the source published it.
    """

    id: str
    body: bytes
    place: str = ""
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """The source took a document back: everything about it has to go. ``key`` is the document's."""

    key: str
    day: date


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to remember until the next run (an ETag, a finished archive): ``Wanted.marks[name] == value`` then."""

    name: str
    value: str


Came = Raw | Removal | Mark


@dataclass(frozen=True, slots=True)
class Span:
    """A passage to be: ``text[start:end]`` of its document; the other fields as in :class:`rag.domain.Passage`."""

    start: int
    end: int
    section: str = ""
    speaker: str = ""
    place: str = ""
    searchable: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """From a document to the document ``target`` (a key), as it stood on ``day`` where that is said."""

    target: str
    relation: Relation = "cites"
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document, its passages, and the links its source states; those its text cites are found by the pipeline."""

    document: Document
    spans: tuple[Span, ...]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that is not taken in: ``key`` is its own, or the id of the thing as it came."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fetch is told. ``base`` replaces the official address (a local server in tests); "" means the official.

    ``now`` is in Taipei. ``marks`` are those of the source's earlier runs. ``scratch`` is for archives while they are
    unpacked, and emptied before each run, however the last one ended; without it the system's own place is taken.
    """

    now: datetime
    base: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    marks: Mapping[str, str] = field(default_factory=dict)
    scratch: Path | None = None


class Source(Protocol):
    """A module of :mod:`ingest.sources` with documents. ``FIELDS``: what ``--without-field`` may name → its section."""

    NAME: str
    RULES: int
    FIELDS: Mapping[str, str]

    def read(self, path: Path) -> Iterator[Came]:
        """What a file or folder holds. Raises ``UsageError``, ``BrokenArchive``, ``SourceChanged``: one clear line."""
        ...

    def fetch(self, web: Web, wanted: Wanted) -> Iterator[Came]:
        """What the source has that is new. Raises ``SourceUnreachable``, ``SourceBlocked``, ``SourceChanged``."""
        ...

    def parse(self, raw: Raw, names: LawNames) -> Iterator[Parsed | Skipped]:
        """What it holds; pure. Raises ``SourceChanged`` for a shape the source is not known to have."""
        ...
