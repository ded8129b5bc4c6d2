"""How results leave: a table for people, one line of JSON for programs, one JSON object a question in a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rag.causes import cause
from rag.errors import UsageError


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a ``|`` inside a cell is escaped."""
    lines = [_row(header), _row(["---"] * len(header)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def summary_table(summary: Mapping[str, float]) -> str:
    """The summary as people read it, one measure a row."""
    return markdown(("measure", "value"), ((name, f"{value:g}") for name, value in summary.items()))


def json_line(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False)


def check_writable(path: Path) -> None:
    """Raises ``UsageError`` when no file can be made there: better before the questions are asked than after."""
    if path.is_dir():
        raise UsageError(f"{path}：是資料夾，不能寫入結果")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path}：上層資料夾不存在")


def write_lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Write one JSON object a line; the file appears whole or not at all. Raises ``UsageError``."""
    if path.exists() and not path.is_file():
        _pour(path, records)
        return
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(json_line(record) + "\n" for record in records)
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"{path}：無法寫入（{cause(error)}）") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _pour(device: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Into what is no file, such as /dev/null: a file must not take its place."""
    try:
        with device.open("w", encoding="utf-8") as file:
            file.writelines(json_line(record) + "\n" for record in records)
    except OSError as error:
        raise UsageError(f"{device}：無法寫入（{cause(error)}）") from None
