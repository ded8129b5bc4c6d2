"""What was learned of when a sentence is false: weights of features, written by ``eval.support``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

TABLE = "support.tsv"
BIAS = "bias"
_HEAD = "kind"


def score(kind: str, features: Mapping[str, float]) -> float:
    """How much more likely false than true, in natural logarithms; ``kind`` names the row of weights."""
    weights = _table()[kind]
    return weights[BIAS] + sum(weights[name] * value for name, value in features.items() if value)


def written(learned: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> str:
    """The table as it is stored: a row of names, then one of weights a kind."""
    rows = [[_HEAD, *names], *([kind, *(f"{row[name]:.3f}" for name in names)] for kind, row in learned.items())]
    return "".join("\t".join(row) + "\n" for row in rows)


def read(text: str) -> dict[str, dict[str, float]]:
    """The weights of each kind by name; a row that begins with ``kind`` names those below it."""
    found: dict[str, dict[str, float]] = {}
    names: list[str] = []
    for line in text.splitlines():
        first, *rest = line.split("\t")
        if first == _HEAD:
            names = rest
        else:
            found[first] = dict(zip(names, map(float, rest), strict=True))
    return found


@cache
def _table() -> Mapping[str, Mapping[str, float]]:
    return read((files("rag") / "data" / TABLE).read_text(encoding="utf-8"))
