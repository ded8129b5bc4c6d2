"""One door to every source."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.progress import Quiet
from ingest.report import Asked
from ingest.runs import known_documents, known_source, run_any
from rag.errors import UsageError
from rag.settings import load_settings
from rag.sources import DOCUMENTS, SOURCES
from tests.ingest.official import write_history, write_release
from tests.ingest.whole import LAWS, take, write_texts


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_known(source: str) -> None:
    assert known_source(source) == source


@pytest.mark.parametrize("source", DOCUMENTS)
def test_a_file_that_is_not_there_is_named(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match=r"^找不到 \S*none$"):
        take(load_settings(data=tmp_path / "data"), source, tmp_path / "none")
    assert not (tmp_path / "data" / "youju.db").exists()


@pytest.mark.parametrize(("given", "said"), [("", "（空白）"), ("長" * 200, "長" * 200)])
def test_what_no_file_can_be_called_is_not_there(tmp_path: Path, given: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"^找不到 {said}$"):
        run_any(load_settings(data=tmp_path / "data"), Asked("passages", (given,)), Quiet())


@pytest.mark.parametrize("source", SOURCES)
def test_a_field_that_is_not_there_is_named(tmp_path: Path, source: str) -> None:
    with pytest.raises(UsageError, match=rf"^{source} 沒有 nonsense 這個欄位；可用的有："):
        take(load_settings(data=tmp_path / "data"), source, tmp_path, without=["nonsense"])


def test_fields_that_can_be_left_out_are_listed() -> None:
    with pytest.raises(UsageError, match="issue、holding"):
        known_documents(Asked("interpretations", without=("x",)))
    assert known_documents(Asked("interpretations", without=("issue",))).without == ("issue",)


def test_an_unknown_source_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="沒有 courts 這個來源；可用的有：laws、"):
        known_source("courts")


@pytest.mark.parametrize("source", ["laws", "law-history"])
def test_laws_are_not_read_anew(source: str) -> None:
    with pytest.raises(UsageError, match="不需要重讀"):
        known_documents(Asked(source))


def test_each_source_goes_to_its_own_job(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    history = write_history(tmp_path / "history.jsonl", [(None, LAWS[0])])
    given = {
        "laws": write_release(tmp_path / "laws", LAWS),
        "law-history": history,
        "passages": write_texts(tmp_path / "t.jsonl", {"1": "甲。"}),
    }
    assert {name: take(settings, name, path).records for name, path in given.items()} == {
        "laws": 2, "law-history": 1, "passages": 1
    }  # fmt: skip


def test_files_and_addresses_are_told_apart() -> None:
    asked = Asked("news", ("a.xml", "https://example.org/feed", "folder"))
    assert (asked.paths, asked.urls) == ([Path("a.xml"), Path("folder")], ["https://example.org/feed"])


def test_a_source_without_an_address_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="請用 --from"):
        run_any(load_settings(data=tmp_path / "data"), Asked("passages"), Quiet())
