"""Retrieval on the development questions, and the first answer of a new process."""

from __future__ import annotations

from statistics import median

from eval.bench.ground import Ground, StepFailed, module_command
from eval.bench.process import run
from eval.bench.sources import take_source
from eval.retrieval import evaluate

SETS = {"lay": "lay_statutes", "lay2": "lay_statutes_2", "labor": "labor_bureau"}
RUNS = 5
QUESTION = "民法第184條第1項怎麼規定？"
# The questions of the set are this field word for word.
FIELD = "issue"


def retrieval(ground: Ground) -> dict[str, float]:
    """With what is stored until then: the laws."""
    return everyday(ground, "")


def retrieval_all(ground: Ground) -> dict[str, float]:
    """The same questions once all sources are stored."""
    return everyday(ground, "all_")


def everyday(ground: Ground, prefix: str) -> dict[str, float]:
    measured: dict[str, float] = {}
    with ground.open_engine() as engine:
        engine.warm()
        for short, name in SETS.items():
            _, summary = evaluate(ground.questions(name), engine)
            measured |= {
                f"{prefix}{short}_hit1": summary["hit@1"],
                f"{prefix}{short}_hit10": summary["hit@10"],
                f"{prefix}{short}_recall100": summary["recall@100"],
            }
    return measured


def interpretations(ground: Ground) -> dict[str, float]:
    """Against all sources, without the field that the questions are made of, and with it."""
    take_source(ground, "interpretations", "--without-field", FIELD)
    without = _interpretations(ground, "interpretations")
    take_source(ground, "interpretations")
    return without | _interpretations(ground, "interpretations_with_issue")


def cold_start(ground: Ground) -> dict[str, float]:
    return {"cold_start_s": median(_ask(ground) for _ in range(RUNS))}


def _interpretations(ground: Ground, prefix: str) -> dict[str, float]:
    with ground.open_engine() as engine:
        engine.warm()
        _, summary = evaluate(ground.questions("interpretations"), engine)
    return {f"{prefix}_hit1": summary["hit@1"], f"{prefix}_hit10": summary["hit@10"]}


def _ask(ground: Ground) -> float:
    finished = run(module_command("rag", QUESTION, "--json", "--data", str(ground.data)))
    if finished.code:
        raise StepFailed(f"youju-ask: exit {finished.code}: {finished.stderr.strip()[-200:]}")
    return finished.seconds
