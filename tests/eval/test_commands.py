"""The commands on whole runs, from the door: what they write, what they say, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from eval.cli import make_app, run
from tests.eval.small import GOLD, QUOTE, open_engine, shelves

RECORDS = [
    *(
        {"id": f"q{n}", "kind": "lay", "question": "押金多久要退還？", "answerable": True, "gold": [GOLD]}
        for n in range(3)
    ),
    {"id": "t", "kind": "prediction", "question": "這個案子法官會怎麼判？", "answerable": False},
]
OTHER = [
    {"id": "q0", "answer": f"{QUOTE}[1]", "citations": [{"mark": 1, "label": "示範共享單車租借條例第4條"}]},
    {"id": "q1", "answer": "業者應於九日內返還押金[5]。"},
    {"id": "t", "answer": "無法回答。", "reason": "needs_lawyer"},
]


@pytest.fixture
def app() -> typer.Typer:
    return make_app(open_engine, shelves)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "lay.jsonl").write_text("".join(json.dumps(one) + "\n" for one in RECORDS), encoding="utf-8")
    (tmp_path / "other.jsonl").write_text("".join(json.dumps(one) + "\n" for one in OTHER), encoding="utf-8")
    path = tmp_path / "eval.toml"
    path.write_text(
        '[run]\nsets = ["lay.jsonl"]\nprocesses = 1\n[system.other]\nkind = "stored"\npath = "other.jsonl"\n'
        "[gate.metrics]\nmarks_valid = { at_least = 1 }\nmust_not = { at_most = 0 }\n",
        encoding="utf-8",
    )
    return path


def ran(app: typer.Typer, config: Path, name: str, *more: str) -> Path:
    out = config.parent / name
    assert run(app, ["run", "--config", str(config), "--out", str(out), *more]) == 0
    return out


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = capsys.readouterr().err.splitlines()
    assert "Traceback" not in line
    return line


def test_run_writes_all_that_a_run_is(app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ran(app, config, "ours")
    assert {path.name for path in out.iterdir()} == {
        "run.json", "questions.jsonl", "outputs.jsonl", "scores.jsonl", "summary.json",
        "report.md", "report.html", "junit.xml", "items.csv",
    }  # fmt: skip
    assert "作答狀態正確" in capsys.readouterr().out
    made = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (made["system"], made["corpus"], made["repeats"]) == ("engine", {"revision": 7}, 1)
    assert {"scorer", "corpus_scored", "config", "python", "youju"} <= made["versions"].keys()
    assert len(made["sets"]["lay"]) == 64


def test_the_same_run_again_asks_nothing_and_sums_up_to_the_same_bytes(app: typer.Typer, config: Path) -> None:
    out = ran(app, config, "ours")
    before = (out / "summary.json").read_bytes()
    (out / "outputs.jsonl").rename(out / "outputs.jsonl.part")
    ran(app, config, "ours")
    assert (out / "summary.json").read_bytes() == before


def test_score_makes_the_same_bytes_and_asks_nobody(app: typer.Typer, config: Path) -> None:
    out = ran(app, config, "other", "--system", "other")
    before = (out / "summary.json").read_bytes()
    config.with_name("other.jsonl").unlink()
    assert run(app, ["score", str(out)]) == 0
    assert (out / "summary.json").read_bytes() == before


def test_a_folder_of_another_run_is_left_alone(
    app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ran(app, config, "ours")
    capsys.readouterr()
    arguments = ["run", "--config", str(config), "--system", "other", "--out", str(out)]
    assert run(app, arguments) == 2
    assert "另一次評測（system、config 不同）" in capsys.readouterr().err


def test_answers_made_elsewhere_are_scored_and_those_missing_shown(app: typer.Typer, config: Path) -> None:
    out = ran(app, config, "other", "--system", "other")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["all"]["states"] == {"abstained": 1, "answered": 2, "error": 1}
    assert summary["all"]["metrics"]["marks_valid"]["micro"] == 0.5


def test_compare(app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, other = ran(app, config, "ours"), ran(app, config, "other", "--system", "other")
    capsys.readouterr()
    record = config.with_name("compared.json")
    assert run(app, ["compare", str(ours), str(other), "--json", str(record)]) == 0
    assert "| 指標 | 前 | 後 | 差 |" in capsys.readouterr().out
    assert json.loads(record.read_text(encoding="utf-8"))["n"] == 4
    assert run(app, ["report", str(other), "--against", str(ours), "--config", str(config)]) == 0
    assert "與 `ours` 比較" in capsys.readouterr().out


def test_gate_needs_a_blessing_passes_and_fails(
    app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, other = ran(app, config, "ours"), ran(app, config, "other", "--system", "other")
    with config.open("a", encoding="utf-8") as file:
        file.write("")
    capsys.readouterr()
    options = ["--config", str(config)]
    assert run(app, ["gate", str(ours), *options]) == 2
    assert "不是經認可的基準" in complaint(capsys)
    assert run(app, ["gate", str(ours), *options, "--bless", "第一個基準"]) == 2
    assert "要寫明理由" in complaint(capsys)
    assert run(app, ["gate", str(ours), *options, "--bless", "第一個基準", "--who", "王小明"]) == 0
    capsys.readouterr()
    # No question forbids a word, so nothing can be said of that bar; what is broken is graver than what is not known.
    assert run(app, ["gate", str(ours), *options]) == 3
    record = config.with_name("gate.json")
    assert run(app, ["gate", str(other), *options, "--json", str(record)]) == 1
    assert json.loads(record.read_text(encoding="utf-8"))["exit_code"] == 1
    text = config.read_text(encoding="utf-8").replace("must_not = { at_most = 0 }\n", "")
    config.write_text(text, encoding="utf-8")
    assert run(app, ["gate", str(ours), *options]) == 0


def test_explain(app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ran(app, config, "other", "--system", "other")
    capsys.readouterr()
    assert run(app, ["explain", str(out), "q1"]) == 0
    assert "✗ marks_valid" in capsys.readouterr().out
    assert run(app, ["explain", str(out), "nobody"]) == 2


def test_doctor_ends_with_1_where_something_is_wrong(
    app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(app, ["doctor", "--config", str(config), "--data", str(config.parent)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert {line[0] for line in shown} <= set("✓✗–")


@pytest.mark.parametrize("command", ["score", "report", "compare", "gate", "explain"])
def test_a_folder_that_is_no_run_is_exit_2(
    command: str, app: typer.Typer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = {"compare": [str(tmp_path)], "explain": ["q"]}.get(command, [])
    assert run(app, [command, str(tmp_path), *beside]) == 2
    complaint(capsys)


def test_no_question_is_exit_3(app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.with_name("lay.jsonl").write_text("")
    assert run(app, ["run", "--config", str(config), "--out", str(config.with_name("x"))]) == 3
    assert "沒有題目" in capsys.readouterr().err


def test_a_setting_that_is_unknown_is_exit_2(
    app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("[run]\nsytem = 'x'\n", encoding="utf-8")
    assert run(app, ["run", "--config", str(config)]) == 2
    assert "沒有 run.sytem 這個設定；是不是 system？" in complaint(capsys)


def test_a_run_that_never_began_leaves_no_folder(
    app: typer.Typer, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = config.parent / "new"
    assert run(app, ["run", "--config", str(config), "--system", "nobody", "--out", str(out)]) == 2
    assert "nobody" in capsys.readouterr().err
    assert not out.exists()


def test_a_file_of_answers_that_was_put_right_is_read_anew(app: typer.Typer, config: Path) -> None:
    out = ran(app, config, "other", "--system", "other")
    config.with_name("other.jsonl").write_text(json.dumps(OTHER[0]) + "\n", encoding="utf-8")
    ran(app, config, "other", "--system", "other")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["all"]["states"] == {"answered": 1, "error": 3}
