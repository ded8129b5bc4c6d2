"""An NLI cross-encoder and a tokenizer with tiny models made on the spot; run by `make test-models`."""

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.nli import NliSupport, Scores
from tests.models.tiny import config

transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
torch = pytest.importorskip("torch", reason="extra `models` not installed")
pytestmark = pytest.mark.models

LEGAL = "法律之人不得定一業者應於七日內返還押金。"
NLI = ("CONTRADICTION", "neutral", "Entailment")


def make_model(folder: Path, labels: tuple[str, ...] = NLI, sure_of: str = "", characters: str = LEGAL) -> Path:
    """A BERT of random weights for pairs of texts; ``sure_of``: the label it gives to everything."""
    made = config(
        folder,
        characters,
        512,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    model = transformers.BertForSequenceClassification(made)
    if sure_of:
        with torch.no_grad():
            model.classifier.bias[labels.index(sure_of)] += 20.0
    model.save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("label", "verdict"), [("CONTRADICTION", "contradicted"), ("neutral", "unsupported"), ("Entailment", "ok")]
)
def test_label_of_the_model_is_the_verdict(tmp_path: Path, label: str, verdict: str) -> None:
    support = NliSupport(make_model(tmp_path / "nli", sure_of=label))
    assert support.verdict("業者應返還押金。", ["業者應於七日內返還押金。", "法律之定。" * 300]) == verdict


def test_labels_in_another_order_mean_the_same(tmp_path: Path) -> None:
    turned = ("entailment", "contradiction")
    assert NliSupport(make_model(tmp_path / "nli", turned, "entailment")).verdict("押金。", ["押金。"]) == "ok"
    assert NliSupport(make_model(tmp_path / "two", ("no", "entailment"), "no")).verdict("押金。", ["押金。"]) != "ok"


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1"), ("score",)])
def test_model_for_another_task_is_refused(tmp_path: Path, labels: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match="沒有 entailment") as caught:
        NliSupport(make_model(tmp_path / "other", labels)).verdict("押金。", ["押金。"])
    assert "\n" not in str(caught.value)


def test_vocabulary_of_unknowns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="詞表"):
        NliSupport(make_model(tmp_path / "unknowing", characters="abc")).verdict("押金。", ["押金。"])


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="載入失敗") as caught:
        NliSupport(tmp_path).verdict("押金。", ["押金。"])
    assert "\n" not in str(caught.value)


def test_a_model_given_takes_the_folders_place() -> None:
    assert NliSupport("nowhere", lambda pairs: [Scores(0.9, 0.0)] * len(pairs)).verdict("押金。", ["押金。"]) == "ok"
