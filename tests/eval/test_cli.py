import json
from pathlib import Path

import pytest

from eval.cli import make_app, run
from tests.eval.fakes import TEXT, FakeEngine, answered, cited, document, found, law, opener, said

KEY = "law/Z0000001/1"
RECORD = {"id": "a", "kind": "lay", "question": "甲", "answerable": True, "gold": [law("1")]}
ENGINE = FakeEngine({"甲": (found(KEY),)}, {"甲": answered(said(TEXT, 1), citations=[cited(KEY)])}, (document(KEY),))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    return path


def test_retrieval_prints_a_table_and_one_line_of_json_last(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_app(opener(ENGINE)), ["retrieval", str(questions)]) == 0
    *table, last = capsys.readouterr().out.splitlines()
    summary = json.loads(last)
    assert (summary["n"], summary["hit@1"], summary["p99_ms"] >= 0) == (1, 1.0, True)
    assert any("hit@10" in row for row in table)


def test_answers_prints_one_line_of_json_last(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make_app(opener(ENGINE)), ["answers", str(questions)]) == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["n"], summary["state_ok"], summary["quotes_verbatim"], summary["invented"]) == (1, 1.0, 1.0, 0)


@pytest.mark.parametrize("command", ["retrieval", "answers"])
def test_out_has_one_line_a_question(command: str, questions: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    assert run(make_app(opener(ENGINE)), [command, str(questions), "--out", str(out)]) == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == "a"
    assert {path.name for path in tmp_path.iterdir()} == {"questions.jsonl", "results.jsonl"}


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard error: one line, and no traceback."""
    shown = capsys.readouterr()
    assert shown.out == ""
    (line,) = shown.err.splitlines()
    assert "Traceback" not in line
    return line


@pytest.mark.parametrize("command", ["retrieval", "answers"])
@pytest.mark.parametrize("content", ["not json", '{"id": "a"}', '{"gold": 1}'])
def test_bad_input_is_exit_2(command: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content, encoding="utf-8")
    assert run(make_app(opener(ENGINE)), [command, str(path)]) == 2
    assert f"{path}:1：" in complaint(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["retrieval", "/absent.jsonl"],
        ["retrieval"],
        ["retrieval", "{questions}", "--no-such-option"],
        ["no-such-command"],
        [],
        ["answers", "{questions}", "--out", "/absent/results.jsonl"],
        ["answers", "{questions}", "--out", "{folder}"],
    ],
)
def test_bad_usage_is_exit_2(arguments: list[str], questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled = [part.format(questions=questions, folder=questions.parent) for part in arguments]
    assert run(make_app(opener(ENGINE)), filled) == 2
    assert complaint(capsys).startswith("youju-eval：")


@pytest.mark.parametrize("command", ["retrieval", "answers"])
def test_no_index_is_exit_3(command: str, questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make_app(opener(None)), [command, str(questions), "--data", "/nowhere"]) == 3
    assert "/nowhere" in complaint(capsys)


@pytest.mark.parametrize("command", ["retrieval", "answers"])
def test_no_questions_is_exit_3(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", encoding="utf-8")
    assert run(make_app(opener(ENGINE)), [command, str(path)]) == 3
    assert "沒有題目" in complaint(capsys)


def test_nothing_with_a_gold_is_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no_gold.jsonl"
    path.write_text(json.dumps(RECORD | {"gold": []}), encoding="utf-8")
    assert run(make_app(opener(ENGINE)), ["retrieval", str(path)]) == 3
    assert "沒有標準答案" in complaint(capsys)


def test_a_fault_of_the_program_is_exit_1_in_one_line(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken(FakeEngine):
        def ask(self, question: str, as_of: object = None) -> object:  # type: ignore[override]
            raise ZeroDivisionError("two\nlines")

    assert run(make_app(opener(Broken())), ["answers", str(questions)]) == 1
    assert "ZeroDivisionError：two lines" in complaint(capsys)


def test_help_is_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make_app(opener(ENGINE)), ["retrieval", "--help"]) == 0
    assert "--out" in capsys.readouterr().out
