from pathlib import Path

import pytest

from eval.bench.__main__ import STEPS, app
from eval.bench.bars import MEASURES
from eval.cli import run


def bench(source: Path, *steps: str) -> int:
    only = [argument for step in steps for argument in ("--only", step)]
    return run(app, ["--source", str(source), "--data", str(source / "data"), *only], name="eval.bench")


def test_every_step_measures_something_and_every_measure_has_its_step() -> None:
    assert {measure.step for measure in MEASURES} == set(STEPS)


def test_a_step_without_its_data_is_left_out_with_a_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "moj").mkdir()
    assert bench(tmp_path, "throughput") == 0
    shown = capsys.readouterr()
    assert "throughput: skipped:" in shown.err
    assert "judgments.zip：沒有實際資料" in shown.err
    assert len(shown.out.splitlines()) == 2


def test_a_step_that_could_not_measure_misses_its_bars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "moj").mkdir()
    assert bench(tmp_path, "judgments") == 1
    assert "還沒有資料" in capsys.readouterr().out


def test_an_unknown_step_is_exit_2(tmp_path: Path) -> None:
    assert bench(tmp_path, "nothing") == 2


def test_no_real_data_at_all_is_exit_3(tmp_path: Path) -> None:
    assert bench(tmp_path, "links") == 3
