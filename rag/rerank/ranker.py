"""The learned order of articles: a linear model and an ensemble of small trees, half and half, in numpy.

Both are learned by ``python -m eval.training.reranker`` on everyday questions with their articles and kept as one file
of numbers, so that asking needs no library of trees.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.domain import Hit
from rag.errors import SettingsError
from rag.expand import QueryTerms
from rag.rerank.candidates import Candidate
from rag.rerank.features import NAMES, Matrix, features

TABLE = "reranker.json"
Numbers = NDArray[np.int64]
_EVERY = np.int64(-1)  # each leaf, as bits


class Linear(NamedTuple):
    """``(row - mean) / scale · weights``; ``score`` is what a point of the search's own score counts, unscaled."""

    mean: Matrix
    scale: Matrix
    weights: Matrix
    score: float

    def __call__(self, rows: Matrix) -> Matrix:
        found: Matrix = (rows - self.mean) / self.scale @ self.weights + self.score * rows[:, 0]
        return found


class Trees(NamedTuple):
    """Binary trees side by side, all asked at once as in QuickScorer (Lucchese et al., 2015).

    Node × tree: where ``feature`` is over ``threshold``, of the tree's leaves only those stay whose bit is in
    ``keeps``. The leaf reached is the leftmost that every node lets stay. ``value`` is tree × leaf.
    """

    feature: Numbers
    threshold: Matrix
    keeps: Numbers
    value: Matrix

    def __call__(self, rows: Matrix) -> Matrix:
        over = rows.T[self.feature] > self.threshold[..., None]
        stay = np.bitwise_and.reduce(np.where(over, self.keeps[..., None], _EVERY), axis=0)
        # The exponent of the lowest bit is its place, and one more.
        leaf = np.frexp((stay & -stay).astype(np.float64))[1] - 1
        found: Matrix = np.take_along_axis(self.value, leaf, axis=1).sum(axis=0)
        return found


class Ranker:
    """Gives the articles among the candidates new scores, on the scale of the old ones."""

    def __init__(self, linear: Linear, trees: Trees) -> None:
        self._linear = linear
        self._trees = trees

    def judge(self, rows: Matrix) -> Matrix:
        """What each row of features is worth, in points of the search's score."""
        found: Matrix = (0.5 * self._linear(rows) + 0.5 * self._trees(rows)) / (0.5 * self._linear.score)
        return found

    def order(self, question: str, terms: QueryTerms, candidates: Sequence[Candidate]) -> list[Hit]:
        """The hits with their new scores, best first. The best has as many points as the best had before."""
        if not candidates:
            return []
        worth = self.judge(features(question, terms, candidates))
        worth += max(one.scored.score for one in candidates) - worth.max()
        scored = zip(worth.tolist(), candidates, strict=True)
        return sorted((_scored(one.hit, points) for points, one in scored), key=lambda hit: -hit.score)


def _scored(hit: Hit, score: float) -> Hit:
    # A quarter of the time of ``dataclasses.replace``, a hundred times a search.
    return Hit(hit.passage, hit.document, score, hit.lane, hit.text_score)


def load(path: Path | None = None) -> Ranker:
    """The model in a file; without one, that which comes with Youju.

    :raises SettingsError: it is missing or damaged, or was learned on other features.
    """
    try:
        text = path.read_text("utf-8") if path else (files("rag") / "data" / TABLE).read_text("utf-8")
        return made(json.loads(text))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"重排模型無法讀取（{error}）") from error


def made(stored: Mapping[str, Any]) -> Ranker:
    """A model from what ``eval.training.reranker`` writes."""
    if tuple(stored["features"]) != NAMES:
        raise ValueError("它是以別的特徵訓練的")
    linear = stored["linear"]
    numbers = [np.array(linear[name], np.float64) for name in ("mean", "scale", "weights")]
    trees = stored["trees"]
    nodes = (np.array(trees["feature"], np.int64), np.array(trees["threshold"], np.float64))
    keeps, value = np.array(trees["keeps"], np.int64), np.array(trees["value"], np.float64)
    return Ranker(
        Linear(numbers[0], numbers[1], numbers[2], float(linear["score"])),
        Trees(nodes[0].T, nodes[1].T, keeps.T, value),
    )
