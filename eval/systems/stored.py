"""Answers made elsewhere, from a file: JSONL, one a question and repeat (``eval.outputs``)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eval.folder import Asked
from eval.outputs import Output, read_outputs
from rag.errors import UsageError

MISSING = "檔案裡沒有這題的回答"


class StoredSystem:
    """:raises UsageError: one line for a file that can't be read, or with an answer to a question nobody asked."""

    def __init__(self, path: Path, questions: Iterable[Asked], name: str = "stored") -> None:
        outputs = read_outputs(path)
        asked = {question.id for question in questions}
        unknown = next((output.id for output in outputs if output.id not in asked), None)
        if unknown is not None:
            raise UsageError(f"{path}：沒有 {unknown} 這一題")
        self.name = name
        self.model = next((output.model for output in outputs if output.model), "")
        self.versions: dict[str, str] = {}
        self.repeats = max((output.repeat + 1 for output in outputs), default=1)
        self._outputs = {(output.id, output.repeat): output for output in outputs}
        self._ranked = any(output.retrieved is not None for output in outputs)

    def answer(self, question: Asked, repeat: int = 0) -> Output:
        """A question without an answer in the file is one without an answer, not one less."""
        held = self._outputs.get((question.id, repeat))
        if held is not None:
            return held
        found = () if self._ranked else None
        return Output(id=question.id, repeat=repeat, state="error", error=MISSING, retrieved=found)
