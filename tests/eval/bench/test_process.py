import os
import sys

import pytest

from eval.bench.process import run


def test_keeps_what_was_said_and_the_exit_code() -> None:
    finished = run(
        [sys.executable, "-c", "import sys; print('a'); print('b\\n'); print('c', file=sys.stderr); sys.exit(3)"]
    )
    assert (finished.code, finished.last_line, finished.stderr) == (3, "b", "c\n")
    assert finished.seconds > 0


def test_the_peak_is_that_of_the_largest_process_children_included() -> None:
    hold = "held = bytearray({}_000_000); import time; time.sleep(0.4)"
    child = hold.format(200)
    parent = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {child!r}]); {hold.format(100)}; p.wait()"
    )
    assert 200 < run([sys.executable, "-c", parent]).peak_mb < 290


def test_a_silent_command_has_no_last_line() -> None:
    assert run([sys.executable, "-c", ""]).last_line == ""


def test_processor_time_is_that_of_all_its_processes() -> None:
    work = "sum(range(8_000_000))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    assert run([sys.executable, "-c", parent]).cpu_s > 0.05


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux can hold a process to some cores")
def test_no_more_cores_than_allowed() -> None:
    wait = "import os, time; time.sleep(0.2); print(len(os.sched_getaffinity(0)))"
    assert run([sys.executable, "-c", wait], cores=1).last_line == "1"
