import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eval.report import check_writable, markdown, write_lines
from rag.errors import UsageError


def test_a_bar_inside_a_cell_is_no_new_cell() -> None:
    assert markdown(("a", "b"), [("x|y", "z")]).splitlines() == ["| a | b |", "| --- | --- |", "| x\\|y | z |"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    write_lines(out, [{"問": 1}, {"問": 2}])
    assert out.read_text(encoding="utf-8") == '{"問": 1}\n{"問": 2}\n'
    with pytest.raises(TypeError):
        write_lines(out, [{"問": 3}, {"問": object()}])
    assert out.read_text(encoding="utf-8") == '{"問": 1}\n{"問": 2}\n'
    assert list(tmp_path.iterdir()) == [out]


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        write_lines(pipe, [{"問": 1}])
        assert read.result() == '{"問": 1}\n'
    assert pipe.is_fifo()


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent" / "out.jsonl"):
        with pytest.raises(UsageError, match=str(path)):
            check_writable(path)
    with pytest.raises(UsageError, match="無法寫入"):
        write_lines(tmp_path / "absent" / "out.jsonl", [])
