"""nDCG@k with the linear gain of trec_eval and every relevant document worth 1.

DCG@k = Σ rel_i / log2(i + 1); the ideal ranking has all relevant documents first.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from math import log2


def ndcg(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """``ndcg(["a", "x"], {"a"}, 10) == 1.0``; 0 where nothing is relevant."""
    gained = sum(_discount(rank) for rank, key in enumerate(ranking[:k], start=1) if key in relevant)
    ideal = sum(_discount(rank) for rank in range(1, min(k, len(relevant)) + 1))
    return gained / ideal if ideal else 0.0


def _discount(rank: int) -> float:
    return 1 / log2(rank + 1)
