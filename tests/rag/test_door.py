import pytest
import typer

from rag.door import run
from rag.errors import NoIndex, UsageError, YoujuError

app = typer.Typer()


@app.command()
def work(outcome: str, count: int = 0) -> int:
    failures: dict[str, BaseException] = {
        "usage": UsageError("用法\n有誤"),
        "empty": NoIndex("尚無資料"),
        "other": YoujuError("失敗"),
        "abort": typer.Abort(),
        "stop": KeyboardInterrupt(),
    }
    if outcome in failures:
        raise failures[outcome]
    if outcome == "exit":
        raise typer.Exit(1)
    return count


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["fine"], 0, ""),
        (["exit"], 1, ""),
        (["usage"], 2, "youju：用法 有誤\n"),
        (["empty"], 3, "youju：尚無資料\n"),
        (["other"], 1, "youju：失敗\n"),
        (["abort"], 130, "youju：已中斷\n"),
        (["stop"], 130, ""),
    ],
)
def test_outcome_becomes_exit_code_and_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, line: str
) -> None:
    assert run(app, arguments, "youju") == code
    assert capsys.readouterr().err == line


@pytest.mark.parametrize("arguments", [[], ["fine", "--count", "many"], ["fine", "--nothing"]])
def test_bad_usage_is_one_line_and_two(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(app, arguments, "youju") == 2
    error = capsys.readouterr().err
    assert error.startswith("youju：")
    assert error.count("\n") == 1
