"""What goes into the index, what comes out, and the arithmetic that both implementations share.

A passage is one sparse vector: the BM25F impact of each term, its prior in the dimension ``PRIOR`` and a 1 in the
dimension of its law. A question is another: weight times idf for each term, a 1 for ``PRIOR`` and the hint's weight for
each hinted law. One plain nearest-neighbour query for their product finds the candidates, which are scored again with
the likeness of their meaning to the question's, where the index was built with an embedder. Where that embedder's
vectors are searched too, the nearest by meaning join the candidates and are scored by the same sum.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable
from uuid import UUID, uuid5
from zlib import crc32

from rag.expand import QueryTerms
from rag.segment import dimension

if TYPE_CHECKING:
    from rag.embed import Meaning

VECTOR = "text"
MEANING = "meaning"
PRIOR = 1
KEYWORDS = ("source", "level")
DAYS = ("valid_from", "valid_to")
SHOWN = ["id", "law", "prior", "caption"]
PAGE = 5000

_NAMESPACE = UUID("8a0b3ef3-6f0c-5d3a-9d0c-6f5b6f6a7a11")
# Scores are added up in single precision: sums near 100 are good to about 1e-5.
_NOTHING = 1e-3
# What a likeness of 1 adds to the score, and how many candidates are looked at for it: the measured recipe.
COSINE = 30.0
POOL = 200
# How many join them that are nearest by meaning, and how many times as many are looked at in single bytes for it:
# from 1.5 on none of the ten nearest of 200,000 was missed.
NEAREST = 100
OVERSAMPLING = 2.0
# The graph they are found by: neighbours of each, candidates looked at to choose them, and the kB of vectors below
# which all are looked at instead.
GRAPH = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10_000}
# How like a passage without a shared term must be to be found. Models differ in what they call like, so each has its
# own bar (``rag/data/embedders.toml``); of one not known there, hardly anything but a paraphrase passes.
ALONE = 0.9
_ABOUT = 350  # characters
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
    def meaning(self) -> str:
        """What an embedder is given: the name, the caption, and as much of the text as says what it is about."""
        body = self.fields.get("body") or self.fields.get("paragraph", "")
        return "\n".join(filter(None, (self.fields.get("name"), self.fields.get("caption"), body[:_ABOUT])))

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


@dataclass(frozen=True, slots=True)
class ScoredId:
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


Weights = dict[int, float]
Shown = Mapping[str, str | float]


class Row(NamedTuple):
    """A point as an index finds it: ``product`` with the weights asked for, and its meaning where it has one."""

    product: float
    payload: Shown
    meaning: Meaning | None = None


Ask = Callable[[Weights, int], list[Row]]
"""The rows with the highest products."""
Near = Callable[["Meaning", Weights, int], list[Row]]
"""The rows nearest by meaning, with their products all the same."""


def ranked(
    ask: Ask, query: QueryTerms, idf: Idf, limit: int, near: Near | None = None, alone: float = ALONE
) -> list[ScoredId]:
    """The best passages: of those with the highest products, and of the nearest by meaning where there is ``near``.

    :param alone: the cosine from which on a passage that shares no term is a hit.
    """
    terms = _weights(query, idf)
    if limit < 1:
        return []
    laws = {law_dimension(law): weight for law, weight in query.laws.items()}
    whole = {**terms, **laws, PRIOR: 1.0}
    found = _sharing(ask, query, terms, whole, limit) if terms else []
    if near is not None and query.meaning is not None:
        rows = near(query.meaning, whole, NEAREST)
        likely = zip(_hits(rows, query, 0.0), rows, strict=True)
        alike = [hit for hit, row in likely if hit.text_score > _NOTHING or _cosine(hit, row) >= alone]
        found = list({hit.id: hit for hit in [*alike, *found]}.values())
    return sorted(found, key=lambda hit: (-hit.score, hit.id))[:limit]


def _sharing(ask: Ask, query: QueryTerms, terms: Weights, whole: Weights, limit: int) -> list[ScoredId]:
    pool = limit if query.meaning is None else max(limit, POOL)
    hits = _hits(ask(whole, pool), query, 0.0)
    found = [hit for hit in hits if hit.text_score > _NOTHING]
    if len(found) < len(hits):
        # Priors alone have taken places: ask again for those that do share a term.
        found = [hit for hit in _hits(ask(terms, pool), query, 1.0) if hit.text_score > _NOTHING]
    return found


def _cosine(hit: ScoredId, row: Row) -> float:
    """The likeness without the weight, which is the length of a stored meaning."""
    length = 0.0 if row.meaning is None else float(row.meaning @ row.meaning) ** 0.5
    return hit.likeness / length if length else 0.0


def _weights(query: QueryTerms, idf: Idf) -> Weights:
    weights: Weights = {}
    for term, weight in query.terms.items():
        number = dimension(term)
        weights[number] = weights.get(number, 0.0) + weight * idf[number]
    return {number: weight for number, weight in weights.items() if weight >= _FAINT} or weights


def _hits(rows: Sequence[Row], query: QueryTerms, added: float) -> list[ScoredId]:
    """Rows as hits: their product holds prior and hint already (``added`` 0), or has to be given them (1)."""
    hits = []
    for (product, payload, _), likeness in zip(rows, _likeness(rows, query.meaning), strict=True):
        hint = query.laws.get(str(payload["law"]), 0.0)
        bonus = float(payload["prior"]) + hint
        score = product + added * bonus + COSINE * likeness
        text_score = product - (1.0 - added) * bonus
        hits.append(ScoredId(str(payload["id"]), score, text_score, likeness, hint, str(payload.get("caption", ""))))
    return hits


def _likeness(rows: Sequence[Row], question: Meaning | None) -> list[float]:
    if question is None or not rows:
        return [0.0] * len(rows)
    # Whoever has a question's vector has numpy loaded; who only reads a manifest need not wait for it.
    import numpy as np

    none = np.zeros_like(question)
    likeness: list[float] = (
        np.stack([none if row.meaning is None else row.meaning for row in rows]) @ question
    ).tolist()
    return likeness


def law_dimension(law: str) -> int:
    """The dimension in which each passage of a law holds a 1: no term has a colon, so none is spelled so."""
    return dimension(f"law:{law}")


@lru_cache(maxsize=4096)
def point_id(passage_id: str) -> UUID:
    return uuid5(_NAMESPACE, passage_id)


def day_number(day: date) -> int:
    """``day_number(date(2024, 3, 1)) == 20240301``."""
    return day.year * 10000 + day.month * 100 + day.day
