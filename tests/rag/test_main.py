"""The door itself, as its own process: what it prints, where, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.schemas.answer import AnswerOut

ROOT = Path(__file__).parents[2]
ARTICLE = "示範共享單車租借條例第4條第2項"


def run(*arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}
    return subprocess.run(
        [sys.executable, "-m", "rag", *arguments],
        cwd=ROOT,
        env=kept | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ask(data: Path, *arguments: str | bytes, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(*arguments, "--data", str(data), **environment)


def test_answer_in_the_terminal(sample_data: Path) -> None:
    done = ask(sample_data, ARTICLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "業者應於七日內全額返還" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_is_the_answer_object(sample_data: Path) -> None:
    done = ask(sample_data, ARTICLE, "--json", "--as-of", "2024-06-30")
    printed = json.loads(done.stdout)
    answer = AnswerOut.model_validate(printed)
    assert answer.model_dump(mode="json", exclude_unset=True) == printed
    assert (answer.state, answer.as_of.isoformat()) == ("abstained", "2024-06-30")
    assert answer.reason == "outside_coverage"


@pytest.mark.parametrize("question", [ARTICLE, "示範共享單車租借條例第99條", "明天會下雨嗎？"])
def test_answer_and_reasoned_refusal_both_end_well(sample_data: Path, question: str) -> None:
    assert ask(sample_data, question).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([""], "問題是空的"),
        (["  \u3000 "], "問題是空的"),
        ([b"\xff\xfe"], "無法辨識的字元"),
        (["問" * 2000], "問題最多 1000 字，這個問題有 2000 字"),
        ([ARTICLE, "--as-of", "2024-7-1"], "--as-of：日期寫成 2024-07-31，不是「2024-7-1」"),
        ([ARTICLE, "--as-of", "20240701"], "--as-of：日期寫成 2024-07-31"),
        ([ARTICLE, "--as-of", "2024-02-30"], "--as-of：沒有 2024-02-30 這一天"),
        ([ARTICLE, "--as-of", "9999-12-31"], "--as-of：日期最晚是 9999-12-30"),
        ([ARTICLE, "--nothing"], ""),
        ([], ""),
    ],
)
def test_bad_usage_is_one_line_and_two(sample_data: Path, arguments: list[str | bytes], said: str) -> None:
    done = ask(sample_data, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("youju-ask：")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


def test_no_data_is_one_line_and_three(tmp_path: Path) -> None:
    done = ask(tmp_path, ARTICLE)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert "youju-ingest run laws" in done.stderr


def test_unknown_setting_refuses_to_start(sample_data: Path) -> None:
    done = ask(sample_data, ARTICLE, YOUJU_MAX_SENTENCE="3")
    assert done.returncode == 2
    assert "YOUJU_MAX_SENTENCES" in done.stderr


@pytest.mark.parametrize("how", ["", "--json"])
def test_reader_who_stops_reading_is_no_error(sample_data: Path, how: str) -> None:
    command = [
        sys.executable,
        "-m",
        "rag",
        "示範共享單車租借條例第1條至第9條",
        "--data",
        str(sample_data),
        *filter(None, [how]),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        error = process.stderr.read()
        assert (process.wait(60), error) == (0, b"")


def test_help_answers_without_data(tmp_path: Path) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert all(option in done.stdout for option in ("--as-of", "--json", "--data"))
