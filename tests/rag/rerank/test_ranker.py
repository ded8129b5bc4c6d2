"""The model's arithmetic against the plainest way to write it, and how its order meets what comes after."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SettingsError
from rag.expand import QueryTerms
from rag.rerank.features import NAMES
from rag.rerank.ranker import TABLE, load, made
from tests.rag.rerank.test_features import DUTY, PENALTY, candidate

WIDE = len(NAMES)
# if score <= 10: 1.0; else (2.0 if gap <= -5 else 3.0), and a tree that never splits
TREES = {
    "feature": [[0, 1], [0, 0]],
    "threshold": [[10.0, -5.0], [0.0, 0.0]],
    "keeps": [[~0b001, ~0b010], [-1, -1]],
    "value": [[1.0, 2.0, 3.0], [0.5, 0.0, 0.0]],
}


def stored(**linear: float) -> dict[str, Any]:
    weights = [linear.get(name, 0.0) for name in NAMES]
    numbers = {"mean": [0.0] * WIDE, "scale": [1.0] * WIDE, "weights": weights, "score": 0.15}
    return {"features": list(NAMES), "linear": numbers, "trees": TREES, "about": {}}


def by_hand(score: float, gap: float, prior: float) -> float:
    leaf = 1.0 if score <= 10 else 2.0 if gap <= -5 else 3.0
    return (0.15 * score + 0.3 * prior + leaf + 0.5) / 0.15


@given(st.lists(st.tuples(*[st.floats(-50, 50)] * 3), min_size=1, max_size=8))
def test_worth_is_half_linear_half_trees_in_points_of_the_score(rows: list[tuple[float, float, float]]) -> None:
    table = np.zeros((len(rows), WIDE))
    for name, column in zip(("score", "gap", "prior"), range(3), strict=True):
        table[:, NAMES.index(name)] = [row[column] for row in rows]
    worth = made(stored(prior=0.3)).judge(table)
    assert worth.tolist() == pytest.approx([by_hand(*row) for row in rows])


def test_the_order_changes_and_the_best_score_stays() -> None:
    duty, penalty = candidate("3", DUTY, 50.0), candidate("6", PENALTY, 40.0)
    ranker = made(stored(given_penalty=9.0))
    hits = ranker.order("不退押金罰多少？", QueryTerms({}), [duty, penalty])
    assert [hit.document.number for hit in hits] == ["6", "3"]
    assert hits[0].score == pytest.approx(50.0)
    assert hits[0].score > hits[1].score
    assert [hit.text_score for hit in hits] == [penalty.hit.text_score, duty.hit.text_score]


def test_nothing_found_stays_nothing() -> None:
    assert made(stored()).order("押金", QueryTerms({}), []) == []


def test_the_model_that_ships_reads_and_is_about_these_features() -> None:
    worth = load().judge(np.zeros((2, WIDE)))
    assert worth[0] == worth[1]
    assert np.isfinite(worth).all()


@pytest.mark.parametrize("broken", ["", "{}", "[]", json.dumps(stored() | {"features": ["score"]})])
def test_a_broken_model_is_one_clear_line(tmp_path: Path, broken: str) -> None:
    (tmp_path / TABLE).write_text(broken, encoding="utf-8")
    with pytest.raises(SettingsError, match="重排模型"):
        load(tmp_path / TABLE)
    with pytest.raises(SettingsError, match="重排模型"):
        load(tmp_path / "none.json")
