"""Retrieval on the development questions, and the first answer of a new process."""

from __future__ import annotations

from statistics import median

from eval.bench.ground import Ground, StepFailed, module_command
from eval.bench.process import run
from eval.measures.percentile import percentile
from eval.retrieval import evaluate

SETS = {"lay": "lay_statutes", "lay2": "lay_statutes_2", "labor": "labor_bureau"}
RUNS = 5
QUESTION = "民法第184條第1項怎麼規定？"


def retrieval(ground: Ground) -> dict[str, float]:
    measured: dict[str, float] = {}
    times: list[float] = []
    with ground.open_engine() as engine:
        engine.warm()
        for short, name in SETS.items():
            scored, summary = evaluate(ground.questions(name), engine)
            times += [item.ranking.ms for item in scored]
            measured |= {f"{short}_hit10": summary["hit@10"], f"{short}_recall100": summary["recall@100"]}
    return measured | {"retrieval_p50_ms": percentile(times, 50), "retrieval_p99_ms": percentile(times, 99)}


def cold_start(ground: Ground) -> dict[str, float]:
    return {"cold_start_s": median(_ask(ground) for _ in range(RUNS))}


def _ask(ground: Ground) -> float:
    finished = run(module_command("rag", QUESTION, "--json", "--data", str(ground.data)))
    if finished.code:
        raise StepFailed(f"youju-ask: exit {finished.code}: {finished.stderr.strip()[-200:]}")
    return finished.seconds
