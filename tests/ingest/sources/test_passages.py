import json
import lzma
import os
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsed import Parsed, Raw, Skipped, Wanted
from ingest.sources.passages import fetch, parse, read
from ingest.web import Web
from rag.errors import BrokenArchive, RefusedRequest, SourceChanged, UsageError
from rag.names import LawNames
from tests.ingest.web_server import Server, Time, serving, status, whole

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
NAMES = LawNames([])
LINES = '\ufeff{"id":"a-1","title":"甲","text":"一。"}\n\n{"id":2,"text":"二。"}\n'.encode()


def taken(path: Path) -> tuple[list[str], list[str]]:
    """Keys taken in, and reasons why the others were not."""
    found = [one for came in read(path) if isinstance(came, Raw) for one in parse(came, NAMES)]
    return (
        [one.document.key for one in found if isinstance(one, Parsed)],
        [one.reason for one in found if isinstance(one, Skipped)],
    )


def row(**fields: Any) -> bytes:
    return json.dumps({"id": "1", "text": "甲。"} | fields).encode()


def test_plain_packed_zipped_and_foldered_files_give_the_same(tmp_path: Path) -> None:
    plain, packed, archive = tmp_path / "any.name", tmp_path / "x.xz", tmp_path / "x.zip"
    plain.write_bytes(LINES)
    packed.write_bytes(lzma.compress(LINES))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("read.me", "no lines")
        file.writestr("in/texts.jsonl.xz", lzma.compress(LINES))
    folder = tmp_path / "folder" / "below"
    folder.mkdir(parents=True)
    (folder / "texts.NDJSON").write_bytes(LINES)
    for path in (plain, packed, archive, tmp_path / "folder"):
        assert taken(path) == (["paragraph/a-1", "paragraph/2"], []), path


def test_bad_lines_are_named_and_the_rest_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b"\n".join([row(), b"{", row(id="2"), b"[]", row(id="3", text="\0"), row(id="4", text=5.5)]))
    keys, reasons = taken(path)
    assert keys == ["paragraph/1", "paragraph/2"]
    assert [reason.partition("：")[0] for reason in reasons] == [f"texts.jsonl 第 {n} 行" for n in (2, 4, 5, 6)]


def test_an_id_used_twice_keeps_its_first_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b"\n".join([row(), row(), row(text="乙。")]))
    assert taken(path) == (["paragraph/1"], ["texts.jsonl 第 3 行：代號 1 先前已用於不同的內容"])


@pytest.mark.parametrize("id", ["", " ", "a b", "a/b", "a#b", "a@b", "甲\n", "x" * 101, None, True, [], {}])
def test_an_id_no_key_can_hold_is_named(id: Any) -> None:
    (one,) = parse(Raw("這一行", row(id=id), "這一行"), NAMES)
    assert isinstance(one, Skipped)
    assert one.reason.startswith("這一行：代號 id 缺少、過長")


@pytest.mark.parametrize("id", ["1147-5", "工作規則_第3版.2", "a:b", "(1)", "x" * 100, 7])
def test_other_ids_are_kept(id: Any) -> None:
    (one,) = parse(Raw(str(id), row(id=id)), NAMES)
    assert isinstance(one, Parsed)
    assert one.document.key == f"paragraph/{id}"


def test_what_else_a_line_says_is_kept() -> None:
    (one,) = parse(Raw("1", row(url="https://example.org/1", date="2020-01-02", source="內部", more=1)), NAMES)
    assert isinstance(one, Parsed)
    assert (one.document.title, one.document.url) == ("1", "https://example.org/1")
    assert one.document.facts == {"url": "https://example.org/1", "date": "2020-01-02", "source": "內部"}


def test_an_address_that_is_none_is_no_link() -> None:
    (one,) = parse(Raw("1", row(url="javascript:alert(1)")), NAMES)
    assert isinstance(one, Parsed)
    assert one.document.url == ""


def test_files_that_can_not_be_read_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="沒有 JSONL 檔"):
        list(read(tmp_path))
    with pytest.raises(UsageError, match="找不到"):
        list(read(tmp_path / "none.jsonl"))
    (tmp_path / "texts.jsonl.xz").write_bytes(lzma.compress(LINES)[:-9])
    for path in (tmp_path, tmp_path / "texts.jsonl.xz"):
        with pytest.raises(BrokenArchive, match="不是完整的 xz 檔"):
            list(read(path))


@given(st.text(max_size=1500))
def test_passages_are_spans_in_order(text: str) -> None:
    for one in parse(Raw("1", row(text=text)), NAMES):
        if isinstance(one, Skipped):
            continue
        found, before = one.document.text, 0
        assert found == text.replace("\r\n", "\n")
        for span in one.spans:
            assert before <= span.start < span.end <= len(found)
            assert span.end - span.start <= 500
            before = span.end


@given(st.binary(max_size=80))
def test_odd_bytes_are_named(body: bytes) -> None:
    assert all(isinstance(one, Skipped) for one in parse(Raw("1", body), NAMES))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def test_a_file_at_an_address_is_fetched(server: Server) -> None:
    server.acts = [whole(lzma.compress(LINES))]
    with closing(Web(clock=Time().clock())) as web:
        came = list(fetch(web, Wanted(NOW, server.at("/a/texts.jsonl.xz?x=1"))))
    assert [one.id for one in came if isinstance(one, Raw)] == ["a-1", "2"]


def test_an_address_that_says_no_is_an_error(server: Server) -> None:
    server.acts = [status(404)]
    with closing(Web(clock=Time().clock())) as web, pytest.raises(RefusedRequest):
        list(fetch(web, Wanted(NOW, server.at("/"))))


def test_an_address_without_a_line_is_an_error(server: Server) -> None:
    server.acts = [whole(b"\n")]
    with closing(Web(clock=Time().clock())) as web, pytest.raises(SourceChanged, match="裡沒有 passages 的資料"):
        list(fetch(web, Wanted(NOW, server.at("/"))))


def test_without_an_address_there_is_nothing_to_fetch() -> None:
    with closing(Web(clock=Time().clock())) as web, pytest.raises(UsageError, match="沒有官方網址"):
        list(fetch(web, Wanted(NOW)))


SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.skipif(not (SHARED / "questions/drcd_paragraphs.jsonl").exists(), reason="no shared data")
def test_the_paragraphs_of_drcd_are_read() -> None:
    keys, reasons = taken(SHARED / "questions/drcd_paragraphs.jsonl")
    assert (len(keys), len(set(keys)), reasons) == (1_000, 1_000, [])
