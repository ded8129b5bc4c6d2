"""A cross-encoder of random weights, made on the spot, as the postprocessor of a search; run by `make test-models`."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.build import open_engine
from rag.domain import Hit, Passage
from rag.errors import SettingsError
from rag.postprocess import Postprocessor, open_postprocessor
from rag.settings import load_settings
from tests import fakes
from tests.models.tiny import config

transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
sentence_transformers = pytest.importorskip("sentence_transformers", reason="extra `models` not installed")
pytest.importorskip("llama_index.core", reason="extra `models` not installed")
pytestmark = pytest.mark.models

LEGAL = "法律之人不得定一業者應於七日內返還押金罰鍰申訴專線保險示範共享單車租借條例"
QUESTION = "押金返還"
TEXTS = ("業者應返還押金。", "罰鍰。", "業者應設申訴專線。", "保險。", "租借人不得返還。" * 300)


def make_model(folder: Path, labels: int = 1, characters: str = LEGAL) -> Path:
    """A BERT that scores pairs of texts, as published cross-encoders are laid out."""
    made = config(folder, characters, 512, num_labels=labels)
    transformers.BertForSequenceClassification(made).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("rerank") / "tiny")


@pytest.fixture(scope="module")
def tiny(model: Path) -> Postprocessor:
    return open_postprocessor(str(model), "cpu")


def hits() -> list[Hit]:
    documents = [fakes.article(fakes.LAW, str(number), text) for number, text in enumerate(TEXTS, start=1)]
    return [
        Hit(Passage(one.key, one.version, 0, len(one.text), one.text), one, 20.0 - place, "sparse")
        for place, one in enumerate(documents)
    ]


def test_order_is_the_models(model: Path, tiny: Postprocessor) -> None:
    given = hits()
    found = tiny.order(QUESTION, given, {given[0].passage.id: "押金之返還"})
    texts = [f"{fakes.LAW.name}\n\n{text}" for text in TEXTS]
    texts[0] = f"{fakes.LAW.name}\n押金之返還\n\n{TEXTS[0]}"
    scorer = sentence_transformers.CrossEncoder(str(model), device="cpu", max_length=512)
    scores = scorer.predict([(QUESTION, text) for text in texts]).tolist()
    expected = sorted(range(len(TEXTS)), key=lambda place: -scores[place])
    assert len(set(scores)) == len(TEXTS)
    assert [int(hit.document.number) - 1 for hit in found] == expected
    assert [hit.score for hit in found] == [hit.score for hit in given]


def test_several_threads_get_the_same_order(tiny: Postprocessor) -> None:
    expected = tiny.order(QUESTION, hits(), {})
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: tiny.order(QUESTION, hits(), {}), range(8)))
    assert found == [expected] * 8


def test_setting_puts_it_behind_a_search(model: Path, sample_data: Path) -> None:
    alone = {"data": sample_data, "rerank": False}
    with open_engine(load_settings(**alone)) as engine:
        before = engine.search(QUESTION)
    with open_engine(load_settings(**alone, reranker=str(model), reranker_device="cpu")) as engine:
        after = engine.search(QUESTION)
        assert "rerank" in engine.ask(QUESTION).timings_ms
    assert {hit.passage.id for hit in after} == {hit.passage.id for hit in before}
    assert [hit.score for hit in after] == [hit.score for hit in before]


@pytest.mark.parametrize(
    ("labels", "characters", "said"), [(3, LEGAL, "3 個分數"), (1, "abc", "詞表")], ids=["nli", "unknowing"]
)
def test_model_for_another_task_is_refused(tmp_path: Path, labels: int, characters: str, said: str) -> None:
    made = open_postprocessor(str(make_model(tmp_path / "other", labels, characters)), "cpu")
    with pytest.raises(SettingsError, match=said):
        made.order(QUESTION, hits(), {})


@pytest.mark.parametrize("device", ["cpu", "abacus"])
def test_what_cannot_be_loaded_is_refused_in_one_line(tmp_path: Path, device: str) -> None:
    folder = tmp_path if device == "cpu" else make_model(tmp_path / "tiny")
    with pytest.raises(SettingsError, match="載入失敗") as refused:
        open_postprocessor(str(folder), device).order(QUESTION, hits(), {})
    assert "\n" not in str(refused.value)
