from pathlib import Path

import httpx2
import pytest

from ingest.demo import QUESTION, SAMPLE_QUESTION, take_in
from ingest.fetch import Fetcher
from ingest.sample import write_sample
from rag.build import open_engine
from rag.settings import load_settings


def offline(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(interval=0.0, transport=httpx2.MockTransport(offline))


def test_a_folder_with_the_files_is_taken(tmp_path: Path, fetcher: Fetcher) -> None:
    settings = load_settings(data=tmp_path / "data", source_dir=write_sample(tmp_path / "files"))
    taken, question = take_in(settings, tmp_path, fetcher)
    assert (taken.data, question) == (tmp_path / "data", QUESTION)


def test_without_files_and_network_the_sample_answers_and_says_so(
    tmp_path: Path, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    taken, question = take_in(load_settings(data=tmp_path / "data"), tmp_path / "scratch", fetcher)
    assert taken.data == tmp_path / "data" / "sample"
    assert "虛構" in capsys.readouterr().err
    with open_engine(taken) as engine:
        answer = engine.ask(question)
    assert (question, answer.state) == (SAMPLE_QUESTION, "answered")
