"""BM25F impacts: the fields of a passage to one sparse vector, many passages at a time, counted in numpy.

``impact = TF (k1 + 1) / (TF + k1)`` with ``TF = sum over fields of weight * tf / (1 - b + b * length / average)``;
the idf is left to the question's side (``seam.Idf``), so a stored vector never changes because others came or went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder
from rag.index.seam import PRIOR, IndexItem, law_dimension
from rag.segment import Grams, Segmenter, dimension, fold

K1 = 1.2
BATCH = 1000


class Field(NamedTuple):
    """``average``: mean characters of the field where it is not empty, over the 218,139 articles of 2024-10.

    A ``paragraph`` takes the place of ``body`` in texts of one's own, which are cut at 500 characters: next to articles
    all would be long ones, and a word in them worth half. Its average is that of 1,000 encyclopedic paragraphs.
    The fields from ``caption`` on are what other sources say of an article (``contexts``).
    """

    weight: float
    b: float
    average: float


# Weights and b: the measured recipe for retrieval without a trained model. Averages are fixed rather than counted anew,
# so that the same passage is the same vector whatever else is indexed and an update need not look at the rest.
FIELDS: Mapping[str, Field] = {
    "body": Field(1.0, 0.75, 140.0),
    "paragraph": Field(1.0, 0.75, 350.0),
    "name": Field(2.0, 0.5, 14.0),
    "chapter": Field(1.0, 0.0, 15.0),
    "caption": Field(1.0, 0.3, 10.0),
    "reason": Field(0.5, 0.75, 160.0),
    "citing": Field(0.3, 0.75, 420.0),
    "proposing": Field(0.3, 0.75, 480.0),
    "colloquial": Field(1.0, 0.3, 45.0),
}

_WORD = re.compile("[0-9a-z]+")
_ROW = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_PENDING = 64

Keys = NDArray[np.uint64]


class Vector(NamedTuple):
    """What stands for a passage: the impacts of its terms, and its meaning where an embedder was there to tell."""

    dimensions: list[int]
    impacts: list[float]
    meaning: list[float] | None = None


class Frequencies:
    """In how many passages each dimension occurs, counted while they stream by."""

    def __init__(self, total: int = 0, *counted: tuple[Keys, NDArray[np.int64]]) -> None:
        """``counted``: dimensions, each with how many of ``total`` passages have it."""
        self.total = total
        self._parts = list(counted)

    def add(self, passages: int, dimensions: Keys) -> None:
        """``dimensions`` holds each dimension once per passage that has it."""
        self.total += passages
        self._parts.append(np.unique(dimensions, return_counts=True))
        if len(self._parts) > _PENDING:
            self._parts = [self._merged()]

    def join(self, other: Frequencies) -> None:
        self.total += other.total
        self._parts += other._parts

    @staticmethod
    def unpack(packed: bytes) -> Frequencies:
        """What ``pack`` was made from, as near as single precision tells; to count further passages on top of."""
        rare, *_ = np.frombuffer(packed, np.float32, 1)
        length = (len(packed) - 4) // 8
        numbers = np.frombuffer(packed, np.uint32, length, 4).astype(np.uint64)
        idf = np.frombuffer(packed, np.float32, length, 4 + 4 * length).astype(np.float64)
        total = round(1.5 * float(np.exp(np.float64(rare))) - 1)
        return Frequencies(total, (numbers, np.rint((total + 1) / np.exp(idf) - 0.5).astype(np.int64)))

    def pack(self) -> bytes:
        """The bytes ``seam.Idf`` reads: the idf of a dimension seen once, then dimensions, then their idfs."""
        numbers, counts = self._merged()
        numbers, counts = numbers[counts > 1], counts[counts > 1]
        values = np.log1p((self.total - counts + 0.5) / (counts + 0.5))
        rare = np.log1p(max(self.total - 0.5, 0.0) / 1.5)
        return np.float32(rare).tobytes() + numbers.astype(np.uint32).tobytes() + values.astype(np.float32).tobytes()

    def _merged(self) -> tuple[Keys, NDArray[np.int64]]:
        empty = np.empty(0, np.uint64), np.empty(0, np.int64)
        numbers, counts = (np.concatenate(arrays) for arrays in zip(*self._parts, empty, strict=True))
        merged, places = np.unique(numbers, return_inverse=True)
        return merged, np.bincount(places, counts, len(merged)).astype(np.int64)


def points(
    segmenter: Segmenter, items: Iterable[IndexItem], seen: Frequencies, embedder: Embedder | None = None
) -> Iterator[list[tuple[IndexItem, Vector]]]:
    """Items in batches with their whole vectors, prior and law included; their terms are counted into ``seen``."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        keys, impacts = encode(segmenter, [item.fields for item in batch])
        weights = np.fromiter((item.weight for item in batch), np.float64, len(batch))
        impacts *= weights[(keys >> _ROW).astype(np.int64)]
        seen.add(len(batch), keys & _LOW)
        meanings = _meanings(batch, embedder)
        vectors = split(len(batch), keys, impacts)
        yield [
            (item, _whole(item, vector, meaning))
            for item, vector, meaning in zip(batch, vectors, meanings, strict=True)
        ]


def _meanings(batch: Sequence[IndexItem], embedder: Embedder | None) -> list[list[float] | None]:
    """The vectors of the items, as long as a match counts in them; None for what has no word the embedder knows.

    The words that only help to compare are those of statutes: of a text about anything else they tell less than none.
    """
    if embedder is None:
        return [None] * len(batch)
    vectors = embedder.documents(
        [item.meaning if embedder.searchable or not item.is_ones_own else "" for item in batch]
    )
    return [
        (vector * item.weight).tolist() if vector.any() else None for item, vector in zip(batch, vectors, strict=True)
    ]


def _whole(item: IndexItem, vector: Vector, meaning: list[float] | None) -> Vector:
    dimensions = [*vector.dimensions, PRIOR]
    impacts = [*vector.impacts, item.prior]
    if item.law:
        dimensions.append(law_dimension(item.law))
        impacts.append(1.0)
    return Vector(dimensions, impacts, meaning)


def encode(segmenter: Segmenter, passages: Sequence[Mapping[str, str]]) -> tuple[Keys, NDArray[np.float64]]:
    """The impact of each ``row << 32 | dimension``, in rising order; a missing field of a passage is an empty one."""
    keys, shares = zip(*(_field(segmenter, passages, name) for name in FIELDS), strict=True)
    return _impacts(np.concatenate(keys), np.concatenate(shares))


def split(count: int, keys: Keys, impacts: NDArray[np.float64]) -> Iterator[Vector]:
    """What ``encode`` gives for ``count`` passages, as one vector for each."""
    bounds = np.searchsorted(keys, np.arange(count + 1, dtype=np.uint64) << _ROW).tolist()
    dimensions = keys & _LOW
    for start, end in pairwise(bounds):
        yield Vector(dimensions[start:end].tolist(), impacts[start:end].tolist())


def _field(segmenter: Segmenter, passages: Sequence[Mapping[str, str]], name: str) -> tuple[Keys, NDArray[np.float64]]:
    weight, b, average = FIELDS[name]
    published = [passage.get(name, "") for passage in passages]
    # Passages of one document share its name.
    folded = {text: fold(text) for text in set(published)}
    texts = [folded[text] for text in published]
    keys = occurrences(segmenter, texts)
    lengths = np.fromiter(map(len, texts), np.float64, len(texts))
    share = weight / (1 - b + b * lengths / average)
    return keys, share[(keys >> _ROW).astype(np.int64)]


def _impacts(keys: Keys, shares: NDArray[np.float64]) -> tuple[Keys, NDArray[np.float64]]:
    if not len(keys):
        return keys, shares
    order = np.argsort(keys, kind="stable")
    keys, shares = keys[order], shares[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    tf = np.add.reduceat(shares, first)
    return keys[first], tf * (K1 + 1) / (tf + K1)


def occurrences(segmenter: Segmenter, texts: Sequence[str]) -> Keys:
    """``row << 32 | dimension`` of every term occurrence in folded ``texts``, in no set order.

    The default terms are counted without being made, which is five times as fast; a test holds the two ways equal.
    """
    if isinstance(segmenter, Grams):
        return _grams(texts)
    pairs = [row << 32 | dimension(term) for row, terms in enumerate(segmenter.batch(texts)) for term in terms]
    return np.array(pairs, np.uint64)


def _grams(texts: Sequence[str]) -> Keys:
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) + 1 for text in texts]) << _ROW
    narrow = (codes == 0x3007) | (codes >= 0x3400) & (codes <= 0x9FFF) | (codes >= 0xE000) & (codes <= 0xFAFF)
    wide = (codes >= 0x20000) & (codes <= 0x3FFFF)
    single = np.flatnonzero(narrow)
    pair = np.flatnonzero(narrow[:-1] & narrow[1:])
    spans = [found.span() for found in _WORD.finditer(joined)] + list(_wide_spans(narrow | wide, wide))
    other = np.array([(start, dimension(joined[start:end])) for start, end in spans], np.uint64).reshape(-1, 2)
    return np.concatenate(
        [
            rows[single] | codes[single],
            rows[pair] | codes[pair] << np.uint64(16) | codes[pair + 1],
            rows[other[:, 0].astype(np.int64)] | other[:, 1],
        ]
    )


def _wide_spans(ideograph: NDArray[np.bool_], wide: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Spans of the rare terms with a character outside the basic plane, whose number has to be hashed."""
    for at in np.flatnonzero(wide).tolist():
        yield at, at + 1
        if ideograph[at - 1] and not wide[at - 1]:
            yield at - 1, at + 1
        if ideograph[at + 1]:
            yield at, at + 2
