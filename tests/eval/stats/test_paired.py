import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, permutation_test

from eval.stats.paired import mcnemar, permutation


@given(st.integers(0, 60), st.integers(0, 60))
@settings(deadline=None)
def test_mcnemar_is_the_exact_binomial_test(lost: int, gained: int) -> None:
    found = mcnemar(lost, gained)
    if lost + gained:
        for alternative, chance in (("two-sided", found.both), ("less", found.less), ("greater", found.greater)):
            assert chance == pytest.approx(binomtest(gained, lost + gained, alternative=alternative).pvalue)
    else:
        assert found[1:] == (1, 1, 1)


def test_mcnemar_of_thousands() -> None:
    assert mcnemar(2100, 1900).both == pytest.approx(binomtest(1900, 4000).pvalue)


@given(st.integers(0, 6), st.integers(0, 6))
@settings(deadline=None)
def test_for_right_and_wrong_both_tests_are_one(lost: int, gained: int) -> None:
    rows = [[1, 1, 0, 1]] * lost + [[0, 1, 1, 1]] * gained + [[1, 1, 1, 1]] * 5
    assert permutation(np.array(rows, float))[1:] == pytest.approx(mcnemar(lost, gained)[1:])


def test_graded_measures_as_scipy_has_them() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.random(10), rng.random(10)
    rows = np.column_stack([one, np.ones(10), other, np.ones(10)])
    for alternative, at in (("less", 1), ("greater", 2), ("two-sided", 3)):
        theirs = permutation_test(
            (other, one), lambda a, b: (a - b).mean(), permutation_type="samples", alternative=alternative
        )
        assert permutation(rows)[at] == pytest.approx(theirs.pvalue)


def test_many_clusters_are_tossed_by_a_seed_and_close_to_the_exact() -> None:
    rows = np.array([[1, 1, 0, 1]] * 14 + [[0, 1, 1, 1]] * 6, float)
    found = permutation(rows, seed=1)
    assert found == permutation(rows, seed=1)
    assert found.both == pytest.approx(mcnemar(14, 6).both, abs=0.01)
    assert found.less == pytest.approx(mcnemar(14, 6).less, abs=0.01)


def test_runs_with_other_wholes_change_places_whole() -> None:
    rows = np.array([[3, 4, 1, 2], [2, 2, 2, 3], [5, 5, 1, 4]], float)
    found = permutation(rows)
    assert found.less == pytest.approx(1 / 8)
    assert found.both == pytest.approx(2 / 8)


def test_the_same_twice_is_no_difference() -> None:
    assert permutation(np.array([[0.5, 1, 0.5, 1]] * 30))[1:] == (1, 1, 1)
