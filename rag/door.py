"""What every command line of Youju does at its door: errors become one line on standard error and an exit code."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import typer
import typer.main
from typer.exceptions import Abort, TyperException

from rag.causes import cause
from rag.errors import YoujuError

_WORDS = {
    r"^Missing (?:argument|option) '(.+?)'": r"缺少 \1",
    r"^Missing command": "缺少子命令",
    r"^No such command '(.*?)'(?=\.|$)": r"沒有 \1 這個子命令",
    r"^No such option: (\S+)": r"沒有 \1 這個選項",
    r"^Got unexpected extra argument(?:\(s\)|s)? \((.+)\)": r"多了 \1",
    r"^Option '(.+?)' requires an argument": r"\1 後面要寫值",
    r"^Option '(.+?)' requires (\d+) arguments": r"\1 後面要寫 \2 個值",
    r"^Option '(.+?)' does not take a value": r"\1 後面不寫值",
    r"^Invalid value for '(.+?)': (?:Value error, )?": r"\1 的值不對：",
    r"\.? Did you mean (.+)\?$": r"；是不是 \1？",
    r" \(Possible options: (.+)\)$": r"；是不是 \1？",
    r"\. Choose from: (.+)$": r"，可用的是 \1",
    r"'(.*)' is not one of (.+)$": r"\1 不是 \2 其中之一",
    r"Input should be a valid integer.*$": "應為整數",
    r"Input should be a valid number.*$": "應為數字",
    r"Input should be greater than or equal to (\S+)$": r"不得小於 \1",
    r"Input should be less than or equal to (\S+)$": r"不得大於 \1",
}
"""What Typer and Pydantic say of bad usage, in our words; what is not among these stays as they say it."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def run(app: typer.Typer, arguments: Sequence[str], name: str) -> int:
    """Run the application and return its exit code: 0 fine, 2 bad usage or input, else what the error says."""
    command = typer.main.get_command(app)
    try:
        return int(command.main(list(arguments), prog_name=name, standalone_mode=False) or 0)
    except TyperException as error:
        return _fail(name, f"用法有誤（{_said(error.format_message())}），請看 {name} --help", error.exit_code)
    except YoujuError as error:
        return _fail(name, str(error), error.exit_code)
    except Abort:
        return _fail(name, "已中斷", 130)
    except UnicodeEncodeError:
        # An argument that is no text is told; in anything else it would be a fault of ours.
        if all(map(_is_text, arguments)):
            raise
        return _fail(name, "參數含有不成字的編碼；請用 UTF-8", 2)
    except OSError as error:
        # A full disk, a name that is too long: what nobody nearer to it has put into words.
        place = f"{error.filename}：" if error.filename else ""
        return _fail(name, f"{place}無法讀寫（{cause(error)}）", 1)


def _said(message: str) -> str:
    message = " ".join(message.split()).removesuffix(".")
    for pattern, words in _WORDS.items():
        message = re.sub(pattern, words, message)
    return message


def _is_text(argument: str) -> bool:
    """False for bytes of the command line that are no UTF-8, which Python hands over as surrogates."""
    return not any("\ud800" <= sign <= "\udfff" for sign in argument)


def line(text: str) -> str:
    """Foreign words on one line, without commands to a terminal: ``line("a\\nb\\x1b[2J") == "a b [2J"``."""
    return _CONTROL.sub(" ", text)


def _fail(name: str, message: str, code: int) -> int:
    print(f"{name}：{' '.join(line(message).split())}", file=sys.stderr)
    return code
