import json
import struct
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from rag.embed import Meaning
from rag.errors import IndexMismatch, SearchIndexError
from rag.expand import QueryTerms
from rag.index import IndexItem
from rag.index.manifest import LAYOUT, Manifest
from rag.index.seam import (
    COSINE,
    NEAREST,
    POOL,
    PRIOR,
    Idf,
    Row,
    Weights,
    day_number,
    law_dimension,
    point_id,
    ranked,
)
from rag.segment import dimension

IDF = Idf(struct.pack("<f", 1.0))
DAY = date(2024, 3, 1)


def item(prior: float = 0.0) -> IndexItem:
    return IndexItem("law/X/1@v#0-2", "law/X/1", "X", "laws", "法律", DAY, date.max, {"body": "甲乙"}, prior)


def test_the_seam_imports_no_engine() -> None:
    script = "import sys, rag.index; print([m for m in ('qdrant_edge', 'qdrant_client', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout.strip() == b"[]"


def test_payload_holds_what_filters_need_and_no_text() -> None:
    assert item(1.5).payload == {
        "id": "law/X/1@v#0-2",
        "key": "law/X/1",
        "law": "X",
        "source": "laws",
        "level": "法律",
        "valid_from": 20240301,
        "valid_to": 99991231,
        "prior": 1.5,
        "caption": "",
    }


def test_a_prior_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        item(-1.0)


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_a_weight_that_counts_for_nothing_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="not above it"):
        IndexItem("law/X/1@v#0-2", "law/X/1", "X", "laws", "法律", DAY, date.max, {"body": "甲乙"}, weight=weight)


def test_days_are_ordered_numbers() -> None:
    assert day_number(DAY) == 20240301 < day_number(date(2024, 10, 1)) < day_number(date.max)


def test_point_ids_are_fixed_for_ever() -> None:
    assert str(point_id("law/X/1@v#0-2")) == "4f90e02a-383f-5624-b9d6-ff164cc85e5c"


def test_manifest_comes_back() -> None:
    manifest = Manifest("grams-1", "r7", 12, 2)
    assert Manifest.load(manifest.dump(), "grams-1") == manifest


@pytest.mark.parametrize(("segmenter", "layout"), [("words-1/x", LAYOUT), ("grams-1", LAYOUT + 1)])
def test_manifest_of_another_segmenter_or_layout_is_refused(segmenter: str, layout: int) -> None:
    with pytest.raises(IndexMismatch, match="rebuild-index"):
        Manifest.load(Manifest(segmenter, "r", 1, layout=layout).dump(), "grams-1")


def test_manifest_of_another_embedder_is_refused() -> None:
    made = Manifest("grams-1", "r", 1, embedder="static-1").dump()
    assert Manifest.load(made, "grams-1", "static-1").embedder == "static-1"
    for other in ("", "static-2"):
        with pytest.raises(IndexMismatch, match="static-1"):
            Manifest.load(made, "grams-1", other)


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"layout": LAYOUT, "segmenter": "grams-1"})])
def test_a_broken_manifest_is_an_index_error(text: str) -> None:
    with pytest.raises(SearchIndexError):
        Manifest.load(text, "grams-1")


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
            rows.append(Row(product, {"id": name, "law": law, "prior": prior}))
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
    rows = [Row(2.0, {"id": name, "law": "X", "prior": 0.0}) for name in "cab"]
    hits = ranked(lambda weights, limit: rows, QueryTerms({"工資": 1.0}), IDF, 3)
    assert [hit.id for hit in hits] == ["a", "b", "c"]


def test_likeness_orders_what_shares_a_term_and_finds_nothing_by_itself() -> None:
    meanings = {"a": None, "b": np.array([1.0, 0.0]), "c": np.array([0.0, 1.0]), "d": np.array([1.0, 0.0])}
    rows = [
        Row(0.0 if name == "d" else 2.0, {"id": name, "law": "X", "prior": 0.0}, vector)
        for name, vector in meanings.items()
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
        return [Row(row.product, row.payload, meanings.get(str(row.payload["id"]))) for row in ask(weights, limit)]

    def near(meaning: Meaning, weights: Weights, limit: int) -> list[Row]:
        assert (limit, meaning is question) == (NEAREST, True)
        return [row for row in whole(weights, 100) if row.meaning is not None]

    query = QueryTerms({"工資": 1.0}, {"X": 4.0}, meaning=question)
    by_terms = ranked(whole, query, IDF, 10)
    assert [hit.id for hit in by_terms] == ["both", "one"]
    assert ranked(whole, query, IDF, 10, near, alone=0.7) == by_terms
    joined = ranked(whole, query, IDF, 10, near, alone=0.5)
    assert [hit.id for hit in joined] == ["both", "famous", "one"]
    assert (joined[1].score, joined[1].text_score) == (pytest.approx(9.0 + COSINE * 0.6), 0.0)
    # What its terms alone would not bring in is there, and what no vector is known of is as before.
    assert ranked(lambda weights, limit: [], query, IDF, 10, near, alone=0.7) == by_terms[:1]


def test_an_index_that_is_searched_says_so() -> None:
    made = Manifest("grams-1", "r", 1, embedder="dense-1/x", searched=True)
    assert Manifest.load(made.dump(), "grams-1", "dense-1/x").searched
    assert not Manifest.load(Manifest("grams-1", "r", 1).dump(), "grams-1").searched
