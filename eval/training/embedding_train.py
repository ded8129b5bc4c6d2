"""Vectors from pairs: a text should be nearer to its article than to the others of the batch.

InfoNCE (van den Oord et al. 2018) over in-batch negatives and, for each pair, one more article of the same law, which
has its words but not its content. A word's vector is ``exp(weight) · direction``, each learned at its own rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch.nn import functional

from eval.training.embedding_pairs import Pair
from eval.training.embedding_words import Words, counted

Matrix = NDArray[np.float32]
Query = Callable[[Sequence[str], Random], Words]
"""Texts, and the chance that makes them shorter and more everyday → the numbers of their words."""


class Schedule(NamedTuple):
    """How long and how fast it learns; the rates fall in a line to a twentieth."""

    epochs: int = 6
    batch: int = 1024
    rate: float = 2e-3
    weight_rate: float = 1e-2
    scale: float = 3.0  # logarithm of what cosines are multiplied by, at the start
    seed: int = 0


class Shelves(NamedTuple):
    """How often each article (row) has each word (column), and the law of each."""

    words: sparse.csr_matrix
    law: Sequence[str]

    def neighbours(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, law in enumerate(self.law):
            found[law].append(place)
        return found


class _Sum(torch.autograd.Function):  # type: ignore[misc]  # torch is untyped here
    """Texts × words times words × size. SciPy's product: some 20 times as fast as looking up row by row."""

    @staticmethod
    def forward(context: Any, vectors: Any, texts: sparse.csr_matrix) -> Any:
        context.texts = texts
        return torch.from_numpy(texts @ vectors.detach().numpy())

    @staticmethod
    def backward(context: Any, *slopes: Any) -> Any:
        return torch.from_numpy(context.texts.T @ slopes[0].numpy()), None


class _Model(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, directions: Matrix, weights: NDArray[np.float64], scale: float) -> None:
        super().__init__()
        self.directions = torch.nn.Parameter(torch.from_numpy(directions.copy()))
        self.weights = torch.nn.Parameter(torch.from_numpy(weights.astype(np.float32)))
        self.scale = torch.nn.Parameter(torch.tensor(scale))

    def words(self) -> Any:
        return self.weights.exp()[:, None] * self.directions


def _unit(words: Any, texts: sparse.csr_matrix) -> Any:
    """One row a text, of length 1."""
    return functional.normalize(_Sum.apply(words, texts), dim=1)


def train(
    pairs: Sequence[Pair],
    shelves: Shelves,
    start: tuple[Matrix, NDArray[np.float64]],
    query: Query,
    schedule: Schedule,
    tell: Callable[[str], None] = lambda line: None,
) -> Matrix:
    """The vectors of all words, weights included; the first row, that of the unknown, is zeros.

    :param start: directions (words × size) and logarithms of weights to begin with.
    """
    torch.manual_seed(schedule.seed)
    choice = Random(schedule.seed)
    model = _Model(*start, schedule.scale)
    optimizer = torch.optim.Adam(
        [
            {"params": [model.directions], "lr": schedule.rate},
            {"params": [model.weights, model.scale], "lr": schedule.weight_rate},
        ]
    )
    steps = schedule.epochs * -(-len(pairs) // schedule.batch)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, steps)
    neighbours = shelves.neighbours()
    for epoch in range(schedule.epochs):
        losses = []
        for batch in _batches(pairs, schedule.batch, choice):
            hard = [choice.choice(neighbours[shelves.law[one.article]]) for one in batch]
            loss = _loss(model, batch, hard, shelves, query([one.text for one in batch], choice))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            falling.step()
            losses.append(float(loss.detach()))
        tell(f"第 {epoch + 1} 輪：損失 {np.mean(losses):.3f}，倍率 {float(model.scale.detach().exp()):.1f}")
    return _folded(model)


def _loss(model: _Model, batch: Sequence[Pair], hard: Sequence[int], shelves: Shelves, queries: Words) -> Any:
    """Cross-entropy of each text's own article among all of the batch; the same one twice doesn't count against it."""
    own = [one.article for one in batch]
    words = model.words()
    documents = _unit(words, shelves.words[[*own, *hard]])
    scores = _unit(words, counted(queries, len(words))) @ documents.T * model.scale.exp()
    places = torch.tensor([*own, *hard])
    same = places[: len(batch), None] == places
    same[:, : len(batch)] &= ~torch.eye(len(batch), dtype=torch.bool)
    return functional.cross_entropy(scores.masked_fill(same, -torch.inf), torch.arange(len(batch)))


def _batches(pairs: Sequence[Pair], size: int, choice: Random) -> Iterator[list[Pair]]:
    order = list(pairs)
    choice.shuffle(order)
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _folded(model: _Model) -> Matrix:
    found = model.words().detach().numpy()
    found[0] = 0
    return np.asarray(found, np.float32)
