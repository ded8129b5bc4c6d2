"""CKIP word segmentation with a tiny model of random weights, made on the spot; run by `make test-models`."""

import pickle
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from rag.ckip import EVERYDAY, CkipSegmenter
from rag.errors import IndexMismatch, SettingsError
from rag.expand import QueryTerms
from rag.index import IndexItem
from rag.index.edge import EdgeIndex
from rag.index.edge_build import EdgeWriter
from rag.segment import Grams, Words
from tests.models.tiny import config

transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
torch = pytest.importorskip("torch", reason="extra `models` not installed")
pytest.importorskip("ckip_transformers", reason="extra `models` not installed")
pytestmark = pytest.mark.models

LEGAL = "雇主延長勞工工作時間者應依下列標準加給資，。第二十四條"


def make_model(folder: Path, characters: str, labels: int = 2, *, joins: bool = False) -> Path:
    """A word segmenter in the layout of the published checkpoints: config, weights, vocab.txt.

    :param joins: it cuts at punctuation alone.
    """
    made = config(folder, characters, 64, num_labels=labels)
    model = transformers.BertForTokenClassification(made)
    if joins:
        with torch.no_grad():
            model.classifier.bias[1] += 20.0
    model.save_pretrained(folder)
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


def test_what_is_published_goes_by_a_short_name() -> None:
    assert CkipSegmenter("albert-tiny").name == "ckip:albert-tiny"


def test_a_process_of_its_own_loads_the_model_itself(segmenter: CkipSegmenter) -> None:
    words = segmenter.words(["雇主延長勞工工作時間"])
    sent = pickle.dumps(segmenter)
    assert len(sent) < 1000
    assert pickle.loads(sent).words(["雇主延長勞工工作時間"]) == words  # noqa: S301


def item(number: int, body: str) -> IndexItem:
    days = {"valid_from": date(2020, 1, 1), "valid_to": date.max}
    key = f"law/X/{number}"
    return IndexItem(f"{key}@2020-01-01", key, law="X", source="laws", level="法律", fields={"body": body}, **days)


def test_words_are_searched_and_an_index_without_them_is_refused(tmp_path: Path) -> None:
    words = Words(CkipSegmenter(make_model(tmp_path / "joining", EVERYDAY + LEGAL, joins=True)))
    assert words.terms("工作時間，雇主")[-1] == "工作時間"
    items = [item(1, "雇主，工作時間。"), item(2, "工作時間者，雇主。")]
    assert EdgeWriter(tmp_path / "index", words, shards=1).rebuild(partial(list, items), "1") == 2
    index = EdgeIndex(tmp_path / "index", "words-2/ckip:joining")
    assert [hit.id for hit in index.search(QueryTerms({"工作時間": 1.0}), date(2024, 1, 1), 5)] == [items[0].id]
    assert len(index.search(QueryTerms({"時間": 1.0}), date(2024, 1, 1), 5)) == 2
    index.close()
    with pytest.raises(IndexMismatch, match="words-2/ckip:joining") as refused:
        EdgeIndex(tmp_path / "index", Grams.name)
    assert "rebuild-index" in str(refused.value)


def test_vocabulary_of_unknowns_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "unknowing", "abc")
    with pytest.raises(SettingsError, match=r"\[UNK\]"):
        CkipSegmenter(folder).words(["勞工"])


def test_tokenizer_made_without_its_vocabulary_is_refused(tmp_path: Path) -> None:
    """What transformers 5 makes of ``vocab_file``: five entries, to which every character is unknown."""
    folder = make_model(tmp_path / "silent", EVERYDAY)
    made = transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
    assert len(made) == 5
    made.save_pretrained(folder)
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
