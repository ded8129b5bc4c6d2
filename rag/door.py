"""What every command line of Youju does at its door: errors become one line on standard error and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
import typer.main
from typer.exceptions import Abort, TyperException

from rag.errors import YoujuError


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


def _fail(name: str, message: str, code: int) -> int:
    print(f"{name}：{' '.join(message.split())}", file=sys.stderr)
    return code
