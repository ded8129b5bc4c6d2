"""What every ``SearchIndex`` with its ``IndexWriter`` does, whatever engine is behind it."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from math import log
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import numpy as np
import pytest

from rag.embed import Matrix
from rag.errors import IndexMismatch, NoIndex, SearchIndexError
from rag.expand import QueryTerms
from rag.index import IndexItem, IndexWriter, ScoredId, SearchIndex
from rag.index.bm25f import FIELDS, K1
from rag.index.edge import EdgeIndex
from rag.index.edge_build import EdgeWriter
from rag.index.server import ServerIndex, ServerWriter, connect
from rag.segment import Grams

# The client's local mode says that it has no payload indexes and no graph; searches there are right without them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
]

DAY = date(2024, 3, 1)
SERVER = os.environ.get("YOUJU_TEST_QDRANT_URL", "")


class Backend(NamedTuple):
    write: Callable[..., IndexWriter]
    read: Callable[..., SearchIndex]


class Firsts:
    """An embedder for tests: a text's vector says which of three characters it has first."""

    name = "firsts-1"
    size = 3
    searchable = False

    def queries(self, texts: Sequence[str]) -> Matrix:
        return np.array([self._vector(text) for text in texts], np.float32)

    def documents(self, texts: Sequence[str]) -> Matrix:
        return self.queries(texts)

    def _vector(self, text: str) -> list[float]:
        places = {text.find(character): number for number, character in enumerate("押返罰") if character in text}
        first = places[min(places)] if places else -1
        return [float(number == first) for number in range(self.size)]


class Sensed(Firsts):
    """The same, and passages are found by these vectors."""

    name = "sensed-1"
    searchable = True


@pytest.fixture(
    params=[
        "edge",
        "local",
        pytest.param("server", marks=pytest.mark.skipif(not SERVER, reason="no YOUJU_TEST_QDRANT_URL")),
    ]
)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    if request.param == "edge":
        yield Backend(partial(EdgeWriter, tmp_path / "index", Grams()), partial(EdgeIndex, tmp_path / "index"))
        return
    alias = f"test-{uuid4().hex}"
    client = connect(SERVER if request.param == "server" else ":memory:")
    yield Backend(partial(ServerWriter, client, Grams(), alias=alias), partial(ServerIndex, client, alias=alias))
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


def embedded(backend: Backend, items: list[IndexItem]) -> SearchIndex:
    assert backend.write(embedder=Firsts()).rebuild(partial(list, items), "r1") == len(items)
    return backend.read("grams-1", embedder="firsts-1")


def likeness(index: SearchIndex, text: str) -> dict[str, float]:
    (vector,) = Firsts().queries([text])
    hits = index.search(QueryTerms({"業者": 3.0, "違反": 3.0}, meaning=vector), DAY, 10)
    return {hit.id: round(hit.likeness, 6) for hit in hits}


def test_meanings_are_kept_and_compared_with_the_questions(backend: Backend) -> None:
    halved = replace(REFUND, weight=0.5)
    index = embedded(backend, [DEPOSIT, halved, FINE])
    assert likeness(index, "押") == {DEPOSIT.id: 1.0, REFUND.id: 0.0, FINE.id: 0.0}
    assert likeness(index, "返") == {DEPOSIT.id: 0.0, REFUND.id: 0.5, FINE.id: 0.0}


def test_what_no_word_is_known_of_has_no_meaning_and_is_found_by_its_terms(backend: Backend) -> None:
    index = embedded(backend, [item(1, "業者")])
    assert list(likeness(index, "押").values()) == [0.0]


def test_an_update_keeps_meanings_and_adds_new_ones(backend: Backend) -> None:
    embedded(backend, [DEPOSIT])
    assert backend.write(embedder=Firsts()).update(partial(list, [FINE]), [], "r2") == 2
    assert likeness(backend.read("grams-1", embedder="firsts-1"), "罰") == {DEPOSIT.id: 0.0, FINE.id: 1.0}


def test_an_index_of_another_embedder_is_refused(backend: Backend) -> None:
    embedded(backend, ITEMS)
    with pytest.raises(IndexMismatch, match="firsts-1"):
        backend.read("grams-1")
    with pytest.raises(IndexMismatch, match="firsts-1"):
        backend.write().update(partial(list, ITEMS), [], "r2")


def test_a_caption_comes_with_its_passage(backend: Backend) -> None:
    named = replace(DEPOSIT, fields={**DEPOSIT.fields, "caption": "押金之上限"})
    (hit,) = rebuild(backend, [named]).search(QueryTerms({"上限": 1.0}), DAY, 5)
    assert hit.caption == "押金之上限"


UNSHARED = {"離婚": 1.0}
"""Terms that no passage has."""


def sensed(backend: Backend, items: list[IndexItem], alone: float = 0.7) -> SearchIndex:
    assert backend.write(embedder=Sensed()).rebuild(partial(list, items), "r1") == len(items)
    return backend.read("grams-1", embedder="sensed-1", alone=alone)


def meant(*likeness: float, **terms: float) -> QueryTerms:
    """A question that is so like 押, 返 and 罰."""
    return QueryTerms(terms or UNSHARED, {"X": 4.0}, meaning=np.array(likeness, np.float32))


def test_what_is_alike_enough_is_found_without_a_shared_term(backend: Backend) -> None:
    index = sensed(backend, [replace(DEPOSIT, prior=0.5), REFUND, FINE])
    (hit,) = index.search(meant(0.8, 0.6, 0.0), DAY, 10)
    assert (hit.id, hit.text_score, hit.hint) == (DEPOSIT.id, pytest.approx(0.0, abs=1e-4), 4.0)
    assert (hit.likeness, hit.score) == (pytest.approx(0.8), pytest.approx(0.5 + 4.0 + 24.0))
    assert ids(index.search(replace(meant(0.8, 0.6, 0.0), terms={}), DAY, 10)) == [DEPOSIT.id]


def test_what_is_not_alike_enough_is_a_miss(backend: Backend) -> None:
    index = sensed(backend, ITEMS)
    assert index.search(meant(0.6, 0.6, 0.5), DAY, 10) == []
    assert index.search(QueryTerms(UNSHARED), DAY, 10) == []
    assert index.search(meant(0.8, 0.6, 0.0), DAY, 0) == []


def test_a_weight_lowers_the_score_and_not_the_bar(backend: Backend) -> None:
    index = sensed(backend, [replace(DEPOSIT, weight=0.5), REFUND])
    (hit,) = index.search(meant(0.8, 0.0, 0.0), DAY, 10)
    assert (hit.id, hit.likeness) == (DEPOSIT.id, pytest.approx(0.4))


def test_found_by_both_is_one_hit_with_one_score(backend: Backend) -> None:
    question = meant(0.8, 0.6, 0.0, 押金=1.0)
    by_terms = embedded(backend, ITEMS).search(question, DAY, 10)
    by_both = sensed(backend, ITEMS).search(question, DAY, 10)
    assert ids(by_both) == ids(by_terms) == [DEPOSIT.id, REFUND.id]
    assert [hit.score for hit in by_both] == pytest.approx([hit.score for hit in by_terms], abs=1e-4)
    assert [hit.text_score for hit in by_both] == pytest.approx([hit.text_score for hit in by_terms], abs=1e-4)


def test_filters_hold_for_what_is_found_by_meaning(backend: Backend) -> None:
    news = replace(DEPOSIT, id="news", source="news", level="")
    ended = replace(DEPOSIT, id="ended", valid_to=DAY)
    index = sensed(backend, [DEPOSIT, news, ended])
    question = meant(1.0, 0.0, 0.0)
    assert set(ids(index.search(question, DAY, 10))) == {DEPOSIT.id, "news"}
    assert ids(index.search(question, DAY, 10, sources=("news",))) == ["news"]
    assert ids(index.search(question, DAY, 10, levels=("法律",))) == [DEPOSIT.id]
    assert set(ids(index.search(question, date(2024, 2, 1), 10, levels=("法律",)))) == {DEPOSIT.id, "ended"}


def test_an_update_is_found_by_meaning_too(backend: Backend) -> None:
    sensed(backend, [DEPOSIT, REFUND])
    assert backend.write(embedder=Sensed()).update(partial(list, [FINE]), [DEPOSIT.id], "r2") == 2
    index = backend.read("grams-1", embedder="sensed-1", alone=0.7)
    assert ids(index.search(meant(0.0, 0.0, 1.0), DAY, 10)) == [FINE.id]
    assert index.search(meant(1.0, 0.0, 0.0), DAY, 10) == []


def test_an_embedder_that_only_compares_finds_nothing_by_itself(backend: Backend) -> None:
    assert embedded(backend, ITEMS).search(meant(1.0, 0.0, 0.0), DAY, 10) == []


def test_an_empty_index_has_no_meanings(backend: Backend) -> None:
    assert sensed(backend, []).search(meant(1.0, 0.0, 0.0), DAY, 10) == []
