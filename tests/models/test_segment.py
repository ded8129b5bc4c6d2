"""CKIP word segmentation with a tiny model of random weights, made on the spot; run by `make test-models`."""

from pathlib import Path

import pytest

from rag.ckip import EVERYDAY, CkipSegmenter
from rag.errors import SettingsError
from tests.models.tiny import config

transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
pytestmark = pytest.mark.models

LEGAL = "雇主延長勞工工作時間者應依下列標準加給資，。第二十四條"


def make_model(folder: Path, characters: str, labels: int = 2) -> Path:
    """A word segmenter in the layout of the published checkpoints: config, weights, vocab.txt."""
    made = config(folder, characters, 64, num_labels=labels)
    transformers.BertForTokenClassification(made).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> CkipSegmenter:
    return CkipSegmenter(make_model(tmp_path_factory.mktemp("ckip") / "tiny", EVERYDAY + LEGAL))


def test_words_joined_are_the_text(segmenter: CkipSegmenter) -> None:
    texts = ["雇主延長勞工工作時間者，應依下列標準加給。", "第二十四條", "未見之字：𠀀 ABC"]
    words = segmenter.words(texts)
    assert ["".join(found) for found in words] == texts
    assert all(word for found in words for word in found)


def test_text_longer_than_the_model_is_kept_whole(segmenter: CkipSegmenter) -> None:
    text = "勞工工作時間" * 100
    assert "".join(segmenter.words([text])[0]) == text


def test_empty_texts_have_no_words(segmenter: CkipSegmenter) -> None:
    assert segmenter.words([]) == []
    assert segmenter.words(["", ""]) == [[], []]
    first, second, third = segmenter.words(["勞工", "", "雇主"])
    assert ("".join(first), second, "".join(third)) == ("勞工", [], "雇主")


def test_same_text_same_words(segmenter: CkipSegmenter) -> None:
    assert segmenter.words(["雇主延長勞工工作時間"]) == segmenter.words(["雇主延長勞工工作時間"])


def test_name_is_the_folder(segmenter: CkipSegmenter) -> None:
    assert segmenter.name == "ckip:tiny"


def test_vocabulary_of_unknowns_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "unknowing", "abc")
    with pytest.raises(SettingsError, match=r"\[UNK\]"):
        CkipSegmenter(folder).words(["勞工"])


def test_model_for_another_task_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "tagger", EVERYDAY, labels=5)
    with pytest.raises(SettingsError, match="不是斷詞模型"):
        CkipSegmenter(folder).words(["勞工"])


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="載入失敗") as caught:
        CkipSegmenter(tmp_path).words(["勞工"])
    assert "\n" not in str(caught.value)
