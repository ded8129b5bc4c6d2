"""Our own commands as processes, with an environment that holds nothing of ours but what a test gives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = {"youju-ingest": "ingest", "youju-ask": "rag", "youju-serve": "api", "youju-eval": "eval"}
_LAST_WORDS = 60.0  # seconds


def command(words: Sequence[str]) -> list[str]:
    """``["youju-serve", "--port", "0"]`` → the same, whether or not the scripts are on the path."""
    return [sys.executable, "-m", MODULES[words[0]], *words[1:]]


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}
    return kept | {"PYTHONUTF8": "1"} | settings


def run(words: Sequence[str], **settings: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    return subprocess.run(
        command(words),
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@contextmanager
def running(words: Sequence[str], **settings: str) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; it is told to end with the block, and must heed that."""
    with subprocess.Popen(
        command(words), cwd=ROOT, env=environment(**settings), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
            process.terminate()
            process.communicate(timeout=_LAST_WORDS)
        finally:
            process.kill()


@contextmanager
def serving(words: Sequence[str], **settings: str) -> Iterator[str]:
    """The address on 127.0.0.1 at which the service answers questions."""
    address = {"YOUJU_HOST": "127.0.0.1", "YOUJU_PORT": str(free_port())}
    with running(words, **settings | address) as process:
        assert process.stderr is not None
        told = ""
        while f"127.0.0.1:{address['YOUJU_PORT']}" not in told:
            line = process.stderr.readline()
            assert line, told
            told += line
        yield f"http://127.0.0.1:{address['YOUJU_PORT']}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port
