"""How long each stage of finding takes, noted only where somebody wants to know.

Nothing is passed down: whoever works, however deep, says which stage it is, and whoever asks for a record gets the
stages of what it calls, also of those that are added later.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Spent = dict[str, float]
"""Seconds by stage, in the order in which the stages first began."""

_record: ContextVar[Spent | None] = ContextVar("stages", default=None)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A block, or a function, as a stage; its time counts even if it fails. No stage is part of another."""
    record = _record.get()
    if record is None:
        yield
        return
    record.setdefault(name, 0.0)
    begun = time.perf_counter()
    try:
        yield
    finally:
        record[name] += time.perf_counter() - begun


@contextmanager
def recorded() -> Iterator[Spent]:
    """A record of the stages that the block goes through, growing meanwhile."""
    record: Spent = {}
    token = _record.set(record)
    try:
        yield record
    finally:
        _record.reset(token)
