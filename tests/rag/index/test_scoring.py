import struct

import numpy as np
import pytest

from rag.embed import Meaning
from rag.expand import QueryTerms
from rag.index.scoring import COSINE, NEAREST, POOL, Row, Shown, Weights, ranked
from rag.index.seam import PRIOR, Idf, law_dimension
from rag.segment import dimension

IDF = Idf(struct.pack("<f", 1.0))

PASSAGES: dict[str, tuple[str, float, Weights]] = {
    "both": ("X", 1.0, {dimension("工資"): 2.0, dimension("雇主"): 1.0}),
    "one": ("Y", 2.5, {dimension("工資"): 1.0}),
    "famous": ("Z", 9.0, {dimension("假"): 1.0}),
    "leading": ("Z", 8.0, {dimension("假"): 1.0}),
}


def ask(weights: Weights, limit: int) -> list[Row]:
    """An engine: the highest products of question and passage, above nothing."""
    rows: list[Row] = []
    for name, (law, prior, terms) in PASSAGES.items():
        vector = {**terms, PRIOR: prior, law_dimension(law): 1.0}
        product = sum(weight * vector.get(number, 0.0) for number, weight in weights.items())
        if product > 0:
            rows.append(Row(product, Shown(name, law, prior)))
    return sorted(rows, key=lambda row: -row.product)[:limit]


def found(query: QueryTerms, limit: int = 10) -> dict[str, tuple[float, float]]:
    return {hit.id: (hit.score, hit.text_score) for hit in ranked(ask, query, IDF, limit)}


def test_score_is_text_plus_prior() -> None:
    assert found(QueryTerms({"工資": 1.0})) == {"one": (3.5, 1.0), "both": (3.0, 2.0)}


def test_hinted_law_comes_first() -> None:
    assert found(QueryTerms({"工資": 1.0}, {"X": 4.0})) == {"both": (7.0, 2.0), "one": (3.5, 1.0)}


def test_priors_alone_are_no_match() -> None:
    assert found(QueryTerms({"從未": 1.0}, {"X": 4.0})) == {}


@pytest.mark.parametrize("limit", [1, 2])
def test_passages_with_only_a_prior_do_not_crowd_out_a_match(limit: int) -> None:
    assert list(found(QueryTerms({"雇主": 1.0}), limit)) == ["both"]


def test_no_terms_or_no_room_asks_nothing() -> None:
    assert found(QueryTerms({}, {"X": 4.0})) == {}
    assert found(QueryTerms({"工資": 1.0}), 0) == {}


def test_equal_scores_are_ordered_by_id() -> None:
    rows = [Row(2.0, Shown(name, "X", 0.0)) for name in "cab"]
    hits = ranked(lambda weights, limit: rows, QueryTerms({"工資": 1.0}), IDF, 3)
    assert [hit.id for hit in hits] == ["a", "b", "c"]


def test_likeness_orders_what_shares_a_term_and_finds_nothing_by_itself() -> None:
    meanings = {"a": None, "b": np.array([1.0, 0.0]), "c": np.array([0.0, 1.0]), "d": np.array([1.0, 0.0])}
    rows = [
        Row(0.0 if name == "d" else 2.0, Shown(name, "X", 0.0, meaning=vector)) for name, vector in meanings.items()
    ]
    query = QueryTerms({"工資": 1.0}, meaning=np.array([0.6, 0.8]))
    hits = ranked(lambda weights, limit: rows, query, IDF, 4)
    assert [(hit.id, hit.likeness) for hit in hits] == [("c", 0.8), ("b", 0.6), ("a", 0.0)]
    assert [hit.score - hit.text_score for hit in hits] == pytest.approx([COSINE * 0.8, COSINE * 0.6, 0.0])


def test_with_a_meaning_a_pool_is_looked_at_before_the_best_are_told() -> None:
    asked: list[int] = []

    def asking(weights: Weights, limit: int) -> list[Row]:
        asked.append(limit)
        return []

    ranked(asking, QueryTerms({"工資": 1.0}, meaning=np.array([1.0])), IDF, 10)
    ranked(asking, QueryTerms({"工資": 1.0}), IDF, 10)
    assert asked == [POOL, 10]


def test_the_nearest_by_meaning_join_and_are_scored_alike() -> None:
    question = np.array([1.0, 0.0])
    meanings = {name: np.array([cosine, (1 - cosine**2) ** 0.5]) for name, cosine in (("both", 0.8), ("famous", 0.6))}

    def whole(weights: Weights, limit: int) -> list[Row]:
        return [Row(product, shown._replace(meaning=meanings.get(shown.id))) for product, shown in ask(weights, limit)]

    def near(meaning: Meaning, weights: Weights, limit: int) -> list[Row]:
        assert (limit, meaning is question) == (NEAREST, True)
        return [row for row in whole(weights, 100) if row.shown.meaning is not None]

    query = QueryTerms({"工資": 1.0}, {"X": 4.0}, meaning=question)
    by_terms = ranked(whole, query, IDF, 10)
    assert [hit.id for hit in by_terms] == ["both", "one"]
    assert ranked(whole, query, IDF, 10, near, alone=0.7) == by_terms
    joined = ranked(whole, query, IDF, 10, near, alone=0.5)
    assert [hit.id for hit in joined] == ["both", "famous", "one"]
    assert (joined[1].score, joined[1].text_score) == (pytest.approx(9.0 + COSINE * 0.6), 0.0)
    # What its terms alone would not bring in is there, and what no vector is known of is as before.
    assert ranked(lambda weights, limit: [], query, IDF, 10, near, alone=0.7) == by_terms[:1]
