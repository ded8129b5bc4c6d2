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

import qdrant_edge as qdrant

from rag.causes import cause
from rag.errors import SearchIndexError
from rag.expand import QueryTerms
from rag.index import seam
from rag.index.generations import Generations, Hold
from rag.index.seam import PAGE, Idf, Manifest, Row, ScoredId, Weights

MANIFEST = "manifest.json"
IDF = "idf.bin"
KEPT = 20_000
"""Payloads kept in memory, about 10 MB."""

Id = UUID | int | str


class EdgeIndex:
    """A ``SearchIndex`` over the newest generation below ``folder``; it notices a newer one at the next search.

    ``segmenter`` is the name of the one in use. Raises ``NoIndex`` and ``IndexMismatch`` when made.
    """

    def __init__(self, folder: Path, segmenter: str) -> None:
        self._generations = Generations(folder)
        self._segmenter = segmenter
        self._lock = Lock()
        self._stamp, self._opened = self._open()

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        opened = self._newest()
        wanted = _filter(as_of, {"source": list(sources), "level": list(levels)})
        return seam.ranked(lambda weights, top: opened.ask(weights, wanted, top), query, opened.idf, limit)

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
                return stamp, _Opened(self._generations.current(), self._segmenter)
            except (OSError, SearchIndexError) as error:
                # Between reading the pointer and holding what it names, a writer may have switched and swept.
                if stamp == self._generations.stamp():
                    raise unusable(error) from error


class _Opened:
    """One generation, held open."""

    def __init__(self, generation: Path, segmenter: str) -> None:
        self._held = Hold(generation)
        self.manifest = Manifest.load((generation / MANIFEST).read_text(encoding="utf-8"), segmenter)
        self.idf = Idf((generation / IDF).read_bytes())
        self._shards = [load(generation / str(part)) for part in range(self.manifest.shards)]
        self._known: dict[Id, dict[str, Any]] = {}

    def ask(self, weights: Weights, wanted: qdrant.Filter, limit: int) -> list[Row]:
        # Reading payloads costs as much as the search: only those of the best over all shards are read.
        with mapped():
            vector = qdrant.SparseVector(list(weights), list(weights.values()))
            nearest = qdrant.Query.Nearest(vector, using=seam.VECTOR)
            request = qdrant.QueryRequest(limit=limit, query=nearest, filter=wanted)
            found = [
                (point.score, point.id, part)
                for part, shard in enumerate(self._shards)
                for point in shard.query(request)
            ]
            best = heapq.nlargest(limit, found, key=itemgetter(0))
            payloads = self._payloads(best)
        return [(score, payloads[id]) for score, id, _ in best]

    def _payloads(self, best: Sequence[tuple[float, Id, int]]) -> dict[Id, dict[str, Any]]:
        """A generation never changes, and the same few thousand passages are found again and again: they are kept."""
        known = self._known
        found = {id: known[id] for _, id, _ in best if id in known}
        for part, shard in enumerate(self._shards):
            ids = [id for _, id, owner in best if owner == part and id not in found]
            records = shard.retrieve(ids, with_payload=seam.SHOWN, with_vector=False) if ids else []
            found.update((record.id, record.payload or {}) for record in records)
        if len(known) > KEPT:
            known.clear()
        known.update(found)
        return found

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
