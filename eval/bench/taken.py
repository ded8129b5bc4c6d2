"""``youju-ingest run`` in a process of its own, and what its last line says."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.ground import StepFailed, module_command
from eval.bench.process import Finished, run

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Taken:
    """One source taken in: the report of the run, its time from start to exit, and what its processes used."""

    documents: int
    written: int
    skipped: Mapping[str, int]
    failed: Mapping[str, str]
    seconds: float
    peak_mb: float
    cpu_s: float = 0.0

    @property
    def left_out(self) -> int:
        return sum(self.skipped.values())


def take_in(source: str, given: Sequence[Path], data: Path, *options: str, cores: int | None = None) -> Taken:
    """Raises ``StepFailed`` when the run broke off; documents that failed are part of its report."""
    paths = [argument for path in given for argument in ("--from", str(path))]
    finished = run(module_command("ingest", "run", source, *paths, *options, "--data", str(data)), cores)
    taken = read_report(source, finished)
    for reason, count in sorted(taken.skipped.items()):
        print(f"  {source}：略過 {count:,} 份：{reason}", file=sys.stderr, flush=True)
    for key, reason in list(taken.failed.items())[:SHOWN]:
        print(f"  {source}：失敗 {key}：{reason}", file=sys.stderr, flush=True)
    return taken


def read_report(source: str, finished: Finished) -> Taken:
    try:
        report = json.loads(finished.last_line)
        taken = Taken(
            documents=int(report["documents"]),
            written=int(report["written"]),
            skipped=dict(report["skipped"]),
            failed=dict(report["failed"]),
            seconds=finished.seconds,
            peak_mb=finished.peak_mb,
            cpu_s=finished.cpu_s,
        )
    except (ValueError, KeyError, TypeError):
        raise StepFailed(_broke_off(source, finished)) from None
    # A run that lists what failed says so with its exit code, too.
    if finished.code and not taken.failed:
        raise StepFailed(_broke_off(source, finished))
    return taken


def _broke_off(source: str, finished: Finished) -> str:
    if not finished.code:
        return f"no count of what was written in the last line: {finished.last_line[:80]!r}"
    last = next(iter(reversed(finished.stderr.strip().splitlines())), "")
    return f"youju-ingest run {source}: exit {finished.code}: {last}"
