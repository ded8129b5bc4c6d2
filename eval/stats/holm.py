"""Holm's correction (1979): when many figures are tested, the chance of even one false alarm stays what it was."""

from __future__ import annotations

from collections.abc import Mapping


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """p by name → p corrected: the smallest times m, the next times m − 1 …, never falling, at most 1.

    ``holm({"a": 0.01, "b": 0.04}) == {"a": 0.02, "b": 0.04}``
    """
    corrected: dict[str, float] = {}
    least = 0.0
    for rank, (name, chance) in enumerate(sorted(chances.items(), key=lambda pair: (pair[1], pair[0]))):
        least = min(1.0, max(least, chance * (len(chances) - rank)))
        corrected[name] = least
    return {name: corrected[name] for name in chances}
