"""The measures of a ranking against pytrec_eval and ir-measures without ties, and against every order of the tied."""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, permutations, product
from math import inf, log2
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.ranking import (
    Grades,
    Ranking,
    average_precision,
    bpref,
    by_score,
    capped_recall,
    hit,
    hole,
    in_order,
    listed,
    ndcg,
    recall,
    rr,
)

ir_measures = pytest.importorskip("ir_measures")
pytrec_eval = pytest.importorskip("pytrec_eval")

Measure = Callable[[Ranking, Grades], float]
Runs = Mapping[str, tuple[Sequence[str], Grades]]


def at(measure: Callable[[Ranking, Grades, int], float], k: int) -> Measure:
    return lambda ranking, grades: measure(ranking, grades, k)


TREC: dict[str, Measure] = {
    "map": average_precision,
    "bpref": bpref,
    "recip_rank": at(rr, 1000),
    **{f"ndcg_cut_{k}": at(ndcg, k) for k in (1, 5, 10, 100)},
    **{f"recall_{k}": at(recall, k) for k in (1, 10, 100)},
    **{f"success_{k}": at(hit, k) for k in (1, 3, 5, 10)},
}
IR: dict[str, Measure] = {
    "nDCG@10": at(ndcg, 10),
    "RR@10": at(rr, 10),
    "AP": average_precision,
    "Bpref": bpref,
    "R@100": at(recall, 100),
    "Success@5": at(hit, 5),
    "Judged@10": lambda ranking, grades: 1 - hole(ranking, grades, 10) * 10 / max(1, min(10, len(ranking))),
}


def random_runs(count: int) -> Runs:
    """Runs of 1 to 150 documents; 1 to 15 relevant ones, some of them never found, and some judged not relevant."""
    chance = random.Random(7)
    pool = [f"d{number}" for number in range(200)]
    runs = {}
    for number in range(count):
        ranking = chance.sample(pool, chance.randint(1, 150))
        near = chance.sample(ranking[:20], min(len(ranking), 5))
        grades = {key: chance.randint(0, 3) for key in [*chance.sample(pool, chance.randint(0, 10)), *near]}
        runs[f"q{number}"] = ranking, grades | {near[0]: chance.randint(1, 3)}
    return runs


RUNS = random_runs(1_000)
QRELS = {query: dict(grades) for query, (_, grades) in RUNS.items()}
RUN = {
    query: {key: float(len(ranking) - place) for place, key in enumerate(ranking)}
    for query, (ranking, _) in RUNS.items()
}


def ours(measure: Measure) -> dict[str, float]:
    return {query: measure(by_score(RUN[query]), grades) for query, (_, grades) in RUNS.items()}


@pytest.mark.parametrize("name", TREC)
def test_equals_pytrec_eval_on_a_thousand_random_runs(name: str) -> None:
    measured = pytrec_eval.RelevanceEvaluator(QRELS, {name}).evaluate(RUN)
    theirs = {query: values[name] for query, values in measured.items()}
    assert len(theirs) == 1_000
    assert len({round(value, 6) for value in theirs.values()}) > 1
    assert ours(TREC[name]) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("name", IR)
def test_equals_ir_measures_on_a_thousand_random_runs(name: str) -> None:
    measured = ir_measures.iter_calc([ir_measures.parse_measure(name)], QRELS, RUN)
    theirs = {item.query_id: item.value for item in measured}
    assert len(theirs) == 1_000
    assert ours(IR[name]) == pytest.approx(theirs, abs=1e-9)


CUT: dict[str, Callable[[Ranking, Grades, int], float]] = {
    "hit": hit,
    "recall": recall,
    "capped": capped_recall,
    "rr": rr,
    "ap": lambda ranking, grades, _: average_precision(ranking, grades),
    "bpref": lambda ranking, grades, _: bpref(ranking, grades),
    "ndcg": ndcg,
    "hole": hole,
}
NAMES = "abcdefghij"
grades_of = st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 3), max_size=8)
scores_of = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 2).map(float), max_size=5)


def every_order(ranking: Ranking) -> list[list[list[str]]]:
    ways = product(*(list(permutations(tied)) for tied in ranking))
    return [in_order(chain.from_iterable(way)) for way in ways]


@given(scores_of, grades_of, st.integers(1, 7))
def test_of_the_tied_it_is_the_mean_over_every_order(scores: dict[str, float], grades: Grades, k: int) -> None:
    ranking = by_score(scores)
    for name, measure in CUT.items():
        expected = fmean(measure(order, grades, k) for order in every_order(ranking))
        assert measure(ranking, grades, k) == pytest.approx(expected, abs=1e-12), name


@given(scores_of, grades_of, st.integers(1, 7), st.randoms())
def test_names_and_the_order_of_listing_change_nothing(
    scores: dict[str, float], grades: Grades, k: int, chance: random.Random
) -> None:
    shuffled = dict(chance.sample(list(scores.items()), len(scores)))
    renamed = {key: f"{chance.random()}{key}" for key in {*scores, *grades}}
    again = by_score({renamed[key]: score for key, score in shuffled.items()})
    for measure in CUT.values():
        expected = measure(by_score(scores), grades, k)
        assert measure(again, {renamed[key]: grade for key, grade in grades.items()}, k) == expected


def test_a_scorer_that_tells_nothing_apart_scores_what_chance_does() -> None:
    ranking, grades = by_score(dict.fromkeys([f"d{number}" for number in range(51)], 1.0)), {"d7": 1}
    assert rr(ranking, grades, 51) == pytest.approx(sum(1 / rank for rank in range(1, 52)) / 51)
    assert ndcg(ranking, grades, 10) == pytest.approx(sum(1 / log2(rank + 1) for rank in range(1, 11)) / 51)
    assert [hit(ranking, grades, 10), recall(ranking, grades, 10)] == pytest.approx([10 / 51, 10 / 51])


@given(scores_of, grades_of, st.integers(1, 12))
def test_stays_between_nothing_and_all(scores: dict[str, float], grades: Grades, k: int) -> None:
    for measure in CUT.values():
        assert -1e-12 <= measure(by_score(scores), grades, k) <= 1 + 1e-12


@given(st.lists(st.sampled_from(NAMES), unique=True), grades_of, st.integers(1, 12))
def test_is_zero_exactly_when_nothing_relevant_is_found(keys: list[str], grades: Grades, k: int) -> None:
    found = any(grades.get(key, 0) > 0 for key in keys[:k])
    for measure in (hit, recall, capped_recall, rr, ndcg):
        assert (measure(in_order(keys), grades, k) > 0) is found


def test_where_nothing_is_relevant_the_value_is_zero() -> None:
    for grades in ({}, {"a": 0}):
        assert [measure(in_order("ab"), grades, 10) for name, measure in CUT.items() if name != "hole"] == [0.0] * 7


def test_recall_capped_can_be_reached() -> None:
    grades = dict.fromkeys("abcd", 1)
    assert (recall(in_order("ab"), grades, 2), capped_recall(in_order("ab"), grades, 2)) == (0.5, 1.0)


def test_grades_are_linear_gains() -> None:
    grades = {"a": 3, "b": 1}
    assert ndcg(in_order("ba"), grades, 10) == pytest.approx((1 + 3 / log2(3)) / (3 + 1 / log2(3)))
    assert ndcg(in_order("ab"), grades, 10) == pytest.approx(1.0)


def test_bpref_looks_only_at_what_was_judged() -> None:
    grades = {"a": 1, "b": 2, "x": 0, "y": 0}
    assert bpref(in_order("axb"), grades) == pytest.approx((1 + 1 - 1 / 2) / 2)
    assert bpref(in_order("1a23x45b6"), grades) == bpref(in_order("axb"), grades)
    assert bpref(in_order("ba"), {"a": 1, "b": 1}) == 1.0
    assert bpref(in_order("xyza"), {"a": 1, "x": 0, "y": 0, "z": 0}) == 0.0


def test_a_hole_is_what_nobody_judged() -> None:
    assert hole(in_order("abc"), {"a": 0}, 2) == 0.5
    assert hole(by_score({"a": 1.0, "b": 1.0}), {"a": 0}, 1) == 0.5
    assert hole(in_order("a"), {}, 10) == 0.1


def test_no_score_may_be_no_number() -> None:
    assert by_score({"a": -inf, "b": inf}) == [["b"], ["a"]]
    with pytest.raises(ValueError, match="not a number"):
        by_score({"a": 1.0, "b": float("nan")})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([("a", 3.0), ("b", 2.0), ("a", 2.0), ("c", 2.0)], [["a"], ["b", "c"]]),
        ([("a", 0.0), ("b", 0.0)], [["a", "b"]]),
        ([("a", None), ("b", None), ("a", None)], [["a"], ["b"]]),
        ([("a", None), ("b", 9.0), ("c", 9.0)], [["a"], ["b"], ["c"]]),
        ([("a", 1.0), ("b", 1.0), ("c", 84.0)], [["a"], ["b"], ["c"]]),
        ([], []),
    ],
)
def test_a_list_ties_where_its_own_scores_order_it(
    found: list[tuple[str, float | None]], expected: list[list[str]]
) -> None:
    assert listed(found) == expected
