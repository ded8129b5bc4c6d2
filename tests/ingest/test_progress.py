"""The bar on a terminal."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
from ingest.progress import Terminal

with Terminal() as progress:
    progress.start("寫入", 30)
    for _ in range(30):
        progress.advance(1)
"""


def shown(**environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=kept | environment, capture_output=True, check=True, encoding="utf-8"
    )
    return done.stderr


def test_a_terminal_sees_how_far_and_how_fast() -> None:
    said = shown(FORCE_COLOR="1", COLUMNS="120", TERM="xterm")
    assert "寫入" in said
    assert "30/30" in said
    assert "/秒" in said


def test_elsewhere_nothing_is_drawn() -> None:
    assert shown(TERM="dumb") == ""
