"""Ingest: the whole law database, the same again, its history, and one amendment; with time and memory."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from eval.bench.bulk import MARK, Changed, with_one_change
from eval.bench.ground import Ground, StepFailed, module_command
from eval.bench.process import Finished, run


def load(ground: Ground) -> dict[str, float]:
    finished = _ingest(ground, "laws", ground.laws)
    return {
        "laws_load_s": finished.seconds,
        "laws_load_peak_mb": finished.peak_mb,
        "laws_load_written": _written(finished),
    }


def again(ground: Ground) -> dict[str, float]:
    finished = _ingest(ground, "laws", ground.laws)
    return {"laws_again_written": _written(finished), "laws_again_s": finished.seconds}


def history(ground: Ground) -> dict[str, float]:
    finished = _ingest(ground, "law-history", ground.history)
    return {"history_load_s": finished.seconds, "history_load_peak_mb": finished.peak_mb}


def changed(ground: Ground) -> dict[str, float]:
    """From the moment the new files are there to the first search that finds the new words."""
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        change = with_one_change(ground.laws, Path(folder) / "moj")
        begun = time.perf_counter()
        finished = _ingest(ground, "laws", change.folder)
        found = _found(ground, change)
        return {
            "changed_searchable_s": time.perf_counter() - begun,
            "changed_written": _written(finished),
            "changed_found": float(found),
        }


def _found(ground: Ground, change: Changed) -> bool:
    with ground.open_engine() as engine:
        hits = engine.search(MARK)
        return any(hit.document.key == change.key and MARK in hit.document.text for hit in hits)


def _ingest(ground: Ground, source: str, path: Path) -> Finished:
    finished = run(module_command("ingest", "run", source, "--from", str(path), "--data", str(ground.data)))
    if finished.code:
        last = next(iter(reversed(finished.stderr.strip().splitlines())), "")
        raise StepFailed(f"youju-ingest run {source}: exit {finished.code}: {last}")
    return finished


def _written(finished: Finished) -> float:
    try:
        return float(json.loads(finished.last_line)["written"])
    except (ValueError, KeyError, TypeError):
        raise StepFailed(f"no count of what was written in the last line: {finished.last_line[:80]!r}") from None
