"""The cluster bootstrap: what a figure would be, had other laws, judgments or articles been asked about.

Whole clusters are drawn again, with replacement, as items of one cluster rise and fall together. Every figure here is
a function of sums over clusters (a ratio, a difference of two, a table of agreement), so a sample is one row of counts
times the table of sums, and any number of figures share the same samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.errors import NotEnoughData
from eval.stats.wilson import LEVEL, Interval, quantile

Floats = NDArray[np.float64]
# Tables of sums, the columns last → the figure of each; NaN where it is not defined.
Statistic = Callable[[Floats], Floats]

RESAMPLES = 10_000
_CHUNK = 250_000  # draws at a time: they stay in the cache


def cluster_sums(clusters: Sequence[str], rows: Any) -> Floats:
    """Rows of one cluster summed up, one row a cluster in the order of their names: (n, k) → (clusters, k)."""
    table = np.asarray(rows, dtype=np.float64).reshape(len(clusters), -1)
    names, places = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    sums = np.zeros((len(names), table.shape[1]))
    np.add.at(sums, places, table)
    return sums


def resample(sums: Floats, resamples: int = RESAMPLES, seed: int = 0) -> Floats:
    """The column sums of ``resamples`` samples of clusters: (clusters, k) → (resamples, k).

    :raises NotEnoughData: fewer than two clusters.
    """
    count = len(sums)
    if count < 2:
        raise NotEnoughData("至少要有兩個群集才能估計區間")
    rng = np.random.default_rng(seed)
    drawn = np.empty((resamples, sums.shape[1]))
    rows = max(1, _CHUNK // count)
    columns = np.ascontiguousarray(sums.T)
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        places = rng.integers(0, count, size=(size, count))
        places += np.arange(0, size * count, count)[:, None]
        counts = np.bincount(places.ravel(), minlength=size * count).reshape(size, count)
        # Not a matrix product: its last digits depend on how many threads share the work.
        drawn[start : start + size] = np.einsum("rc,kc->rk", counts.astype(np.float64), columns)
    return drawn


def interval(
    sums: Floats, statistic: Statistic, samples: Floats | None = None, seed: int = 0, level: float = LEVEL
) -> Interval:
    """BCa interval (Efron 1987) of ``statistic`` over the column sums; it holds the figure itself.

    :param samples: of ``resample``, when several figures share them.
    :raises NotEnoughData: fewer than two clusters, or too few on which the figure rests.
    """
    drawn = statistic(resample(sums, seed=seed) if samples is None else samples)
    whole = sums.sum(axis=0)
    value = float(statistic(whole))
    left_out = statistic(whole - sums)
    if not (np.isfinite(value) and np.isfinite(left_out).all()):
        raise NotEnoughData("資料集中在一個群集，無法估計區間")
    drawn = np.sort(drawn[np.isfinite(drawn)])
    if drawn[-1] - drawn[0] <= 1e-12:
        return Interval(value, value)
    low, high = (float(np.quantile(drawn, share)) for share in _shares(drawn, value, left_out, level))
    return Interval(min(low, value), max(high, value))


def _shares(drawn: Floats, value: float, left_out: Floats, level: float) -> tuple[float, float]:
    """Which quantiles of the samples bound the interval: those of the level, moved for bias and skewness."""
    tails = (1 - level) / 2, (1 + level) / 2
    # Figures of counts have ties, half of which are below.
    below = float(np.mean(drawn < value - 1e-12) + np.mean(drawn <= value + 1e-12)) / 2
    if not 0 < below < 1:
        return tails
    bias = quantile(below)
    away = left_out.mean() - left_out
    spread = float((away**2).sum() ** 1.5)
    skew = float((away**3).sum()) / (6 * spread) if spread else 0.0
    low, high = (_moved(quantile(tail), bias, skew) for tail in tails)
    return low, high


def _moved(z: float, bias: float, skew: float) -> float:
    from_bias = bias + z
    return NormalDist().cdf(bias + from_bias / max(1e-9, 1 - skew * from_bias))
