"""hit@k: whether anything relevant is among the first k (Success@k)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def hit(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """``hit(["a", "b"], {"b"}, 1) == 0.0``; a ranking names each document once, best first."""
    return float(any(key in relevant for key in ranking[:k]))
