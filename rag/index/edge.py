"""Searching a generation with Qdrant Edge, in process.

Edge holds the GIL while it works and locks a shard with a write-ahead log to one process; shards are therefore built
elsewhere (``edge_build``) without such a log, and any number of processes may read a finished generation.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
import qdrant_edge as qdrant

from rag.causes import cause
from rag.embed import Meaning
from rag.errors import SearchIndexError
from rag.expand import QueryTerms
from rag.index import scoring, seam
from rag.index.generations import Generations, Hold
from rag.index.manifest import Manifest
from rag.index.scoring import ALONE, Row, Shown, Weights
from rag.index.seam import PAGE, Idf, ScoredId

MANIFEST = "manifest.json"
IDF = "idf.bin"
KEPT = 50_000
"""Payloads and meanings kept in memory, about 50 MB (a model of 1,024 numbers a passage: 250 MB)."""

Id = UUID | int | str
_Found = tuple[float, Id, int]
"""A score, whose it is, and in which shard that lies."""


class EdgeIndex:
    """A ``SearchIndex`` over the newest generation below ``folder``; it notices a newer one at the next search.

    ``segmenter`` and ``embedder`` are the names of those in use; ``alone`` as for ``scoring.ranked``.
    Raises ``NoIndex`` and ``IndexMismatch`` when made.
    """

    def __init__(self, folder: Path, segmenter: str, embedder: str = "", alone: float = ALONE) -> None:
        self._generations = Generations(folder)
        self._alone = alone
        self._makers = (segmenter, embedder)
        self._lock = Lock()
        self._stamp, self._opened = self._open()

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        opened = self._newest()
        wanted = _filter(as_of, {"source": list(sources), "level": list(levels)})

        def ask(weights: Weights, top: int) -> list[Row]:
            return opened.ask(weights, wanted, top)

        def near(meaning: Meaning, weights: Weights, top: int) -> list[Row]:
            return opened.near(meaning, weights, wanted, top)

        searched = opened.manifest.searched
        return scoring.ranked(ask, query, opened.idf, limit, near if searched else None, self._alone)

    def count(self) -> int:
        return self._newest().manifest.count

    def ids(self) -> Iterator[str]:
        yield from self._newest().ids()

    @property
    def revision(self) -> str:
        return self._newest().manifest.revision

    @property
    def built(self) -> float:
        return self._newest().manifest.built

    def close(self) -> None:
        self._opened.close()

    def _newest(self) -> _Opened:
        # A search under way keeps the generation it began with: its last user drops it, nobody closes it before.
        # Opening takes half a second: one search does it, and those beside it go on with what there is.
        if self._generations.stamp() != self._stamp and self._lock.acquire(blocking=False):
            try:
                if self._generations.stamp() != self._stamp:
                    self._stamp, self._opened = self._open()
            finally:
                self._lock.release()
        return self._opened

    def _open(self) -> tuple[tuple[int, int] | None, _Opened]:
        while True:
            stamp = self._generations.stamp()
            try:
                return stamp, _Opened(self._generations.current(), *self._makers)
            except (OSError, SearchIndexError) as error:
                # Between reading the pointer and holding what it names, a writer may have switched and swept.
                if stamp == self._generations.stamp():
                    raise unusable(error) from error


class _Opened:
    """One generation, held open."""

    def __init__(self, generation: Path, segmenter: str, embedder: str) -> None:
        self._held = Hold(generation)
        self.manifest = Manifest.load((generation / MANIFEST).read_text(encoding="utf-8"), segmenter, embedder)
        self.idf = Idf((generation / IDF).read_bytes())
        self._shards = [load(generation / str(part)) for part in range(self.manifest.shards)]
        self._with = [seam.MEANING] if embedder else False
        self._known: dict[Id, Shown] = {}

    def ask(self, weights: Weights, wanted: qdrant.Filter, limit: int) -> list[Row]:
        # Reading payloads costs as much as the search: only those of the best over all shards are read.
        with mapped():
            best = self._best(_by_terms(weights, limit, wanted), limit)
            shown = self._read(best)
        return [Row(score, one) for (score, _, _), one in zip(best, shown, strict=True)]

    def near(self, meaning: Meaning, weights: Weights, wanted: qdrant.Filter, limit: int) -> list[Row]:
        with mapped():
            nearest = self._best(_by_meaning(meaning, limit, wanted), limit)
            shown = self._read(nearest)
            these = qdrant.Filter(must=[qdrant.HasIdCondition({id for _, id, _ in nearest})])
            products = {id: product for product, id, _ in self._best(_by_terms(weights, limit, these), limit)}
        return [Row(products.get(id, 0.0), one) for (_, id, _), one in zip(nearest, shown, strict=True)]

    def _best(self, request: qdrant.QueryRequest, limit: int) -> list[_Found]:
        found = [
            (point.score, point, part) for part, shard in enumerate(self._shards) for point in shard.query(request)
        ]
        # An id is made anew each time it is read, so that it is read of the best alone.
        return [(score, point.id, part) for score, point, part in heapq.nlargest(limit, found, key=itemgetter(0))]

    def _read(self, best: Sequence[_Found]) -> list[Shown]:
        """A generation never changes, and the same few thousand passages are found again and again: they are kept."""
        shown = [self._known.get(id) for _, id, _ in best]
        new: dict[Id, Shown] = {}
        for part, shard in enumerate(self._shards):
            ids = [id for (_, id, owner), one in zip(best, shown, strict=True) if one is None and owner == part]
            records = shard.retrieve(ids, with_payload=seam.SHOWN, with_vector=self._with) if ids else []
            new.update((record.id, Shown.of(record.payload or {}, _meaning(record.vector))) for record in records)
        if len(self._known) > KEPT:
            self._known.clear()
        self._known.update(new)
        return [new[id] if one is None else one for (_, id, _), one in zip(best, shown, strict=True)]

    def ids(self) -> Iterator[str]:
        for shard in self._shards:
            after = None
            while True:
                with mapped():
                    page, after = shard.scroll(qdrant.ScrollRequest(limit=PAGE, offset=after, with_payload=["id"]))
                yield from (point.payload["id"] for point in page if point.payload)
                if after is None:
                    break

    def close(self) -> None:
        for shard in self._shards:
            shard.close()
        self._held.close()


def _by_terms(weights: Weights, limit: int, wanted: qdrant.Filter) -> qdrant.QueryRequest:
    vector = qdrant.SparseVector(list(weights), list(weights.values()))
    return qdrant.QueryRequest(limit, query=qdrant.Query.Nearest(vector, using=seam.VECTOR), filter=wanted)


def _by_meaning(meaning: Meaning, limit: int, wanted: qdrant.Filter) -> qdrant.QueryRequest:
    # Found in single bytes, scored again by the whole vectors.
    rescored = qdrant.QuantizationSearchParams(rescore=True, oversampling=seam.OVERSAMPLING)
    nearest = qdrant.Query.Nearest(meaning.tolist(), using=seam.MEANING)
    return qdrant.QueryRequest(limit, query=nearest, filter=wanted, params=qdrant.SearchParams(quantization=rescored))


def _meaning(vectors: Any) -> Meaning | None:
    found = vectors.get(seam.MEANING) if vectors else None
    return None if found is None else np.array(found, np.float32)


def load(folder: Path) -> qdrant.EdgeShard:
    with mapped():
        return qdrant.EdgeShard.load(str(folder))


@contextmanager
def mapped() -> Iterator[None]:
    """Edge has no exceptions of its own: whatever it raises becomes ``SearchIndexError``."""
    try:
        yield
    except Exception as error:
        raise unusable(error) from error


def unusable(error: Exception) -> SearchIndexError:
    if isinstance(error, SearchIndexError):
        return error
    return SearchIndexError(f"索引無法使用（{cause(error)}），請執行 youju-ingest rebuild-index")


def _filter(as_of: date, keywords: dict[str, list[str]]) -> qdrant.Filter:
    day = float(seam.day_number(as_of))
    begun = qdrant.FieldCondition("valid_from", range=qdrant.RangeFloat(lte=day))
    lasting = qdrant.FieldCondition("valid_to", range=qdrant.RangeFloat(gt=day))
    among = [qdrant.FieldCondition(key, match=qdrant.MatchAny(values)) for key, values in keywords.items() if values]
    return qdrant.Filter(must=[begun, lasting, *among])
