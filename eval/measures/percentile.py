"""Percentiles by nearest rank: the smallest measured value that at least p % of all values do not exceed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil


def percentile(values: Sequence[float], p: float) -> float:
    """``percentile([10, 20, 30, 40], 50) == 20``; always a value that was measured. ``values`` is not empty."""
    ordered = sorted(values)
    return ordered[max(ceil(p / 100 * len(ordered)), 1) - 1]
