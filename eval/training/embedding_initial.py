"""Where the vectors start: words that stand near the same words are near one another.

Positive pointwise mutual information of two words within a window, smoothed and brought down by truncated singular
value decomposition (Levy, Goldberg & Dagan 2015, §3.1: contexts to the power .75, ``U √Σ``).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd
from tokenizers import Tokenizer

from eval.training.embedding_vocabulary import encode

WINDOW = 6
_SMOOTHING = 0.75
_FEWEST = 2  # times that two words must meet
_CHUNK = 4_000_000  # words counted at a time

Matrix = NDArray[np.float32]


def initial_vectors(
    tokenizer: Tokenizer, texts: Iterable[str], size: int, seed: int
) -> tuple[Matrix, NDArray[np.int64]]:
    """One row a word, of length 1 or all zeros for a word never seen; and how often each was seen."""
    words = tokenizer.get_vocab_size()
    meetings = sparse.csr_matrix((words, words), dtype=np.float32)
    seen = np.zeros(words, np.int64)
    for numbers in _streams(tokenizer, texts):
        seen += np.bincount(numbers, minlength=words)
        meetings += _meetings(numbers, words)
    seen[0] = 0
    left, strength, _ = randomized_svd(_information(meetings), size, n_iter=3, random_state=seed)
    vectors = (left * np.sqrt(strength)).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6), seen


def _streams(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterable[NDArray[np.int64]]:
    """The words of all texts one behind the other, with unknown ones between texts."""
    gap = [0] * WINDOW
    held: list[NDArray[np.int64]] = []
    length = 0
    for batch in encode(tokenizer, texts):
        held.append(np.fromiter(chain.from_iterable([*one, *gap] for one in batch), np.int64))
        length += len(held[-1])
        if length >= _CHUNK:
            yield np.concatenate(held)
            held, length = [], 0
    if held:
        yield np.concatenate(held)


def _meetings(numbers: NDArray[np.int64], words: int) -> sparse.csr_matrix:
    """How often two words stand within the window, the nearer the more: 1 / distance; each pair both ways."""
    found = sparse.csr_matrix((words, words), dtype=np.float32)
    for distance in range(1, WINDOW + 1):
        first, second = numbers[:-distance], numbers[distance:]
        known = (first > 0) & (second > 0)
        weights = np.full(int(known.sum()), 1 / distance, np.float32)
        # Its conversion adds up what meets more than once.
        found += sparse.coo_matrix((weights, (first[known], second[known])), (words, words)).tocsr()
    return found + found.T


def _information(meetings: sparse.csr_matrix) -> sparse.csr_matrix:
    """``max(0, ln p(a,b) / (p(a) p(b)^.75))`` of every pair that meets often enough."""
    pairs = meetings.tocoo()
    often = pairs.data >= _FEWEST
    first, second, times = pairs.row[often], pairs.col[often], pairs.data[often].astype(np.float64)
    totals = np.asarray(meetings.sum(axis=1), np.float64).ravel()
    contexts = totals**_SMOOTHING
    shares = times / totals[first] / (contexts[second] / contexts.sum())
    values = np.maximum(np.log(shares), 0).astype(np.float32)
    found = sparse.coo_matrix((values, (first, second)), meetings.shape).tocsr()
    found.eliminate_zeros()
    return found
