"""What is known of embedding models without loading one; loading is in tests/models/test_dense.py."""

import importlib.util
import pickle
from pathlib import Path

import pytest

from rag.build import open_embedder
from rag.dense import SentenceEmbedding, family, suggestions
from rag.embed import is_searched
from rag.errors import SettingsError
from rag.settings import load_settings


def test_each_suggestion_says_what_it_costs_and_has_a_bar_of_its_own() -> None:
    assert len(suggestions()) >= 3
    for one in suggestions():
        assert min(one.parameters, one.gb, one.dimensions) > 0, one.id
        assert one.licence, one.id
        assert one.reason, one.id
        assert 0.5 <= family(one.id).alone < 1, one.id


@pytest.mark.parametrize(
    ("model", "query", "document"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("/models/multilingual-E5-base", "query: ", "passage: "),
        ("BAAI/bge-m3", "", ""),
        ("someone/unheard-of", "", ""),
    ],
)
def test_what_a_family_wants_before_a_text(model: str, query: str, document: str) -> None:
    assert (family(model).query, family(model).document) == (query, document)


@pytest.mark.parametrize("model", ["Qwen/Qwen3-Embedding-0.6B", "intfloat/multilingual-e5-large-instruct"])
def test_models_that_follow_instructions_are_told_the_task_with_a_question_alone(model: str) -> None:
    assert family(model).query.startswith("Instruct: ")
    assert "\nQuery:" in family(model).query
    assert family(model).document == ""


def test_it_is_named_and_pickled_without_being_loaded(tmp_path: Path) -> None:
    made = SentenceEmbedding("BAAI/bge-m3", "cuda:1", 8)
    assert (made.name, made.searchable) == ("dense-1/BAAI/bge-m3", True)
    assert pickle.loads(pickle.dumps(made)).name == made.name  # noqa: S301


def test_a_folder_is_known_by_what_its_files_hold_and_not_by_where_it_lies(tmp_path: Path) -> None:
    names = []
    for place, end in (("here", b"a"), ("there", b"a"), ("trained", b"b")):
        folder = tmp_path / place / "model"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(b"x" * 200_000 + end)
        names.append(SentenceEmbedding(str(folder)).name)
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("dense-1/model@")


@pytest.mark.skipif(bool(importlib.util.find_spec("sentence_transformers")), reason="extra `models` is installed")
def test_missing_extra_says_what_to_install() -> None:
    with pytest.raises(SettingsError, match="pip install") as caught:
        SentenceEmbedding("BAAI/bge-m3").queries(["押金"])
    assert "\n" not in str(caught.value)


def test_the_setting_chooses() -> None:
    assert open_embedder(load_settings(embedder="none")) is None
    assert not is_searched(open_embedder(load_settings()))
    chosen = open_embedder(load_settings(embedder="BAAI/bge-m3"))
    assert is_searched(chosen)
    assert chosen is open_embedder(load_settings(embedder="BAAI/bge-m3"))
