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

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def run(app: typer.Typer, arguments: Sequence[str], name: str) -> int:
    """Run the application and return its exit code: 0 fine, 2 bad usage or input, else what the error says."""
    command = typer.main.get_command(app)
    try:
        return int(command.main(list(arguments), prog_name=name, standalone_mode=False) or 0)
    except TyperException as error:
        # Typer speaks English; what is wrong stands in its words, what to do in ours.
        return _fail(name, f"用法有誤（{error.format_message().rstrip('.')}），請看 {name} --help", error.exit_code)
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


def _is_text(argument: str) -> bool:
    """False for bytes of the command line that are no UTF-8, which Python hands over as surrogates."""
    return not any("\ud800" <= sign <= "\udfff" for sign in argument)


def line(text: str) -> str:
    """Foreign words on one line, without commands to a terminal: ``line("a\\nb\\x1b[2J") == "a b [2J"``."""
    return _CONTROL.sub(" ", text)


def _fail(name: str, message: str, code: int) -> int:
    print(f"{name}：{' '.join(line(message).split())}", file=sys.stderr)
    return code
