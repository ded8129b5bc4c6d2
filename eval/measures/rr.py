"""RR@k: one over the rank of the first relevant document, 0 when it stands below k; its mean is MRR@k."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def rr(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """``rr(["x", "a"], {"a"}, 10) == 0.5``."""
    return next((1 / rank for rank, key in enumerate(ranking[:k], start=1) if key in relevant), 0.0)
