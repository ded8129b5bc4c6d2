from typing import Annotated, Literal

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


several = typer.Typer()
Side = Literal["left", "right"]


@several.command("work")
def options(
    outcome: str,
    count: Annotated[int, typer.Option(min=0, max=9)] = 0,
    share: float = 0,
    pair: tuple[float, float] = (0, 0),
    dry: Annotated[bool, typer.Option("--dry")] = False,
    side: Side = "left",
) -> None:
    """Every kind of option that our commands have."""


@several.command()
def needy(side: Annotated[Side, typer.Option()]) -> None: ...


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


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "缺少子命令"),
        (["work"], "缺少 outcome"),
        (["wrok"], "沒有 wrok 這個子命令；是不是 'work'？"),
        (["x\ny"], "沒有 x\\ny 這個子命令"),
        (["work", "fine", "--count", "many"], "--count 的值不對：應為整數"),
        (["work", "fine", "--count", "-1"], "--count 的值不對：不得小於 0"),
        (["work", "fine", "--count", "10"], "--count 的值不對：不得大於 9"),
        (["work", "fine", "--share", "many"], "--share 的值不對：應為數字"),
        (["work", "fine", "--count"], "--count 後面要寫值"),
        (["work", "fine", "--pair", "1"], "--pair 後面要寫 2 個值"),
        (["work", "fine", "--dry=1"], "--dry 後面不寫值"),
        (["work", "fine", "--nothing"], "沒有 --nothing 這個選項"),
        (["work", "fine", "--cuont", "1"], "沒有 --cuont 這個選項；是不是 --count？"),
        (["work", "fine", "more", "words"], "多了 more words"),
        (["work", "fine", "--side", "up"], "--side 的值不對：up 不是 'left', 'right' 其中之一"),
        (["needy"], "缺少 --side，可用的是 left, right"),
    ],
)
def test_bad_usage_is_one_line_in_chinese_and_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    assert run(several, arguments, "youju") == 2
    assert capsys.readouterr().err == f"youju：用法有誤（{why}），請看 youju --help\n"


def test_foreign_words_are_one_line_and_no_commands_to_a_terminal() -> None:
    assert line("a\nb\x1b[2J\x9bc\x00第\u3000一") == "a b [2J c 第\u3000一"
