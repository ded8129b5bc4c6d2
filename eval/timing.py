"""The clock of an evaluation: how long one call took, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# Seconds from any fixed point, never running backwards.
Clock = Callable[[], float]
MONOTONIC: Clock = time.perf_counter


def timed(call: Callable[[], T], clock: Clock = MONOTONIC) -> tuple[T, float]:
    """What the call returned and the milliseconds it took."""
    begun = clock()
    value = call()
    return value, (clock() - begun) * 1000
