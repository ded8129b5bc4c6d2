from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eval.config import ChatTable, Config, EngineTable, HttpTable, StoredTable, load_config
from rag.errors import UsageError

WHOLE = """
[run]
system = "taide"
sets = ["questions/*.jsonl"]
as_of = 2024-10-11
repeats = 3
seed = 5
depth = 20
processes = 1
concurrency = 4

[system.http]
url = "http://127.0.0.1:8000"

[system.taide]
kind = "chat"
model = "taide-8b"
with_passages = true

[system.other]
kind = "stored"
path = "answers.jsonl"

[gate]
baseline = "main"

[gate.metrics]
state_ok = { margin = 0.06 }
error = { at_most = 0 }

[report]
formats = ["html"]
"""


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "eval.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_no_file_is_the_defaults() -> None:
    found = load_config(None)
    assert isinstance(found.chosen, EngineTable)
    assert (found.run.repeats, found.run.depth, found.base) == (1, 100, Path())
    assert all(name.endswith(".jsonl") for name in found.run.sets)


def test_a_whole_file(tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE)
    assert isinstance(found.chosen, ChatTable)
    assert found.run.as_of == date(2024, 10, 11)
    assert isinstance(found.system["http"], HttpTable)
    assert isinstance(found.system["other"], StoredTable)
    assert isinstance(found.system["engine"], EngineTable)
    assert {name: bars.margin for name, bars in found.gate.metrics.items()} == {"state_ok": 0.06, "error": None}
    assert found.base.resolve() == tmp_path.resolve()


def test_what_is_written_down_has_no_place_of_the_machine_and_tells_settings_apart(tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE)
    assert str(tmp_path) not in str(found.record)
    assert found.digest == load(tmp_path, WHOLE + "\n# 註解\n").digest
    assert found.digest != load(tmp_path, WHOLE.replace("seed = 5", "seed = 6")).digest


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[run]\nsystm = 'x'", r"沒有 run\.systm 這個設定；是不是 system？"),
        ("[rnu]", "沒有 rnu 這個設定；是不是 run？"),
        ("base = '/'", "沒有 base 這個設定"),
        ("[run]\nrepeats = '3'", r"欄位 run\.repeats：應為整數"),
        ("[run]\nrepeats = 0", r"欄位 run\.repeats：不得小於 1"),
        ("[system.x]\nurl = 'http://a'", r"system\.x"),
        ("[system.http]", r"欄位 system\.http.*url：缺少這個欄位"),
        ("[gate.metrics]\nerror = { at_mots = 0 }", "at_mots 這個設定；是不是 at_most"),
        ("[gate.metrics]\nexists = { at_least = nan }", r"at_least：應為有限的數字"),
        ("[run]\nprocesses = 99", r"欄位 run\.processes：不得大於 64"),
        ("[gate]\nalpha = 1.0", r"欄位 gate\.alpha：應小於 1"),
        ("[system.x]\nkind = 'y'", r"欄位 system\.x：只能是 'engine'"),
        ("[system.x]\nurl = 'http://a'", r"欄位 system\.x\.kind：缺少這個欄位"),
        ("[run", "不是 TOML"),
    ],
)
def test_what_is_unknown_or_wrong_is_told_in_one_line(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why) as told:
        load(tmp_path, text)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="讀不到檔案"):
        load_config(tmp_path / "none.toml")


def test_a_system_that_nobody_set(tmp_path: Path) -> None:
    found = load(tmp_path, "[run]\nsystem = 'x'")
    with pytest.raises(UsageError, match=r"設定裡沒有 \[system.x\]；有：engine"):
        print(found.chosen)


def test_the_example_in_the_documents_is_right() -> None:
    found = load_config(Path(__file__).parents[2] / "docs" / "youju-eval.toml")
    assert {table.kind for table in found.system.values()} == {"engine", "http", "chat", "stored"}
    assert isinstance(found.chosen, EngineTable)
