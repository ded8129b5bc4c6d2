"""Whether two who judge the same things agree more than chance would have them: κ and α, with cluster intervals.

Both are ``1 − observed disagreement / disagreement expected by chance``, from a table that is a sum over units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from eval.errors import NotEnoughData
from eval.stats.bootstrap import Floats, cluster_sums, interval
from eval.stats.wilson import LEVEL, Interval, wilson

Weights = Literal["none", "linear", "quadratic"]
Scale = Literal["nominal", "ordinal"]
# (…, levels, levels) → disagreement observed and expected, the worst possible being 1 a pair.
_Disagreement = Callable[[Floats], tuple[Floats, Floats]]


class Agreement(NamedTuple):
    """``n`` units that two or more have judged, in ``clusters``; 1 is full agreement, 0 is chance."""

    value: float
    interval: Interval
    n: int
    clusters: int


def cohen(
    pairs: Sequence[tuple[str, str]],
    levels: Sequence[str],
    weights: Weights = "none",
    clusters: Sequence[str] | None = None,
    seed: int = 0,
) -> Agreement:
    """Cohen's κ of two judges (1960; with weights 1968, for levels in order). Units are independent unless clustered.

    :param weights: how bad it is to be two levels apart instead of one: as bad, twice or four times.
    :raises NotEnoughData: fewer than two clusters, or everything was given one and the same level.
    :raises ValueError: a level that is not among ``levels``.
    """
    places = [(levels.index(a), levels.index(b)) for a, b in pairs]
    tables = np.zeros((len(pairs), len(levels), len(levels)))
    for unit, place in enumerate(places):
        tables[(unit, *place)] = 1
    apart = np.abs(np.subtract.outer(np.arange(len(levels)), np.arange(len(levels)))) / max(1, len(levels) - 1)
    cost = {"none": (apart > 0).astype(float), "linear": apart, "quadratic": apart**2}[weights]

    def disagreement(table: Floats) -> tuple[Floats, Floats]:
        total = table.sum(axis=(-1, -2))
        chance = np.einsum("...i,...j,ij->...", table.sum(axis=-1), table.sum(axis=-2), cost)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (table * cost).sum(axis=(-1, -2)) / total, chance / total**2

    return _agreement(tables, disagreement, clusters, seed)


def krippendorff(
    units: Sequence[Sequence[str | None]],
    levels: Sequence[str],
    scale: Scale = "nominal",
    clusters: Sequence[str] | None = None,
    seed: int = 0,
) -> Agreement:
    """Krippendorff's α (2011) of any number of judges, who need not have judged everything.

    :param units: for each unit what each judge said, None where one said nothing.
    :raises NotEnoughData: fewer than two clusters judged twice, or everything was given one and the same level.
    """
    judged = [[label for label in unit if label is not None] for unit in units]
    named = [str(unit) for unit in range(len(units))] if clusters is None else clusters
    held = [(labels, cluster) for labels, cluster in zip(judged, named, strict=True) if len(labels) > 1]
    tables = np.array([_coincidences(labels, levels) for labels, _ in held]).reshape(
        len(held), len(levels), len(levels)
    )

    def disagreement(table: Floats) -> tuple[Floats, Floats]:
        of = table.sum(axis=-1)
        n = of.sum(axis=-1)
        cost = _cost(of, scale)
        chance = np.einsum("...i,...j,...ij->...", of, of, cost)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (table * cost).sum(axis=(-1, -2)) / n, chance / (n * (n - 1))

    return _agreement(tables, disagreement, [cluster for _, cluster in held], seed)


def _coincidences(labels: Sequence[str], levels: Sequence[str]) -> Floats:
    counts = Counter(labels)
    assert counts.keys() <= set(levels), "a level that is not among them"
    of = np.array([counts[level] for level in levels], dtype=np.float64)
    return (np.outer(of, of) - np.diag(of)) / (len(labels) - 1)


def _cost(of: Floats, scale: Scale) -> Floats:
    """Nominal: 1 for any two levels. Ordinal: the square of how many judgments lie between, halves at the ends."""
    if scale == "nominal":
        return 1 - np.eye(of.shape[-1])
    middle = of.cumsum(axis=-1) - of / 2
    apart = (middle[..., :, None] - middle[..., None, :]) ** 2
    widest = apart.max(axis=(-1, -2), keepdims=True)
    return np.asarray(apart / np.where(widest > 0, widest, 1))


def _agreement(
    tables: Floats, disagreement: _Disagreement, clusters: Sequence[str] | None, seed: int, level: float = LEVEL
) -> Agreement:
    if not len(tables):
        raise NotEnoughData("沒有兩人以上都判斷過的項目")
    levels = tables.shape[-1]
    named = [str(unit) for unit in range(len(tables))] if clusters is None else clusters
    sums = cluster_sums(named, tables.reshape(len(tables), -1))

    def agreement(flat: Floats) -> Floats:
        observed, expected = disagreement(flat.reshape(*flat.shape[:-1], levels, levels))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(expected > 0, 1 - observed / expected, np.nan))

    observed, expected = disagreement(tables.sum(axis=0))
    if not expected > 0:
        raise NotEnoughData("所有判斷都一樣，無法計算一致性")
    value = float(1 - observed / expected)
    if observed > 0 or len(sums) < 2:
        return Agreement(value, interval(sums, agreement, seed=seed, level=level), len(tables), len(sums))
    # No disagreement was seen in so many clusters, which is not to say that there is none.
    unseen = 1 - wilson(len(sums), len(sums), level).low
    return Agreement(1.0, Interval(float(1 - unseen / expected), 1.0), len(tables), len(sums))
