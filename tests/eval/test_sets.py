from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from eval.errors import NotEnoughData
from eval.sets import read_sets
from rag.errors import UsageError


def write(path: Path, *ids: str, **more: object) -> Path:
    lines = [{"id": id, "kind": "lay", "question": "問？", "answerable": True} | more for id in ids]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_files_by_pattern_each_question_with_its_set(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl", "b1")
    path = write(tmp_path / "a.jsonl", "a1", "a2")
    found = read_sets(["*.jsonl"], tmp_path)
    assert [(one.set, one.id) for one in found.questions] == [("a", "a1"), ("a", "a2"), ("b", "b1")]
    assert found.digests["a"] == sha256(path.read_bytes()).hexdigest()


def test_a_day_is_for_questions_that_name_none(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", "plain")
    write(tmp_path / "b.jsonl", "own", as_of="2020-01-01")
    write(tmp_path / "c.jsonl", "says", kind="as_of")
    days = {one.id: one.as_of for one in read_sets(["*"], tmp_path, date(2024, 1, 1)).questions}
    assert days == {"plain": date(2024, 1, 1), "own": date(2020, 1, 1), "says": None}


def test_what_will_not_do(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", "x")
    (tmp_path / "more").mkdir()
    write(tmp_path / "more" / "a.jsonl", "y")
    write(tmp_path / "more" / "b.jsonl", "x")
    (tmp_path / "none.jsonl").write_text("")
    for patterns, why in (
        (["z.jsonl"], "沒有這樣的題目檔"),
        (["a*", "more/a*"], "同名"),
        (["a*", "more/b*"], "id x 已在"),
    ):
        with pytest.raises(UsageError, match=why):
            read_sets(patterns, tmp_path)
    with pytest.raises(NotEnoughData):
        read_sets(["none.jsonl"], tmp_path)
    assert len(read_sets(["a.jsonl", "a.jsonl"], tmp_path).questions) == 1
