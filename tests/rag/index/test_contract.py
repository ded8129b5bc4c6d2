"""What every ``SearchIndex`` with its ``IndexWriter`` does, whatever engine is behind it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from math import log
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from rag.errors import IndexMismatch, NoIndex, SearchIndexError
from rag.expand import QueryTerms
from rag.index import IndexItem, IndexWriter, ScoredId, SearchIndex
from rag.index.bm25f import FIELDS, K1
from rag.index.edge import EdgeIndex
from rag.index.edge_build import EdgeWriter
from rag.index.server import ServerIndex, ServerWriter, connect
from rag.segment import Grams

# The client's local mode says that it has no payload indexes; searches there are right without them.
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

DAY = date(2024, 3, 1)
SERVER = os.environ.get("YOUJU_TEST_QDRANT_URL", "")


class Backend(NamedTuple):
    write: Callable[[], IndexWriter]
    read: Callable[[str], SearchIndex]


@pytest.fixture(
    params=[
        "edge",
        "local",
        pytest.param("server", marks=pytest.mark.skipif(not SERVER, reason="no YOUJU_TEST_QDRANT_URL")),
    ]
)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    if request.param == "edge":
        yield Backend(lambda: EdgeWriter(tmp_path / "index", Grams()), lambda name: EdgeIndex(tmp_path / "index", name))
        return
    alias = f"test-{uuid4().hex}"
    client = connect(SERVER if request.param == "server" else ":memory:")
    yield Backend(lambda: ServerWriter(client, Grams(), alias), lambda name: ServerIndex(client, name, alias))
    for found in client.get_collections().collections:
        if found.name.startswith(alias):
            client.delete_collection(found.name)
    client.close()


def item(number: int, body: str, **changes: object) -> IndexItem:
    made = IndexItem(
        id=f"law/X/{number}@2020-01-01#0-{len(body)}",
        key=f"law/X/{number}",
        law="X",
        source="laws",
        level="法律",
        valid_from=date(2020, 1, 1),
        valid_to=date.max,
        fields={"body": body, "name": "示範租車法", "chapter": "總則"},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


DEPOSIT = item(1, "業者收取押金，不得超過一千元。")
REFUND = item(2, "業者應於七日內返還押金，押金不計利息。")
FINE = item(3, "違反前條規定者，處罰鍰。")
ITEMS = [DEPOSIT, REFUND, FINE]


def rebuild(backend: Backend, items: list[IndexItem], revision: str = "r1") -> SearchIndex:
    assert backend.write().rebuild(partial(list, items), revision) == len(items)
    return backend.read("grams-1")


def ids(hits: list[ScoredId]) -> list[str]:
    return [hit.id for hit in hits]


def about(*terms: str, **laws: float) -> QueryTerms:
    return QueryTerms(dict.fromkeys(terms, 1.0), laws)


def test_finds_by_terms_best_first(backend: Backend) -> None:
    index = rebuild(backend, ITEMS)
    assert ids(index.search(about("押金"), DAY, 10)) == [REFUND.id, DEPOSIT.id]
    assert ids(index.search(about("押金"), DAY, 1)) == [REFUND.id]
    assert ids(index.search(about("罰鍰", "押金"), DAY, 10))[0] == FINE.id


def test_nothing_asked_or_nothing_matching_is_no_hit(backend: Backend) -> None:
    index = rebuild(backend, [replace(DEPOSIT, prior=9.0), FINE])
    assert index.search(about(), DAY, 10) == []
    assert index.search(about("離婚", X=4.0), DAY, 10) == []


def test_scores_are_bm25f_plus_prior_plus_hint(backend: Backend) -> None:
    first, second = replace(DEPOSIT, prior=0.5), replace(REFUND, prior=2.0, law="Y")
    index = rebuild(backend, [first, second, FINE])
    hits = {hit.id: hit for hit in index.search(about("押金", Y=4.0), DAY, 10)}
    body = FIELDS["body"]
    for one, bonus, tf in ((first, 0.5, 1), (second, 6.0, 2)):
        share = tf / (1 - body.b + body.b * len(one.fields["body"]) / body.average)
        text = log(1 + 1.5 / 2.5) * share * (K1 + 1) / (share + K1)
        assert hits[one.id].text_score == pytest.approx(text, rel=1e-4)
        assert hits[one.id].score == pytest.approx(text + bonus, rel=1e-4)


def test_a_hinted_law_comes_first(backend: Backend) -> None:
    index = rebuild(backend, [replace(DEPOSIT, law="Y"), REFUND, FINE])
    assert ids(index.search(about("押金"), DAY, 10)) == [REFUND.id, DEPOSIT.id]
    assert ids(index.search(about("押金", Y=4.0), DAY, 10)) == [DEPOSIT.id, REFUND.id]


def test_validity_is_half_open(backend: Backend) -> None:
    old = replace(DEPOSIT, id="old", valid_to=DAY)
    new = replace(DEPOSIT, id="new", valid_from=DAY)
    unfixed = replace(DEPOSIT, id="unfixed", valid_from=date.max)
    index = rebuild(backend, [old, new, unfixed])
    assert ids(index.search(about("押金"), date(2024, 2, 29), 10)) == ["old"]
    assert ids(index.search(about("押金"), DAY, 10)) == ["new"]
    assert ids(index.search(about("押金"), date(2019, 12, 31), 10)) == []


def test_sources_and_levels_narrow(backend: Backend) -> None:
    order = replace(REFUND, id="order", level="命令")
    news = replace(REFUND, id="news", source="news", level="")
    index = rebuild(backend, [DEPOSIT, order, news])
    assert set(ids(index.search(about("押金"), DAY, 10))) == {DEPOSIT.id, "order", "news"}
    assert ids(index.search(about("押金"), DAY, 10, sources=("news",))) == ["news"]
    assert set(ids(index.search(about("押金"), DAY, 10, ("laws", "news"), ("法律", "")))) == {DEPOSIT.id, "news"}
    assert index.search(about("押金"), DAY, 10, sources=("bills",)) == []


def test_name_and_chapter_are_searched(backend: Backend) -> None:
    index = rebuild(backend, [DEPOSIT, replace(FINE, fields={"body": "空", "name": "別的法", "chapter": "罰則"})])
    assert ids(index.search(about("租車"), DAY, 10)) == [DEPOSIT.id]
    assert ids(index.search(about("罰則"), DAY, 10)) == [FINE.id]


def test_update_adds_replaces_and_removes(backend: Backend) -> None:
    rebuild(backend, ITEMS)
    ended = replace(DEPOSIT, valid_to=DAY)
    added = item(4, "押金應存入專戶。")
    assert backend.write().update(partial(list, [ended, added]), [FINE.id], "r2") == 3
    index = backend.read("grams-1")
    assert set(ids(index.search(about("押金"), date(2024, 2, 1), 10))) == {DEPOSIT.id, REFUND.id, added.id}
    assert set(ids(index.search(about("押金"), DAY, 10))) == {REFUND.id, added.id}
    assert index.search(about("罰鍰"), DAY, 10) == []


def test_update_twice_is_update_once(backend: Backend) -> None:
    rebuild(backend, ITEMS)
    writer = backend.write()
    assert (
        writer.update(partial(list, [DEPOSIT, REFUND]), ["unknown"], "r2")
        == writer.update(partial(list, [DEPOSIT, REFUND]), [], "r2")
        == 3
    )
    assert sorted(backend.read("grams-1").ids()) == sorted(one.id for one in ITEMS)


def test_a_reader_sees_what_was_written_after_it_opened(backend: Backend) -> None:
    index = rebuild(backend, ITEMS)
    assert index.revision == "r1"
    backend.write().update(partial(list, []), [DEPOSIT.id], "r2")
    assert (index.revision, index.count()) == ("r2", 2)
    assert backend.write().rebuild(partial(list, [FINE]), "r3") == 1
    assert ids(index.search(about("罰鍰", "押金"), DAY, 10)) == [FINE.id]
    assert (index.revision, index.count(), list(index.ids())) == ("r3", 1, [FINE.id])


def test_an_empty_index_is_an_index(backend: Backend) -> None:
    index = rebuild(backend, [])
    assert (index.count(), list(index.ids()), index.search(about("押金"), DAY, 10)) == (0, [], [])


def test_no_index_yet(backend: Backend) -> None:
    with pytest.raises(NoIndex):
        backend.read("grams-1")
    with pytest.raises(NoIndex):
        backend.write().update(partial(list, []), [], "r1")


def test_another_segmenter_is_refused(backend: Backend) -> None:
    rebuild(backend, ITEMS)
    with pytest.raises(IndexMismatch, match="grams-1"):
        backend.read("words-1/other")


def test_one_id_twice_is_refused_and_the_old_index_stays(backend: Backend) -> None:
    index = rebuild(backend, ITEMS)
    with pytest.raises(SearchIndexError, match="筆數"):
        backend.write().rebuild(partial(list, [DEPOSIT, DEPOSIT]), "r2")
    assert (index.revision, index.count()) == ("r1", 3)
