from __future__ import annotations

from pathlib import Path

from eval.reports.plots import curves, slices
from eval.reports.run import load
from tests.eval.reports import sample


def test_risk_and_times_are_drawn_and_told(tmp_path: Path) -> None:
    run, other = load(sample.after(tmp_path / "after")), load(sample.before(tmp_path / "before"))
    risk, latency = curves(run, other)
    assert "after 曲線下面積（AURC）0.000，5 筆回答；before" in risk.told
    assert "after 一半在 12 毫秒 以內，95 % 在 12 毫秒 以內" in latency.told
    assert all(plot.svg.count("<polyline") == 2 for plot in (risk, latency))


def test_a_run_that_tells_no_times_and_no_confidence_has_no_curves(tmp_path: Path) -> None:
    quick = sample.replace(sample.item("q"), ms=0.0)
    run = load(sample.write(tmp_path / "run", [(sample.asked("q"), sample.output("q", confidence=None), quick)]))
    assert curves(run, None) == []


def test_headline_measures_are_drawn_by_slice(tmp_path: Path) -> None:
    run, other = load(sample.after(tmp_path / "after")), load(sample.before(tmp_path / "before"))
    plots = slices(run, other, {"state_ok": "作答狀態正確"})
    assert [plot.title for plot in plots] == ["作答狀態正確（state_ok）", "citation_recall（citation_recall）"]
    # All answers and two sets, each with a dot and the other run's.
    assert plots[0].svg.count("<circle") == 6
    assert "全部 0.833、lay 1.000、traps 0.500" in plots[0].svg
    assert "空心圓是 before" in plots[0].told
