"""The door for everyone: ``youju-ask``, one question, one proved answer."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from rag import door
from rag.causes import cause
from rag.errors import UsageError

_MOST_BYTES = 8 * 1024 * 1024
app = typer.Typer(name="youju-ask", help="問一個法律問題，得到每一句都有依據的回答。", add_completion=False)


@app.command()
def ask(  # noqa: PLR0913 - one parameter an option
    question: Annotated[str, typer.Argument(metavar="問題", help="用平常的話寫的問題")] = "",
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="依哪一天的法律；不給即看問題，再不然是今天")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="起草的聊天模型；extractive 為不用模型（預設取自設定）")
    ] = None,
    after: Annotated[
        list[str] | None, typer.Option(metavar="問題", help="之前問過的問題，可重複；這一題可以接著問")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(metavar="FILE", help="不問問題，查核檔案裡提到的每一條法規與裁判；- 為標準輸入")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="印出 JSON，與 HTTP 介面相同")] = False,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")] = None,
) -> None:
    """問一個問題。結束碼：0 有回答或說明為何不答，1 模型出錯或查核不符，2 用法或輸入有誤，3 還沒有資料。"""
    day = _day(as_of)
    if verify is not None:
        if question or after or model:
            raise UsageError("--verify 查核檔案，不與問題、--after、--model 合用")
        raise typer.Exit(_verify(verify, day, json, data))
    _check(question, "問題")
    for text in after or ():
        _check(text, "--after 的問題")
    _ask(Asked(question, day, tuple(after or ())), model, json, data)


class Asked(NamedTuple):
    question: str
    day: date | None
    after: tuple[str, ...]


def _ask(asked: Asked, model: str | None, json: bool, data: Path | None) -> None:
    # The engine is imported behind the door, so that --help and a bad option answer at once.
    from rag.answer import answer_to_dict
    from rag.build import open_engine
    from rag.settings import load_settings
    from rag.show import as_json, as_told

    settings = load_settings(data=data, model=model)
    for text in (asked.question, *asked.after):
        if len(text) > settings.max_question_chars:
            raise UsageError(f"問題最多 {settings.max_question_chars} 字，這個問題有 {len(text)} 字")
    with open_engine(settings) as engine:
        # All of it is needed until the end: to look through it for garbage on the way out takes a tenth of a second.
        gc.freeze()
        if json:
            _print(as_json(answer_to_dict(engine.ask(*asked))))
            return
        with closing(engine.stream(*asked)) as events:
            for text in as_told(events, color=_in_color()):
                _print(text)


def _verify(path: Path, day: date | None, json: bool, data: Path | None) -> int:
    """Print what of the references in a file holds; the exit code says whether all of it does."""
    text = _read(path)
    from rag.build import open_engine
    from rag.check import report_to_dict
    from rag.settings import load_settings
    from rag.show import as_json
    from rag.show_check import as_report

    with open_engine(load_settings(data=data)) as engine:
        report = engine.verify(text, day)
    _print(as_json(report_to_dict(report)) if json else as_report(report, color=_in_color()))
    return 0 if report.is_clean else 1


def _read(path: Path) -> str:
    """The text of a file. Raises ``UsageError``: no such file, not UTF-8, or longer than any text to be verified."""
    name = "標準輸入" if str(path) == "-" else str(path)
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if str(path) == "-" else _bytes(path)
    except OSError as error:
        raise UsageError(f"讀不到 {name}：{cause(error)}") from error
    if len(raw) > _MOST_BYTES:
        raise UsageError(f"{name} 超過 {_MOST_BYTES // 1024 // 1024} MB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} 不是 UTF-8（第 {error.start + 1} 個位元組）") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader has seen enough (`| head`): nothing is wrong, and the interpreter must not try to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check(question: str, what: str) -> None:
    """Refuse what no store can look up before anything heavy is loaded."""
    if not question.strip():
        raise UsageError(f"{what}是空的")
    with suppress(UnicodeEncodeError):
        question.encode()
        return
    raise UsageError(f"{what}含有無法辨識的字元；請用 UTF-8")


def _in_color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    from rag.dates import day_given

    try:
        return day_given(text)
    except ValueError as error:
        raise UsageError(f"--as-of：{error}") from None


def main() -> None:
    sys.exit(door.run(app, sys.argv[1:], "youju-ask"))


if __name__ == "__main__":
    main()
