"""Verdicts by what was judged, in a JSONL file beside the run: nothing is asked twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from eval.judge.prompt import SHA256, VERSION, Level, Pair, identity
from eval.records import Record, Text
from rag.causes import cause
from rag.errors import UsageError

FILE = "verdicts.jsonl"


class Kept(Record):
    """A line: ``key`` is the hash of all that the verdict rests on, the rest says it again for people."""

    key: Text
    level: Level
    why: str = ""
    model: str = ""
    prompt: str = ""


def key_of(model: str, params: Mapping[str, object], pair: Pair) -> str:
    """SHA-256 of prompt, model, parameters, claim and passages."""
    rests_on = [VERSION, SHA256, model, dict(params), identity(pair)]
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()


class Cache:
    """:param path: the file; None keeps the verdicts in memory.
    :param warn: is told, in one line, of lines that can't be read; those verdicts are asked for again.
    :raises UsageError: there is a file that can't be read.
    """

    def __init__(self, path: Path | None = None, warn: Callable[[str], None] = lambda line: None) -> None:
        self._path = path
        self._lock = Lock()
        self._kept: dict[str, Kept] = {}
        self._whole = True
        if path is not None and path.exists():
            self._read(path, warn)

    def get(self, key: str) -> Kept | None:
        return self._kept.get(key)

    def put(self, kept: Kept) -> None:
        """Written at once, so that an interruption costs nothing.

        :raises UsageError: the file can't be written.
        """
        with self._lock:
            self._kept[kept.key] = kept
            if self._path is None:
                return
            line = json.dumps(kept.model_dump(), ensure_ascii=False) + "\n"
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line if self._whole else f"\n{line}")
            except OSError as error:
                raise UsageError(f"{self._path}：無法寫入（{cause(error)}）") from None
            self._whole = True

    def _read(self, path: Path, warn: Callable[[str], None]) -> None:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}：讀不到檔案（{cause(error)}）") from None
        self._whole = content.endswith(b"\n") or not content
        broken: list[int] = []
        for number, line in enumerate(content.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                kept = Kept.model_validate_json(line)
            except ValidationError:
                broken.append(number)
            else:
                self._kept[kept.key] = kept
        if broken:
            warn(f"{path}：略過 {len(broken)} 行讀不懂的判斷（第一處在第 {broken[0]} 行），會重新詢問")
