"""The interval of a proportion (Wilson 1927), which says something even where no error was seen."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from eval.errors import NotEnoughData

LEVEL = 0.95


class Interval(NamedTuple):
    low: float
    high: float


def quantile(share: float) -> float:
    """Of the standard normal distribution: ``quantile(0.975) ≈ 1.96``."""
    return NormalDist().inv_cdf(share)


def wilson(part: float, whole: float, level: float = LEVEL) -> Interval:
    """``wilson(4, 202)`` → [0.77 %, 4.98 %]: of a share, two-sided; ``whole`` may be an effective size.

    ``(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)``.

    :raises NotEnoughData: ``whole`` is 0.
    """
    if whole <= 0:
        raise NotEnoughData("沒有可以計算比例的資料")
    share, z = part / whole, quantile((1 + level) / 2)
    assert 0 <= share <= 1, "a proportion"
    scale = 1 + z * z / whole
    middle = (share + z * z / (2 * whole)) / scale
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / scale
    # At the ends rounding alone would leave the interval a hair beside the share it is of.
    return Interval(0.0 if part == 0 else max(0.0, middle - half), 1.0 if part == whole else min(1.0, middle + half))


def none_of(whole: float, level: float = LEVEL) -> float:
    """The highest rate that zero errors in ``whole`` leave open, one-sided and exact: about 3 / whole.

    ``1 − (1 − level)^(1/whole)``; ``none_of(1000)`` is 0.3 %.

    :raises NotEnoughData: ``whole`` is 0.
    """
    if whole <= 0:
        raise NotEnoughData("沒有可以計算比例的資料")
    return float(1 - (1 - level) ** (1 / whole))
