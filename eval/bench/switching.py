"""The service under load while sources are taken in beside it and generations of the index switch under it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from math import ceil
from pathlib import Path
from typing import NamedTuple

from eval.bench.bulk import Changed, with_one_change
from eval.bench.feeds import FILES, write_feeds
from eval.bench.ground import Ground, StepFailed
from eval.bench.load import Load, Plan
from eval.bench.service import HOST, WARM_S, WORKERS, asking, put_under, serving
from eval.bench.taken import Taken, take_in
from eval.errors import NotEnoughData
from eval.measures.percentile import percentile
from rag.settings import load_settings

# Each round deals its connections out to the workers anew, in the calm and in the busy phase alike.
ROUND_S = 5.0
# A connection of its own each: that one of two workers got none of so many is one chance in two thousand million.
SEARCHES = 32
# Not the words of the step that amends the folder given: this one may come after it.
MARK = "有據換代專用字樣"
_LATER = 14  # days after the release of the real files
# What locks, caches and drafts there are belongs to who made it.
_LEFT = shutil.ignore_patterns("youju.db*", "*.lock", ".atomicwrite*", "scratch")
_TIMEOUT_S = 30


class Busy(NamedTuple):
    """What was answered while sources were taken in, how long that took, and how many generations came into use."""

    load: Load
    seconds: float
    switches: int


def switching(ground: Ground, feeds: int = FILES) -> dict[str, float]:
    """The same load twice over a copy of the data: alone, then beside files of made-up news and an amended law."""
    plan = asking(ground)
    plan = plan._replace(seconds=min(ROUND_S, plan.seconds))
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as name:
        folder = Path(name)
        data = copied(ground.data, folder / "data")
        change = with_one_change(ground.laws, folder / "moj", MARK, _LATER)
        write_feeds(folder / "news", feeds)
        jobs = [partial(take_in, "news", [folder / "news"], data), partial(take_in, "laws", [change.folder], data)]
        with serving(data, WORKERS) as (_, port):
            plan = plan._replace(port=port)
            put_under(plan._replace(seconds=WARM_S))
            calm = joined([put_under(plan) for _ in range(ceil(ground.load_s / plan.seconds))])
            busy = beside(plan, jobs, data / "index" / "CURRENT")
            return _measured(calm, busy) | {"switching_found": found(port, change)}


def copied(data: Path, into: Path) -> Path:
    """A copy of a data folder that may be written to: the database as of one moment, and the index.

    :raises NotEnoughData: the store or the index doesn't lie in the folder.
    """
    settings = load_settings(data=into)
    if settings.qdrant_url or settings.store_url != f"sqlite:///{into / 'youju.db'}":
        raise NotEnoughData("資料庫與索引不在資料夾裡，無法複製一份來量測")
    if not (data / "youju.db").is_file():
        raise NotEnoughData(f"{data}：還沒有資料")
    shutil.copytree(data, into, ignore=_LEFT)
    with (
        closing(sqlite3.connect(f"{(data / 'youju.db').absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(into / "youju.db")) as new,
    ):
        old.backup(new)
    return into


def beside(plan: Plan, jobs: Sequence[Callable[[], Taken]], pointer: Path) -> Busy:
    """Round after round of the load until the jobs, one after another, are done.

    :param pointer: the file that names the generation in use.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(_work, jobs, pointer)
        loads = _until_done(plan, running)
    seconds, switches = running.result()
    return Busy(joined(loads), seconds, switches)


def _until_done(plan: Plan, running: Future[tuple[float, int]]) -> list[Load]:
    loads = [put_under(plan)]
    while not running.done():
        loads.append(put_under(plan))
    return loads


def _work(jobs: Sequence[Callable[[], Taken]], pointer: Path) -> tuple[float, int]:
    """Seconds that the jobs took, and after how many of them another generation was in use."""
    seconds, names = 0.0, [pointer.read_text()]
    for job in jobs:
        seconds += job().seconds
        names.append(pointer.read_text())
    return seconds, len(set(names)) - 1


def joined(loads: Sequence[Load]) -> Load:
    """Several rounds as one."""
    ms = [one for load in loads for one in load.ms]
    return Load(sum(load.seconds for load in loads), ms, sum(load.errors for load in loads))


def found(port: int, change: Changed) -> float:
    """The share of searches, each on a connection of its own, that find the new words where they now stand."""
    return sum(_finds(port, change.key) for _ in range(SEARCHES)) / SEARCHES


def _finds(port: int, key: str) -> bool:
    body = json.dumps({"question": MARK})
    with closing(HTTPConnection(HOST, port, timeout=_TIMEOUT_S)) as connection:
        connection.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
        hits = json.load(connection.getresponse())["hits"]
    return any(hit["key"] == key and MARK in hit["text"] for hit in hits)


def _measured(calm: Load, busy: Busy) -> dict[str, float]:
    if not calm.ms or not busy.load.ms:
        raise StepFailed(f"no request was answered, {calm.errors + busy.load.errors} failed")
    before, meanwhile = percentile(calm.ms, 99), percentile(busy.load.ms, 99)
    return {
        "switching_per_s_alone": len(calm.ms) / calm.seconds,
        "switching_per_s": len(busy.load.ms) / busy.load.seconds,
        "switching_p99_alone_ms": before,
        "switching_p99_ms": meanwhile,
        "switching_p99_ratio": meanwhile / before,
        "switching_max_ms": max(busy.load.ms),
        "switching_errors": calm.errors + busy.load.errors,
        "switching_ingest_s": busy.seconds,
        "switching_generations": busy.switches,
    }
