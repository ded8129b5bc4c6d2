"""Our own static embedding: a text is the sum of learned vectors of its words, brought to length 1.

The folder is one that sentence-transformers loads as it lies (``StaticEmbedding``, ``Normalize``); here numpy does, so
that nothing needs torch. What it was made from and what it is worth: ``docs/embedding.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import SettingsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
MATRIX = "embedding.weight"
_BATCH = 256  # texts at a time: their words' vectors fill some 25 MB

Matrix = NDArray[np.float32]
Meaning = NDArray[np.float32]
"""The vector of one text, of length 1."""


class Embedder(Protocol):
    """Texts to vectors whose dot product is their likeness, -1 … 1; ``name`` is written into each index."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def searchable(self) -> bool:
        """Whether passages are to be found by their vectors, or only compared by them once their terms found them."""
        ...

    def queries(self, texts: Sequence[str]) -> Matrix:
        """``len(texts) × size``, each row of length 1, or of zeros where no word is known."""
        ...

    def documents(self, texts: Sequence[str]) -> Matrix:
        """The same for what is searched."""
        ...


def is_searched(embedder: Embedder | None) -> bool:
    """Whether an index built with it is searched by meaning."""
    return embedder is not None and embedder.searchable


class StaticEmbedding:
    """Texts to vectors whose dot product is their likeness, -1 … 1.

    :param name: written into each index built with it; another name is another model.
    :param weights: words × size; a zero row for what is no known word.
    """

    # The terms of the thesaurus lead to the same articles, without a graph that takes minutes to build.
    searchable = False

    def __init__(self, name: str, tokenizer: Tokenizer, weights: Matrix) -> None:
        self.name = name
        self.size = int(weights.shape[1])
        self._tokenizer = tokenizer
        self._weights = weights

    def queries(self, texts: Sequence[str]) -> Matrix:
        """``len(texts) × size``, each row of length 1, or of zeros where no word is known."""
        return self._vectors(texts)

    def documents(self, texts: Sequence[str]) -> Matrix:
        """The same for what is searched; a model may weigh its words otherwise than a question's."""
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> Matrix:
        found = np.zeros((len(texts), self.size), np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            found[start : start + len(batch)] = self._sums(batch)
        lengths = np.sqrt(np.einsum("ij,ij->i", found, found))[:, None]
        np.divide(found, lengths, out=found, where=lengths > 0)
        return found

    def _sums(self, texts: list[str]) -> Matrix:
        numbers = [one.ids for one in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        counts = np.fromiter(map(len, numbers), np.intp, len(numbers))
        flat = np.fromiter(chain.from_iterable(numbers), np.intp, int(counts.sum()))
        sums = np.zeros((len(texts), self.size), np.float32)
        # ``reduceat`` gives the next text's first word for a text without any.
        full = np.flatnonzero(counts)
        if len(full):
            starts = np.cumsum(counts)[full] - counts[full]
            sums[full] = np.add.reduceat(self._weights[flat], starts, axis=0)
        return sums


def load(folder: Path | None = None) -> StaticEmbedding:
    """The model in ``folder``; without one, that which comes with Youju.

    :raises SettingsError: a file is missing or damaged, or the two don't belong together.
    """
    # Together 15 ms, which a command without a question need not pay.
    from safetensors import SafetensorError, safe_open
    from tokenizers import Tokenizer

    place = folder or Path(str(files("rag") / "data" / "embedding"))
    try:
        with safe_open(place / WEIGHTS, "numpy") as stored:
            name = (stored.metadata() or {}).get("name", place.name)
            weights = stored.get_tensor(MATRIX)
    except (OSError, SafetensorError) as error:
        raise SettingsError(f"詞向量檔無法讀取：{place / WEIGHTS}") from error
    try:
        tokenizer = Tokenizer.from_buffer((place / TOKENIZER).read_bytes())
    except Exception as error:  # its parser knows no narrower class
        raise SettingsError(f"詞向量的詞表無法讀取：{place / TOKENIZER}") from error
    if weights.ndim != 2 or len(weights) != tokenizer.get_vocab_size():
        raise SettingsError(f"詞向量與詞表不是同一個模型的：{place}")
    return StaticEmbedding(name, tokenizer, weights.astype(np.float32))
