"""The static embedding: what a vector is, and what comes of damaged files. Tiny models made on the spot, and the one that ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save
from tokenizers import Tokenizer, models

from rag.embed import MATRIX, TOKENIZER, WEIGHTS, StaticEmbedding, load
from rag.errors import SettingsError

WORDS = ("<unk>", "房東", "押金", "返還", "租")
VECTORS = np.array([[0, 0, 0], [3, 0, 0], [0, 4, 0], [0, 0, 1], [1, 1, 1]], np.float32)


def tiny() -> Tokenizer:
    return Tokenizer(models.Unigram([(word, -float(place + 1)) for place, word in enumerate(WORDS)], unk_id=0))


def write(folder: Path, vectors: np.ndarray = VECTORS, name: str = "tiny-1") -> Path:
    (folder / WEIGHTS).write_bytes(save({MATRIX: vectors.astype(np.float16)}, {"name": name}))
    tiny().save(str(folder / TOKENIZER))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> StaticEmbedding:
    return load(write(tmp_path))


@pytest.fixture(scope="module")
def shipped() -> StaticEmbedding:
    return load()


def test_a_text_is_the_sum_of_its_words_at_length_one(model: StaticEmbedding) -> None:
    assert (model.name, model.size) == ("tiny-1", 3)
    assert model.queries(["房東，押金！", "返還"]) == pytest.approx(np.array([[0.6, 0.8, 0], [0, 0, 1]]))


def test_a_text_without_a_known_word_is_zeros_wherever_it_stands(model: StaticEmbedding) -> None:
    found = model.documents(["", "房東", "hello 🙂", "押金", "　"])
    assert found == pytest.approx(np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]]))
    assert model.queries([]).shape == (0, 3)


@given(st.lists(st.lists(st.sampled_from([*WORDS[1:], "甲", "x"]), max_size=6), max_size=6))
def test_vectors_are_what_the_formula_says(texts: list[list[str]]) -> None:
    model = StaticEmbedding("tiny", tiny(), VECTORS)
    assert model.documents(["，".join(text) for text in texts]) == pytest.approx(formula(texts), abs=1e-6)


def formula(texts: Sequence[Sequence[str]]) -> np.ndarray:
    rows = [sum((VECTORS[WORDS.index(word)] for word in text if word in WORDS), np.zeros(3)) for text in texts]
    return np.array([row / np.linalg.norm(row) if row.any() else row for row in rows]).reshape(len(texts), 3)


def test_many_texts_are_what_each_is_alone(shipped: StaticEmbedding) -> None:
    texts = [f"房東第{number}次漲租金" * (number % 4) for number in range(600)]
    alone = np.concatenate([shipped.documents([text]) for text in texts])
    assert shipped.documents(texts) == pytest.approx(alone, abs=1e-6)


def test_the_model_that_ships_knows_everyday_words(shipped: StaticEmbedding) -> None:
    [question] = shipped.queries(["老闆不給加班費"])
    near, far = shipped.documents(
        ["雇主延長勞工工作時間者，應給付延長工作時間之工資。", "船舶應於進港前二十四小時預報。"]
    )
    assert question @ near > question @ far + 0.2
    assert np.linalg.norm(question) == pytest.approx(1.0, abs=1e-5)


def test_spelling_makes_no_difference(shipped: StaticEmbedding) -> None:
    assert shipped.queries(["臺北市的房東"]) == pytest.approx(shipped.queries(["台北市的房東"]))


@pytest.mark.parametrize("text", ["🙂🙂🙂", "What is the law?", "勞" * 10_000, "\x00\ud7ff", "房東" * 5_000])
def test_any_text_has_a_vector(shipped: StaticEmbedding, text: str) -> None:
    [vector] = shipped.queries([text])
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5) or not vector.any()


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER])
@pytest.mark.parametrize("content", [None, b"", b"\x08\x00\x00\x00\x00\x00\x00\x00{}", b'{"version":"1.0"'])
def test_damaged_files_are_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = write(tmp_path) / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="無法讀取") as caught:
        load(tmp_path)
    assert str(path) in str(caught.value)


def test_files_of_two_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="不是同一個模型"):
        load(write(tmp_path, VECTORS[:-1]))
    with pytest.raises(SettingsError, match="不是同一個模型"):
        load(write(tmp_path, VECTORS[0]))
