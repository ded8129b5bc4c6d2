"""The index on a Qdrant server or cluster: the same points, one collection for each rebuild behind an alias.

Reader and writer take a ``QdrantClient``, made by ``connect`` from an address. What Edge keeps in files beside its
shards (manifest and idf) is the payload of one more point, which no search finds, as it is valid on no day.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from rag.embed import Embedder, Meaning, is_searched
from rag.errors import NoIndex, SearchIndexError
from rag.expand import QueryTerms
from rag.index import scoring, seam
from rag.index.bm25f import Frequencies, Vector, points
from rag.index.manifest import Manifest
from rag.index.meanings import gathered
from rag.index.scoring import ALONE, Row, Shown, Weights
from rag.index.seam import PAGE, Idf, IndexItem, ItemSource, ScoredId, point_id
from rag.segment import Segmenter

ALIAS = "youju"
_ABOUT = str(UUID(int=0))
_OVERSAMPLED = models.QuantizationSearchParams(rescore=True, oversampling=seam.OVERSAMPLING)
_RESCORED = models.SearchParams(quantization=_OVERSAMPLED)
_NOT_ABOUT = models.Filter(must_not=[models.HasIdCondition(has_id=[_ABOUT])])


@contextmanager
def mapped() -> Iterator[None]:
    """Errors of the server and the wire become ``SearchIndexError``; local mode raises ``ValueError``."""
    try:
        yield
    except (ApiException, ValueError) as error:
        first = str(error).strip().partition("\n")[0]
        raise SearchIndexError(f"Qdrant 伺服器無法使用：{first}") from error


def connect(url: str, api_key: str = "", timeout_s: int = 60) -> QdrantClient:
    """A client for ``url``; ``":memory:"`` gives the client's own slow imitation of a server, for tests."""
    if url == ":memory:":
        return QdrantClient(url)
    with mapped():
        return QdrantClient(url=url, api_key=api_key or None, timeout=timeout_s, check_compatibility=False)


class ServerIndex:
    """A ``SearchIndex`` over the collection that ``alias`` names.

    ``segmenter`` and ``embedder`` are the names of those in use; ``alone`` as for ``scoring.ranked``.
    Raises ``NoIndex`` and ``IndexMismatch`` when made.
    """

    def __init__(
        self, client: QdrantClient, segmenter: str, embedder: str = "", alias: str = ALIAS, alone: float = ALONE
    ) -> None:
        self._client = client
        self._makers = (segmenter, embedder)
        self._alias = alias
        self._alone = alone
        self._collection, self._idf, self._searched = self._resolve()

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        wanted = _filter(as_of, {"source": list(sources), "level": list(levels)})
        try:
            return self._ranked(query, wanted, limit)
        except SearchIndexError:
            # A rebuild drops the collection that this reader began with.
            if _collection(self._client, self._alias) == self._collection:
                raise
            self._collection, self._idf, self._searched = self._resolve()
            return self._ranked(query, wanted, limit)

    @mapped()
    def count(self) -> int:
        return self._client.count(self._alias, count_filter=_NOT_ABOUT, exact=True).count

    def ids(self) -> Iterator[str]:
        after = None
        while True:
            with mapped():
                page, after = self._client.scroll(
                    self._alias, scroll_filter=_NOT_ABOUT, limit=PAGE, offset=after, with_payload=["id"]
                )
            yield from (point.payload["id"] for point in page if point.payload)
            if after is None:
                break

    @property
    def revision(self) -> str:
        return self._manifest.revision

    @property
    def built(self) -> float:
        return self._manifest.built

    def close(self) -> None:
        self._client.close()

    @property
    def _manifest(self) -> Manifest:
        about = _about(self._client, self._alias, ["manifest"])
        return Manifest.load(about["manifest"], *self._makers)

    def _resolve(self) -> tuple[str, Idf, bool]:
        collection = _collection(self._client, self._alias)
        about = _about(self._client, collection, True)
        searched = Manifest.load(about["manifest"], *self._makers).searched
        return collection, Idf(b64decode(about["idf"])), searched

    def _ranked(self, query: QueryTerms, wanted: models.Filter, limit: int) -> list[ScoredId]:
        def ask(weights: Weights, top: int) -> list[Row]:
            points = self._query(seam.VECTOR, _sparse(weights), wanted, top)
            return [Row(point.score, _shown(point)) for point in points]

        def near(meaning: Meaning, weights: Weights, top: int) -> list[Row]:
            nearest = self._query(seam.MEANING, meaning.tolist(), wanted, top)
            these = models.Filter(must=[models.HasIdCondition(has_id=[point.id for point in nearest])])
            points = self._query(seam.VECTOR, _sparse(weights), these, top)
            products = {point.id: point.score for point in points}
            return [Row(products.get(one.id, 0.0), _shown(one)) for one in nearest]

        return scoring.ranked(ask, query, self._idf, limit, near if self._searched else None, self._alone)

    @mapped()
    def _query(self, using: str, query: Any, wanted: models.Filter, limit: int) -> list[models.ScoredPoint]:
        return self._client.query_points(
            self._collection,
            query=query,
            using=using,
            query_filter=wanted,
            search_params=_RESCORED if using == seam.MEANING else None,
            limit=limit,
            with_payload=seam.SHOWN,
            with_vectors=[seam.MEANING] if self._makers[1] else False,
        ).points


class ServerWriter:
    """An ``IndexWriter`` for ``ServerIndex``; a rebuild that breaks off leaves the alias where it was."""

    def __init__(
        self, client: QdrantClient, segmenter: Segmenter, embedder: Embedder | None = None, alias: str = ALIAS
    ) -> None:
        self._client = client
        self._segmenter = segmenter
        self._embedder = embedder
        self._names = (segmenter.name, embedder.name if embedder else "")
        self._alias = alias

    def rebuild(self, source: ItemSource, revision: str) -> int:
        with gathered(self._embedder, source):
            return self._build(source, revision)

    def _build(self, source: ItemSource, revision: str) -> int:
        old = self._generations()
        collection = f"{self._alias}-{max(old.values(), default=0) + 1:06}"
        self._create(collection)
        seen = Frequencies()
        for batch in points(self._segmenter, source(), seen, self._embedder):
            self._upsert(collection, batch)
        count = self._count(collection)
        if count != seen.total:
            raise SearchIndexError("索引的筆數與寫入的不符（段落代號重複？），沿用原有的索引")
        self._describe(collection, self._said(revision, count, seen))
        self._switch(collection, old)
        return count

    def update(self, source: ItemSource, deletes: Iterable[str], revision: str) -> int:
        gone = list(deletes)
        with gathered(self._embedder, source, gone):
            return self._change(source, gone, revision)

    def _change(self, source: ItemSource, gone: Sequence[str], revision: str) -> int:
        collection = _collection(self._client, self._alias)
        about = _about(self._client, collection, True)
        Manifest.load(about["manifest"], *self._names)
        seen = Frequencies.unpack(b64decode(about["idf"]))
        self._delete(collection, [str(point_id(passage)) for passage in gone])
        for batch in points(self._segmenter, source(), seen, self._embedder):
            self._upsert(collection, batch)
        count = self._count(collection)
        self._amend(collection, self._said(revision, count, seen))
        return count

    def _said(self, revision: str, count: int, seen: Frequencies) -> dict[str, str]:
        segmenter, embedder = self._names
        manifest = Manifest(segmenter, revision, count, 1, embedder, is_searched(self._embedder))
        return {"manifest": manifest.dump(), "idf": b64encode(seen.pack()).decode()}

    @mapped()
    def _generations(self) -> dict[str, int]:
        names = [found.name for found in self._client.get_collections().collections]
        numbers = {name: name.removeprefix(f"{self._alias}-") for name in names if name.startswith(f"{self._alias}-")}
        return {name: int(number) for name, number in numbers.items() if number.isdecimal()}

    @mapped()
    def _create(self, collection: str) -> None:
        sparse = {seam.VECTOR: models.SparseVectorParams()}
        self._client.create_collection(collection, self._meanings(), sparse_vectors_config=sparse)
        day = models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER, lookup=False, range=True)
        for key in seam.DAYS:
            self._client.create_payload_index(collection, key, day)
        for key in seam.KEYWORDS:
            self._client.create_payload_index(collection, key, models.PayloadSchemaType.KEYWORD)

    def _meanings(self) -> dict[str, models.VectorParams]:
        """Where meanings are read for the candidates, not searched, no graph is built for them."""
        if self._embedder is None:
            return {}
        params = models.VectorParams(size=self._embedder.size, distance=models.Distance.DOT, on_disk=True)
        params.hnsw_config = models.HnswConfigDiff(m=0)
        if self._embedder.searchable:
            params.hnsw_config = models.HnswConfigDiff(**seam.GRAPH)
            single = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
            params.quantization_config = models.ScalarQuantization(scalar=single)
        return {seam.MEANING: params}

    @mapped()
    def _upsert(self, collection: str, batch: Sequence[tuple[IndexItem, Vector]]) -> None:
        self._client.upsert(collection, [_point(item, vector) for item, vector in batch], wait=True)

    @mapped()
    def _delete(self, collection: str, gone: Sequence[str]) -> None:
        if gone:
            self._client.delete(collection, models.PointIdsList(points=[*gone]), wait=True)

    @mapped()
    def _count(self, collection: str) -> int:
        return self._client.count(collection, count_filter=_NOT_ABOUT, exact=True).count

    @mapped()
    def _describe(self, collection: str, about: dict[str, Any]) -> None:
        self._client.upsert(collection, [models.PointStruct(id=_ABOUT, vector={}, payload=about)], wait=True)

    @mapped()
    def _amend(self, collection: str, about: dict[str, Any]) -> None:
        self._client.set_payload(collection, about, [_ABOUT], wait=True)

    @mapped()
    def _switch(self, collection: str, old: Iterable[str]) -> None:
        made = models.CreateAliasOperation(
            create_alias=models.CreateAlias(collection_name=collection, alias_name=self._alias)
        )
        gone = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=self._alias))
        known = {found.alias_name for found in self._client.get_aliases().aliases}
        self._client.update_collection_aliases([gone, made] if self._alias in known else [made])
        for name in old:
            self._client.delete_collection(name)


def _point(item: IndexItem, vector: Vector) -> models.PointStruct:
    sparse = models.SparseVector(indices=vector.dimensions, values=vector.impacts)
    meaning = {} if vector.meaning is None else {seam.MEANING: vector.meaning}
    return models.PointStruct(id=str(point_id(item.id)), vector={seam.VECTOR: sparse, **meaning}, payload=item.payload)


def _sparse(weights: Weights) -> models.SparseVector:
    return models.SparseVector(indices=list(weights), values=list(weights.values()))


def _shown(point: models.ScoredPoint) -> Shown:
    found: Any = point.vector.get(seam.MEANING) if isinstance(point.vector, dict) else None
    return Shown.of(point.payload or {}, None if found is None else np.array(found, np.float32))


def _collection(client: QdrantClient, alias: str) -> str:
    with mapped():
        named = {found.alias_name: found.collection_name for found in client.get_aliases().aliases}
    if alias not in named:
        raise NoIndex("Qdrant 伺服器上還沒有索引，請先執行 youju-ingest run laws")
    return named[alias]


def _about(client: QdrantClient, collection: str, shown: bool | list[str]) -> dict[str, Any]:
    with mapped():
        found = client.retrieve(collection, [_ABOUT], with_payload=shown)
    if not found or not found[0].payload:
        raise SearchIndexError("Qdrant 伺服器上的索引不完整，請執行 youju-ingest rebuild-index")
    return found[0].payload


def _filter(as_of: date, keywords: dict[str, list[str]]) -> models.Filter:
    day = float(seam.day_number(as_of))
    begun = models.FieldCondition(key="valid_from", range=models.Range(lte=day))
    lasting = models.FieldCondition(key="valid_to", range=models.Range(gt=day))
    among = [
        models.FieldCondition(key=key, match=models.MatchAny(any=values)) for key, values in keywords.items() if values
    ]
    return models.Filter(must=[begun, lasting, *among])
