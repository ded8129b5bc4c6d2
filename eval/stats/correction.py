"""What a judge's rate would be, had people judged: from how often the judge and people agree where both did."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from eval.errors import NotEnoughData
from eval.stats.bootstrap import Floats, cluster_sums
from eval.stats.wilson import LEVEL, Interval, quantile


class Judged(NamedTuple):
    """``yes`` of ``n`` said to hold by the judge."""

    yes: int
    n: int

    @property
    def share(self) -> float:
        return self.yes / self.n


class Corrected(NamedTuple):
    """The rate as the judge has it, and as it is corrected, with its interval."""

    raw: float
    value: float
    interval: Interval


def rogan_gladen(test: Judged, of_true: Judged, of_false: Judged, deff: float = 1.0, level: float = LEVEL) -> Corrected:
    """``(q + sp − 1) / (se + sp − 1)`` (Rogan & Gladen 1978) with the interval of Lang & Reiczigel (2014), which minds
    that all three are only known from samples; proposed for judges by arXiv 2511.21140.

    :param test: what the judge said where nobody else did.
    :param of_true: what it said of what people hold to be true (se), ``of_false``: … to be false (1 − sp).
    :param deff: design effect of the test set; its n counts for n / deff.
    :raises NotEnoughData: one of the three is empty, or the judge does no better than chance.
    """
    if not (test.n and of_true.n and of_false.n):
        raise NotEnoughData("校正評審需要測試集，以及人工標為成立與不成立的樣本")
    gain = of_true.share - of_false.share
    if gain <= 0:
        raise NotEnoughData("評審不比亂猜準，無法校正")
    z = quantile((1 + level) / 2)
    # Each share is drawn towards the middle a little, so that none is held to be exactly 0 or 1.
    n, n_true, n_false = test.n / deff + z * z, of_true.n + 2, of_false.n + 2
    said = (test.share * test.n / deff + z * z / 2) / n
    sensitivity, specificity = (of_true.yes + 1) / n_true, (of_false.n - of_false.yes + 1) / n_false
    nearer = sensitivity + specificity - 1
    if nearer <= 0:
        raise NotEnoughData("人工標註太少，無法校正評審")
    middle = (said + specificity - 1) / nearer
    from_true = middle * sensitivity * (1 - sensitivity) / n_true
    from_false = (1 - middle) * specificity * (1 - specificity) / n_false
    variance = said * (1 - said) / n + middle * from_true + (1 - middle) * from_false
    half = z * sqrt(variance) / nearer
    middle += 2 * z * z * (from_true - from_false) / nearer
    value = _share((test.share - of_false.share) / gain)
    return Corrected(test.share, value, Interval(min(value, _share(middle - half)), max(value, _share(middle + half))))


def ppi(
    judged: Sequence[float],
    labelled: Sequence[tuple[float, float]],
    clusters: Sequence[str] | None = None,
    labelled_clusters: Sequence[str] | None = None,
    level: float = LEVEL,
) -> Corrected:
    """Prediction-powered inference (Angelopoulos et al. 2023, used by ARES): ``mean(judge) + mean(human − judge)``.

    :param judged: the judge where nobody else judged; ``labelled``: (judge, human) where both did.
    :raises NotEnoughData: fewer than two clusters of either.
    """
    raw, spread = _mean(judged, clusters)
    off, doubt = _mean([human - judge for judge, human in labelled], labelled_clusters)
    value, half = _share(raw + off), quantile((1 + level) / 2) * sqrt(spread + doubt)
    return Corrected(raw, value, Interval(_share(raw + off - half), _share(raw + off + half)))


def _mean(values: Sequence[float], clusters: Sequence[str] | None) -> tuple[float, float]:
    """The mean and its variance, clusters minded."""
    named = [str(at) for at in range(len(values))] if clusters is None else clusters
    if len(set(named)) < 2:
        raise NotEnoughData("至少要有兩個群集才能估計區間")
    found: Floats = np.asarray(values, dtype=np.float64)
    mean = float(found.mean())
    sums = cluster_sums(named, found - mean)[:, 0] / len(found)
    return mean, float((sums**2).sum()) * len(sums) / (len(sums) - 1)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
