"""A run as it lies on the disk: what was asked, what was answered, what that is worth, and what it was made with.

=====================  ============================================================================================
``run.json``           what made it: system, corpus, versions, seeds, when (:class:`Manifest`)
``questions.jsonl``    the questions, each with the ``set`` it came from, so that a run can be scored anywhere
``outputs.jsonl``      the answers (``eval.outputs``), one a question and repeat
``scores.jsonl``       one line an answer: every measure, every fault found (``eval.scores``)
``summary.json``       all figures, byte for byte the same for the same input
=====================  ============================================================================================

Reports are written beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from eval.outputs import Output, read_outputs
from eval.questions import Question
from eval.records import Record, explain, read_records
from eval.report import write_lines
from eval.scores import Item, Problem, Share
from rag.causes import cause
from rag.errors import UsageError


class Manifest(Record):
    """What made a run. ``corpus``: the store's revision and counts; ``versions``: of what generated and what scored.

    ``config``: the settings as they were, no secrets; ``sets``: each file of questions with its SHA-256.
    """

    system: str
    model: str = ""
    sets: dict[str, str] = Field(default_factory=dict)
    repeats: int = Field(default=1, ge=1)
    seed: int = Field(default=0, ge=0)
    corpus: dict[str, Any] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    config: dict[str, Any] = Field(default_factory=dict)
    created: str = ""


class Asked(Question):
    """A question of a run; ``set`` is the file it came from, without its ending."""

    set: str = ""


class Scored(Record):
    """A line of ``scores.jsonl``."""

    id: str
    repeat: int = 0
    cluster: str = ""
    slices: dict[str, str] = Field(default_factory=dict)
    state: str = ""
    reason: str = ""
    ms: float = 0.0
    shares: dict[str, tuple[float, Annotated[float, Field(gt=0)]]] = Field(default_factory=dict)
    problems: tuple[tuple[str, int | None, str], ...] = ()

    def item(self) -> Item:
        shares = {name: Share(*pair) for name, pair in self.shares.items()}
        problems = tuple(Problem(*one) for one in self.problems)
        return Item(self.id, self.repeat, self.cluster, self.slices, self.state, self.reason, self.ms, shares, problems)


class RunFolder:
    """A run's files. Reading raises ``UsageError`` in one line for what is missing or broken; files appear whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, path: Path) -> RunFolder:
        """:raises UsageError: it can't be made."""
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{path}：無法建立（{cause(error)}）") from None
        return cls(path)

    @contextmanager
    def kept_if_filled(self) -> Iterator[None]:
        """Where nothing comes of what is done, no empty folder stays behind."""
        try:
            yield
        except BaseException:
            with suppress(OSError):  # it is not empty, or not ours to remove
                self.path.rmdir()
            raise

    def manifest(self) -> Manifest:
        try:
            return Manifest.model_validate(self._json("run.json"))
        except ValidationError as error:
            raise UsageError(f"{self.path / 'run.json'}：{explain(error)}") from None

    def questions(self) -> tuple[Asked, ...]:
        return read_records(self.path / "questions.jsonl", Asked, lambda one: one.id)

    def outputs(self) -> tuple[Output, ...]:
        return read_outputs(self.path / "outputs.jsonl")

    def items(self) -> tuple[Item, ...]:
        named = read_records(self.path / "scores.jsonl", Scored, lambda one: f"{one.id}（第 {one.repeat + 1} 次）")
        return tuple(one.item() for one in named)

    def summary(self) -> dict[str, Any]:
        return self._json("summary.json")

    def put_manifest(self, manifest: Manifest) -> None:
        self._put("run.json", manifest.model_dump())

    def put_questions(self, questions: Iterable[Asked]) -> None:
        write_lines(self.path / "questions.jsonl", (one.model_dump(mode="json") for one in questions))

    def put_outputs(self, outputs: Iterable[Output]) -> None:
        records = (one.model_dump(mode="json", exclude_defaults=True) for one in outputs)
        write_lines(self.path / "outputs.jsonl", records)

    def put_items(self, items: Iterable[Item]) -> None:
        write_lines(self.path / "scores.jsonl", map(_record, items))

    def put_summary(self, summary: Mapping[str, Any]) -> None:
        self._put("summary.json", summary)

    def _json(self, name: str) -> dict[str, Any]:
        path = self.path / name
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise UsageError(f"{path}：讀不到檔案（{cause(error)}）") from None
        except (ValueError, RecursionError):
            raise UsageError(f"{path}：不是 JSON") from None
        if not isinstance(found, dict):
            raise UsageError(f"{path}：應為 JSON 物件")
        return found

    def _put(self, name: str, record: Mapping[str, Any]) -> None:
        path = self.path / name
        unfinished = path.with_name(f"{name}.tmp")
        try:
            unfinished.write_text(
                json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
            )
            unfinished.replace(path)
        except OSError as error:
            raise UsageError(f"{path}：無法寫入（{cause(error)}）") from None
        finally:
            unfinished.unlink(missing_ok=True)


def _record(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "repeat": item.repeat,
        "cluster": item.cluster,
        "slices": dict(item.slices),
        "state": item.state,
        "reason": item.reason,
        "ms": item.ms,
        "shares": {name: list(share) for name, share in item.shares.items()},
        "problems": [list(one) for one in item.problems],
    }
