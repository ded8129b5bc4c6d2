from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from qdrant_client import QdrantClient, models

from rag.errors import SearchIndexError
from rag.expand import QueryTerms
from rag.index import IndexItem
from rag.index.server import ALIAS, ServerIndex, ServerWriter, connect
from rag.segment import Grams

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

DAY = date(2024, 3, 1)
ITEM = IndexItem(
    "law/X/1@2020-01-01#0-8", "law/X/1", "X", "laws", "法律", date(2020, 1, 1), date.max, {"body": "業者應返還押金。"}
)
QUERY = QueryTerms({"押金": 1.0})
# Port 1 is never given to a server.
UNREACHABLE = "http://127.0.0.1:1"


def collections(client: QdrantClient) -> list[str]:
    return sorted(found.name for found in client.get_collections().collections)


@pytest.fixture
def client() -> QdrantClient:
    client = connect(":memory:")
    ServerWriter(client, Grams()).rebuild(partial(list, [ITEM]), "r1")
    return client


@pytest.mark.parametrize(
    "use",
    [
        lambda client: ServerIndex(client, "grams-1"),
        lambda client: ServerWriter(client, Grams()).rebuild(partial(list, [ITEM]), "r1"),
        lambda client: ServerWriter(client, Grams()).update(partial(list, [ITEM]), [], "r1"),
    ],
)
def test_an_unreachable_server_is_an_index_error(use: Callable[[QdrantClient], object]) -> None:
    with pytest.raises(SearchIndexError, match="Qdrant 伺服器無法使用"):
        use(connect(UNREACHABLE, timeout_s=1))


def test_a_bad_address_is_an_index_error() -> None:
    with pytest.raises(SearchIndexError, match="Qdrant 伺服器無法使用"):
        connect("http://[bad")


def test_a_rebuild_leaves_one_collection(client: QdrantClient) -> None:
    client.create_collection(f"{ALIAS}-000007", vectors_config={})
    client.create_collection(f"{ALIAS}-notes", vectors_config={})
    ServerWriter(client, Grams()).rebuild(partial(list, [ITEM]), "r2")
    assert collections(client) == [f"{ALIAS}-000008", f"{ALIAS}-notes"]


def test_a_rebuild_that_fails_leaves_the_old_collection_in_use(client: QdrantClient) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        ServerWriter(client, Grams()).rebuild(partial(int, "no number"), "r2")
    index = ServerIndex(client, "grams-1")
    assert (index.revision, len(index.search(QUERY, DAY, 5))) == ("r1", 1)


def test_a_collection_without_its_description_is_refused(client: QdrantClient) -> None:
    client.create_collection("other", vectors_config={})
    switch = models.CreateAlias(collection_name="other", alias_name=ALIAS)
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=switch)])
    with pytest.raises(SearchIndexError, match="rebuild-index"):
        ServerIndex(client, "grams-1")


def test_a_lost_collection_is_an_index_error(client: QdrantClient) -> None:
    index = ServerIndex(client, "grams-1")
    client.delete_collection(f"{ALIAS}-000001")
    with pytest.raises(SearchIndexError):
        index.search(QUERY, DAY, 5)
