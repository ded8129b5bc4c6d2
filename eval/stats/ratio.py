"""One figure, Σ part / Σ whole, with its interval: Wilson for proportions, the cluster bootstrap for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eval.errors import NotEnoughData
from eval.scores import Item, Share
from eval.stats.bootstrap import Floats, cluster_sums, interval, resample
from eval.stats.wilson import LEVEL, Interval, wilson

_NONE = Share(0, 0)


class Estimate(NamedTuple):
    """``value`` = Σ part / Σ whole over ``n`` answers in ``clusters``, ``whole`` = Σ whole; None where untold.

    ``deff``: the variance, clusters minded, over what it would be were all answers independent.
    """

    value: float
    interval: Interval | None
    n: int
    clusters: int
    whole: float
    deff: float | None

    def as_record(self) -> dict[str, object]:
        low, high = self.interval or (None, None)
        held: dict[str, object] = {"value": self.value, "low": low, "high": high}
        return held | {"n": self.n, "clusters": self.clusters, "whole": self.whole, "deff": self.deff}


def cluster_of(item: Item) -> str:
    """What an answer stands or falls with; without a name of its own, the other repeats of its question."""
    return item.cluster or item.id


def in_order(items: Sequence[Item]) -> list[Item]:
    """Sums of the same numbers in another order differ in their last digit; so all is summed up in one order."""
    return sorted(items, key=lambda item: (item.id, item.repeat))


def estimates(items: Sequence[Item], seed: int = 0, level: float = LEVEL) -> dict[str, Estimate]:
    """Every measure among the items, by name; all share the same samples of clusters."""
    items = in_order(items)
    names = sorted({name for item in items for name in item.shares})
    if not names:
        return {}
    rows = [[value for name in names for value in item.shares.get(name, _NONE)] for item in items]
    sums = cluster_sums([cluster_of(item) for item in items], rows)
    samples = resample(sums, seed=seed) if len(sums) > 1 else None
    found = {}
    for at, name in enumerate(names):
        columns = slice(2 * at, 2 * at + 2)
        held = [item for item in items if name in item.shares]
        shares, clusters = [item.shares[name] for item in held], [cluster_of(item) for item in held]
        drawn = None if samples is None else samples[:, columns]
        repeats = len(held) / len({item.id for item in held})
        found[name] = estimate_of(shares, clusters, sums[:, columns], drawn, level, repeats)
    return found


def estimate(shares: Sequence[Share], clusters: Sequence[str], seed: int = 0, level: float = LEVEL) -> Estimate:
    """One measure.

    :raises NotEnoughData: no share at all.
    """
    if not shares:
        raise NotEnoughData("沒有這項指標的資料")
    sums = cluster_sums(clusters, shares)
    samples = resample(sums, seed=seed) if len(sums) > 1 else None
    return estimate_of(shares, clusters, sums, samples, level)


def estimate_of(
    shares: Sequence[Share],
    clusters: Sequence[str],
    sums: Floats,
    samples: Floats | None,
    level: float = LEVEL,
    repeats: float = 1,
) -> Estimate:
    """The same, where the sums by cluster and their samples are at hand already (None: no interval can be told).

    :param repeats: how often each question was asked: what never varies tells no more for having been asked again.
    """
    table = np.asarray(shares, dtype=np.float64)
    part, whole = (float(total) for total in sums.sum(axis=0))
    value = part / whole
    effects = (table[:, 0] - value * table[:, 1]) / whole
    deff = design_effect(effects, clusters)
    count = len(set(clusters))
    held = None
    if samples is not None and count > 1:
        by_cluster = cluster_sums(clusters, effects)[:, 0]
        size = _size(table, value, whole, float((by_cluster**2).sum()))
        size = size / repeats if size == whole else size
        held = interval(sums, ratios, samples, level=level) if size is None else wilson(value * size, size, level)
    return Estimate(value, held, len(shares), count, whole, deff)


def ratios(sums: Floats) -> Floats:
    """Σ part / Σ whole of (…, 2); NaN where whole is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], np.nan))


def design_effect(effects: Floats, clusters: Sequence[str]) -> float | None:
    """Variance by clusters over variance by items, of what each item adds to a figure; None where nothing varies.

    ``(C/(C−1) Σ_c (Σ e)²) / (n/(n−1) Σ e²)`` for effects that sum up to 0.
    """
    alone = float((effects**2).sum())
    sums = cluster_sums(clusters, effects)[:, 0]
    n, count = len(effects), len(sums)
    if alone <= 1e-18 or count < 2:
        return None
    return float((sums**2).sum()) * count / (count - 1) / (alone * n / (n - 1))


def _size(table: Floats, value: float, whole: float, variance: float) -> float | None:
    """How many independent units would tell a proportion as well (Korn & Graubard 1998); None for what is none.

    A proportion counts units that are right or wrong. So does, at the worst, any share of 1 that is always 0 or
    always 1.
    """
    counts = bool((table == np.floor(table)).all())
    # Where a wrong answer costs something, a mean of 0 is no share of 0.
    shares = bool((table[:, 0] >= 0).all() and (table[:, 0] <= table[:, 1]).all())
    if not shares or not (counts or value in (0, 1)):
        return None
    return whole if variance <= 1e-18 else min(whole, value * (1 - value) / variance)
