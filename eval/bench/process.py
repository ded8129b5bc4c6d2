"""A command in a process of its own: how long it took, and the most memory any process of it held."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

EVERY_S = 0.05
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Finished:
    """``peak_mb`` is the resident memory of the largest process of the tree at the worst sample."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    peak_mb: float

    @property
    def last_line(self) -> str:
        """The last line on standard output that says something, or ""."""
        return next((line for line in reversed(self.stdout.splitlines()) if line.strip()), "")


def run(command: Sequence[str]) -> Finished:
    """Run to the end, sampling memory every 50 ms; the caller judges the exit code."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)  # noqa: S603
        peak = _watch(process)
        seconds = time.perf_counter() - begun
        out.seek(0)
        err.seek(0)
        return Finished(process.returncode, out.read(), err.read(), seconds, peak / MB)


def _watch(process: subprocess.Popen[bytes]) -> int:
    peak = 0
    tree = psutil.Process(process.pid)
    while True:
        peak = max(peak, _resident(tree))
        try:
            process.wait(EVERY_S)
        except subprocess.TimeoutExpired:
            continue
        return peak


def _resident(root: psutil.Process) -> int:
    try:
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return max(_resident_of(process) for process in tree)


def _resident_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
