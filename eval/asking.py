"""Asks a system every question of a run; what was answered before an interruption is not asked again.

Each answer is appended to ``outputs.jsonl.part`` as it comes; ``outputs.jsonl`` appears when all are there. An answer
that ended in an error is asked for again when the run is taken up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from eval.folder import Asked, RunFolder
from eval.outputs import Output
from eval.systems import System
from rag.causes import cause
from rag.errors import UsageError

_Place = tuple[str, int]


def ask_all(
    system: System,
    questions: Sequence[Asked],
    folder: RunFolder,
    repeats: int = 1,
    concurrency: int = 1,
    keep: bool = True,
) -> list[Output]:
    """All answers in the order of the questions, repeat by repeat; they also lie in the folder.

    :param concurrency: questions under way at a time; times are comparable at 1 only.
    :param keep: False: what lies there already counts for nothing; asking costs nothing.
    :raises UsageError: the folder can't be written to.
    """
    part = folder.path / "outputs.jsonl.part"
    if not keep:
        part.unlink(missing_ok=True)
    done = _finished(folder, part) if keep else {}
    places = [(question, repeat) for repeat in range(repeats) for question in questions]
    left = [place for place in places if (place[0].id, place[1]) not in done]
    if left:
        try:
            with part.open("a", encoding="utf-8") as file:
                for output in _answers(system, left, concurrency):
                    done[output.id, output.repeat] = output
                    _append(file, output)
        except OSError as error:
            raise UsageError(f"{part}：無法寫入（{cause(error)}）") from None
    outputs = [done[question.id, repeat] for question, repeat in places]
    folder.put_outputs(outputs)
    part.unlink(missing_ok=True)
    return outputs


def _answers(system: System, places: Sequence[tuple[Asked, int]], concurrency: int) -> Iterator[Output]:
    if concurrency == 1:
        yield from (system.answer(question, repeat) for question, repeat in places)
        return
    pool = ThreadPoolExecutor(concurrency)
    try:
        yield from pool.map(lambda place: system.answer(*place), places)
    finally:
        pool.shutdown(cancel_futures=True)


def _append(file: IO[str], output: Output) -> None:
    file.write(json.dumps(output.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n")
    file.flush()


def _finished(folder: RunFolder, part: Path) -> dict[_Place, Output]:
    """What needs no asking: of a run that was whole already, and of one that was broken off."""
    whole = folder.outputs() if (folder.path / "outputs.jsonl").exists() else ()
    outputs = (*whole, *_parts(part))
    return {(output.id, output.repeat): output for output in outputs if not output.error}


def _parts(part: Path) -> Iterator[Output]:
    """The lines that are whole; the last one may have been broken off, and is put right."""
    if not part.exists():
        return
    lines = part.read_bytes().split(b"\n")
    if lines[-1]:
        part.write_bytes(b"".join(line + b"\n" for line in lines[:-1]))
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield Output.model_validate_json(line)
        except ValidationError:
            raise UsageError(f"{part}:{number}：不是回答的紀錄") from None
