"""A PostgreSQL server of a test's own, as processes that may be killed and started again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psutil

from tests.commands import free_port

OWNER = "postgres"
PASSWORD = "a-password-that-nobody-may-see"
_NEEDED = ("initdb", "pg_isready", "postgres")
_LONGEST_S = 60.0


def programs() -> Path | None:
    """The folder of the server's programs: on the path, or where Debian keeps them; ``None`` without a server."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((one for one in reversed(folders) if all((one / name).exists() for name in _NEEDED)), None)


class Cluster:
    """An empty database inside ``with``; ``url`` is its address for SQLAlchemy.

    PostgreSQL refuses to run as root: where the tests do, it runs as the user that its package makes.
    """

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._as: dict[str, Any] = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
        self.port = free_port()
        self.url = f"postgresql+psycopg://{OWNER}:{PASSWORD}@127.0.0.1:{self.port}/{OWNER}"

    def __enter__(self) -> Self:
        # Not among pytest's folders, which only their owner may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="youju-postgres-"))
        if self._as:
            shutil.chown(self._folder, OWNER, OWNER)
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        words = ("--no-sync", "--auth=scram-sha-256", f"--username={OWNER}", f"--pwfile={secret}", "data")
        assert self._run("initdb", *words) == 0
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        words = ["-D", "data", "-p", str(self.port), "-k", str(self._folder), "-c", "listen_addresses=127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", *words], cwd=self._folder, stdout=log, stderr=log, **self._as
            )
        end = time.monotonic() + _LONGEST_S
        while self._run("pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-U", OWNER):
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise AssertionError((self._folder / "log").read_text())
            time.sleep(0.02)

    def kill(self) -> None:
        """End the server and all that it started at once, as when the machine goes down."""
        if self._process.poll() is None:
            started = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
            for one in started:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
        self._process.wait(_LONGEST_S)

    def _run(self, program: str, *words: str) -> int:
        words = (str(self._programs / program), *words)
        return subprocess.run(
            words, cwd=self._folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_S, **self._as
        ).returncode
