"""How many held-out texts find their article among all articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from eval.training.embedding_pairs import Pair
from eval.training.embedding_texts import Article
from eval.training.embedding_words import Everyday
from rag.embed import StaticEmbedding

_MOST = 3000
_SHORT = 24  # characters, about as many as a question has
_BATCH = 256


def ranks(queries: NDArray[np.float32], documents: NDArray[np.float32], own: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many documents are nearer to each query than its own: 0 is found first."""
    found = [np.empty(0, np.int64)]
    for start in range(0, len(queries), _BATCH):
        near = queries[start : start + _BATCH] @ documents.T
        mine = near[np.arange(len(near)), own[start : start + _BATCH]]
        found.append((near > mine[:, None]).sum(axis=1))
    return np.concatenate(found)


def held_out_figures(
    model: StaticEmbedding, articles: Sequence[Article], pairs: Sequence[Pair], everyday: Everyday
) -> Iterator[str]:
    """Lines to read: the texts as they are, in everyday words, and a short piece of those; none without pairs."""
    if not pairs:
        return
    choice = Random(0)
    chosen = choice.sample(list(pairs), min(_MOST, len(pairs)))
    documents = model.documents([one.shown for one in articles])
    own = np.array([pair.article for pair in chosen], np.int64)
    kinds = np.array([pair.kind for pair in chosen])
    spoken = [everyday.spoken(pair.text, choice, 1.0) for pair in chosen]
    wordings = {
        "原文": [pair.text for pair in chosen],
        "日常用語": spoken,
        f"日常用語 {_SHORT} 字": [_piece(text, choice) for text in spoken],
    }
    for name, texts in wordings.items():
        rank = ranks(model.queries(texts), documents, own)
        shares = "  ".join(f"@{depth} {np.mean(rank < depth):.3f}" for depth in (1, 10, 100))
        parts = "  ".join(f"{kind} {np.mean(rank[kinds == kind] < 10):.3f}" for kind in sorted(set(kinds.tolist())))
        yield f"保留題，{name}（{len(chosen)} 題）：{shares}；各類 @10：{parts}"


def _piece(text: str, choice: Random) -> str:
    start = choice.randrange(max(1, len(text) - _SHORT + 1))
    return text[start : start + _SHORT]
