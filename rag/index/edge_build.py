"""Writing generations with Qdrant Edge, in child processes: Edge would stall every thread of this one.

The passages are shared out by their ids over a few shards with one process each, so that a full build keeps two cores
busy; an update copies the generation in use and changes the copy.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import qdrant_edge as qdrant

from rag.causes import cause
from rag.children import follow_parent
from rag.embed import Embedder, is_searched
from rag.errors import SearchIndexError, YoujuError
from rag.index import seam
from rag.index.bm25f import Frequencies, Vector, points
from rag.index.edge import IDF, MANIFEST, load
from rag.index.generations import Generations, Hold, copy_sparse
from rag.index.manifest import Manifest
from rag.index.meanings import gathered
from rag.index.seam import Divisible, IndexItem, ItemSource, part_of, point_id
from rag.segment import Segmenter

SHARDS = 2
# Batches. Optimizing as the passages stream in keeps every merge small; once at the end needs twice the memory.
OPTIMIZE_AFTER = 60
# What a search filters by is held in memory: from files that are mapped a search takes twice as long (213,493 passages,
# top 200: 2.5 ms against 1.2 ms), and they are mapped twice. The rest is not: of 220 MB of postings, opening takes half
# as long and first touches a bit more; the payload's files are three quarters holes, which would take memory too.
_SMALL = qdrant.Memory.Pinned
_LARGE = qdrant.Memory.Cold
_SEGMENTS = 4
_SEGMENT_KB = 400_000
# A reader that opens or closes a shard replaces small files in it by way of such folders.
_DRAFTS = shutil.ignore_patterns(".atomicwrite*")

T = TypeVar("T")


class EdgeWriter:
    """An ``IndexWriter`` for ``EdgeIndex``; ``segmenter`` and ``embedder`` must be picklable."""

    def __init__(
        self, folder: Path, segmenter: Segmenter, embedder: Embedder | None = None, shards: int = SHARDS
    ) -> None:
        self._generations = Generations(folder)
        self._makers = Makers(segmenter, embedder)
        self._shards = shards

    def rebuild(self, source: ItemSource, revision: str) -> int:
        with self._generations.new() as generation, gathered(self._makers.embedder, source):
            build = partial(_build, generation, source, self._makers, self._shards)
            seen = Frequencies()
            for part in _in_children([partial(build, part) for part in range(self._shards)]):
                seen.join(part)
            (generation / IDF).write_bytes(seen.pack())
            return self._describe(generation, revision, seen.total, self._shards)

    def update(self, source: ItemSource, deletes: Iterable[str], revision: str) -> int:
        gone = list(deletes)
        with self._generations.new() as generation:
            old = self._generations.current()
            manifest = Manifest.load((old / MANIFEST).read_text(encoding="utf-8"), *self._makers.names)
            shutil.copytree(old, generation, ignore=_DRAFTS, copy_function=copy_sparse, dirs_exist_ok=True)
            change = partial(_change, generation, source, self._makers, manifest.shards, gone)
            with gathered(self._makers.embedder, source, gone):
                changed = _in_children([partial(change, part) for part in range(manifest.shards)])
            seen = Frequencies.unpack((old / IDF).read_bytes())
            for _, part in changed:
                seen.join(part)
            (generation / IDF).write_bytes(seen.pack())
            count = sum(count for count, _ in changed)
            return self._describe(generation, revision, count, manifest.shards)

    def _describe(self, generation: Path, revision: str, count: int, shards: int) -> int:
        segmenter, embedder = self._makers.names
        manifest = Manifest(segmenter, revision, count, shards, embedder, is_searched(self._makers.embedder))
        (generation / MANIFEST).write_text(manifest.dump(), encoding="utf-8")
        return count


class Makers(NamedTuple):
    """What turns text into vectors."""

    segmenter: Segmenter
    embedder: Embedder | None

    @property
    def names(self) -> tuple[str, str]:
        return self.segmenter.name, self.embedder.name if self.embedder else ""


def _build(generation: Path, source: ItemSource, makers: Makers, shards: int, part: int) -> Frequencies:
    """In a child: this part's share of the passages into a new shard."""
    with Hold(generation):
        shard = _create(generation / str(part), makers.embedder)
        seen = Frequencies()
        own = _own(source, part, shards)
        for number, batch in enumerate(points(makers.segmenter, own, seen, makers.embedder), start=1):
            _upsert(shard, batch)
            if number % OPTIMIZE_AFTER == 0:
                shard.optimize()
        if _seal(shard) != seen.total:
            raise SearchIndexError("索引的筆數與寫入的不符（段落代號重複？），沿用原有的索引")
        return seen


def _change(
    generation: Path, source: ItemSource, makers: Makers, shards: int, deletes: Sequence[str], part: int
) -> tuple[int, Frequencies]:
    """In a child: this part's share of the changes to its copied shard.

    Returns how many passages it holds then, and the terms of those that came; those of passages that went stay
    counted, which is no harm: they go with the total, and a rebuild counts anew.
    """
    with Hold(generation):
        shard = load(generation / str(part))
        gone = [point_id(id) for id in deletes if part_of(id, shards) == part]
        shard.update(qdrant.UpdateOperation.delete_points([*gone]))
        own = _own(source, part, shards)
        seen = Frequencies()
        for batch in points(makers.segmenter, own, seen, makers.embedder):
            _upsert(shard, batch)
        return _seal(shard), seen


def _own(source: ItemSource, part: int, shards: int) -> Iterator[IndexItem]:
    narrowed = source.part(part, shards) if isinstance(source, Divisible) else source
    return (item for item in narrowed() if part_of(item.id, shards) == part)


def _create(folder: Path, embedder: Embedder | None) -> qdrant.EdgeShard:
    folder.mkdir()
    config = qdrant.EdgeConfig(
        vectors=_meanings(embedder) if embedder else None,
        sparse_vectors={seam.VECTOR: qdrant.EdgeSparseVectorParams(memory=_LARGE)},
        optimizers=qdrant.EdgeOptimizersConfig(default_segment_number=_SEGMENTS, max_segment_size=_SEGMENT_KB),
        payload_memory=_LARGE,
        id_tracker_memory=_SMALL,
        wal_enabled=False,
    )
    shard = qdrant.EdgeShard.create(str(folder), config)
    day = qdrant.IntegerIndexParams(lookup=False, range=True, memory=_SMALL)
    for key in seam.DAYS:
        shard.update(qdrant.UpdateOperation.create_field_index(key, day))
    for key in seam.KEYWORDS:
        keyword = qdrant.KeywordIndexParams(memory=_SMALL)
        shard.update(qdrant.UpdateOperation.create_field_index(key, keyword))
    return shard


def _meanings(embedder: Embedder) -> dict[str, qdrant.EdgeVectorParams]:
    """Where meanings are read for the candidates, not searched, no graph is built for them, which takes minutes."""
    flat = qdrant.HnswIndexConfig(m=0, ef_construct=4, full_scan_threshold=0)
    size, dot = embedder.size, qdrant.Distance.Dot
    if not embedder.searchable:
        return {seam.MEANING: qdrant.EdgeVectorParams(size, dot, hnsw_config=flat, memory=_LARGE)}
    graph = qdrant.HnswIndexConfig(seam.GRAPH["m"], seam.GRAPH["ef_construct"], seam.GRAPH["full_scan_threshold"])
    bytes_ = qdrant.ScalarQuantizationConfig(qdrant.ScalarType.Int8, memory=_SMALL)
    params = qdrant.EdgeVectorParams(size, dot, hnsw_config=graph, quantization_config=bytes_, memory=_LARGE)
    return {seam.MEANING: params}


def _upsert(shard: qdrant.EdgeShard, batch: Sequence[tuple[IndexItem, Vector]]) -> None:
    made = [qdrant.Point(point_id(item.id), _vectors(vector), dict(item.payload)) for item, vector in batch]
    shard.update(qdrant.UpdateOperation.upsert_points(made))


def _vectors(vector: Vector) -> dict[str, Any]:
    sparse = {seam.VECTOR: qdrant.SparseVector(vector.dimensions, vector.impacts)}
    return sparse if vector.meaning is None else {**sparse, seam.MEANING: vector.meaning}


def _seal(shard: qdrant.EdgeShard) -> int:
    shard.optimize()
    shard.flush()
    count = shard.count(qdrant.CountRequest(exact=True))
    shard.close()
    return count


def _in_children(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """The results of ``jobs``, each run in a fresh process. Raises what they raise, or ``SearchIndexError``."""
    context = get_context("spawn")
    pipes = [context.Pipe(duplex=False) for _ in jobs]
    children = [context.Process(target=_child, args=(send, job)) for (_, send), job in zip(pipes, jobs, strict=True)]
    try:
        for child, (_, send) in zip(children, pipes, strict=True):
            child.start()
            send.close()
        return [_result(receive) for receive, _ in pipes]
    except BaseException:
        for child in children:
            child.kill()
        raise
    finally:
        for child in children:
            child.join()


def _result(receive: Connection) -> Any:
    try:
        result = receive.recv()
    except EOFError:
        raise SearchIndexError("寫入索引的程序中斷了，沿用原有的索引") from None
    if isinstance(result, YoujuError):
        raise result
    return result


def _child(send: Connection, job: Callable[[], object]) -> None:
    # A builder makes a few million short-lived objects and no cycles: looking for them takes a tenth of its time.
    gc.disable()
    follow_parent()
    try:
        send.send(job())
    except YoujuError as error:
        send.send(error)
    except Exception as error:
        send.send(SearchIndexError(f"寫入索引失敗（{type(error).__name__}）：{cause(error)}"))
