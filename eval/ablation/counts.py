"""How often the terms of some questions stand in each field of each passage: counted once, for any number of recipes.

Only those terms are kept, so that all fields of the whole law database fit into memory apart from one another, which an
index that adds them up beforehand can't offer.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder, Matrix
from rag.index.bm25f import FIELDS, Keys, occurrences
from rag.index.seam import IndexItem, day_number, law_dimension
from rag.segment import Segmenter, dimension, fold

_BATCH = 5000
_HIGH = np.uint64(32)
_PASSAGES, _TIMES, _LENGTHS = "passages.pickle", "-times.npy", "-lengths.npy"
_LOW = np.uint64(0xFFFFFFFF)

Numbers = NDArray[np.int64]
Rows = NDArray[np.int32]
Times = NDArray[np.uint16]
Lengths = NDArray[np.float32]


class About(NamedTuple):
    """What is known of a passage besides its terms; days as ``seam.day_number`` has them."""

    id: str
    law: str
    source: str
    level: str
    caption: str
    prior: float
    weight: float
    valid_from: int
    valid_to: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The entries of the term ``terms[t]`` (its dimension) are those from ``bounds[t]`` to ``bounds[t + 1]``.

    Each entry is a passage, ``rows``, with how often the term stands in each of its fields, ``times``; fields that no
    passage has are not among them. ``lengths``: characters of each field, ``meanings``: a vector a passage, zeros where
    there is none; ``laws``: the passages of each law by ``seam.law_dimension``.
    """

    passages: Sequence[About]
    terms: Keys
    bounds: Numbers
    rows: Rows
    times: Mapping[str, Times]
    lengths: Mapping[str, Lengths]
    laws: Mapping[int, Rows]
    meanings: Matrix | None

    def save(self, folder: Path) -> None:
        """Write what ``load`` reads."""
        for name, array in (("terms", self.terms), ("bounds", self.bounds), ("rows", self.rows)):
            np.save(folder / f"{name}.npy", array)
        if self.meanings is not None:
            np.save(folder / "meanings.npy", self.meanings)
        for name in self.times:
            np.save(folder / f"{name}{_TIMES}", self.times[name])
            np.save(folder / f"{name}{_LENGTHS}", self.lengths[name])
        (folder / _PASSAGES).write_bytes(pickle.dumps(self.passages))

    @staticmethod
    def load(folder: Path) -> Counts:
        """Counts of one's own making; their arrays stay in the files, which any number of processes may share."""
        passages = pickle.loads((folder / _PASSAGES).read_bytes())  # noqa: S301
        arrays = {path.name: np.load(path, mmap_mode="r") for path in folder.glob("*.npy")}
        fields = [name for name in FIELDS if f"{name}{_TIMES}" in arrays]
        return Counts(
            passages=passages,
            terms=arrays["terms.npy"],
            bounds=arrays["bounds.npy"],
            rows=arrays["rows.npy"],
            times={name: arrays[f"{name}{_TIMES}"] for name in fields},
            lengths={name: arrays[f"{name}{_LENGTHS}"] for name in fields},
            laws=_by_law(passages),
            meanings=arrays.get("meanings.npy"),
        )


def count(
    items: Iterable[IndexItem], terms: Iterable[str], segmenter: Segmenter, embedder: Embedder | None = None
) -> Counts:
    """The counts of these terms alone; whatever the segmenter gives besides is passed over."""
    counting = _Counting(np.unique(np.fromiter(map(dimension, terms), np.uint64)), segmenter, embedder)
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        counting.add(batch)
    return counting.done()


class _Counting:
    def __init__(self, terms: Keys, segmenter: Segmenter, embedder: Embedder | None) -> None:
        self._terms = terms
        self._segmenter = segmenter
        self._embedder = embedder
        self._passages: list[About] = []
        self._entries: list[Keys] = []
        self._times: dict[str, list[Times]] = {name: [] for name in FIELDS}
        self._lengths: dict[str, list[Lengths]] = {name: [] for name in FIELDS}
        self._meanings: list[Matrix] = []

    def add(self, batch: Sequence[IndexItem]) -> None:
        found = {name: self._field(name, [item.fields.get(name, "") for item in batch]) for name in FIELDS}
        entries = np.unique(np.concatenate([keys for keys, _ in found.values()]))
        self._entries.append(entries)
        for name, (keys, times) in found.items():
            column = np.zeros(len(entries), np.uint16)
            column[np.searchsorted(entries, keys)] = times
            self._times[name].append(column)
        if self._embedder is not None:
            self._meanings.append(self._embedder.documents([item.meaning for item in batch]))
        self._passages += map(_about, batch)

    def _field(self, name: str, published: Sequence[str]) -> tuple[Keys, Numbers]:
        """``term << 32 | passage`` of what stands there, in rising order, and how often."""
        folded = {text: fold(text) for text in set(published)}
        texts = [folded[text] for text in published]
        self._lengths[name].append(np.fromiter(map(len, texts), np.float32, len(texts)))
        if not any(texts) or not len(self._terms):
            return np.empty(0, np.uint64), np.empty(0, np.int64)
        keys = occurrences(self._segmenter, texts)
        numbers = keys & _LOW
        places = np.searchsorted(self._terms, numbers)
        wanted = self._terms[np.minimum(places, len(self._terms) - 1)] == numbers
        rows = (keys[wanted] >> _HIGH) + np.uint64(len(self._passages))
        found, times = np.unique(places[wanted].astype(np.uint64) << _HIGH | rows, return_counts=True)
        return found, times

    def done(self) -> Counts:
        entries = np.concatenate([np.empty(0, np.uint64), *self._entries])
        self._entries.clear()
        order = np.argsort(entries, kind="stable")
        rows = (entries & _LOW).astype(np.int32)[order]
        filled = np.bincount((entries >> _HIGH).astype(np.int64), minlength=len(self._terms))
        times = {}
        for name, parts in self._times.items():
            column = np.concatenate([np.empty(0, np.uint16), *parts])
            parts.clear()
            if column.any():
                times[name] = column[order]
        return Counts(
            passages=self._passages,
            terms=self._terms,
            bounds=np.concatenate([[0], np.cumsum(filled)]).astype(np.int64),
            rows=rows,
            times=times,
            lengths={name: np.concatenate(self._lengths[name]) for name in times},
            laws=_by_law(self._passages),
            meanings=np.concatenate(self._meanings) if self._meanings else None,
        )


def _about(item: IndexItem) -> About:
    return About(
        id=item.id,
        law=item.law,
        source=item.source,
        level=item.level,
        caption=item.fields.get("caption", ""),
        prior=item.prior,
        weight=item.weight,
        valid_from=day_number(item.valid_from),
        valid_to=day_number(item.valid_to),
    )


def _by_law(passages: Sequence[About]) -> dict[int, Rows]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, one in enumerate(passages):
        if one.law:
            rows[one.law].append(row)
    return {law_dimension(law): np.array(of_law, np.int32) for law, of_law in rows.items()}
