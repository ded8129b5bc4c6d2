"""Learns the order of articles from everyday questions: ``make train-reranker`` writes ``rag/data/reranker.json``.

``python -m eval.training.reranker QUESTIONS.jsonl... [--data DIR] [--out FILE]``. Each question's candidates are what
retrieval itself finds; those that are gold are to come first. Two models are learned and used half and half: a linear
one by the listwise softmax loss, and LightGBM's LambdaMART. The figures printed are of five folds, each tried by models
that have not seen it; no development question of the shared data is among those learned from. Needs the extra
``train``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from eval.questions import Question, read_questions
from eval.training.trees import export_trees
from rag.answer import today
from rag.build import make_retriever, open_index
from rag.rerank.features import NAMES, features
from rag.rerank.ranker import TABLE, made
from rag.retrieve import Retriever
from rag.settings import load_settings
from rag.store import open_store

Matrix = NDArray[np.float64]
_OUT = Path(__file__).parents[2] / "rag" / "data" / TABLE
_SCORE = 0.15  # what a point of the search's score counts in the linear model before it learns
_RIDGE = 0.05
_FOLDS = 5
_FLAT = 1e-9  # a column that says nothing
_ROUNDS = 100
_TREES: dict[str, Any] = {
    "objective": "lambdarank",
    "num_leaves": 7,
    "min_data_in_leaf": 30,
    "learning_rate": 0.05,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 20,
    "seed": 0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}


class Asked(NamedTuple):
    """One question's candidates: their features, and which are gold."""

    rows: Matrix
    gold: NDArray[np.bool_]
    total: int  # golds there are, found or not


class Learned(NamedTuple):
    """Both models: what the linear one subtracts, divides by and weighs, and the trees as LightGBM holds them."""

    mean: Matrix
    scale: Matrix
    weights: Matrix
    booster: Any


def read_asked(paths: Sequence[Path], data: Path) -> list[Asked]:
    """The questions of these files with the candidates that retrieval finds today; those without a gold article are
    left out."""
    settings = load_settings(data=data)
    store = open_store(settings.store_url)
    index = open_index(settings)
    try:
        retriever, _ = make_retriever(settings, store, index)
        return list(filter(None, (_asked(retriever, one) for path in paths for one in read_questions(path))))
    finally:
        index.close()
        store.close()


def _asked(retriever: Retriever, question: Question) -> Asked | None:
    if not question.gold:
        return None
    terms, candidates = retriever.candidates(question.question, retriever.day(question.question, today()))
    rows = features(question.question, terms, candidates)
    gold = [any(one.matches(candidate.hit.document) for one in question.gold) for candidate in candidates]
    return Asked(rows, np.array(gold, bool), len(question.gold))


def learn(asked: Sequence[Asked]) -> Learned:
    """Both models from the questions of which some gold was found."""
    useful = [one for one in asked if one.gold.any()]
    rows = np.vstack([one.rows for one in useful])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < _FLAT] = 1.0
    return Learned(mean, scale, _linear(useful, mean, scale), _booster(useful))


def _linear(asked: Sequence[Asked], mean: Matrix, scale: Matrix) -> Matrix:
    """Weights that make the gold articles of each question the likeliest: listwise softmax, with a ridge."""
    from scipy.optimize import minimize

    scaled = [((one.rows - mean) / scale, _SCORE * one.rows[:, 0], one.gold / one.gold.sum()) for one in asked]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = _RIDGE * float(weights @ weights) * len(asked) / 2, _RIDGE * weights * len(asked)
        for rows, start, gold in scaled:
            points = rows @ weights + start
            points = points - points.max()
            likely = np.exp(points) / np.exp(points).sum()
            total -= float(gold @ np.log(likely + 1e-12))
            slope = slope + rows.T @ (likely - gold)
        return total, slope

    found: Matrix = minimize(loss, np.zeros(len(NAMES)), jac=True, method="L-BFGS-B").x
    return found


def _booster(asked: Sequence[Asked]) -> Any:
    import lightgbm

    rows = np.vstack([one.rows for one in asked])
    gold = np.concatenate([one.gold for one in asked]).astype(int)
    data = lightgbm.Dataset(rows, gold, group=[len(one.gold) for one in asked], feature_name=list(NAMES))
    return lightgbm.train(_TREES, data, num_boost_round=_ROUNDS)


def stored(learned: Learned, about: Mapping[str, Any]) -> dict[str, Any]:
    """What ``rag.rerank.ranker.made`` reads."""
    numbers = {name: _short(getattr(learned, name)) for name in ("mean", "scale", "weights")}
    return {
        "features": list(NAMES),
        "linear": {**numbers, "score": _SCORE},
        "trees": export_trees(learned.booster.dump_model()),
        "about": dict(about),
    }


def _short(numbers: Matrix) -> list[float]:
    return [float(f"{number:.6g}") for number in numbers]


def ranks(learned: Mapping[str, Any] | None, asked: Sequence[Asked]) -> list[float]:
    """The place of the first gold of each question, infinity where none was found; None: as the search had it."""
    ranker = made(learned) if learned else None
    places = []
    for one in asked:
        worth = ranker.judge(one.rows) if ranker and len(one.rows) else one.rows[:, 0]
        places.append(1.0 + float((worth > worth[one.gold].max()).sum()) if one.gold.any() else float("inf"))
    return places


def figures(places: Sequence[float]) -> dict[str, float]:
    """hit@1, hit@5, hit@10 and the mean reciprocal rank over the first ten."""
    first = np.array(places)
    hits = {f"hit@{k}": round(float((first <= k).mean()), 3) for k in (1, 5, 10)}
    return {"n": len(places), **hits, "mrr@10": round(float(np.where(first <= 10, 1 / first, 0).mean()), 3)}


def crossed(asked: Sequence[Asked]) -> list[float]:
    """The places that models give which have not seen the question's fold."""
    fold = np.random.default_rng(0).permutation(len(asked)) % _FOLDS
    places = [float("inf")] * len(asked)
    for number in range(_FOLDS):
        rest = learn([one for one, of in zip(asked, fold, strict=True) if of != number])
        own = np.flatnonzero(fold == number).tolist()
        for place, rank in zip(own, ranks(stored(rest, {}), [asked[one] for one in own]), strict=True):
            places[place] = rank
    return places


def main(
    questions: Annotated[list[Path], typer.Argument(help="everyday questions with gold articles")],
    data: Annotated[Path, typer.Option(help="the folder with store and index")] = Path("data"),
    out: Annotated[Path, typer.Option(help="where the model goes")] = _OUT,
    tried: Annotated[list[Path], typer.Option("--try", help="questions to try it on, never learned from")] = [],  # noqa: B006
) -> None:
    asked = read_asked(questions, data)
    about = {"questions": len(asked), "before": figures(ranks(None, asked)), "unseen": figures(crossed(asked))}
    model = stored(learn(asked), about)
    out.write_text(json.dumps(model, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    typer.echo(json.dumps(about))
    for path in tried:
        others = read_asked([path], data)
        typer.echo(
            json.dumps({"file": path.stem, "before": figures(ranks(None, others)), **figures(ranks(model, others))})
        )


if __name__ == "__main__":
    typer.run(main)
