"""How far the figures of one and the same system move from one asking to the next, told from its own repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from math import sqrt
from statistics import fmean
from typing import NamedTuple

from eval.scores import Item
from eval.stats.wilson import LEVEL, quantile


class Noise(NamedTuple):
    """``flips``: how often two askings of one question differ; ``square``: the mean square of that difference."""

    flips: float
    square: float
    questions: int
    repeats: float

    def band(self, level: float = LEVEL) -> float:
        """Two runs as long as this one, of the same system, lie no further apart, ``level`` of the time.

        An answer's variance is half its mean square difference; each run has it once, over all its answers.
        """
        return quantile((1 + level) / 2) * sqrt(self.square / (self.repeats * self.questions))


def noise(items: Sequence[Item], metric: str) -> Noise | None:
    """Of one measure; None when no question was asked twice."""
    values: dict[str, list[float]] = defaultdict(list)
    for item in items:
        if metric in item.shares:
            values[item.id].append(item.shares[metric].value)
    asked = {id: found for id, found in values.items() if len(found) > 1}
    if not asked:
        return None
    pairs = [[abs(a - b) for a, b in combinations(found, 2)] for found in asked.values()]
    return Noise(
        flips=fmean(fmean(apart > 1e-9 for apart in found) for found in pairs),
        square=fmean(fmean(apart**2 for apart in found) for found in pairs),
        questions=len(asked),
        repeats=fmean(map(len, asked.values())),
    )
