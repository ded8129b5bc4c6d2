from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from eval.folder import RunFolder
from eval.reports.run import load
from eval.reports.table import as_csv, harmless
from tests.eval.reports import sample


def read(folder: RunFolder) -> list[dict[str, str]]:
    content = as_csv(load(folder), sample.METRICS)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_for_each_answer_and_a_column_for_each_measure(tmp_path: Path) -> None:
    found = read(sample.after(tmp_path / "after"))
    assert [(row["set"], row["id"], row["state"]) for row in found] == [
        ("lay", "q0", "answered"),
        ("lay", "q1", "answered"),
        ("lay", "q2", "answered"),
        ("lay", "q3", "answered"),
        ("traps", "q4", "abstained"),
        ("traps", "q5", "answered"),
    ]
    assert found[1]["marks_valid"] == "0.5"
    assert found[1]["problems"] == "marks_valid：〔9〕不在回答列出的來源裡"
    assert found[1]["answer"].endswith("另應賠償百萬元[9]。")


def test_a_measure_that_does_not_apply_is_an_empty_cell(tmp_path: Path) -> None:
    one = sample.item("q", citation_recall=0.25)
    other = sample.replace(sample.item("r"), shares={"state_ok": sample.Share(1.0), "odd": sample.Share(-1.0)})
    found = read(
        sample.write(tmp_path / "run", [(sample.asked(id), None, it) for id, it in (("q", one), ("r", other))])
    )
    assert [row["citation_recall"] for row in found] == ["0.25", ""]
    assert [row["odd"] for row in found] == ["", "-1.0"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＠a"])
def test_no_text_is_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["", "a=1", "民法第1條", "3-1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_formulas_in_every_field_are_text(tmp_path: Path) -> None:
    question = sample.asked("=q", question="=HYPERLINK(1)")
    said = sample.output("=q", "+cmd|' /C calc'!A0")
    found = sample.item("=q", problems=[sample.Problem("=x", None, "=y")])
    run = read(sample.write(tmp_path / "run", [(question, said, found)]))
    assert not [cell for cell in run[0].values() if cell.startswith(("=", "+", "-", "@"))]


def test_evil_text_does_not_leave_its_cell(tmp_path: Path) -> None:
    found = read(sample.evil(tmp_path / "evil", '\r\n,"x",'))
    assert len(found) == 1
    assert found[0]["question"].startswith("</script><script>")
