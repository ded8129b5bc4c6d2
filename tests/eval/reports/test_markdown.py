from __future__ import annotations

from pathlib import Path

import pytest

from eval.folder import RunFolder
from eval.reports.markdown import as_markdown, code
from eval.reports.run import load, tables
from rag.errors import UsageError
from tests.eval.reports import sample


def made(run: RunFolder, against: RunFolder | None = None) -> str:
    held, other = load(run), load(against) if against else None
    return as_markdown(held, tables(held, other, sample.METRICS), other)


def rows(text: str, name: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if f"（{name}）" in line]


def test_a_set_has_a_table_of_figures_with_intervals(tmp_path: Path) -> None:
    text = made(sample.after(tmp_path / "after"))
    assert [line for line in text.splitlines() if line.startswith("### ")] == ["### `lay`", "### `traps`"]
    lay, traps = rows(text, "state_ok")
    assert lay == ["作答狀態正確（state_ok）", "1.000", "0.510–1.000", "4"]
    assert traps == ["作答狀態正確（state_ok）", "0.500", "0.095–0.905", "2"]


def test_it_is_told_who_said_what_is_relevant(tmp_path: Path) -> None:
    gold = {"gold": ({"law": "甲法", "pcode": "Z9990001", "article": "3"},)}
    who = ("people", "people", "model", "derived", None)
    parts = [(sample.asked(f"q{at}", **gold, judged_by=by), None, sample.item(f"q{at}")) for at, by in enumerate(who)]
    text = made(sample.write(tmp_path / "told", [*parts, (sample.asked("free"), None, sample.item("free"))]))
    assert "標準依據出自：人工 2 題、模型 1 題、由其他資料推得 1 題、未註明 1 題\n" in text
    assert "標準依據" not in made(sample.after(tmp_path / "after"))


def test_against_another_run_each_change_is_told_and_the_questions_are_behind_a_fold(tmp_path: Path) -> None:
    text = made(sample.after(tmp_path / "after"), sample.before(tmp_path / "before"))
    lay, traps = rows(text, "marks_valid")
    assert lay[4].startswith("-0.125 ▼")
    assert lay[7] == "0／3／1"
    assert traps[4] == "+0.000"
    assert rows(text, "leak_wording")[0][4] == "+0.250 ▼"
    fold = text[text.index("<details>") : text.index("</details>")]
    assert "- 引註有對應的來源變差 1 筆：`q1`" in fold
    assert "- 夾雜大陸法律用語變差 1 筆：`q2`" in fold


def test_runs_of_other_questions_are_not_put_side_by_side(tmp_path: Path) -> None:
    other = sample.write(tmp_path / "b", [(sample.asked("x"), None, sample.item("x"))], sets={"lay": "cd"})
    with pytest.raises(UsageError, match="題目檔不同"):
        made(sample.before(tmp_path / "a"), other)


def test_text_from_outside_stands_as_code(tmp_path: Path) -> None:
    text = made(sample.evil(tmp_path / "evil"))
    outside = "".join(text.split("`")[::2])
    assert "<script" not in outside.split("### ")[0]
    assert "\u202e" not in text
    assert "\x00" not in text
    assert code("a`b\nc") == "`a'b c`"
