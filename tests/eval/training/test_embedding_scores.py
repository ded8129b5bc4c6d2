"""How near a text's own article is, among all."""

from __future__ import annotations

import numpy as np
from tokenizers import Tokenizer, models

from eval.training.embedding_pairs import Pair
from eval.training.embedding_scores import held_out_figures, ranks
from eval.training.embedding_words import Everyday
from rag.embed import StaticEmbedding
from tests.eval.training.embedding_store import ARTICLES

WORDS = ("<unk>", "押金", "返還", "罰鍰", "工資", "雇主", "老闆")


def test_rank_is_how_many_are_nearer() -> None:
    documents = np.eye(3, dtype=np.float32)
    queries = np.array([[0.9, 0.5, 0.1], [0.1, 0.5, 0.9], [0.0, 0.0, 0.0]] * 200, np.float32)
    assert ranks(queries, documents, np.array([0, 0, 2] * 200)).tolist() == [0, 2, 0] * 200
    assert ranks(queries[:0], documents, np.array([], np.int64)).tolist() == []


def test_figures_are_shares_of_the_pairs() -> None:
    tokenizer = Tokenizer(models.Unigram([(word, -1.0) for word in WORDS], unk_id=0))
    model = StaticEmbedding(
        "tiny", tokenizer, np.eye(len(WORDS), dtype=np.float32) * (np.arange(len(WORDS)) > 0)[:, None]
    )
    pairs = [Pair("押金返還", 1, "caption"), Pair("雇主工資", 0, "bill")]
    written, everyday, piece = held_out_figures(model, ARTICLES, pairs, Everyday({"老闆": ("雇主",)}))
    assert written.startswith("保留題，原文（2 題）：@1 0.500  @10 1.000")
    assert written.endswith("各類 @10：bill 1.000  caption 1.000")
    assert "日常用語（2 題）" in everyday
    assert "日常用語 24 字（2 題）" in piece
    assert list(held_out_figures(model, ARTICLES, [], Everyday({}))) == []
