"""Learning on made-up questions: what tells gold from the rest is found, and numpy walks LightGBM's trees as it does."""

import lightgbm
import numpy as np
import pytest

from eval.training.reranker import Asked, crossed, figures, learn, ranks, stored
from eval.training.trees import export_trees
from rag.rerank.features import NAMES
from rag.rerank.ranker import made

WIDE = len(NAMES)


def made_up(questions: int, seed: int = 0) -> list[Asked]:
    """Of twenty candidates each, the gold one is the one with the highest likeness, whatever its score."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(questions):
        rows = np.zeros((20, WIDE))
        rows[:, 0] = np.sort(random.uniform(20, 40, 20))[::-1]
        rows[:, NAMES.index("likeness")] = random.uniform(0, 1, 20)
        gold = np.zeros(20, bool)
        gold[rows[:, NAMES.index("likeness")].argmax()] = True
        found.append(Asked(rows, gold, 1))
    return found


def test_what_tells_gold_from_the_rest_is_learned() -> None:
    before, after = ranks(None, made_up(40, 1)), ranks(stored(learn(made_up(120)), {}), made_up(40, 1))
    assert figures(after)["hit@1"] > 0.8 > 0.3 > figures(before)["hit@1"]


def test_crossed_figures_are_of_models_that_have_not_seen_the_question() -> None:
    asked = made_up(60)
    places = crossed(asked)
    assert len(places) == 60
    assert figures(places)["hit@5"] > 0.8


def test_a_question_whose_gold_was_not_found_counts_as_missed() -> None:
    nothing = Asked(np.zeros((3, WIDE)), np.zeros(3, bool), 1)
    empty = Asked(np.empty((0, WIDE)), np.zeros(0, bool), 1)
    assert ranks(None, [nothing, empty]) == [float("inf")] * 2
    assert figures([float("inf"), 1.0]) == {"n": 2, "hit@1": 0.5, "hit@5": 0.5, "hit@10": 0.5, "mrr@10": 0.5}


def test_numpy_walks_the_trees_as_lightgbm_does() -> None:
    learned = learn(made_up(120))
    rows = np.vstack([one.rows for one in made_up(20, 3)])
    trees = made(stored(learned, {}))._trees
    assert trees(rows) == pytest.approx(learned.booster.predict(rows), abs=1e-4)


def test_a_tree_that_never_splits_is_one_value() -> None:
    data = lightgbm.Dataset(np.zeros((10, 2)), np.ones(10))
    booster = lightgbm.train({"objective": "regression", "verbosity": -1}, data, num_boost_round=1)
    trees = export_trees(booster.dump_model())
    assert trees["keeps"] == [[-1]]
    assert trees["value"] == [[pytest.approx(1.0)]]
