"""Whatever is evaluated: ours in process, ours over HTTP, any chat model, or answers that were made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from eval.folder import Asked
from eval.outputs import Output


class System(Protocol):
    """Calls may come from several threads at once.

    ``model``: what words the answers, "" if nobody knows; ``versions``: of the programs and texts at work, by name.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def versions(self) -> Mapping[str, str]: ...

    def answer(self, question: Asked, repeat: int = 0) -> Output:
        """What is said to a question. What goes wrong on the way is an output, too: its ``error`` says so."""
        ...
