"""The κ that the service tells, against the one that evaluation tells."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.errors import NotEnoughData
from eval.stats.agreement import Weights, cohen
from rag.kappa import kappa
from rag.label_records import LEVELS

_PAIRS = st.lists(st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS)), max_size=40)


def judged(n: int, wrong: float, seed: int = 1) -> list[tuple[str, str]]:
    chance = random.Random(seed)
    first = [chance.choice(LEVELS) for _ in range(n)]
    return [(one, chance.choice(LEVELS) if chance.random() < wrong else one) for one in first]


@given(_PAIRS, st.sampled_from(["none", "linear"]))
def test_both_tell_the_same_value(pairs: list[tuple[str, str]], weights: Weights) -> None:
    found = kappa(pairs, LEVELS, "linear" if weights == "linear" else "none")
    if min(len({one for one, _ in pairs}), len({other for _, other in pairs})) < 2:
        assert found is None
        return
    try:
        expected: float | None = cohen(pairs, LEVELS, weights).value
    except NotEnoughData:
        # Too lopsided for the bootstrap, in which many a sample has but one level.
        expected = found.value if found else None
    assert found
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert -1 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


@pytest.mark.parametrize("wrong", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("weights", ["none", "linear"])
def test_the_interval_is_that_of_the_bootstrap(wrong: float, weights: Weights) -> None:
    pairs = judged(300, wrong)
    found, expected = kappa(pairs, LEVELS, "linear" if weights == "linear" else "none"), cohen(pairs, LEVELS, weights)
    assert found
    assert (found.low, found.high) == pytest.approx((expected.interval.low, expected.interval.high), abs=0.02)


def test_a_published_table_gives_its_published_figures() -> None:
    # Fleiss, Cohen & Everitt (1969), table 1: 200 cases, κ = 0.429 and, with the weights given there, other figures.
    table = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
    pairs = [(LEVELS[i], LEVELS[j]) for i in range(3) for j in range(3) for _ in range(table[i][j])]
    found = kappa(pairs, LEVELS)
    assert found
    assert found.value == pytest.approx(0.429, abs=5e-4)
    # σ = 0.0541 there, for κ.
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.0541, abs=5e-4)


def test_no_difference_seen_is_no_proof_that_there_is_none() -> None:
    few, many = (kappa([("full", "full"), ("none", "none")] * n, LEVELS) for n in (2, 100))
    assert few
    assert many
    assert (few.value, few.high, many.value) == (1, 1, 1)
    assert few.low < 0.1 < 0.9 < many.low < 1


@pytest.mark.parametrize(
    "pairs", [[], [("full", "none")], [("full", "full")] * 9, [("full", "none"), ("full", "full")] * 9]
)
def test_who_knows_one_level_only_tells_nothing(pairs: list[tuple[str, str]]) -> None:
    assert kappa(pairs, LEVELS) is None


def test_a_level_that_is_none_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        kappa([("full", "some"), ("full", "full")], LEVELS)
