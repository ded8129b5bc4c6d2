"""recall@k: the share of the relevant documents that are among the first k."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def recall(ranking: Sequence[str], relevant: AbstractSet[str], k: int) -> float:
    """``recall(["a", "x"], {"a", "b"}, 2) == 0.5``; 0 where nothing is relevant."""
    found = relevant & set(ranking[:k])
    return len(found) / len(relevant) if relevant else 0.0
