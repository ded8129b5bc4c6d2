"""A Redis of the tests' own: the one that ``YOUJU_TEST_REDIS_URL`` names, else a process, where the program is there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.commands import free_port

GIVEN = os.environ.get("YOUJU_TEST_REDIS_URL", "")
PROGRAM = shutil.which("redis-server")
MISSING = "there is no redis-server, and YOUJU_TEST_REDIS_URL is not set"
_LONGEST_S = 30.0


@contextmanager
def running(program: str, folder: Path) -> Iterator[str]:
    """Its URL, once it answers. It keeps nothing, and hears only this machine."""
    port = free_port()
    words = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "", "--appendonly", "no"]
    with subprocess.Popen([program, *words], stdout=subprocess.DEVNULL) as process:
        try:
            _await(port, process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.kill()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _LONGEST_S
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as asking:
            asking.sendall(b"PING\r\n")
            if asking.recv(16) == b"+PONG\r\n":
                return
        time.sleep(0.05)
    raise AssertionError("Redis does not answer")
