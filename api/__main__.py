"""The door of the service: ``youju-serve``."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api import keys_cli
from api import workers as workers_of
from rag.build import open_engine
from rag.causes import cause
from rag.door import run
from rag.errors import UsageError
from rag.settings import Settings, load_settings

NAME = "youju-serve"
app = typer.Typer(name=NAME, add_completion=False, rich_markup_mode=None)
app.add_typer(keys_cli.app, name="keys")


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="位址（預設取自設定）")] = None,
    port: Annotated[int | None, typer.Option(help="連接埠（預設取自設定）")] = None,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")] = None,
    workers: Annotated[int | None, typer.Option(help="用幾個行程作答（預設取自設定）")] = None,
) -> None:
    """啟動有據的 HTTP 服務；說明文件在 /docs。"""
    if context.invoked_subcommand:
        context.obj = data
        return
    settings = load_settings(host=host, port=port, data=data, workers=workers)
    with listen(settings.host, settings.port) as door:
        if settings.workers > 1:
            typer.echo(f"有據以 {settings.workers} 個行程在 {address(door)} 等候問題（Ctrl+C 結束）", err=True)
            workers_of.serve(settings, door)
        else:
            _serve_alone(settings, door)


def _serve_alone(settings: Settings, door: socket.socket) -> None:
    with workers_of.open_app(settings) as service:
        server = uvicorn.Server(workers_of.config(service))
        typer.echo(f"有據在 {address(door)} 等候問題（Ctrl+C 結束）", err=True)
        server.run(sockets=[door])


@app.command("mcp")
def serve_mcp(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")] = None,
) -> None:
    """以標準輸入與輸出提供 MCP 工具，給啟動它的程式用。"""
    # The SDK takes as long to import as all else together.
    from api.mcp_server import run_stdio
    from api.mcp_tools import Tools

    settings = load_settings(data=data or context.obj)
    with open_engine(settings) as engine:
        run_stdio(Tools(engine, settings.max_question_chars))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything is opened. Raises ``UsageError`` if the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"無法在 {host} 的連接埠 {port} 提供服務：{cause(error)}") from error


def address(door: socket.socket) -> str:
    """``http://127.0.0.1:8000``."""
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def main() -> None:
    sys.exit(run(app, sys.argv[1:], NAME))


if __name__ == "__main__":
    main()
