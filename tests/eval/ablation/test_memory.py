"""The index in memory against the one on disk: the same passages, the same scores, the same order."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.ablation.counts import Counts, count
from eval.ablation.memory import Impacts, MemoryIndex
from rag.embed import Matrix
from rag.expand import QueryTerms
from rag.index import IndexItem, ScoredId, SearchIndex
from rag.index.bm25f import FIELDS
from rag.index.edge import EdgeIndex
from rag.index.edge_build import EdgeWriter
from rag.segment import Grams, Words

DAY = date(2024, 3, 1)
CHARACTERS = "押金返還罰鍰雇主工資出租人"
CLOSE = 1e-3
LIMIT = 50


class Spread:
    """An embedder for tests: how often each of some characters is in a text, brought to length 1."""

    name = "spread-1"
    size = 4
    searchable = False

    def queries(self, texts: Sequence[str]) -> Matrix:
        counts = np.array([[text.count(one) for one in CHARACTERS[: self.size]] for text in texts], np.float32)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return np.divide(counts, lengths, out=counts, where=lengths > 0)

    documents = queries


def made_items(number: int, seed: int = 0) -> list[IndexItem]:
    """Passages of three laws and two sources with random texts in random fields; some hold only later or no more."""
    random = np.random.default_rng(seed)

    def text(longest: int) -> str:
        return "".join(random.choice(list(CHARACTERS + "，a1"), random.integers(0, longest)))

    def one(at: int) -> IndexItem:
        names = [name for name in FIELDS if name != "paragraph" and random.random() < 0.5]
        return IndexItem(
            id=f"law/{'XYZ'[at % 3]}/{at}@2020-01-01#0-9",
            key=f"law/{'XYZ'[at % 3]}/{at}",
            law="XYZ"[at % 3],
            source="laws" if at % 5 else "judgments",
            level="法律" if at % 2 else "命令",
            valid_from=date(2020, 1, 1) if at % 11 else date(2030, 1, 1),
            valid_to=date.max if at % 7 else DAY,
            fields={name: text(80) for name in ["body", *names]},
            prior=float(random.uniform(0, 5)),
            weight=1.0 if at % 5 else 0.8,
        )

    return [one(at) for at in range(number)]


def asked(seed: int) -> QueryTerms:
    random = np.random.default_rng(seed)
    text = "".join(random.choice(list(CHARACTERS), 8)) + " a1 無"
    weights = {term: float(random.uniform(0.1, 2)) for term in Grams().terms(text)}
    (meaning,) = Spread().queries([text])
    return QueryTerms(weights, {"Y": 4.0} if seed % 2 else {}, meaning=meaning if meaning.any() else None)


QUERIES = [asked(seed) for seed in range(20)]
ITEMS = made_items(300)


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    folder = tmp_path_factory.mktemp("index")
    EdgeWriter(folder, Grams(), Spread()).rebuild(partial(list, ITEMS), "r1")
    index = EdgeIndex(folder, "grams-1", Spread.name)
    yield index
    index.close()


def memory(items: Sequence[IndexItem] = ITEMS, queries: Sequence[QueryTerms] = tuple(QUERIES)) -> MemoryIndex:
    terms = {term for query in queries for term in query.terms}
    return MemoryIndex(Impacts(count(items, terms, Grams(), Spread())))


def assert_same(found: Sequence[ScoredId], wanted: Sequence[ScoredId]) -> None:
    """The same passages with the same scores and captions, and none before one that is clearly better."""
    by_id = {one.id: one for one in wanted}
    assert by_id.keys() == {one.id for one in found}
    for one in found:
        other = by_id[one.id]
        assert one.caption == other.caption
        numbers = (one.score, one.text_score, one.likeness, one.hint)
        assert numbers == pytest.approx((other.score, other.text_score, other.likeness, other.hint), abs=CLOSE)
    places = [by_id[one.id].score for one in found]
    assert all(first >= second - CLOSE for first, second in pairwise(places))


@pytest.mark.parametrize("query", QUERIES)
def test_as_the_index_on_disk(query: QueryTerms, edge: SearchIndex) -> None:
    found = memory().search(query, DAY, len(ITEMS))
    assert len(found) > LIMIT
    assert_same(found, edge.search(query, DAY, len(ITEMS)))


@pytest.mark.parametrize("among", [(["judgments"], []), ([], ["命令"]), (["laws"], ["法律"]), (["none"], [])])
def test_among_some_alone(among: tuple[list[str], list[str]], edge: SearchIndex) -> None:
    found = memory().search(QUERIES[0], DAY, LIMIT, *among)
    wanted = edge.search(QUERIES[0], DAY, LIMIT, *among)
    assert [one.id for one in found] == [one.id for one in wanted]
    assert bool(found) == (among[0] != ["none"])


def test_on_another_day(edge: SearchIndex) -> None:
    day = date(2031, 1, 1)
    assert_same(memory().search(QUERIES[1], day, len(ITEMS)), edge.search(QUERIES[1], day, len(ITEMS)))


def test_the_best_alone(edge: SearchIndex) -> None:
    for query in QUERIES:
        assert [one.id for one in memory().search(query, DAY, 5)] == [one.id for one in edge.search(query, DAY, 5)]


def test_nothing_asked_or_nothing_matching_is_no_hit() -> None:
    index = memory(queries=[QueryTerms({"離婚": 1.0})])
    assert index.search(QueryTerms({}), DAY, 10) == []
    assert index.search(QueryTerms({"離婚": 1.0}, {"X": 4.0}), DAY, 10) == []
    assert MemoryIndex(Impacts(count([], [], Grams()))).search(QueryTerms({}), DAY, 10) == []


def test_counts_that_were_saved_are_the_same(tmp_path: Path) -> None:
    terms = {term for query in QUERIES for term in query.terms}
    count(ITEMS, terms, Grams(), Spread()).save(tmp_path)
    index = MemoryIndex(Impacts(Counts.load(tmp_path)))
    assert all(index.search(query, DAY, LIMIT) == memory().search(query, DAY, LIMIT) for query in QUERIES[:5])


def test_a_term_that_was_not_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="離婚"):
        memory().search(QueryTerms({"離婚": 1.0}), DAY, 10)


def test_it_knows_its_passages() -> None:
    index = memory(ITEMS[:3])
    assert (index.count(), list(index.ids())) == (3, [one.id for one in ITEMS[:3]])


def test_fields_and_priors_can_be_others() -> None:
    """Left out of the mapping, a field is as if no passage had it, in the score as in the rarity of a term."""
    bare = [replace(one, fields={"body": one.fields["body"]}, prior=0.0) for one in ITEMS]
    terms = {term for query in QUERIES for term in query.terms}
    counts = count(ITEMS, terms, Grams())
    index = MemoryIndex(Impacts(counts, {"body": FIELDS["body"]}), np.zeros(len(ITEMS), np.float32))
    plain = MemoryIndex(Impacts(count(bare, terms, Grams())))
    for query in QUERIES:
        asked = replace(query, meaning=None)
        found = [one._replace(caption="") for one in index.search(asked, DAY, LIMIT)]
        assert found == plain.search(asked, DAY, LIMIT)


class Threes:
    """A model that cuts texts into words of three characters."""

    name = "threes-1"

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        return [[text[at : at + 3] for at in range(0, len(text), 3)] for text in texts]


def test_one_count_serves_searches_with_and_without_words() -> None:
    """Words stand beside characters and pairs, so who does not ask for them finds what an index without them does."""
    terms = {term for query in QUERIES for term in query.terms}
    word = next(one for one in Words(Threes()).terms(ITEMS[1].fields["body"]) if len(one) > 2)
    index = MemoryIndex(Impacts(count(ITEMS, {*terms, word}, Words(Threes()), Spread())))
    assert all(index.search(query, DAY, LIMIT) == memory().search(query, DAY, LIMIT) for query in QUERIES[:5])
    assert ITEMS[1].id in {one.id for one in index.search(QueryTerms({word: 1.0}), DAY, LIMIT)}
