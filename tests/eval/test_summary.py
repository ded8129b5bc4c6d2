from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import NotEnoughData
from eval.folder import Manifest, RunFolder
from eval.summary import certainty, summarise
from eval.tier import score
from tests.eval.small import GOLD, asked, opened, said

MANIFEST = Manifest(system="engine", corpus={"revision": 7}, versions={"scorer": "abc"}, seed=3)
QUESTIONS = [
    *(asked(f"a{n}", gold=(GOLD,), cluster=f"c{n % 5}") for n in range(12)),
    *(asked(f"b{n}", kind="prediction", answerable=False, set="traps") for n in range(4)),
]
OUTPUTS = [
    *(said(f"a{n}", confidence=float(n), ms=10.0 + n) for n in range(11)),
    *(said(f"b{n}", answer="查無資料。", citations=(), reason="needs_lawyer") for n in range(3)),
    said("b3", confidence=0.5),
]


def test_the_same_answers_make_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        folder = RunFolder.make(tmp_path / name)
        folder.put_summary(summarise(score(QUESTIONS, OUTPUTS, opened), OUTPUTS, MANIFEST))
        written.append((folder.path / "summary.json").read_bytes())
    assert written[0] == written[1]
    assert str(tmp_path).encode() not in written[0]


def test_figures_of_all_and_of_each_set() -> None:
    found = summarise(score(QUESTIONS, OUTPUTS, opened), OUTPUTS, MANIFEST)
    assert (found["corpus"], found["scorer"], found["seed"]) == ({"revision": 7}, "abc", 3)
    assert found["all"]["states"] == {"abstained": 3, "answered": 12, "error": 1}
    assert {name: group["n"] for name, group in found["by_set"].items()} == {"lay": 12, "traps": 4}
    state = found["all"]["metrics"]["state_ok"]
    assert (state["part"], state["whole"], state["n"], state["micro"]) == (14, 16, 16, 0.875)
    assert state["low"] < state["micro"] < state["high"]
    assert found["by_set"]["lay"]["latency_ms"] == {"p50": 15.0, "p95": 20.0, "p99": 20.0}
    assert found["all"]["problems"]["state_ok"] == 2
    assert set(found["slices"]["kind"]) == {"lay", "prediction"}
    json.dumps(found, allow_nan=False)


def test_micro_and_macro_differ_where_answers_differ_in_size() -> None:
    outputs = [said("a0", answer="業者應於七日內全額返還押金。[1]\n押金應返還。[9]"), said("a1")]
    found = summarise(score(QUESTIONS[:2], outputs, opened), outputs, MANIFEST)
    valid = found["all"]["metrics"]["marks_valid"]
    assert (valid["part"], valid["whole"], valid["macro"]) == (2, 3, 0.75)


def test_risk_over_coverage_goes_by_how_sure_the_system_was() -> None:
    found = summarise(score(QUESTIONS, OUTPUTS, opened), OUTPUTS, MANIFEST)["all"]["risk_coverage"]
    # Of 12 answers the one to a question nobody can answer is the second least sure.
    assert found["n"] == 12
    assert found["points"][-1] == [1.0, pytest.approx(1 / 12, abs=1e-6)]
    assert 0 < found["aurc"] < 1 / 12
    assert certainty([said("x"), said("y", retrieved=({"key": "k", "score": 4.0},))]) == {("y", 0): 4.0}


def test_repeats_show_their_noise() -> None:
    outputs = [said("a0"), said("a0", repeat=1, answer="", citations=(), error="斷線")]
    noise = summarise(score(QUESTIONS[:1], outputs, opened), outputs, MANIFEST)["all"]["noise"]
    assert noise["state_ok"]["flips"] == 1.0


def test_nothing_is_nothing() -> None:
    with pytest.raises(NotEnoughData):
        summarise([], [], MANIFEST)
