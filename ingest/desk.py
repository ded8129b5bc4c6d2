"""The commands for jobs: what waits, runs and has run, and the worker that does them by the clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from ingest.handed import run_job
from ingest.runs import known_source
from ingest.schedule import TAIPEI, possible
from rag import door
from rag.joblist import Job, JobList
from rag.settings import Settings, load_settings
from rag.store import open_store

Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]
if TYPE_CHECKING:
    from rag.queue import Queue

_STATES = {
    "queued": "等候", "running": "執行中", "paused": "暫停", "failed": "失敗", "done": "完成", "cancelled": "取消",
}  # fmt: skip


def jobs(
    cancel: Annotated[str, typer.Option(metavar="ID", help="取消一個工作；已寫入的留著")] = "",
    pause: Annotated[str, typer.Option(metavar="ID", help="暫停一個工作")] = "",
    resume: Annotated[str, typer.Option(metavar="ID", help="讓暫停、失敗或取消的工作重新排入")] = "",
    errors: Annotated[str, typer.Option(metavar="ID", help="列出一個工作裡失敗的文件")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="最多列出幾個")] = 20,
    data: Data = None,
) -> None:
    with _job_list(load_settings(data=data)) as listed:
        for id, act in ((cancel, listed.request_cancel), (pause, listed.pause), (resume, listed.resume)):
            if id:
                act(id)
        if errors:
            for key, reason in listed.errors(listed.get(errors).id).items():
                print(f"{door.line(key)}\t{door.line(reason)}")
            return
        Console().print(_table(listed.listing(limit)))


def enqueue(
    source: Annotated[str, typer.Argument(metavar="SOURCE")],
    from_: Annotated[list[str] | None, typer.Option("--from", metavar="PATH_OR_URL")] = None,
    without_field: Annotated[list[str] | None, typer.Option("--without-field", metavar="NAME")] = None,
    data: Data = None,
) -> None:
    settings = load_settings(data=data)
    with _job_list(settings) as listed:
        # The worker may have been started in another folder.
        places = [one if "://" in one or not one else str(Path(one).resolve()) for one in from_ or ()]
        given = {"given": places, "without": list(without_field or ())}
        job = listed.create(known_source(source), given)
    with closing(_queue(settings)) as queue:
        queue.nudge()
    print(job.id)


def worker(data: Data = None) -> None:
    # Only a worker needs the queue's library, which takes a sixth of a second to import.
    from ingest.notify import Notifier
    from ingest.worker import Worker

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = load_settings(data=data)

    with _job_list(settings) as listed, closing(_queue(settings)) as queue:
        notifier = Notifier(settings.webhook_url.get_secret_value())
        Worker(listed, partial(run_job, settings), possible(settings), notifier).serve(queue)


@contextmanager
def _job_list(settings: Settings) -> Iterator[JobList]:
    store = open_store(settings.store_url, create=True)
    try:
        yield JobList(store)
    finally:
        store.close()


def _queue(settings: Settings) -> Queue:
    from rag.queue import open_queue

    return open_queue(settings.data, settings.redis_url.get_secret_value(), settings.database_url)


def _table(listed: list[Job]) -> Table:
    table = Table(Column("代號", no_wrap=True), "來源", "狀態", "排入", "進度", "說明", title="工作")
    for one in listed:
        done = f"{one.done:,}" + (f"/{one.total:,}" if one.total else "")
        created = one.created.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M")
        table.add_row(one.id, one.source, _STATES[one.state], created, done, one.message)
    return table
