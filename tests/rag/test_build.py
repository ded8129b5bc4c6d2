import shutil
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import pytest

from rag.build import open_engine, open_index, open_segmenter
from rag.domain import Law
from rag.errors import IndexMismatch, NoIndex, StoreError
from rag.segment import Grams
from rag.settings import load_settings
from rag.store import open_store
from rag.writer import writing
from tests import fakes

PATIENCE_S = 30.0
NEW = Law("Z9990099", "示範無人機飛航條例", "法律", "行政＞示範部", date(2024, 6, 1), date(2024, 6, 1))


def test_everything_is_wired(sample_data: Path) -> None:
    with open_engine(load_settings(data=sample_data)) as engine:
        answer = engine.ask("示範共享單車租借條例第4條第2項")
        assert answer.state == "answered"
        assert engine.coverage()["laws"] > 0


def test_a_law_that_comes_while_the_engine_is_open_is_known_by_its_name(sample_data: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_data, tmp_path / "data")
    settings = load_settings(data=tmp_path / "data")
    question, deadline = "示範無人機飛航條例第1條規定什麼？", monotonic() + PATIENCE_S
    with open_engine(settings) as engine:
        assert engine.ask(question).state == "abstained"
        store = open_store(settings.store_url)
        with writing(store) as writer:
            writer.put_laws([NEW])
            writer.put_documents([NEW.pcode], [fakes.article(NEW, "1", "無人機應經登記始得飛航。")])
        store.close()
        while (answer := engine.ask(question)).state == "abstained" and monotonic() < deadline:
            sleep(0.05)
    assert answer.state == "answered"
    assert "無人機應經登記" in answer.sentences[0].text


def test_sentences_are_limited_by_the_setting(sample_data: Path) -> None:
    with open_engine(load_settings(data=sample_data, max_sentences=1)) as engine:
        answer = engine.ask("示範共享單車租借條例第4條至第6條")
        assert (answer.state, len(answer.sentences)) == ("partial", 1)


def test_nothing_ingested(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as raised, open_engine(load_settings(data=tmp_path)):
        pass
    assert raised.value.exit_code == 3


def test_nothing_indexed(tmp_path: Path) -> None:
    open_store(load_settings(data=tmp_path).store_url, create=True).close()
    with pytest.raises(NoIndex) as raised, open_engine(load_settings(data=tmp_path)):
        pass
    assert raised.value.exit_code == 3


def test_index_of_another_segmenter_is_refused(sample_data: Path) -> None:
    from rag.index.edge import EdgeIndex

    with pytest.raises(IndexMismatch):
        EdgeIndex(sample_data / "index", "words-2/other")


def test_parts_can_be_opened_alone(sample_data: Path) -> None:
    settings = load_settings(data=sample_data)
    assert isinstance(open_segmenter(settings), Grams)
    index = open_index(settings)
    assert index.count() > 0
    index.close()
