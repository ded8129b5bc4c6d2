"""The tier without a model: thousands of answers of ours, scored anew from memory."""

from __future__ import annotations

import resource
from functools import partial

from eval.bench.ground import Ground
from eval.folder import Asked, Manifest
from eval.library import open_library
from eval.summary import summarise
from eval.systems.engine import EngineSystem
from eval.tier import score
from eval.timing import timed
from rag.settings import load_settings

_ANSWERS = 3500
_PROCESSES = 2
_SETS = ("lay_statutes", "lay_statutes_2", "labor_bureau", "interpretations", "drcd_questions")


def tier(ground: Ground) -> dict[str, float]:
    """Answers to questions of all kinds; timed are the scoring, from the start of its processes, and the summary."""
    questions = [Asked(**dict(one), set=name) for name in _SETS for one in ground.questions(name)][:_ANSWERS]
    with ground.open_engine() as engine:
        system = EngineSystem(engine)
        outputs = [system.answer(question) for question in questions]
    opener = partial(open_library, load_settings(data=ground.data).store_url)
    begun = _worked()
    items, ms = timed(partial(score, questions, outputs, opener, _PROCESSES))
    worked = _worked() - begun
    summary, summary_ms = timed(partial(summarise, items, outputs, Manifest(system="engine")))
    return {
        "tier_n": summary["all"]["n"],
        "tier_s": ms / 1000,
        "tier_cpu_s": worked,
        "tier_summary_s": summary_ms / 1000,
    }


def _worked() -> float:
    """Seconds of processor time of this process and of every child that has ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
