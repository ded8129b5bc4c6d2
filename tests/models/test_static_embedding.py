"""The static embedding that ships is a model of sentence-transformers as it lies; run by `make test-models`."""

from importlib.resources import files

import pytest

from rag.embed import load

sentence_transformers = pytest.importorskip("sentence_transformers", reason="extra `models` not installed")
pytestmark = pytest.mark.models

TEXTS = ["房東可以漲租金嗎", "雇主應給付工資。臺北市，ＡＢＣ１２３", "", "🙂 hello", "承租人" * 200]


def test_sentence_transformers_gives_the_same_vectors() -> None:
    # In half precision, as it lies, a text without a known word would be NaN.
    theirs = sentence_transformers.SentenceTransformer(str(files("rag") / "data" / "embedding"), device="cpu").float()
    ours = load()
    assert theirs.get_embedding_dimension() == ours.size
    assert theirs.encode(TEXTS) == pytest.approx(ours.documents(TEXTS), abs=1e-5)
    assert theirs.similarity_fn_name == "cosine"
