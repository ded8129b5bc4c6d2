"""What goes into the index, what comes out, and the arithmetic that both implementations share.

A passage is one sparse vector: the BM25F impact of each term, its prior in the dimension ``PRIOR`` and a 1 in the
dimension of its law. A question is another: weight times idf for each term, a 1 for ``PRIOR`` and the hint's weight for
each hinted law. Their product is the whole score, so one plain nearest-neighbour query is exact, where prefetching
candidates and adding the prior afterwards has to guess how many to fetch, and takes twice as long.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Protocol, runtime_checkable
from uuid import UUID, uuid5
from zlib import crc32

from rag.errors import IndexMismatch, SearchIndexError
from rag.expand import QueryTerms
from rag.segment import dimension

LAYOUT = 3
VECTOR = "text"
PRIOR = 1
KEYWORDS = ("source", "level")
DAYS = ("valid_from", "valid_to")
SHOWN = ["id", "law", "prior"]
PAGE = 5000

_NAMESPACE = UUID("8a0b3ef3-6f0c-5d3a-9d0c-6f5b6f6a7a11")
# Scores are added up in single precision: sums near 100 are good to about 1e-5.
_NOTHING = 1e-3
# Terms that are in nearly every passage: left out, a search takes a fifth less and ranks the same (docs/log.md).
_FAINT = 0.6


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
    def payload(self) -> dict[str, str | int | float]:
        days = {"valid_from": day_number(self.valid_from), "valid_to": day_number(self.valid_to)}
        names = {"id": self.id, "key": self.key, "law": self.law, "source": self.source, "level": self.level}
        return {**names, **days, "prior": self.prior}


ItemSource = Callable[[], Iterable[IndexItem]]


@runtime_checkable
class Divisible(Protocol):
    """An ``ItemSource`` that can leave out beforehand what another part takes (see ``part_of``)."""

    def part(self, number: int, parts: int) -> ItemSource: ...


def part_of(passage: str, parts: int) -> int:
    """Which of so many parts a passage belongs to by its id: the same for ever, and all parts about as large."""
    return crc32(passage.encode()) % parts


@dataclass(frozen=True, slots=True)
class ScoredId:
    """A passage that shares a term with the question: ``score`` is ``text_score`` + prior + law hint."""

    id: str
    score: float
    text_score: float


class SearchIndex(Protocol):
    """Passages found by their terms. All methods raise ``SearchIndexError`` when the index can't be used."""

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        """The ``limit`` best passages valid on ``as_of``, best first; empty ``sources`` or ``levels`` means any.

        A passage that shares no term with the question is no hit, however high its prior: no match is ``[]``.
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


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index says of itself."""

    segmenter: str
    revision: str
    count: int
    shards: int = 1
    layout: int = LAYOUT
    built: float = field(default=0.0, compare=False)

    def dump(self) -> str:
        return json.dumps(asdict(self) | {"built": round(time.time(), 3)}, ensure_ascii=False)

    @staticmethod
    def load(text: str, segmenter: str) -> Manifest:
        """Raises ``IndexMismatch`` for an index of another layout or made with another segmenter."""
        try:
            found = json.loads(text)
            if found["layout"] == LAYOUT and found["segmenter"] == segmenter:
                return Manifest(**found)
        except (KeyError, TypeError, ValueError) as error:
            raise SearchIndexError(f"索引的說明檔壞了（{error}），請執行 youju-ingest rebuild-index") from error
        raise IndexMismatch(
            f"索引是以 {found['segmenter']}（格式 {found['layout']}）建立，現在用 {segmenter}（格式 {LAYOUT}）；"
            "請執行 youju-ingest rebuild-index"
        )


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


Weights = dict[int, float]
Row = tuple[float, Mapping[str, str | float]]
Ask = Callable[[Weights, int], list[Row]]


def ranked(ask: Ask, query: QueryTerms, idf: Idf, limit: int) -> list[ScoredId]:
    """The best passages, where ``ask`` returns the rows (product, payload) with the highest products."""
    terms = _weights(query, idf)
    if not terms or limit < 1:
        return []
    laws = {law_dimension(law): weight for law, weight in query.laws.items()}
    rows = ask({**terms, **laws, PRIOR: 1.0}, limit)
    hits = _hits(rows, query, 0.0)
    found = [hit for hit in hits if hit.text_score > _NOTHING]
    if len(found) < len(hits):
        # Priors alone have taken places: ask again for those that do share a term.
        found = [hit for hit in _hits(ask(terms, limit), query, 1.0) if hit.text_score > _NOTHING]
    return sorted(found, key=lambda hit: (-hit.score, hit.id))[:limit]


def _weights(query: QueryTerms, idf: Idf) -> Weights:
    weights: Weights = {}
    for term, weight in query.terms.items():
        number = dimension(term)
        weights[number] = weights.get(number, 0.0) + weight * idf[number]
    return {number: weight for number, weight in weights.items() if weight >= _FAINT} or weights


def _hits(rows: Iterable[Row], query: QueryTerms, added: float) -> list[ScoredId]:
    """Rows as hits: their product holds prior and hint already (``added`` 0), or has to be given them (1)."""
    hits = []
    for product, payload in rows:
        bonus = float(payload["prior"]) + query.laws.get(str(payload["law"]), 0.0)
        hits.append(ScoredId(str(payload["id"]), product + added * bonus, product - (1.0 - added) * bonus))
    return hits


def law_dimension(law: str) -> int:
    """The dimension in which each passage of a law holds a 1: no term has a colon, so none is spelled so."""
    return dimension(f"law:{law}")


@lru_cache(maxsize=4096)
def point_id(passage_id: str) -> UUID:
    return uuid5(_NAMESPACE, passage_id)


def day_number(day: date) -> int:
    """``day_number(date(2024, 3, 1)) == 20240301``."""
    return day.year * 10000 + day.month * 100 + day.day
