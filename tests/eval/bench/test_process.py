import sys

from eval.bench.process import run


def test_keeps_what_was_said_and_the_exit_code() -> None:
    finished = run(
        [sys.executable, "-c", "import sys; print('a'); print('b\\n'); print('c', file=sys.stderr); sys.exit(3)"]
    )
    assert (finished.code, finished.last_line, finished.stderr) == (3, "b", "c\n")
    assert finished.seconds > 0


def test_the_peak_counts_the_children_too() -> None:
    hold = "held = bytearray(100_000_000); import time; time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}]); {hold}"
    both = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; p.wait()"
    one_by_one, together = run([sys.executable, "-c", parent]), run([sys.executable, "-c", both])
    assert one_by_one.peak_mb > 100
    assert together.peak_mb > 200


def test_a_silent_command_has_no_last_line() -> None:
    assert run([sys.executable, "-c", ""]).last_line == ""
