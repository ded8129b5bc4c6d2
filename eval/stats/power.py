"""The smallest difference between two runs that so many items can show, by the normal approximation.

``(z_{1−α/2} + z_power) √(d · deff / n)``: d is the mean square of an item's difference. For right or wrong that is the
share of items on which the runs disagree; no measure between 0 and 1 that differs on that share can have more.
"""

from __future__ import annotations

from math import ceil, sqrt

from eval.errors import NotEnoughData
from eval.stats.wilson import quantile

POWER = 0.8
ALPHA = 0.05


def detectable(n: float, discordance: float, deff: float = 1.0, power: float = POWER, alpha: float = ALPHA) -> float:
    """``detectable(200, 0.1)`` ≈ 0.063: a difference seen in ``power`` of all cases, two-sided at ``alpha``.

    :param deff: the design effect of clusters.
    :raises NotEnoughData: no item.
    """
    if n <= 0:
        raise NotEnoughData("沒有可以比較的題目")
    return _reach(power, alpha) * sqrt(discordance * deff / n)


def detectable_mean(n: float, sd: float, deff: float = 1.0, power: float = POWER, alpha: float = ALPHA) -> float:
    """The same for any measure, by the standard deviation of the items' differences.

    :raises NotEnoughData: no item.
    """
    return detectable(n, sd * sd, deff, power, alpha)


def needed(effect: float, discordance: float, deff: float = 1.0, power: float = POWER, alpha: float = ALPHA) -> int:
    """How many items show a difference of ``effect``: ``needed(0.063, 0.1)`` is 198."""
    assert effect > 0, "no number of items shows a difference of nothing"
    return ceil((_reach(power, alpha) / effect) ** 2 * discordance * deff)


def _reach(power: float, alpha: float) -> float:
    return quantile(1 - alpha / 2) + quantile(power)
