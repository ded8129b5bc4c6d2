"""A command in a process of its own: how long it took, and the most memory any process of it held."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

EVERY_S = 0.05
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Finished:
    """``peak_mb`` is the resident memory of the largest process of the tree at the worst sample.

    ``cpu_s`` is what all its processes worked: unlike ``seconds``, it hardly depends on what else the machine does.
    """

    code: int
    stdout: str
    stderr: str
    seconds: float
    peak_mb: float
    cpu_s: float = 0.0

    @property
    def last_line(self) -> str:
        """The last line on standard output that says something, or ""."""
        return next((line for line in reversed(self.stdout.splitlines()) if line.strip()), "")


def run(command: Sequence[str], cores: int | None = None) -> Finished:
    """Run to the end, sampling memory every 50 ms; the caller judges the exit code.

    :param cores: let it and its children have no more than so many; where the system can't do that, they have all.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        begun, worked = time.perf_counter(), _worked()
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)  # noqa: S603
        if cores:
            _limit(process.pid, cores)
        peak = _watch(process)
        seconds = time.perf_counter() - begun
        out.seek(0)
        err.seek(0)
        return Finished(process.returncode, out.read(), err.read(), seconds, peak / MB, _worked() - worked)


def _worked() -> float:
    """Seconds of processor time of every child that has ended, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _limit(pid: int, cores: int) -> None:
    # macOS has no such call; a process that has ended needs none.
    with suppress(AttributeError, psutil.Error):
        process = psutil.Process(pid)
        process.cpu_affinity(process.cpu_affinity()[:cores])


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
