"""Two runs over the same items: is the difference more than chance? Exact where that can be worked out.

Both tests ask the same: had it been up to a coin, cluster by cluster, which run's answer is called the first's, how
often would the figures lie as far apart? Where every cluster is one answer, right or wrong, that is McNemar's test.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from eval.stats.bootstrap import Floats

DRAWS = 10_000
_EXACT = 13  # clusters that differ: 2^13 ways to toss
_CHUNK = 250_000


class Tested(NamedTuple):
    """``less``: the chance of a second figure as far under the first; ``greater``: over it; ``both``: two-sided."""

    test: Literal["mcnemar", "permutation"]
    less: float
    greater: float
    both: float


def mcnemar(lost: int, gained: int) -> Tested:
    """Exact: of ``lost + gained`` items that changed, as many as these were right only before.

    >>> mcnemar(1, 5).both
    0.21875
    """
    less, greater = _tail(gained, lost + gained), _tail(lost, lost + gained)
    return Tested("mcnemar", less, greater, min(1.0, 2 * min(less, greater)))


def _tail(most: int, n: int) -> float:
    """At most so many heads of n fair coins; in whole numbers, so nothing is rounded before the end."""
    chosen = total = 1
    for k in range(1, most + 1):
        chosen = chosen * (n - k + 1) // k
        total += chosen
    return float(total / 2**n)


def permutation(sums: Floats, seed: int = 0, draws: int = DRAWS) -> Tested:
    """Of the difference of two ratios by exchanging the runs in each cluster: a sign flip where the wholes are equal.

    :param sums: a row a cluster: part and whole before, part and whole after.
    :param draws: tosses tried when more than 13 clusters differ; then p = (as extreme + 1) / (draws + 1).
    """
    swing = (sums[:, 2:] - sums[:, :2]) / 2
    middle = (sums[:, 2:] + sums[:, :2]).sum(axis=0) / 2
    observed = float(_apart(middle, swing.sum(axis=0)))
    swing = swing[(swing != 0).any(axis=1)]
    exact = len(swing) <= _EXACT
    found = _apart(middle, _every_way(swing) if exact else _tossed(swing, seed, draws))
    # A toss that leaves one side with nothing has no difference: it counts against us.
    rounding = 1e-12
    less, greater = ~(found > observed + rounding), ~(found < observed - rounding)
    both = ~(np.abs(found) < abs(observed) - rounding)
    chances = [_chance(int(extreme.sum()), len(found), exact) for extreme in (less, greater, both)]
    return Tested("permutation", *chances)


def _apart(middle: Floats, swung: Floats) -> Floats:
    after, before = middle + swung, middle - swung
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(after[..., 0] / after[..., 1] - before[..., 0] / before[..., 1])


def _chance(extreme: int, of: int, exact: bool) -> float:
    return extreme / of if exact else (extreme + 1) / (of + 1)


def _every_way(swing: Floats) -> Floats:
    sums = np.zeros((1, 2))
    for one in swing:
        sums = np.concatenate([sums + one, sums - one])
    return sums


def _tossed(swing: Floats, seed: int, draws: int) -> Floats:
    rng = np.random.default_rng(seed)
    rows = max(1, _CHUNK // len(swing))
    columns = np.ascontiguousarray(swing.T)
    tosses = (_tosses(rng, min(rows, draws - start), len(swing)) for start in range(0, draws, rows))
    return np.concatenate([np.einsum("rc,kc->rk", one, columns) for one in tosses])


def _tosses(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    """+1 or −1, one bit of randomness each."""
    width = (columns + 7) // 8
    bits = np.unpackbits(rng.integers(0, 256, size=(rows, width), dtype=np.uint8), axis=1)[:, :columns]
    return bits.astype(np.float64) * 2 - 1
