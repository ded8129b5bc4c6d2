import numpy as np
import pytest

from eval.errors import NotEnoughData
from eval.stats.bootstrap import cluster_sums, interval, resample
from eval.stats.ratio import ratios


def test_rows_of_a_cluster_are_summed_up() -> None:
    assert cluster_sums(["b", "a", "b"], [[1, 2], [3, 4], [5, 6]]).tolist() == [[3, 4], [6, 8]]


def test_samples_are_as_large_as_the_original_and_the_same_for_a_seed() -> None:
    sums = np.column_stack([np.arange(50), np.ones(50)])
    drawn = resample(sums, 500, seed=3)
    assert (drawn[:, 1] == 50).all()
    assert np.array_equal(drawn, resample(sums, 500, seed=3))
    assert not np.array_equal(drawn, resample(sums, 500, seed=4))
    assert drawn[:, 0].mean() == pytest.approx(sums[:, 0].sum(), rel=0.02)


def test_the_interval_of_a_mean_is_that_of_the_theory() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    found = interval(np.column_stack([values, np.ones(400)]), ratios)
    half = 1.96 * values.std(ddof=1) / 20
    assert found == pytest.approx((values.mean() - half, values.mean() + half), abs=0.01)


def test_a_skewed_figure_has_a_longer_upper_arm() -> None:
    values = np.random.default_rng(1).exponential(1, 40)
    found = interval(np.column_stack([values, np.ones(40)]), ratios)
    assert found.high - values.mean() > values.mean() - found.low


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        level = rng.normal(0.5, 0.1, 60)
        parts = level * 5 + rng.normal(0, 0.1, 60)
        found = interval(np.column_stack([parts, np.full(60, 5.0)]), ratios, seed=int(rng.integers(1000)))
        held += found.low <= 0.5 <= found.high
    assert 0.9 <= held / 200 <= 0.99


def test_one_cluster_or_a_figure_that_rests_on_one_has_no_interval() -> None:
    with pytest.raises(NotEnoughData):
        interval(np.array([[1.0, 2.0]]), ratios)
    with pytest.raises(NotEnoughData):
        interval(np.array([[1.0, 2.0], [0.0, 0.0]]), ratios)


def test_where_nothing_varies_the_interval_is_a_point() -> None:
    assert interval(np.array([[1.0, 2.0]] * 5), ratios) == (0.5, 0.5)
