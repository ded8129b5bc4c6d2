"""The whole way from a small store to a folder that is loaded; run by `make test-models`, whose extra has what training needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.eval.training.embedding_store import ARTICLES, THESAURUS, made_store

torch = pytest.importorskip("torch", reason="extra `train` not installed")
pytest.importorskip("sklearn", reason="extra `train` not installed")
pytestmark = pytest.mark.models

import typer  # noqa: E402

from eval.training.embedding import NAME, Material, Plan, is_held_out, learn, main  # noqa: E402
from eval.training.embedding_initial import initial_vectors  # noqa: E402
from eval.training.embedding_pairs import Pair, clauses  # noqa: E402
from eval.training.embedding_train import Schedule, Shelves, train  # noqa: E402
from eval.training.embedding_vocabulary import make_tokenizer  # noqa: E402
from eval.training.embedding_words import counted  # noqa: E402
from rag.embed import load  # noqa: E402

SMALL = Plan(words=300, size=8, schedule=Schedule(epochs=3, batch=4))


def test_the_command_writes_a_model_that_loads(tmp_path: Path) -> None:
    with made_store(tmp_path):
        app = typer.Typer()
        app.command()(main)
        said = CliRunner().invoke(app, ["--data", str(tmp_path), "--out", str(tmp_path / "model"), "--epochs", "1"])
    assert said.exit_code == 0, said.output
    assert "資料庫缺少：解釋與憲法裁判、立法院公報" in said.output
    model = load(tmp_path / "model")
    assert model.name.startswith(f"{NAME}-")
    assert model.queries(["房東"]).any()


def test_the_same_material_gives_the_same_model() -> None:
    material = Material(ARTICLES, [], [Pair("房客拿回押金", 1, "bill"), *clauses(ARTICLES, 0)], THESAURUS)
    first, again = (learn(material, SMALL, lambda line: None) for _ in range(2))
    assert first[0].to_str() == again[0].to_str()
    assert np.array_equal(first[1], again[1])
    assert not first[1][0].any()


def test_training_brings_a_text_to_its_article() -> None:
    words = 6
    shelves = Shelves(counted([[1], [2], [3]], words), ["A", "A", "B"])
    pairs = [Pair("4", 0, "bill"), Pair("5", 1, "bill")] * 4
    start = np.eye(words, dtype=np.float32), np.zeros(words)

    def query(texts: Sequence[str], choice: Random) -> list[list[int]]:
        return [[int(text)] for text in texts]

    lines: list[str] = []
    found = train(pairs, shelves, start, query, Schedule(epochs=60, batch=8, rate=0.05), lines.append)
    near = found @ found.T
    assert near[4, 1] > near[4, 2] + 0.3
    assert near[5, 2] > near[5, 1] + 0.3
    assert len(lines) == 60


def test_words_in_the_same_company_start_near_each_other() -> None:
    texts = ["甲乙丙丁。", "甲戊丙丁。", "己庚辛壬。"] * 20
    tokenizer = make_tokenizer(texts, [], 40)
    vectors, seen = initial_vectors(tokenizer, texts, 4, seed=0)
    one, other, far = (vectors[tokenizer.token_to_id(word)] for word in "乙戊庚")
    assert one @ other > 0.9 > one @ far + 0.5
    assert seen[tokenizer.token_to_id("甲")] == 40
    assert seen[0] == 0


def test_about_one_article_in_twenty_is_held_out() -> None:
    held = [is_held_out(ARTICLES[0]._replace(key=f"law/Z{number}/1")) for number in range(4000)]
    assert 0.03 < sum(held) / len(held) < 0.07
