"""What every step of the benchmark stands on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from eval.cli import Engine
from eval.errors import NotEnoughData
from eval.questions import Question, read_questions
from rag.errors import YoujuError
from rag.store import Store


class StepFailed(YoujuError):
    """A step could not measure; the others go on."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The real data (``source``), the folder that is filled (``data``), and the engine and the store over it.

    An engine locks its folder: close it before a process of its own is started on the same one. ``load_s`` is for how
    long the service is put under load.
    """

    source: Path
    data: Path
    open_engine: Callable[[], AbstractContextManager[Engine]]
    open_store: Callable[[], AbstractContextManager[Store]]
    load_s: float = 10.0

    @property
    def laws(self) -> Path:
        return self.source / "moj"

    @property
    def history(self) -> Path:
        return self.source / "moj" / "history.jsonl.xz"

    def file(self, name: str) -> Path:
        """A file or folder of the real data. Raises ``NotEnoughData`` when it is not there: the step is left out."""
        path = self.source / name
        if not path.exists():
            raise NotEnoughData(f"{path}：沒有實際資料")
        return path

    def questions(self, name: str) -> tuple[Question, ...]:
        return read_questions(self.file(f"questions/{name}.jsonl"))


def module_command(module: str, *arguments: str) -> list[str]:
    """``module_command("rag", "問題")``: a command of this checkout, by the interpreter that runs the benchmark."""
    return [sys.executable, "-m", module, *arguments]


# A step measures some names of ``bars.MEASURES``.
Step = Callable[[Ground], dict[str, float]]
