"""Asking in a process of its own: the first question after its start, the later ones, and the memory they leave.

``python -m eval.bench.asking DATA QUESTIONS.jsonl...`` prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from eval.bench.ground import Ground, StepFailed, module_command
from eval.bench.process import MB, run
from eval.cli import Engine
from eval.measures.percentile import percentile
from eval.questions import Question, read_questions
from eval.retrieval import DEPTH, retrieve, with_gold
from eval.timing import MONOTONIC, Clock, timed

SETS = ("lay_statutes", "lay_statutes_2", "labor_bureau")


def asking(ground: Ground) -> dict[str, float]:
    """With what is stored until then: the laws."""
    return _asking(ground, "asking")


def asking_all(ground: Ground) -> dict[str, float]:
    """The same once all sources are stored."""
    return _asking(ground, "asking_all")


def _asking(ground: Ground, prefix: str) -> dict[str, float]:
    files = [str(ground.file(f"questions/{name}.jsonl")) for name in SETS]
    finished = run(module_command("eval.bench.asking", str(ground.data), *files))
    if finished.code:
        raise StepFailed(f"asking: exit {finished.code}: {finished.stderr.strip()[-200:]}")
    found = {**json.loads(finished.last_line), "peak_mb": finished.peak_mb}
    return {f"{prefix}_{name}": value for name, value in found.items()}


def measured(engine: Engine, questions: Sequence[Question], clock: Clock = MONOTONIC) -> dict[str, float]:
    """The first question as a new process finds it; then, warmed up as a service is, each of them."""
    asked = with_gold(questions)
    _, first = timed(partial(engine.search, asked[0].question, None, DEPTH), clock)
    engine.warm()
    times = [ranking.ms for ranking in retrieve(asked, engine, clock)]
    return {
        "first_ms": first,
        "p50_ms": percentile(times, 50),
        "p99_ms": percentile(times, 99),
    }


def main(data: str, *files: str) -> None:
    import psutil

    from rag.build import open_engine
    from rag.settings import load_settings

    questions = [question for file in files for question in read_questions(Path(file))]
    with open_engine(load_settings(data=Path(data))) as engine:
        found = measured(engine, questions)
        held = psutil.Process().memory_info().rss / MB
    print(json.dumps({**found, "rss_mb": held}))


if __name__ == "__main__":
    main(*sys.argv[1:])
