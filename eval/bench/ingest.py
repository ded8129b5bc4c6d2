"""Ingest: the whole law database, the same again, its history, and one amendment; with time and memory."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from eval.bench.bulk import MARK, Changed, with_one_change
from eval.bench.ground import Ground
from eval.bench.taken import take_in


def load(ground: Ground) -> dict[str, float]:
    taken = take_in("laws", [ground.laws], ground.data)
    return {
        "laws_load_s": taken.seconds,
        "laws_load_peak_mb": taken.peak_mb,
        "laws_load_written": taken.written,
        "laws_load_failed": len(taken.failed),
    }


def again(ground: Ground) -> dict[str, float]:
    taken = take_in("laws", [ground.laws], ground.data)
    return {"laws_again_written": taken.written, "laws_again_s": taken.seconds}


def history(ground: Ground) -> dict[str, float]:
    taken = take_in("law-history", [ground.history], ground.data)
    return {"history_load_s": taken.seconds, "history_load_peak_mb": taken.peak_mb}


def changed(ground: Ground) -> dict[str, float]:
    """From the moment the new files are there to the first search that finds the new words."""
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        change = with_one_change(ground.laws, Path(folder) / "moj")
        begun = time.perf_counter()
        taken = take_in("laws", [change.folder], ground.data)
        found = _found(ground, change)
        return {
            "changed_searchable_s": time.perf_counter() - begun,
            "changed_written": taken.written,
            "changed_found": float(found),
        }


def _found(ground: Ground, change: Changed) -> bool:
    with ground.open_engine() as engine:
        hits = engine.search(MARK)
        return any(hit.document.key == change.key and MARK in hit.document.text for hit in hits)
