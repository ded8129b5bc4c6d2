"""Vectors and tokenizer to a folder that sentence-transformers loads as it lies."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from rag.embed import MATRIX, TOKENIZER, WEIGHTS

_PACKAGE = "sentence_transformers"
_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": f"{_PACKAGE}.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_PACKAGE}.base.modules.normalize.Normalize"},
]


def export(folder: Path, name: str, tokenizer: Tokenizer, vectors: NDArray[np.float32]) -> None:
    """Write the model, in half precision.

    In the header of the vectors stands its name, ``name`` and a digest: an index knows with which it was built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    halves, words = vectors.astype(np.float16), tokenizer.to_str()
    digest = blake2b(halves.tobytes() + words.encode(), digest_size=4).hexdigest()
    (folder / WEIGHTS).write_bytes(save({MATRIX: halves}, {"format": "pt", "name": f"{name}-{digest}"}))
    (folder / TOKENIZER).write_text(words, encoding="utf-8")
    for file, content in (
        ("modules.json", _MODULES),
        ("config_sentence_transformers.json", {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine"}),
    ):
        (folder / file).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
