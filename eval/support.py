"""Learns the weights of ``rag.support`` from true drafts, and from the same drafts made false.

``python -m eval.support tests/questions/drafts{,_free_1,_free_2}.jsonl`` writes ``rag/data/support.tsv`` anew, over the
laws of the data folder (``YOUJU_DATA``). It prints what weights learned without the tenth of the drafts they are tried
on find of what is false, and how much of what is true they take for false. What is held out is never among the drafts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.bench.desk import Desk, read_drafts
from eval.mutate import Case, mutate
from rag.settings import load_settings
from rag.store import open_store
from rag.support import contrary, parties
from rag.support.clauses import claim_statement
from rag.support.lexical import nearest
from rag.support.weights import BIAS, TABLE, written
from rag.write import Draft

_TABLE = Path(__file__).parents[1] / "rag" / "data" / TABLE
_FALSE = {"contrary": ("modality", 0.1), "party": ("party", 0.12)}
"""By what is learned: what makes a draft false so, and the share of true sentences that may be taken for it."""
_SEEDS = 6
_FOLDS = 10
_RIDGE, _STEPS = 20.0, 30

Row = Mapping[str, float]
Vector = NDArray[np.float64]


class Sample(NamedTuple):
    """Something seen of a sentence: ``sentence`` numbers it, ``draft`` is whose it is, ``kind`` the row of weights."""

    sentence: int
    draft: str
    is_false: bool
    kind: str
    row: Row


class Learned(NamedTuple):
    """Weights by kind, in the units of the rows."""

    weights: Mapping[str, dict[str, float]]

    def score(self, one: Sample) -> float:
        weights = self.weights[one.kind]
        return weights[BIAS] + sum(weights[name] * value for name, value in one.row.items())


class Found(NamedTuple):
    """What was found of the false sentences, and of the true ones: shares, 0 … 1."""

    caught: float
    harmed: float


class _Sentence(NamedTuple):
    case: Case
    at: int


class _Recorder:
    """A judge of support that believes everything and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        self.asked.append((claim, tuple(evidence)))
        return "ok"


def samples(paths: Sequence[Path], desk: Desk, what: str) -> list[Sample]:
    """All that is seen of the sentences of the drafts, true and made false."""
    found: list[Sample] = []
    see = {"contrary": _norms, "party": _exchanges}[what]
    number = 0
    for record in (one for path in paths for one in read_drafts(path)):
        case = desk.case(record)
        for sentence, true in _sentences(case, record.id, _FALSE[what][0]) if case else ():
            found += [Sample(number, record.id, true is not None, *seen) for seen in see(desk, sentence, true)]
            number += 1
    return found


def learn(found: Sequence[Sample], names: Sequence[str], share: float) -> Learned:
    """Weights with which no more than ``share`` of the true sentences score above 0."""
    kinds = sorted({one.kind for one in found})
    made, means, spreads = _matrix(found, names, kinds)
    weights = _fit(made, np.array([one.is_false for one in found], float))
    size = len(names)
    learned: dict[str, dict[str, float]] = {}
    for at, kind in enumerate(kinds):
        own = weights[at * size : (at + 1) * size] + weights[-size - len(kinds) : -len(kinds)]
        scaled = own / spreads
        bias = weights[at - len(kinds)] - float(scaled @ means)
        learned[kind] = dict(zip(names, scaled.tolist(), strict=True)) | {BIAS: float(bias)}
    raw = Learned(learned)
    least = _quantile([score for score, is_false in _by_sentence(found, raw).values() if not is_false], share)
    return Learned({kind: row | {BIAS: row[BIAS] - least} for kind, row in learned.items()})


def crossed(found: Sequence[Sample], names: Sequence[str], share: float) -> Found:
    """What weights find that were learned without the drafts they are tried on."""
    drafts = sorted({one.draft for one in found})
    order = np.random.default_rng(0).permutation(len(drafts))
    scores: dict[int, tuple[float, bool]] = {}
    for fold in range(_FOLDS):
        out = {drafts[at] for at in order[fold::_FOLDS]}
        learned = learn([one for one in found if one.draft not in out], names, share)
        scores |= _by_sentence([one for one in found if one.draft in out], learned)
    return Found(
        *(float(np.mean([score > 0 for score, one in scores.values() if one == is_false])) for is_false in (1, 0))
    )


def _sentences(case: Case, id: str, kind: str) -> Iterator[tuple[_Sentence, _Sentence | None]]:
    """Each sentence, those made false with the true one they were."""
    yield from ((_Sentence(case, at), None) for at in range(len(case.sentences)))
    seen: set[Case] = set()
    for seed in range(_SEEDS):
        made = mutate(kind, case, f"{id}-{seed}")
        if made and made.case not in seen:
            seen.add(made.case)
            yield _Sentence(made.case, made.at[0]), _Sentence(case, made.at[0])


def _asked(desk: Desk, one: _Sentence) -> tuple[str, Sequence[str]]:
    """What support is asked of a sentence first: its own words, and the texts it cites."""
    recorder = _Recorder()
    desk.prover(one.case, recorder).prove(Draft(one.case.sentences[one.at]))
    return recorder.asked[0] if recorder.asked else ("", ())


def _norms(desk: Desk, one: _Sentence, true: _Sentence | None) -> Iterator[tuple[str, Row]]:
    """The norms of a sentence; of one made false, those that the true one had not."""
    old = {norm.name for norm in _judged(*_asked(desk, true))} if true else set()
    seen = (norm for norm in _judged(*_asked(desk, one)) if norm.name not in old)
    yield from ((f"contrary {norm.modal}", norm.features) for norm in seen)


def _judged(words: str, texts: Sequence[str]) -> Iterator[contrary.Judged]:
    claim = claim_statement(words)
    return contrary.judged(claim, nearest(claim, texts).norms)


def _exchanges(desk: Desk, one: _Sentence, true: _Sentence | None) -> Iterator[tuple[str, Row]]:
    words, texts = _asked(desk, one)
    claim = claim_statement(words)
    near = nearest(claim, texts)
    yield from (("party", row) for row in parties.judged(claim, near.mentions, near.habits, near.share))


def _matrix(found: Sequence[Sample], names: Sequence[str], kinds: Sequence[str]) -> tuple[Vector, Vector, Vector]:
    """A block of columns a kind, one for all of them, and one column a kind; scaled, with means and spreads."""
    plain = np.array([[one.row[name] for name in names] for one in found])
    means, spreads = plain.mean(axis=0), plain.std(axis=0) + 1e-6
    scaled = (plain - means) / spreads
    which = np.array([[one.kind == kind for kind in kinds] for one in found], float)
    blocks = [scaled * which[:, at : at + 1] for at in range(len(kinds))]
    return np.hstack([*blocks, scaled, which]), means, spreads


def _fit(made: Vector, wanted: Vector) -> Vector:
    """Logistic regression with a ridge, by Newton's method."""
    weights = np.zeros(made.shape[1])
    for _ in range(_STEPS):
        shares = 1 / (1 + np.exp(-np.clip(made @ weights, -30, 30)))
        slope = made.T @ (shares - wanted) + _RIDGE * weights
        bend = (made * (shares * (1 - shares))[:, None]).T @ made + _RIDGE * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights


def _by_sentence(found: Iterable[Sample], learned: Learned) -> dict[int, tuple[float, bool]]:
    """The highest score of each sentence, and whether it is false."""
    scores: dict[int, tuple[float, bool]] = {}
    for one in found:
        best = scores[one.sentence][0] if one.sentence in scores else -np.inf
        scores[one.sentence] = max(best, learned.score(one)), one.is_false
    return scores


def _quantile(scores: Sequence[float], share: float) -> float:
    return sorted(scores, reverse=True)[int(share * len(scores))]


def main(paths: Sequence[str]) -> None:
    tables: list[str] = []
    with closing(open_store(load_settings().store_url)) as store:
        desk = Desk(store)
        for what, names in (("contrary", contrary.FEATURES), ("party", parties.FEATURES)):
            found = samples([Path(path) for path in paths], desk, what)
            share = _FALSE[what][1]
            told = crossed(found, names, share)
            print(f"{what}: {told.caught:.1%} of what is false found, {told.harmed:.1%} of what is true taken for it")
            tables.append(written(learn(found, names, share).weights, [BIAS, *names]))
    _TABLE.write_text("".join(tables), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
