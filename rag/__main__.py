"""The door for everyone: ``youju-ask``, one question, one proved answer."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rag import door
from rag.errors import UsageError

app = typer.Typer(name="youju-ask", help="問一個法律問題，得到每一句都有依據的回答。", add_completion=False)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="問題", help="用平常的話寫的問題")],
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="依哪一天的法律；不給即看問題，再不然是今天")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="印出 JSON，與 HTTP 介面相同")] = False,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")] = None,
) -> None:
    """問一個問題。結束碼：0 有回答或說明為何不答，2 用法或輸入有誤，3 還沒有資料。"""
    day = _day(as_of)
    _check(question)
    # The engine is imported behind the door, so that --help and a bad option answer at once.
    from rag.answer import answer_to_dict
    from rag.build import open_engine
    from rag.settings import load_settings
    from rag.show import as_json, as_text

    settings = load_settings(data=data)
    if len(question) > settings.max_question_chars:
        raise UsageError(f"問題最多 {settings.max_question_chars} 字，這個問題有 {len(question)} 字")
    with open_engine(settings) as engine:
        answer = engine.ask(question, day)
    _print(as_json(answer_to_dict(answer)) if json else as_text(answer, color=_in_color()))


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader has seen enough (`| head`): nothing is wrong, and the interpreter must not try to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check(question: str) -> None:
    """Refuse what no store can look up before anything heavy is loaded."""
    if not question.strip():
        raise UsageError("問題是空的")
    with suppress(UnicodeEncodeError):
        question.encode()
        return
    raise UsageError("問題含有無法辨識的字元；請用 UTF-8")


def _in_color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    with suppress(ValueError):
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    raise UsageError(f"--as-of 寫成 2024-07-31，不是「{text}」")


def main() -> None:
    sys.exit(door.run(app, sys.argv[1:], "youju-ask"))


if __name__ == "__main__":
    main()
