import os
from pathlib import Path

import pytest

from rag.errors import NoIndex, SearchIndexError
from rag.index.generations import Generations, Hold, copy_sparse


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("g*"))


def fill(generations: Generations, text: str) -> Path:
    with generations.new() as generation:
        (generation / "content").write_text(text, encoding="ascii")
    return generation


def test_nothing_there_yet(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "index")
    assert generations.stamp() is None
    with pytest.raises(NoIndex, match="youju-ingest"):
        generations.current()


def test_a_generation_comes_into_use_when_it_is_whole(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    with generations.new() as generation:
        (generation / "content").write_text("one", encoding="ascii")
        assert generations.stamp() is None
    assert (generations.current() / "content").read_text(encoding="ascii") == "one"


def test_the_next_one_takes_over_and_the_last_is_removed(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = fill(generations, "one")
    stamp = generations.stamp()
    second = fill(generations, "two")
    assert generations.current() == second != first
    assert generations.stamp() != stamp
    assert names(tmp_path) == [second.name]


def test_a_failed_one_leaves_nothing(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = fill(generations, "one")
    with pytest.raises(ZeroDivisionError), generations.new():
        raise ZeroDivisionError
    assert generations.current() == first
    assert names(tmp_path) == [first.name]


def test_leftovers_of_a_killed_writer_are_removed(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    (tmp_path / "g000007" / "0").mkdir(parents=True)
    made = fill(generations, "one")
    assert names(tmp_path) == [made.name]


def test_a_held_one_is_kept_until_let_go(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    first = fill(generations, "one")
    with Hold(first):
        second = fill(generations, "two")
        assert names(tmp_path) == [first.name, second.name]
    third = fill(generations, "three")
    assert names(tmp_path) == [third.name]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    with generations.new(), pytest.raises(SearchIndexError, match="另一個程式"), generations.new():
        raise AssertionError("two writers at once")
    assert names(tmp_path) == ["g000001"]


def test_copy_keeps_content_and_holes(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    with source.open("wb") as file:
        file.write(b"head")
        file.seek(5_000_000)
        file.write(b"middle")
        file.truncate(9_000_000)
    copy_sparse(str(source), str(target))
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_blocks <= source.stat().st_blocks


@pytest.mark.parametrize("content", [b"", b"x", os.urandom(70_000)])
def test_copy_of_files_without_holes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "source").write_bytes(content)
    copy_sparse(str(tmp_path / "source"), str(tmp_path / "target"))
    assert (tmp_path / "target").read_bytes() == content
