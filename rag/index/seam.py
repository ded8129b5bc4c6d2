"""What goes into the index, and what comes out of it.

A passage is one sparse vector: the BM25F impact of each term, its prior in the dimension ``PRIOR`` and a 1 in the
dimension of its law. A question is another: weight times idf for each term, a 1 for ``PRIOR`` and the hint's weight for
each hinted law (``scoring``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol, runtime_checkable
from uuid import UUID, uuid5
from zlib import crc32

from rag.expand import QueryTerms
from rag.segment import dimension

VECTOR = "text"
MEANING = "meaning"
PRIOR = 1
KEYWORDS = ("source", "level")
DAYS = ("valid_from", "valid_to")
SHOWN = ["id", "law", "prior", "caption"]
PAGE = 5000

_NAMESPACE = UUID("8a0b3ef3-6f0c-5d3a-9d0c-6f5b6f6a7a11")
# Of meanings that are searched: how many times as many as wanted are looked at in single bytes; from 1.5 on none of the
# ten nearest of 200,000 was missed.
OVERSAMPLING = 2.0
# The graph they are found by: neighbours of each, candidates looked at to choose them, and the kB of vectors below
# which all are looked at instead.
GRAPH = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10_000}
_ABOUT = 350  # characters


@dataclass(frozen=True, slots=True)
class IndexItem:
    """One passage to index; ``id`` is ``Passage.id``, ``fields`` its texts by the names of ``bm25f.FIELDS``.

    Valid on the days ``valid_from <= day < valid_to``. ``prior`` (>= 0) is what it scores before any term matches,
    ``weight`` (> 0) what each match counts against one in a statute.
    """

    id: str
    key: str
    law: str
    source: str
    level: str
    valid_from: date
    valid_to: date
    fields: Mapping[str, str]
    prior: float = 0.0
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.prior < 0 or self.weight <= 0:
            raise ValueError(f"{self.id}: prior {self.prior} is below 0, or weight {self.weight} not above it")

    @property
    def meaning(self) -> str:
        """What an embedder is given: the name, the caption, and as much of the text as says what it is about."""
        body = self.fields.get("body") or self.fields.get("paragraph", "")
        return "\n".join(filter(None, (self.fields.get("name"), self.fields.get("caption"), body[:_ABOUT])))

    @property
    def is_ones_own(self) -> bool:
        """Whether it is of a text of one's own, which may be about anything."""
        return "paragraph" in self.fields

    @property
    def payload(self) -> dict[str, str | int | float]:
        days = {"valid_from": day_number(self.valid_from), "valid_to": day_number(self.valid_to)}
        names = {"id": self.id, "key": self.key, "law": self.law, "source": self.source, "level": self.level}
        return {**names, **days, "prior": self.prior, "caption": self.fields.get("caption", "")}


ItemSource = Callable[[], Iterable[IndexItem]]


@runtime_checkable
class Divisible(Protocol):
    """An ``ItemSource`` that can leave out beforehand what another part takes (see ``part_of``)."""

    def part(self, number: int, parts: int) -> ItemSource: ...


def part_of(passage: str, parts: int) -> int:
    """Which of so many parts a passage belongs to by its id: the same for ever, and all parts about as large."""
    return crc32(passage.encode()) % parts


class ScoredId(NamedTuple):
    """A passage found: ``score`` is ``text_score`` + prior + law hint + 30 ``likeness``.

    ``text_score`` comes from the terms it shares with the question, 0 where its meaning alone is like the question's.
    ``likeness`` is the cosine of its meaning and the question's by its weight, 0 where either is not known; ``hint``
    what its law gained, ``caption`` what the article is about where that is known.
    """

    id: str
    score: float
    text_score: float
    likeness: float = 0.0
    hint: float = 0.0
    caption: str = ""


class SearchIndex(Protocol):
    """Passages found by their terms, and by their meaning where the embedder is ``searchable``.

    All methods raise ``SearchIndexError`` when the index can't be used.
    """

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        """The ``limit`` best passages valid on ``as_of``, best first; empty ``sources`` or ``levels`` means any.

        A passage that shares no term with the question is no hit, however high its prior, unless the index is searched
        by meaning and the two are alike enough: no match is ``[]``.
        """
        ...

    def count(self) -> int:
        """How many passages are indexed, whatever their validity."""
        ...

    def ids(self) -> Iterator[str]:
        """The id of every passage indexed, in no set order."""
        ...

    @property
    def revision(self) -> str:
        """The state of the store that the index was last brought up to."""
        ...

    @property
    def built(self) -> float:
        """When that was, in seconds since 1970; 0 for an index that does not say."""
        ...

    def close(self) -> None: ...


class IndexWriter(Protocol):
    """The writing side; readers go on with what they have until a call returns. One writer at a time."""

    def rebuild(self, source: ItemSource, revision: str) -> int:
        """Index all that ``source()`` yields, from nothing, and switch to it; returns the count.

        ``source`` must be picklable and repeatable: it is called in other processes, each of which takes its share.
        """
        ...

    def update(self, source: ItemSource, deletes: Iterable[str], revision: str) -> int:
        """Replace or add what ``source()`` yields, remove the passage ids ``deletes``; returns the count.

        ``source`` as for ``rebuild``. Raises ``NoIndex``.
        """
        ...


class Idf:
    """Idf by dimension, as counted at the last rebuild; read from the bytes that ``bm25f.Frequencies.pack`` makes."""

    def __init__(self, packed: bytes) -> None:
        view = memoryview(packed)
        middle = 4 + (len(packed) - 4) // 2
        self._rare: float = view[:4].cast("f")[0]
        self._dimensions = view[4:middle].cast("I")
        self._values = view[middle:].cast("f")

    def __getitem__(self, number: int) -> float:
        """A dimension that is not listed counts as seen once."""
        at = bisect_left(self._dimensions, number)
        if at < len(self._dimensions) and self._dimensions[at] == number:
            return self._values[at]
        return self._rare


def law_dimension(law: str) -> int:
    """The dimension in which each passage of a law holds a 1: no term has a colon, so none is spelled so."""
    return dimension(f"law:{law}")


@lru_cache(maxsize=4096)
def point_id(passage_id: str) -> UUID:
    return uuid5(_NAMESPACE, passage_id)


def day_number(day: date) -> int:
    """``day_number(date(2024, 3, 1)) == 20240301``."""
    return day.year * 10000 + day.month * 100 + day.day
