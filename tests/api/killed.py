"""What the tests have in common that kill: the service as a process, and somebody who never stops talking to it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.commands import ROOT, command, environment, free_port

ASKED = {"question": "租單車的押金多久要退還？"}
SAID = {"request_id": "0b8d-1", "sentence": 0, "text": "應於七日內返還。", "verdict": "wrong"}
LONGEST_S = 120


class Alone(NamedTuple):
    """A service of one process; what it says is in ``log``."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def alone(data: Path, port: int = 0, log: Path | None = None, **settings: str) -> Iterator[Alone]:
    """The service, once it answers; killed at the end."""
    port = port or free_port()
    words = ["youju-serve", "--data", str(data), "--host", "127.0.0.1", "--port", str(port)]
    log = log or data.with_name("service.log")
    with (
        log.open("ab") as said,
        subprocess.Popen(
            command(words), cwd=ROOT, env=environment(YOUJU_RATE_PER_MINUTE="0", **settings), stderr=said
        ) as process,
    ):
        try:
            one = Alone(process, port, log)
            until(lambda: answers(one.url) or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            yield one
        finally:
            process.kill()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=LONGEST_S).status_code == 200
    except httpx.HTTPError:
        return False


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


@contextmanager
def saying(say: Callable[[int], int]) -> Iterator[dict[int, list[int]]]:
    """Says something of one sentence after the other without a pause: the sentences by the status that came back.

    A status of 0 is none: there was no answer.
    """
    came: dict[int, list[int]] = defaultdict(list)
    stop = threading.Event()

    def go() -> None:
        for sentence in range(999):
            try:
                status = say(sentence)
            except httpx.HTTPError:
                status = 0
            came[status].append(sentence)
            if stop.is_set():
                return

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield came
    finally:
        stop.set()
        thread.join()
