"""What every step of the benchmark stands on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from eval.cli import Engine
from eval.questions import Question, read_questions
from rag.errors import YoujuError


class StepFailed(YoujuError):
    """A step could not measure; the others go on."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The real data (``source``), the folder that is filled (``data``), and the engine over it.

    An engine locks its folder: close it before a process of its own is started on the same one.
    """

    source: Path
    data: Path
    open_engine: Callable[[], AbstractContextManager[Engine]]

    @property
    def laws(self) -> Path:
        return self.source / "moj"

    @property
    def history(self) -> Path:
        return self.source / "moj" / "history.jsonl.xz"

    def questions(self, name: str) -> tuple[Question, ...]:
        return read_questions(self.source / "questions" / f"{name}.jsonl")


def module_command(module: str, *arguments: str) -> list[str]:
    """``module_command("rag", "問題")``: a command of this checkout, by the interpreter that runs the benchmark."""
    return [sys.executable, "-m", module, *arguments]


# A step measures some names of ``bars.MEASURES``.
Step = Callable[[Ground], dict[str, float]]
