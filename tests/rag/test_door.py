import pytest
import typer

from rag.door import line, run
from rag.errors import NoIndex, UsageError, YoujuError

app = typer.Typer()


@app.command()
def work(outcome: str, count: int = 0) -> int:
    failures: dict[str, BaseException] = {
        "usage": UsageError("用法\n\x1b有誤"),
        "empty": NoIndex("尚無資料"),
        "other": YoujuError("失敗"),
        "abort": typer.Abort(),
        "stop": KeyboardInterrupt(),
        "full": OSError(28, "No space left on device", "/data/youju.db"),
        "\udcff": UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"),
        "ours": UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"),
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
        (["full"], 1, "youju：/data/youju.db：無法讀寫（磁碟空間不足）\n"),
        (["\udcff"], 2, "youju：參數含有不成字的編碼；請用 UTF-8\n"),
    ],
)
def test_outcome_becomes_exit_code_and_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, line: str
) -> None:
    assert run(app, arguments, "youju") == code
    assert capsys.readouterr().err == line


def test_text_that_is_none_is_blamed_on_the_arguments_only_where_they_hold_it() -> None:
    with pytest.raises(UnicodeEncodeError):
        run(app, ["ours"], "youju")


@pytest.mark.parametrize("arguments", [[], ["fine", "--count", "many"], ["fine", "--nothing"]])
def test_bad_usage_is_one_line_and_two(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(app, arguments, "youju") == 2
    error = capsys.readouterr().err
    assert error.startswith("youju：")
    assert error.count("\n") == 1


def test_foreign_words_are_one_line_and_no_commands_to_a_terminal() -> None:
    assert line("a\nb\x1b[2J\x9bc\x00第\u3000一") == "a b [2J c 第\u3000一"
