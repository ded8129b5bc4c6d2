"""Judges without a model, and pairs to be judged."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from eval.judge.judge import Verdict
from eval.judge.prompt import Level, Pair
from eval.judge.validation import Label

LEVELS: list[Level] = ["full", "partial", "none"]
CLAIM = "雇主應於三十日前預告。"
PASSAGE = "測試法第16條：雇主終止勞動契約者，應於三十日前預告之。"


class Scripted:
    """Says of a pair what the function does; remembers what it was asked."""

    record: Mapping[str, object] = {"model": "scripted", "params": {}, "prompt": "x", "prompt_sha256": "y"}

    def __init__(self, says: Callable[[Pair], Level]) -> None:
        self._says = says
        self.asked: list[Pair] = []

    def verdict(self, pair: Pair) -> Verdict:
        self.asked.append(pair)
        return Verdict(self._says(pair))


def pair(id: str = "p", claim: str = CLAIM, *passages: str) -> Pair:
    return Pair(id, claim, passages or (PASSAGE,))


def label(number: int, level: str, **changes: Any) -> Label:
    """Labelled by two, from one of two kinds of source, each with a passage of its own."""
    both = [{"by": by, "level": level} for by in ("甲", "乙")]
    record = {
        "id": f"l{number}",
        "claim": f"說法{number}。",
        "passage": f"資料{number}。",
        "label": level,
        "labels": both,
    }
    stratum = {"stratum": ("statute", "judgment")[number % 2]}
    return Label.model_validate(
        {**record, **stratum, **changes, "labels": tuple(changes.get("labels", both))}, strict=False
    )


def labels(n: int = 300, **changes: Any) -> list[Label]:
    """As many of each level."""
    return [label(at, LEVELS[at % 3], **changes) for at in range(n)]


def noisy(truth: Mapping[str, bool], sensitivity: float, specificity: float, seed: int) -> Scripted:
    """A judge that is right as often as it is told to be; wrong is always the other of full and none."""
    rng = random.Random(seed)
    said = {id: (rng.random() < sensitivity) if true else (rng.random() >= specificity) for id, true in truth.items()}
    return Scripted(lambda one: "full" if said[one.id] else "none")
