"""hit, recall, nDCG and RR against ir-measures, on runs without ties."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.hit import hit
from eval.measures.ndcg import ndcg
from eval.measures.recall import recall
from eval.measures.rr import rr

ir_measures = pytest.importorskip("ir_measures")

OURS: dict[str, Callable[[list[str], set[str]], float]] = {
    "nDCG@10": lambda ranking, relevant: ndcg(ranking, relevant, 10),
    "RR@10": lambda ranking, relevant: rr(ranking, relevant, 10),
    "R@100": lambda ranking, relevant: recall(ranking, relevant, 100),
    **{
        f"Success@{k}": lambda ranking, relevant, k=k: hit(ranking, relevant, k)  # type: ignore[misc]
        for k in (1, 3, 5, 10)
    },
}


def random_runs(count: int) -> dict[str, tuple[list[str], set[str]]]:
    """Runs of 0 to 150 documents with 1 to 15 relevant ones, some of them never found; every tenth run is missing."""
    chance = random.Random(7)
    pool = [f"d{number}" for number in range(200)]
    runs = {}
    for number in range(count):
        ranking = [] if number % 10 == 0 else chance.sample(pool, chance.randint(0, 150))
        near = ranking[:20] or pool
        relevant = {*chance.sample(pool, chance.randint(0, 10)), *chance.sample(near, min(len(near), 5))}
        runs[f"q{number}"] = (ranking, relevant)
    return runs


def reference(runs: dict[str, tuple[list[str], set[str]]], name: str) -> dict[str, float]:
    qrels = {query: dict.fromkeys(relevant, 1) for query, (_, relevant) in runs.items()}
    run = {
        query: {key: float(len(ranking) - place) for place, key in enumerate(ranking)}
        for query, (ranking, _) in runs.items()
        if ranking
    }
    measured = ir_measures.iter_calc([ir_measures.parse_measure(name)], qrels, run)
    return {item.query_id: item.value for item in measured}


@pytest.mark.parametrize("name", OURS)
def test_equals_the_reference_on_a_thousand_random_runs(name: str) -> None:
    runs = random_runs(1_000)
    theirs = reference(runs, name)
    ours = {query: OURS[name](ranking, relevant) for query, (ranking, relevant) in runs.items()}
    assert theirs.keys() == ours.keys()
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert len({round(value, 6) for value in ours.values()}) > 1


keys = st.lists(st.sampled_from("abcdefghij"), unique=True)


@given(keys, st.sets(st.sampled_from("abcdefghijkl")), st.integers(1, 12))
def test_stays_between_nothing_and_all(ranking: list[str], relevant: set[str], k: int) -> None:
    for measure in (hit, recall, ndcg, rr):
        assert 0.0 <= measure(ranking, relevant, k) <= 1.0


@given(keys, st.sets(st.sampled_from("abcdefghijkl")), st.integers(1, 12))
def test_is_zero_exactly_when_nothing_relevant_is_found(ranking: list[str], relevant: set[str], k: int) -> None:
    found = bool(relevant & set(ranking[:k]))
    for measure in (hit, recall, ndcg, rr):
        assert (measure(ranking, relevant, k) > 0) is found


@given(st.lists(st.sampled_from("abcdefghij"), unique=True, min_size=1), st.integers(1, 12))
def test_an_ideal_ranking_scores_one(ranking: list[str], k: int) -> None:
    assert ndcg(ranking, set(ranking), k) == pytest.approx(1.0)
    assert hit(ranking, set(ranking), k) == rr(ranking, set(ranking), k) == 1.0
