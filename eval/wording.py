"""Learns the weights of ``rag.wording`` from question files, and says how well they tell new questions apart.

``python -m eval.wording tests/questions/{wording,gate_*,sources,premises}.jsonl`` writes ``rag/data/wording.tsv`` anew
and prints the shares found by weights learned without the tenth of the questions they are tried on. The same files give
the same table; what is held out is never among them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.questions import read_questions
from rag.wording import BIAS, KINDS, SCALE, SURE, features, likeliest, written

TABLE = Path(__file__).parents[1] / "rag" / "data" / "wording.tsv"
HEADER = "# Weights of rag.wording, times 100: feature, then " + ", ".join(KINDS) + ". Written by eval.wording."
_LAW = "law"
_CLASSES = (_LAW, *KINDS)
_SELDOM = 2  # questions a feature must be in
_DECAY = 1e-4
_STEPS, _RATE = 400, 0.05
_SMALL = 6  # of a hundredth: what decides nothing is left out
_FOLDS = 10

Table = dict[str, tuple[int, ...]]
Matrix = NDArray[np.float32]


class Sample(NamedTuple):
    """A question and what it is: one of ``rag.wording.KINDS``, or "law"."""

    text: str
    kind: str


class Told(NamedTuple):
    """``caught`` by kind: how many of how many were told as such; ``harmed``: questions of law that were not."""

    caught: Mapping[str, tuple[int, int]]
    harmed: tuple[int, int]


def read(paths: Sequence[Path]) -> list[Sample]:
    """Every question once; what is none of the kinds counts as a question of law."""
    found = {one.question: one.kind for path in paths for one in read_questions(path)}
    return [Sample(text, kind if kind in KINDS else _LAW) for text, kind in found.items()]


def learn(samples: Sequence[Sample]) -> Table:
    """The table: feature → weight for each kind, in hundredths."""
    seen = Counter(feature for one in samples for feature in features(one.text))
    names = sorted(feature for feature, count in seen.items() if count >= _SELDOM)
    learned = _fit(_matrix(samples, names), np.array([_CLASSES.index(one.kind) for one in samples]))
    against = np.rint((learned[:, 1:] - learned[:, :1]) * 100).astype(int)
    rows = zip([*names, BIAS], against.tolist(), strict=True)
    return {name: tuple(row) for name, row in rows if name == BIAS or max(map(abs, row)) >= _SMALL}


def told(samples: Sequence[Sample], table: Table) -> list[str]:
    """What each question is by a table."""
    weights = {feature: tuple(weight / 100 for weight in row) for feature, row in table.items()}
    found = (likeliest(features(one.text), weights) for one in samples)
    return [one.kind if one.margin > SURE else _LAW for one in found]


def crossed(samples: Sequence[Sample]) -> Told:
    """Every question told by weights learned without it."""
    order = np.random.default_rng(0).permutation(len(samples))
    kinds: dict[int, str] = {}
    for fold in range(_FOLDS):
        out = {int(at) for at in order[fold::_FOLDS]}
        table = learn([one for at, one in enumerate(samples) if at not in out])
        kinds.update(zip(sorted(out), told([samples[at] for at in sorted(out)], table), strict=True))
    return counted(samples, [kinds[at] for at in range(len(samples))])


def counted(samples: Sequence[Sample], kinds: Sequence[str]) -> Told:
    pairs = list(zip((one.kind for one in samples), kinds, strict=True))
    caught: dict[str, tuple[int, int]] = {
        kind: (pairs.count((kind, kind)), sum(true == kind for true, _ in pairs)) for kind in KINDS
    }
    law = [kind for true, kind in pairs if true == _LAW]
    return Told(caught, (len(law) - law.count(_LAW), len(law)))


def write(table: Table, path: Path) -> None:
    lines = ["\t".join([written(feature), *map(str, row)]) for feature, row in sorted(table.items())]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def _matrix(samples: Sequence[Sample], names: Sequence[str]) -> Matrix:
    places = {name: at for at, name in enumerate(names)}
    made = np.zeros((len(samples), len(names) + 1), np.float32)
    made[:, -1] = 1
    for row, one in enumerate(samples):
        made[row, [places[feature] for feature in features(one.text) if feature in places]] = 1
    scaled: Matrix = made / np.sqrt(made.sum(axis=1, keepdims=True)) * SCALE
    return scaled


def _fit(made: Matrix, kinds: NDArray[np.int64]) -> Matrix:
    """Multinomial logistic regression by Adam, from nothing."""
    wanted = np.eye(len(_CLASSES), dtype=np.float32)[kinds]
    learned = np.zeros((made.shape[1], len(_CLASSES)), np.float32)
    mean, spread = np.zeros_like(learned), np.zeros_like(learned)
    for step in range(1, _STEPS + 1):
        scores = made @ learned
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slope = made.T @ (shares - wanted) / len(made) + _DECAY * learned
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope * slope
        learned -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return learned


def main(paths: Sequence[str]) -> None:
    samples = read([Path(path) for path in paths])
    found = crossed(samples)
    for kind, (right, of) in found.caught.items():
        print(f"{kind}: {right} of {of}")
    print(f"questions of law taken for something else: {found.harmed[0]} of {found.harmed[1]}")
    write(learn(samples), TABLE)


if __name__ == "__main__":
    main(sys.argv[1:])
