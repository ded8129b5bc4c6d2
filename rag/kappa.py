"""Cohen's κ of two who judge the same things, with its large-sample interval: cheap enough to be told after each label.

Fleiss, Cohen & Everitt (1969). Where the two never disagreed, that variance is 0 though a next pair might: the interval
then goes down to what the Wilson bound of so many pairs without a disagreement allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Literal, NamedTuple

Weights = Literal["none", "linear"]
_Z = 1.959963984540054  # 95 %


class Kappa(NamedTuple):
    """1 is full agreement, 0 is chance; ``low`` and ``high`` are its 95 % interval, ``n`` the pairs it comes from."""

    value: float
    low: float
    high: float
    n: int


def kappa(pairs: Sequence[tuple[str, str]], levels: Sequence[str], weights: Weights = "none") -> Kappa | None:
    """κ of the pairs; None where one of the two, or both, knew only one level: that tells nothing of agreement.

    :param weights: ``linear``: two levels apart is twice as bad as one; ``none``: any difference is as bad.
    :raises ValueError: a level that is not among ``levels``.
    """
    n, far = len(pairs), max(1, len(levels) - 1)
    found = Counter((levels.index(one), levels.index(other)) for one, other in pairs)
    if min(len({pair[side] for pair in pairs}) for side in (0, 1)) < 2:
        return None
    cells = [(i, j) for i in range(len(levels)) for j in range(len(levels))]
    share = {cell: found[cell] / n for cell in cells}
    agreed = {(i, j): 1 - abs(i - j) / far if weights == "linear" else float(i == j) for i, j in cells}
    rows = [sum(share[i, j] for j in range(len(levels))) for i in range(len(levels))]
    columns = [sum(share[i, j] for i in range(len(levels))) for j in range(len(levels))]
    seen = sum(agreed[cell] * share[cell] for cell in cells)
    chance = sum(agreed[i, j] * rows[i] * columns[j] for i, j in cells)
    value = (seen - chance) / (1 - chance)
    if seen > 1 - 1e-12:
        return Kappa(1.0, max(-1.0, 1 - _Z**2 / (n + _Z**2) / (1 - chance)), 1.0, n)
    by_row = [sum(columns[j] * agreed[i, j] for j in range(len(levels))) for i in range(len(levels))]
    by_column = [sum(rows[i] * agreed[i, j] for i in range(len(levels))) for j in range(len(levels))]
    spread = sum(
        share[i, j] * (agreed[i, j] * (1 - chance) - (by_row[i] + by_column[j]) * (1 - seen)) ** 2 for i, j in cells
    )
    variance = (spread - (seen * chance - 2 * chance + seen) ** 2) / (n * (1 - chance) ** 4)
    half = _Z * sqrt(max(0.0, variance))
    return Kappa(value, max(-1.0, value - half), min(1.0, value + half), n)
