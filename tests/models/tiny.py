"""What the models made on the spot have in common: a vocabulary of characters, and a BERT as small as can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def config(folder: Path, characters: str, length: int, **more: Any) -> Any:
    """The configuration of a model in ``folder``, which is made with its vocab.txt, as published checkpoints have it."""
    folder.mkdir()
    vocabulary = [*SPECIAL, *dict.fromkeys(characters)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    transformers.set_seed(0)
    return transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=length,
        **more,
    )
