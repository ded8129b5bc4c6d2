"""Records in JSONL files, read strictly: the first line that won't do stops the reading, with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.causes import cause
from rag.errors import UsageError

_WRONG = {
    "bool_type": "應為 true 或 false",
    "date_from_datetime_parsing": "應為 YYYY-MM-DD 的日期",
    "date_parsing": "應為 YYYY-MM-DD 的日期",
    "date_type": "應為 YYYY-MM-DD 的日期",
    "dict_type": "應為 JSON 物件",
    "finite_number": "應為有限的數字",
    "float_type": "應為數字",
    "greater_than": "應大於 {gt}",
    "greater_than_equal": "不得小於 {ge}",
    "int_type": "應為整數",
    "less_than": "應小於 {lt}",
    "less_than_equal": "不得大於 {le}",
    "list_type": "應為陣列",
    "literal_error": "只能是 {expected}",
    "missing": "缺少這個欄位",
    "model_type": "應為 JSON 物件",
    "string_pattern_mismatch": "不得空白",
    "string_type": "應為字串",
    "tuple_type": "應為陣列",
    "union_tag_invalid": "只能是 {expected_tags}",
    "union_tag_not_found": "不是認得的答案：要有 pcode、interpretation、paragraph、no 或 url",
}

Text = Annotated[str, Field(pattern=r"\S")]
R = TypeVar("R", bound=BaseModel)


class Record(BaseModel):
    """A field named must have its type; one that is not named is left alone, so that a newer file can still be read."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


def read_records(path: Path, kind: type[R], identity: Callable[[R], str]) -> tuple[R, ...]:
    """All records of a JSONL file, in its order; blank lines are skipped.

    :param identity: what no two records may share, as people read it.
    :raises UsageError: one line, ``file:line`` first, for a file that can't be read or a line that is no record.
    """
    records: dict[str, R] = {}
    for number, line in _lines(path):
        try:
            record = kind.model_validate_json(line)
        except ValidationError as error:
            raise UsageError(f"{path}:{number}：{explain(error)}") from None
        if (name := identity(record)) in records:
            raise UsageError(f"{path}:{number}：id 重複：{name}")
        records[name] = record
    return tuple(records.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path}：不是 UTF-8 文字檔") from None
    except OSError as error:
        raise UsageError(f"{path}：讀不到檔案（{cause(error)}）") from None
    except ValueError:
        raise UsageError(f"{path}：不能是檔名") from None
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def explain(error: ValidationError) -> str:
    """The first mistake in one line: ``欄位 id：缺少這個欄位``."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return "不是 JSON"
    path = ".".join(str(part) for part in first["loc"] if not str(part).startswith("@"))
    wrong = _WRONG.get(first["type"], first["msg"]).format_map(first.get("ctx", {}))
    return f"欄位 {path}：{wrong}" if path else wrong
