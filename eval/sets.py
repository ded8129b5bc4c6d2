"""Files of questions → the questions of a run, each with the set it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from glob import glob
from pathlib import Path
from typing import NamedTuple

from eval.errors import NotEnoughData
from eval.folder import Asked
from eval.questions import read_questions
from rag.errors import UsageError


class Sets(NamedTuple):
    """``digests``: each set with the SHA-256 of its file."""

    questions: tuple[Asked, ...]
    digests: dict[str, str]


def read_sets(patterns: Iterable[str], base: Path, as_of: date | None = None) -> Sets:
    """The questions of all files that fit the patterns, which are relative to ``base``; files in the order of names.

    :param as_of: the day for questions that name none.
    :raises UsageError: a pattern that no file fits, two files of one name, a file that won't do, or an id used twice.
    :raises NotEnoughData: no question at all.
    """
    asked: dict[str, Asked] = {}
    digests: dict[str, str] = {}
    for path in _files(patterns, base):
        if path.stem in digests:
            raise UsageError(f"{path}：另有同名的題目檔；同一次評測裡檔名不得重複")
        digests[path.stem] = ""
        for question in read_questions(path):
            if question.id in asked:
                raise UsageError(f"{path}：id {question.id} 已在題目檔 {asked[question.id].set} 用過")
            day = question.as_of or (None if question.kind == "as_of" else as_of)
            asked[question.id] = Asked(**dict(question) | {"as_of": day, "set": path.stem})
        digests[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
    if not asked:
        raise NotEnoughData("沒有題目")
    return Sets(tuple(asked.values()), digests)


def _files(patterns: Iterable[str], base: Path) -> Sequence[Path]:
    found: dict[Path, None] = {}
    for pattern in patterns:
        paths = sorted(Path(name) for name in glob(str(base / pattern), recursive=True))
        if not paths:
            raise UsageError(f"{pattern}：沒有這樣的題目檔")
        found |= dict.fromkeys(paths)
    return list(found)
