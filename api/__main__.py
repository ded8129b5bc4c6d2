"""The door of the service: ``youju-serve``."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from rag.build import open_engine
from rag.door import run
from rag.errors import UsageError
from rag.settings import load_settings

NAME = "youju-serve"
app = typer.Typer(name=NAME, add_completion=False, rich_markup_mode=None)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="位址（預設取自設定）")] = None,
    port: Annotated[int | None, typer.Option(help="連接埠（預設取自設定）")] = None,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")] = None,
) -> None:
    """啟動有據的 HTTP 服務；說明文件在 /docs。"""
    settings = load_settings(host=host, port=port, data=data)
    with listen(settings.host, settings.port) as door, open_engine(settings) as engine:
        engine.warm()
        service = create_app(engine, settings.max_question_chars)
        server = uvicorn.Server(uvicorn.Config(service, server_header=False))
        typer.echo(f"有據在 {address(door)} 等候問題（Ctrl+C 結束）", err=True)
        server.run(sockets=[door])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything is opened. Raises ``UsageError`` if the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except socket.gaierror as error:
        raise UsageError(f"找不到位址 {host}：{error.strerror}") from error
    except OSError as error:
        raise UsageError(f"無法在 {host} 的連接埠 {port} 提供服務：{os.strerror(error.errno or 0)}") from error


def address(door: socket.socket) -> str:
    """``http://127.0.0.1:8000``."""
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def main() -> None:
    sys.exit(run(app, sys.argv[1:], NAME))


if __name__ == "__main__":
    main()
