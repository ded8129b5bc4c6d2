"""Two runs of one and the same system, over and over: how often a gate takes chance for a regression.

Each asking of a question flips with some probability, as often to right as to wrong. A gate of a fixed margin alone, as
is usual, is measured beside ours.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.bench.ground import Ground
from eval.compare import compare_items
from eval.gate import Rule, Rules, Verdict, judge
from eval.scores import Item, Metric, Share
from eval.stats.bootstrap import interval, resample
from eval.stats.power import detectable
from eval.stats.ratio import ratios
from eval.timing import timed

METRIC = Metric("right", "higher", "答對")
FIXED = 0.01
_RIGHT = 0.8
_SIZES = (200, 500)


_TRIED = 10  # every tenth simulation is tried with a true regression, too

Right = NDArray[np.bool_]


class Failed(NamedTuple):
    """Shares of all simulations: ours with the least margin it takes, its test alone, a margin of one point alone.

    ``caught``: ours, where the second run is in truth worse by twice the margin.
    """

    ours: float
    test: float
    fixed: float
    caught: float


def flips(ground: Ground) -> dict[str, float]:
    """A thousand simulations of 5 % flips at each size, and the time of 10,000 samples of 4,000 clusters."""
    measured: dict[str, float] = {}
    for n in _SIZES:
        measured |= {f"flips_{n}_{name}": value for name, value in simulate(n, 1000)._asdict().items()}
    sums = np.column_stack([np.random.default_rng(0).random(4000), np.ones(4000)])
    _, ms = timed(lambda: interval(sums, ratios, resample(sums)))
    return measured | {"bootstrap_s": ms / 1000}


def simulate(n: int, simulations: int, flipping: float = 0.05, seed: int = 0) -> Failed:
    """``n`` questions, four of five answered right; each flips with probability ``flipping``, either way as often."""
    rng = np.random.default_rng(seed)
    rules = Rules(rules=(Rule(metric=METRIC.name, margin=ceil(detectable(n, 0.1) * 1000) / 1000),))
    ours = test = fixed = caught = 0
    for at in range(simulations):
        one, other = _asked_twice(rng, n, flipping)
        found = _verdict(one, other, rules)
        change = found.change
        ours += found.status == "regression"
        test += change is not None and (change.chance or 0) <= rules.alpha
        # As such gates compare: whether one point exactly is too much, the last digit decides.
        fixed += change is not None and change.worsening > FIXED
        if at % _TRIED == 0:
            kept = rng.random(n) >= 2 * (rules.rules[0].margin or 0) / _RIGHT
            caught += _verdict(one, other & kept, rules).status == "regression"
    return Failed(ours / simulations, test / simulations, fixed / simulations, caught * _TRIED / simulations)


def _asked_twice(rng: np.random.Generator, n: int, flipping: float) -> tuple[Right, Right]:
    right, flipped, first = rng.random(n) < _RIGHT, rng.random(n) < flipping, rng.random(n) < 0.5
    return np.where(flipped, first, right), np.where(flipped, ~first, right)


def _verdict(before: Right, after: Right, rules: Rules) -> Verdict:
    first, second = _items(before), _items(after)
    return judge(compare_items(first, second, [METRIC]), second, rules)[0]


def _items(right: Right) -> list[Item]:
    return [
        Item(f"{at:04}", 0, "", {}, "answered", "", 0, {METRIC.name: Share(float(one))}) for at, one in enumerate(right)
    ]
