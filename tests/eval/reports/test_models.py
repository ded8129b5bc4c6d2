from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from eval.reports.models import as_html, as_markdown, table
from eval.reports.run import load
from rag.errors import UsageError
from tests.eval.reports import sample


def test_a_column_for_each_run(tmp_path: Path) -> None:
    runs = [load(sample.before(tmp_path / "before")), load(sample.after(tmp_path / "after"))]
    found = table(runs, sample.METRICS)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in as_markdown(found).splitlines()]
    assert rows[0] == ["", "`preset` `before`", "`preset` `after`"]
    assert rows[2] == ["回答", "6", "6"]
    assert rows[3] == ["作答狀態正確（state_ok）↑", "1.000（0.610–1.000）", "0.833（0.436–0.970）"]
    assert rows[-1] == ["95 % 在幾毫秒內", "12", "12"]
    page = BeautifulSoup(as_html(found), "lxml")
    assert [one.get_text(" ") for one in page.select("tbody tr")[1].select("td")] == [
        "1.000 0.610–1.000",
        "0.833 0.436–0.970",
    ]


def test_evil_names_are_text(tmp_path: Path) -> None:
    page = BeautifulSoup(as_html(table([load(sample.evil(tmp_path / "evil"))], sample.METRICS)), "lxml")
    assert not page.select("script, img")
    assert "<script>window.hit=1</script>" in page.get_text()


def test_runs_that_are_not_of_the_same_questions_share_no_table(tmp_path: Path) -> None:
    other = sample.write(tmp_path / "b", [(sample.asked("x"), None, sample.item("x"))], sets={"lay": "cd"})
    with pytest.raises(UsageError, match="題目檔不同"):
        table([load(sample.before(tmp_path / "a")), load(other)], sample.METRICS)


def test_no_run_is_no_table() -> None:
    with pytest.raises(UsageError, match="沒有可以比較的評測"):
        table([], sample.METRICS)
