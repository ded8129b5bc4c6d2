"""``python -m eval.bench``: every step in order, a Markdown table of the bars, the same as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Annotated

import psutil
import typer

from eval.bench import (
    answers,
    asking,
    drafts,
    drcd,
    exact,
    flips,
    ingest,
    judgments,
    mutations,
    peers,
    removal,
    retrieval,
    service,
    sources,
    switching,
    throughput,
    tier,
    versions,
)
from eval.bench.bars import Row, rows
from eval.bench.ground import Ground, Step
from eval.cli import Engine, run
from eval.errors import NotEnoughData
from eval.report import check_writable, markdown
from rag.build import open_engine
from rag.errors import UsageError, YoujuError
from rag.settings import load_settings
from rag.store import Store, open_store

# The order matters: the history, the amendment and the other sources change what is stored, so they come after what is
# measured without; and what is removed at the end was counted before.
STEPS: dict[str, Step] = {
    "load": ingest.load,
    "again": ingest.again,
    "retrieval": retrieval.retrieval,
    "asking": asking.asking,
    "cold_start": retrieval.cold_start,
    "references": exact.references,
    "quotes": answers.quotes,
    "traps": answers.traps,
    "deleted": answers.deleted,
    "peers": peers.peers,
    "drcd": drcd.drcd,
    "history": ingest.history,
    "asof": versions.asof,
    "deferrals": versions.deferrals,
    "changed": ingest.changed,
    "sources": sources.sources,
    "sources_again": sources.sources_again,
    "links": sources.links,
    "judgments": judgments.judgments,
    "similar": judgments.similar,
    "interpretations": retrieval.interpretations,
    "retrieval_all": retrieval.retrieval_all,
    "asking_all": asking.asking_all,
    "tier": tier.tier,
    "service": service.service,
    "switching": switching.switching,
    "drafts": drafts.drafts,
    "proof": drafts.proof,
    "mutations": mutations.mutations,
    "removal": removal.removal,
    "throughput": throughput.throughput,
    "evaluation": flips.flips,
}
SHARED = Path("../shared/data")

app = typer.Typer(name="eval.bench", add_completion=False)


@app.command(help="量測有據與同類工具，並與標竿比較；有一項不及格即回傳 1。")
def bench(
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="結果另寫成這個 JSON 檔")] = None,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="放資料的資料夾（預設為暫存資料夾）")] = None,
    source: Annotated[Path | None, typer.Option(metavar="DIR", help="實際資料所在的資料夾")] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="STEP", help="只跑這一步，可重複")] = None,
    load_s: Annotated[float, typer.Option("--load", metavar="SECONDS", min=1, help="對服務施壓多久")] = 10.0,
) -> None:
    steps = _chosen(only or list(STEPS))
    if json_file is not None:
        check_writable(json_file)
    shared = source or load_settings().source_dir or SHARED
    if not (shared / "moj").is_dir():
        raise NotEnoughData(f"{shared}：沒有實際資料")
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        found = _measure(_ground(shared, data or Path(folder), load_s), steps)
    typer.echo(markdown(("what", "bar", "measured", "ok"), (row.cells() for row in found)))
    if json_file is not None:
        json_file.write_text(json.dumps(_record(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(int(any(row.ok is False for row in found)))


def _chosen(names: Iterable[str]) -> list[str]:
    wanted = set(names)
    unknown = sorted(wanted - STEPS.keys())
    if unknown:
        raise UsageError(f"沒有 {unknown[0]} 這一步；有：{'、'.join(STEPS)}")
    return [name for name in STEPS if name in wanted]


def _ground(source: Path, data: Path, load_s: float) -> Ground:
    settings = load_settings(data=data)

    def opened() -> AbstractContextManager[Engine]:
        return open_engine(settings)

    def opened_store() -> AbstractContextManager[Store]:
        return closing(open_store(settings.store_url))

    return Ground(source, data, opened, opened_store, load_s)


def _measure(ground: Ground, steps: list[str]) -> tuple[Row, ...]:
    measured: dict[str, float] = {}
    notes: dict[str, str] = {}
    left_out: set[str] = set()
    for name in steps:
        print(f"… {name}", file=sys.stderr, flush=True)
        try:
            measured |= STEPS[name](ground)
        except NotEnoughData as error:
            # What has nothing to be measured on is left out of the table, and out of the verdict.
            print(f"  {name}: skipped: {error}", file=sys.stderr, flush=True)
            left_out.add(name)
        except YoujuError as error:
            notes[name] = str(error)
        except Exception as error:
            # What the other steps measured took many minutes: a fault in one must not throw it away.
            notes[name] = f"{type(error).__name__}: {error}"
    measured |= _over_best_peer(measured)
    return rows(measured, notes, frozenset(steps) - left_out)


def _over_best_peer(measured: dict[str, float]) -> dict[str, float]:
    theirs = [value for name, value in measured.items() if name.startswith("peer_") and name.endswith("_hit10")]
    if not theirs or "lay_hit10" not in measured:
        return {}
    return {"lay_hit10_over_best_peer": measured["lay_hit10"] - max(theirs)}


def _record(found: Iterable[Row]) -> dict[str, object]:
    return {
        "machine": {
            "cores": os.cpu_count(),
            "memory_mb": psutil.virtual_memory().total // 1_000_000,
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "rows": [row.as_record() for row in found],
    }


if __name__ == "__main__":
    sys.exit(run(app, sys.argv[1:], name="eval.bench"))
