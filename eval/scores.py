"""Scores: what a measure finds in one answer, as shares that can be summed up, and what it has to say about it.

Every measure is a ratio. For one answer it is ``Share(part, whole)``: 1 of 1 questions found, 3 of 4 citations true,
0.61 of 1 for an F1. Over many, the micro figure is Σ part / Σ whole and the macro figure the mean of the ratios. A
measure that does not apply to an answer is not among its scores: nothing is given a value to fill a hole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple


class Share(NamedTuple):
    """``part`` of ``whole``; ``whole`` is more than 0."""

    part: float
    whole: float = 1.0

    @property
    def value(self) -> float:
        return self.part / self.whole


class Metric(NamedTuple):
    """What a figure is called, which way is better, and what it says to a reader, in Chinese."""

    name: str
    better: Literal["higher", "lower"]
    title: str


class Problem(NamedTuple):
    """A fault found: which measure, in which sentence (from 0, None for the whole answer), and why, in one line."""

    measure: str
    sentence: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one measure found in one answer."""

    shares: Mapping[str, Share] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One answer with all its scores.

    ``cluster``: items of one (a law, an article of an encyclopedia) are not independent. ``slices``: by which the items
    are also told apart, ``{"kind": "lay", "source": "statute"}``.
    """

    id: str
    repeat: int
    cluster: str
    slices: Mapping[str, str]
    state: str
    reason: str
    ms: float
    shares: Mapping[str, Share]
    problems: tuple[Problem, ...] = ()
