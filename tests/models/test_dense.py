"""An embedding model of random weights, made on the spot, from folder to found passage; run by `make test-models`."""

import json
import pickle
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ingest.jobs import rebuild_index
from ingest.progress import Quiet
from rag.build import open_embedder, open_engine, open_index, open_index_writer
from rag.dense import SentenceEmbedding
from rag.embed import Matrix
from rag.errors import IndexMismatch, SettingsError
from rag.expand import QueryTerms
from rag.index import IndexItem
from rag.index.edge import EdgeIndex
from rag.index.edge_build import EdgeWriter
from rag.index.meanings import BATCH, FILE, Remembering
from rag.segment import Grams
from rag.settings import load_settings
from tests.models.tiny import config

sentence_transformers = pytest.importorskip("sentence_transformers", reason="extra `models` not installed")
transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
torch = pytest.importorskip("torch", reason="extra `models` not installed")
pytestmark = pytest.mark.models

DAY = date(2024, 3, 1)
LEGAL = "法律之人押金返還業者應於七日內承租屋第條0123456789:query pasg甲乙丙丁戊己庚辛壬癸"


def make_model(folder: Path, characters: str = LEGAL, prompts: dict[str, str] | None = None) -> Path:
    """A bi-encoder as sentence-transformers saves them: BERT of random weights, the mean of its tokens."""
    modules = sentence_transformers.sentence_transformer.modules
    transformers.BertModel(config(folder, characters, 128)).save_pretrained(folder)
    reader = modules.Transformer(str(folder))
    made = sentence_transformers.SentenceTransformer(
        modules=[reader, modules.Pooling(reader.get_embedding_dimension())], prompts=prompts, device="cpu"
    )
    made.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("dense") / "tiny")


@pytest.fixture(scope="module")
def embedder(folder: Path) -> SentenceEmbedding:
    return SentenceEmbedding(str(folder), "cpu")


def test_vectors_are_of_length_1_and_of_nothing_are_nothing(embedder: SentenceEmbedding) -> None:
    vectors = embedder.documents(["業者應返還押金", "承租人", "", "  "])
    assert (vectors.shape, vectors.dtype) == ((4, embedder.size), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0, 0.0, 0.0], abs=1e-5)
    assert embedder.queries([]).shape == (0, embedder.size)


def test_it_is_what_sentence_transformers_gives(embedder: SentenceEmbedding, folder: Path) -> None:
    theirs = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    texts = ["業者應返還押金", "第3條 承租人" * 40]
    assert embedder.queries(texts) == pytest.approx(theirs.encode(texts, normalize_embeddings=True), abs=1e-5)


def test_a_loaded_one_can_still_be_pickled(embedder: SentenceEmbedding) -> None:
    before = embedder.queries(["押金"])
    again = pickle.loads(pickle.dumps(embedder))  # noqa: S301
    assert again.name == embedder.name
    assert again.queries(["押金"]) == pytest.approx(before, abs=1e-6)


def test_what_goes_before_a_text_comes_from_the_models_files(tmp_path: Path, embedder: SentenceEmbedding) -> None:
    told = SentenceEmbedding(
        str(make_model(tmp_path / "e5-told", prompts={"query": "甲: ", "document": "乙: "})), "cpu"
    )
    assert told.queries(["押金"]) == pytest.approx(embedder.queries(["甲: 押金"]), abs=1e-5)
    assert told.documents(["押金"]) == pytest.approx(embedder.queries(["乙: 押金"]), abs=1e-5)


def test_else_from_its_family(tmp_path: Path, embedder: SentenceEmbedding) -> None:
    e5 = SentenceEmbedding(str(make_model(tmp_path / "multilingual-e5-tiny")), "cpu")
    assert e5.queries(["押金"]) == pytest.approx(embedder.queries(["query: 押金"]), abs=1e-5)
    assert e5.documents(["押金"]) == pytest.approx(embedder.queries(["passage: 押金"]), abs=1e-5)
    assert not np.allclose(e5.queries(["押金"]), embedder.queries(["押金"]), atol=1e-3)


def test_vocabulary_of_unknowns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="詞表沒有常用字"):
        SentenceEmbedding(str(make_model(tmp_path / "unknowing", "abc")), "cpu").queries(["押金"])


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    place = make_model(tmp_path / "broken")
    model = transformers.BertModel.from_pretrained(place)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.fill_(float("nan"))
    model.save_pretrained(place)
    with pytest.raises(SettingsError, match="算不出向量"):
        SentenceEmbedding(str(place), "cpu").queries(["押金"])


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="載入失敗") as caught:
        SentenceEmbedding(str(tmp_path), "cpu").queries(["押金"])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("device", ["gpu7", "cuda:99"])
def test_a_device_that_is_not_there_is_refused(folder: Path, device: str) -> None:
    with pytest.raises(SettingsError, match="載入失敗") as caught:
        SentenceEmbedding(str(folder), device).queries(["押金"])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("id", ["no/such/place/at-all", "no such model"])
def test_what_is_neither_a_folder_nor_an_id_is_refused(id: str) -> None:
    with pytest.raises(SettingsError, match="沒有這個資料夾") as caught:
        SentenceEmbedding(id, "cpu").queries(["押金"])
    assert "\n" not in str(caught.value)


class Counted(SentenceEmbedding):
    """Notes how many passages it was given."""

    given = 0

    def documents(self, texts: Sequence[str]) -> Matrix:
        self.given += len(texts)
        return super().documents(texts)


def item(number: int) -> IndexItem:
    body = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{number:03}") + f"業者應於{number}日內返還押金。"
    return IndexItem(f"p{number}", f"p{number}", "X", "laws", "法律", date(2020, 1, 1), date.max, {"body": body})


def test_a_build_broken_off_is_finished_by_the_next_and_searched_by_meaning(folder: Path, tmp_path: Path) -> None:
    whole, passes = [item(number) for number in range(3 * BATCH)], iter(range(9))

    def source() -> Iterator[IndexItem]:
        first = next(passes) == 0
        for number, one in enumerate(whole):
            if not first and number == 2 * BATCH:
                raise KeyboardInterrupt
            yield one

    model = Counted(str(folder), "cpu")
    writer = EdgeWriter(tmp_path / "index", Grams(), Remembering(model, tmp_path / FILE))
    with pytest.raises(KeyboardInterrupt):
        writer.rebuild(source, "r1")
    assert model.given == 2 * BATCH
    assert writer.rebuild(partial(list, whole), "r1") == len(whole)
    assert model.given == len(whole)

    index = EdgeIndex(tmp_path / "index", "grams-1", model.name, alone=0.999)
    (meaning,) = model.documents([whole[700].meaning])
    (best, *_) = index.search(QueryTerms({"離婚": 1.0}, meaning=meaning), DAY, 5)
    assert (best.id, best.text_score) == ("p700", pytest.approx(0.0, abs=1e-3))
    assert best.likeness == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(IndexMismatch, match="dense-1/tiny@"):
        EdgeIndex(tmp_path / "index", "grams-1", "static-1")


def test_a_model_trained_further_is_another_model(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "tiny")
    copied = SentenceEmbedding(str(tmp_path / "tiny"))
    assert copied.name == SentenceEmbedding(str(folder)).name
    about = tmp_path / "tiny" / "config_sentence_transformers.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"prompts": {"query": "甲: "}}))
    assert SentenceEmbedding(str(tmp_path / "tiny")).name != copied.name


def test_everything_is_wired(folder: Path, sample_data: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_data, tmp_path / "data")
    settings = load_settings(data=tmp_path / "data", embedder=str(folder), embedder_device="cpu", rerank=False)
    with pytest.raises(IndexMismatch):
        open_index(settings)
    count = rebuild_index(settings, Quiet())
    assert (tmp_path / "data" / FILE).is_file()
    with open_engine(settings) as engine:
        assert engine.ask("押金最多可以收多少？").state == "answered"
    with closing(open_index(settings)) as index:
        assert index.count() == count
    embedder = open_embedder(settings)
    assert embedder is open_embedder(settings)
    # Another embedder leaves nothing behind that nobody would take back from.
    open_index_writer(load_settings(data=tmp_path / "data"))
    assert not (tmp_path / "data" / FILE).exists()
