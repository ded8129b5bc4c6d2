"""One measure in two runs over the same items: its change, the interval of the change, and the test of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from eval.errors import NotEnoughData
from eval.scores import Item, Metric, Share
from eval.stats.bootstrap import Floats, cluster_sums, interval, resample
from eval.stats.paired import Tested, mcnemar, permutation
from eval.stats.power import detectable_mean
from eval.stats.ratio import Estimate, cluster_of, design_effect, estimate_of, ratios
from eval.stats.wilson import Interval

_NONE = Share(0, 0)
_EQUAL = 1e-9


class Flip(NamedTuple):
    """An answer whose figure changed."""

    id: str
    repeat: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Change:
    """One measure: ``delta`` = after − before, whatever way is better.

    ``test`` and ``corrected`` (Holm over all measures, two-sided) are None where the items are no sample: one cluster.
    ``detectable``: the difference that so many items, differing as these do, would have shown in 80 % of cases; None
    where none differs from the others in this.
    """

    metric: Metric
    before: Estimate
    after: Estimate
    delta: float
    interval: Interval | None
    test: Tested | None
    corrected: float | None
    detectable: float | None
    won: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    tied: int

    @property
    def is_same(self) -> bool:
        """Whether no answer's figure changed."""
        return not self.won and not self.lost

    @property
    def worsening(self) -> float:
        """By how much it became worse; less than 0 where it became better."""
        return -self.delta if self.metric.better == "higher" else self.delta

    @property
    def chance(self) -> float | None:
        """Of so much worsening, were there no difference: one-sided."""
        if self.test is None:
            return None
        return self.test.less if self.metric.better == "higher" else self.test.greater

    def as_record(self) -> dict[str, Any]:
        low, high = self.interval or (None, None)
        return {
            "metric": self.metric.name,
            "better": self.metric.better,
            "before": self.before.as_record(),
            "after": self.after.as_record(),
            "delta": {"value": self.delta, "low": low, "high": high},
            "test": self.test and self.test.test,
            "p": self.test and self.test.both,
            "p_holm": self.corrected,
            "p_worse": self.chance,
            "detectable": self.detectable,
            "won": [list(flip) for flip in self.won],
            "tied": self.tied,
            "lost": [list(flip) for flip in self.lost],
        }


@dataclass(frozen=True, slots=True)
class Pairs:
    """Items of both runs, one beside the other, in the order of their ids."""

    before: Sequence[Item]
    after: Sequence[Item]

    @property
    def clusters(self) -> list[str]:
        return [cluster_of(item) for item in self.before]

    def among(self, wanted: Callable[[Item], bool]) -> Pairs:
        """Those whose first item is wanted."""
        held = [pair for pair in zip(self.before, self.after, strict=True) if wanted(pair[0])]
        return Pairs([first for first, _ in held], [second for _, second in held])


def changes(pairs: Pairs, metrics: Sequence[Metric], seed: int = 0, tested: bool = True) -> tuple[Change, ...]:
    """The change of each measure that both runs have; all intervals share the same samples of clusters."""
    held = [
        one
        for one in metrics
        if all(any(one.name in item.shares for item in run) for run in (pairs.before, pairs.after))
    ]
    tables = {one.name: _table(pairs, one.name) for one in held}
    if not tables:
        return ()
    clusters = pairs.clusters
    sums = cluster_sums(clusters, np.hstack(list(tables.values())))
    samples = resample(sums, seed=seed) if len(sums) > 1 else None
    found = []
    for at, metric in enumerate(held):
        columns = slice(4 * at, 4 * at + 4)
        drawn = None if samples is None else samples[:, columns]
        measured = _Measured(tables[metric.name], clusters, sums[:, columns], drawn)
        found.append(_change(pairs, metric, measured, seed, tested))
    return tuple(found)


def corrected(change: Change, chances: Mapping[str, float]) -> Change:
    """With its chance after Holm, by the name of the measure."""
    return replace(change, corrected=chances.get(change.metric.name))


class _Measured(NamedTuple):
    """Part and whole before, part and whole after: a row an item (0 of 0 where there is none), and summed up."""

    table: Floats
    clusters: Sequence[str]
    sums: Floats
    samples: Floats | None

    def side(self, at: int) -> Estimate:
        there = self.table[:, at + 1] > 0
        shares = [Share(*row) for row in self.table[there, at : at + 2].tolist()]
        clusters = [cluster for cluster, held in zip(self.clusters, there, strict=True) if held]
        drawn = None if self.samples is None else self.samples[:, at : at + 2]
        return estimate_of(shares, clusters, self.sums[:, at : at + 2], drawn)

    def effects(self) -> Floats:
        """What each item adds to the difference, beyond its share of both figures; they sum up to 0."""
        whole = self.table.sum(axis=0)
        one, other = (
            (self.table[:, at] - whole[at] / whole[at + 1] * self.table[:, at + 1]) / whole[at + 1] for at in (0, 2)
        )
        return np.asarray(other - one)


def _table(pairs: Pairs, name: str) -> Floats:
    both = zip(pairs.before, pairs.after, strict=True)
    return np.array([[*one.shares.get(name, _NONE), *other.shares.get(name, _NONE)] for one, other in both], float)


def _change(pairs: Pairs, metric: Metric, measured: _Measured, seed: int, tested: bool) -> Change:
    before, after = measured.side(0), measured.side(2)
    won, lost, tied = _outcomes(pairs, metric)
    effects = measured.effects()
    sample = measured.samples is not None and min(before.clusters, after.clusters) > 1
    return Change(
        metric=metric,
        before=before,
        after=after,
        delta=after.value - before.value,
        interval=_interval(measured) if sample else None,
        test=_test(measured, won, lost, metric, seed) if sample and tested else None,
        corrected=None,
        detectable=_detectable(effects, measured.clusters) if sample else None,
        won=won,
        lost=lost,
        tied=tied,
    )


def _detectable(effects: Floats, clusters: Sequence[str]) -> float | None:
    """None where all items differ by the same, as those of a run and itself do by nothing: there is no spread."""
    n, square = len(effects), float((effects**2).sum())
    if square <= _EQUAL**2:
        return None
    deff = design_effect(effects, clusters)
    return detectable_mean(n, n * sqrt(square / (n - 1)), 1.0 if deff is None else deff)


def _interval(measured: _Measured) -> Interval | None:
    def difference(sums: Floats) -> Floats:
        return np.asarray(ratios(sums[..., 2:]) - ratios(sums[..., :2]))

    try:
        return interval(measured.sums, difference, measured.samples)
    except NotEnoughData:
        return None


def _test(measured: _Measured, won: Sequence[Flip], lost: Sequence[Flip], metric: Metric, seed: int) -> Tested:
    """McNemar where each cluster is one answer, right or wrong in both runs; otherwise the runs change places."""
    table = measured.table
    binary = bool(np.isin(table[:, ::2], (0, 1)).all() and (table[:, 1] == table[:, 3]).all())
    if binary and np.isin(table[:, 1], (0, 1)).all() and len(measured.sums) == len(table):
        fallen, risen = (lost, won) if metric.better == "higher" else (won, lost)
        return mcnemar(len(fallen), len(risen))
    return permutation(measured.sums, seed)


def _outcomes(pairs: Pairs, metric: Metric) -> tuple[tuple[Flip, ...], tuple[Flip, ...], int]:
    won: list[Flip] = []
    lost: list[Flip] = []
    tied = 0
    for one, other in zip(pairs.before, pairs.after, strict=True):
        if metric.name not in one.shares or metric.name not in other.shares:
            continue
        flip = Flip(one.id, one.repeat, one.shares[metric.name].value, other.shares[metric.name].value)
        gain = (flip.after - flip.before) * (1 if metric.better == "higher" else -1)
        if abs(gain) <= _EQUAL:
            tied += 1
        else:
            (won if gain > 0 else lost).append(flip)
    return tuple(won), tuple(lost), tied
