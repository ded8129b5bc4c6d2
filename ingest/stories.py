"""One story, several items: outlets print the same dispatch or release with another title, byline or ending.

Two items tell the same story when they share enough pairs of neighbouring characters, their numbers agree, and no more
than three days lie between them. Reports of one event in words of their own are not joined: by their letters they are
as far apart as two reports of quarterly earnings, and a wrong link misleads where a missing one only costs a click.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.clean import without_boilerplate
from rag.numerals import search_key

WINDOW = timedelta(days=3)
ALIKE = 0.4
"""Share of the pairs of two texts that are common to both."""
INSIDE = 0.75
"""Share of the shorter text's pairs that stand in the longer one: feeds cut leads off. It must have ``ENOUGH``."""
ENOUGH = 40

# （中央社記者○○○台北12日電） · 〔記者○○○／台北報導〕 · 記者○○○／綜合報導 · （記者○○○攝）
_BYLINE = re.compile(
    r"（中央社[^（）]{0,30}電）|〔[^〔〕]{0,30}〕|^記者[^\n]{0,20}?報導|（[^（）]{0,20}攝）", re.MULTILINE
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")  # 74.06 · 114274
_AGREE = 0.5  # of the numbers of the one that has fewer
_ANCHORS = 24  # the rarest triples of a text, by which it is looked up
_SHARED = 3  # anchors two texts must have in common to be compared
_NEXT = 20  # items after it that an item is compared with for one anchor
_Array = NDArray[np.uint64]


class Item(NamedTuple):
    """``text`` is title and lead; an item without a ``day`` is compared with others that have none."""

    key: str
    text: str
    day: date | None = None


def clusters(items: Iterable[Item]) -> dict[str, str]:
    """The key of every item → the key of the first item of its story (by day, then key), often its own.

    Pure, and the order of the items doesn't matter; of two with the same key the later day counts.
    50,000 items take 20 s and 0.9 GB.
    """
    latest: dict[str, Item] = {}
    for item in sorted(items, key=_place):
        latest[item.key] = item
    found = sorted(latest.values(), key=_place)
    texts = [_folded(one.text) for one in found]
    pairs = [_shingles(text, 2) for text in texts]
    numbers = [frozenset(_NUMBER.findall(text)) for text in texts]
    first = list(range(len(found)))
    for one, other in _candidates([_shingles(text, 3) for text in texts]):
        near = (found[other].day or date.min) - (found[one].day or date.min) <= WINDOW
        if near and _agree(numbers[one], numbers[other]) and _alike(pairs[one], pairs[other]):
            a, b = _first(first, one), _first(first, other)
            first[max(a, b)] = min(a, b)
    return {item.key: found[_first(first, number)].key for number, item in enumerate(found)}


def _place(item: Item) -> tuple[date, str, str]:
    return item.day or date.min, item.key, item.text


def _folded(text: str) -> str:
    return search_key(_BYLINE.sub("", without_boilerplate(text))).replace(",", "")


def _shingles(text: str, size: int) -> _Array:
    """Each run of so many letters or digits once, as a number of 21 bits a character; sorted."""
    signs = "".join(filter(str.isalnum, text)).encode("utf-32-le", "replace")
    points = np.frombuffer(signs, np.uint32).astype(np.uint64)
    count = max(0, len(points) - size + 1)
    runs = np.zeros(count, np.uint64)
    for at in range(size):
        runs |= points[at : at + count] << np.uint64(21 * at)
    return np.unique(runs)


def _candidates(texts: list[_Array]) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing, the earlier first: those that share some of the rarest triples either has with others."""
    owners = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
    _, triples, counts = np.unique(
        np.concatenate([*texts, np.zeros(0, np.uint64)]), return_inverse=True, return_counts=True
    )
    shared = counts[triples] > 1
    owners, triples = owners[shared], triples[shared]
    order = np.lexsort((triples, counts[triples], owners))
    owners, triples = owners[order], triples[order]
    ranks = np.arange(len(owners)) - np.searchsorted(owners, owners)
    owners, triples = owners[ranks < _ANCHORS], triples[ranks < _ANCHORS]
    order = np.lexsort((owners, triples))
    owners, triples = owners[order], triples[order]
    together = [np.zeros(0, np.int64)]
    for step in range(1, _NEXT + 1):
        same = triples[step:] == triples[:-step]
        together.append(owners[:-step][same] * len(texts) + owners[step:][same])
    found, times = np.unique(np.concatenate(together), return_counts=True)
    yield from (divmod(pair, len(texts)) for pair in found[times >= _SHARED].tolist())


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Series are alike but for their numbers: draws of a lottery, closing prices, offices shut for a typhoon."""
    fewer = min(len(one), len(other))
    return fewer == 0 or len(one & other) >= _AGREE * fewer


def _alike(one: _Array, other: _Array) -> bool:
    common = len(np.intersect1d(one, other, assume_unique=True))
    fewer = min(len(one), len(other))
    return common >= ALIKE * max(1, len(one) + len(other) - common) or (fewer >= ENOUGH and common >= INSIDE * fewer)


def _first(first: list[int], number: int) -> int:
    while first[number] != number:
        first[number] = first[first[number]]
        number = first[number]
    return number
