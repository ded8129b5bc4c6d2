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

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from rag.errors import NoIndex, SearchIndexError
from rag.expand import QueryTerms
from rag.index import seam
from rag.index.bm25f import Frequencies, Vector, points
from rag.index.seam import PAGE, Idf, IndexItem, ItemSource, Manifest, Row, ScoredId, Weights, point_id
from rag.segment import Segmenter

ALIAS = "youju"
_ABOUT = str(UUID(int=0))
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

    ``segmenter`` is the name of the one in use. Raises ``NoIndex`` and ``IndexMismatch`` when made.
    """

    def __init__(self, client: QdrantClient, segmenter: str, alias: str = ALIAS) -> None:
        self._client = client
        self._segmenter = segmenter
        self._alias = alias
        self._collection, self._idf = self._resolve()

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
            self._collection, self._idf = self._resolve()
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
        return Manifest.load(about["manifest"], self._segmenter)

    def _resolve(self) -> tuple[str, Idf]:
        collection = _collection(self._client, self._alias)
        about = _about(self._client, collection, True)
        Manifest.load(about["manifest"], self._segmenter)
        return collection, Idf(b64decode(about["idf"]))

    def _ranked(self, query: QueryTerms, wanted: models.Filter, limit: int) -> list[ScoredId]:
        return seam.ranked(lambda weights, top: self._ask(weights, wanted, top), query, self._idf, limit)

    def _ask(self, weights: Weights, wanted: models.Filter, limit: int) -> list[Row]:
        with mapped():
            found = self._client.query_points(
                self._collection,
                query=models.SparseVector(indices=list(weights), values=list(weights.values())),
                using=seam.VECTOR,
                query_filter=wanted,
                limit=limit,
                with_payload=seam.SHOWN,
            )
        return [(point.score, point.payload or {}) for point in found.points]


class ServerWriter:
    """An ``IndexWriter`` for ``ServerIndex``; a rebuild that breaks off leaves the alias where it was."""

    def __init__(self, client: QdrantClient, segmenter: Segmenter, alias: str = ALIAS) -> None:
        self._client = client
        self._segmenter = segmenter
        self._alias = alias

    def rebuild(self, source: ItemSource, revision: str) -> int:
        old = self._generations()
        collection = f"{self._alias}-{max(old.values(), default=0) + 1:06}"
        self._create(collection)
        seen = Frequencies()
        for batch in points(self._segmenter, source(), seen):
            self._upsert(collection, batch)
        count = self._count(collection)
        if count != seen.total:
            raise SearchIndexError("索引的筆數與寫入的不符（段落代號重複？），沿用原有的索引")
        idf = b64encode(seen.pack()).decode()
        self._describe(collection, {"manifest": self._manifest(revision, count), "idf": idf})
        self._switch(collection, old)
        return count

    def update(self, source: ItemSource, deletes: Iterable[str], revision: str) -> int:
        collection = _collection(self._client, self._alias)
        about = _about(self._client, collection, True)
        Manifest.load(about["manifest"], self._segmenter.name)
        seen = Frequencies.unpack(b64decode(about["idf"]))
        self._delete(collection, [str(point_id(passage)) for passage in deletes])
        for batch in points(self._segmenter, source(), seen):
            self._upsert(collection, batch)
        count = self._count(collection)
        idf = b64encode(seen.pack()).decode()
        self._amend(collection, {"manifest": self._manifest(revision, count), "idf": idf})
        return count

    def _manifest(self, revision: str, count: int) -> str:
        return Manifest(self._segmenter.name, revision, count).dump()

    @mapped()
    def _generations(self) -> dict[str, int]:
        names = [found.name for found in self._client.get_collections().collections]
        numbers = {name: name.removeprefix(f"{self._alias}-") for name in names if name.startswith(f"{self._alias}-")}
        return {name: int(number) for name, number in numbers.items() if number.isdecimal()}

    @mapped()
    def _create(self, collection: str) -> None:
        sparse = {seam.VECTOR: models.SparseVectorParams()}
        self._client.create_collection(collection, vectors_config={}, sparse_vectors_config=sparse)
        day = models.IntegerIndexParams(type=models.IntegerIndexType.INTEGER, lookup=False, range=True)
        for key in seam.DAYS:
            self._client.create_payload_index(collection, key, day)
        for key in seam.KEYWORDS:
            self._client.create_payload_index(collection, key, models.PayloadSchemaType.KEYWORD)

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
    return models.PointStruct(id=str(point_id(item.id)), vector={seam.VECTOR: sparse}, payload=item.payload)


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
