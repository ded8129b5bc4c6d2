"""Work spread over child processes, in its order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.pool import in_order
from rag.errors import SourceUnreachable
from rag.names import LawName, LawNames

ENTRIES = [LawName("民法", "B0000001"), LawName("中華民國刑法", "C0000001")]


def known(text: str, names: LawNames) -> tuple[str, list[str], int]:
    return text, [match.pcodes[0] for match in names.find(text)], os.getpid()


def slow_first(number: int, names: LawNames) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number


def broken(number: int, names: LawNames) -> int:
    return 1 // number


def test_one_piece_is_worked_out_here() -> None:
    assert list(in_order(known, ["依民法、刑法"], ENTRIES)) == [("依民法、刑法", ["B0000001", "C0000001"], os.getpid())]
    assert list(in_order(known, [], ENTRIES)) == []


def test_more_are_worked_out_by_children_that_know_the_names() -> None:
    found = list(in_order(known, [f"{number}依民法" for number in range(5)], ENTRIES))
    assert [(text, laws) for text, laws, _ in found] == [(f"{number}依民法", ["B0000001"]) for number in range(5)]
    assert os.getpid() not in {process for _, _, process in found}


def test_results_come_in_the_order_of_the_work() -> None:
    assert list(in_order(slow_first, range(9), [])) == list(range(9))


def test_the_work_does_not_run_away_from_whoever_takes_the_results() -> None:
    asked: list[int] = []

    def work() -> Iterator[int]:
        for number in range(1, 40):
            asked.append(number)
            yield number

    results = in_order(slow_first, work(), [])
    assert next(results) == 1
    assert len(asked) < 8
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_when_the_work_breaks_off_what_came_before_is_worked_out_first(count: int) -> None:
    def work() -> Iterator[int]:
        yield from range(count)
        raise SourceUnreachable("連不上")

    results = in_order(slow_first, work(), [])
    assert [next(results) for _ in range(count)] == list(range(count))
    with pytest.raises(SourceUnreachable, match="連不上"):
        next(results)


@pytest.mark.parametrize("work", [[0], [1, 0, 1]])
def test_an_error_in_a_child_is_raised_here(work: list[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(broken, work, []))


SCRIPT = """
from tests.ingest.test_pool import pids
pids()
"""


def pids() -> None:
    """Says who works, and goes on."""
    for _, _, process in in_order(known, [""] * 2 + ["x"] * 10_000_000, []):
        print(process, flush=True)


def test_children_do_not_outlive_a_parent_that_was_killed() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout
        children = {int(parent.stdout.readline()) for _ in range(20)}
        assert parent.pid not in children
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(map(alive, children)):
            time.sleep(0.05)
        assert not any(map(alive, children))


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def interrupt(number: int, names: LawNames) -> int:
    os.kill(os.getpid(), signal.SIGINT)
    return number


def test_an_interruption_is_for_the_parent_to_tell() -> None:
    assert list(in_order(interrupt, range(3), [])) == [0, 1, 2]
