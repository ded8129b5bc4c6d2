from __future__ import annotations

import json
from pathlib import Path

from eval.config import Config, JudgeTable, RunTable, StoredTable
from eval.doctor import Check, examine


def found(config: Config, data: Path) -> dict[str, Check]:
    return {check.what: check for check in examine(config, data)}


def config(tmp_path: Path, **more: object) -> Config:
    line = {"id": "a", "kind": "lay", "question": "問？", "answerable": True}
    (tmp_path / "q.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    return Config(run=RunTable(sets=("q.jsonl",), **more), base=tmp_path)  # type: ignore[arg-type]


def test_an_empty_folder_is_told_and_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    checks = found(config(tmp_path), tmp_path)
    assert [check.what for check in checks.values() if check.is_fine is False] == ["資料與索引"]
    assert checks["題目"].line == "✓ 題目：1 個檔案，1 題"
    assert checks["評審模型"].line.startswith("– 評審模型：未設定")
    assert all("\n" not in check.line for check in checks.values())


def test_what_is_missing_is_told_with_what_to_do(tmp_path: Path) -> None:
    asked = config(tmp_path, system="other").model_copy(
        update={"system": {"other": StoredTable(path=Path("none.jsonl"))}}
    )
    asked = asked.model_copy(update={"run": asked.run.model_copy(update={"sets": ("z*.jsonl",)})})
    checks = found(asked, tmp_path / "none")
    assert {what for what, check in checks.items() if check.is_fine is False} == {
        "資料夾",
        "資料與索引",
        "題目",
        "受測系統",
    }
    assert "youju-ingest" in checks["資料夾"].told
    assert "z*.jsonl" in checks["題目"].told


def test_a_judge_that_is_set(tmp_path: Path) -> None:
    asked = config(tmp_path).model_copy(update={"judge": (JudgeTable(name="tiny"), JudgeTable(model="taide-8b"))})
    assert found(asked, tmp_path)["評審模型"] == Check("評審模型", True, "tiny、taide-8b")
