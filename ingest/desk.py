"""The commands for jobs: what waits, runs and has run, and the worker that does them by the clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.cells import set_cell_size
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

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

_WIDE = 120
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
        _show(Console(), listed.listing(limit))


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


def _show(console: Console, listed: Sequence[Job]) -> None:
    """A table, or where it would be all folds, two lines a job: what it is, and how far it is."""
    if console.width >= _WIDE:
        table = Table("代號", "來源", "狀態", "排入", Column("進度", justify="right"), Column("說明", overflow="fold"))
        table.box = SIMPLE_HEAD
        for cells in map(_cells, listed):
            # As Text, for brackets in a message are no commands to the table.
            table.add_row(*map(Text, cells))
        console.print(table)
        return
    for id, source, state, created, done, message in map(_cells, listed):
        console.print(Text("  ".join((id, f"{source:<15}", set_cell_size(state, 6), created[5:]))))
        console.print(Padding(Text("  ".join(filter(None, (done, message)))), (0, 0, 0, 2), expand=False))


def _cells(one: Job) -> tuple[str, ...]:
    """Id, source, state, when it was asked for in Taipei, how far it is, and its step or its end."""
    done = f"{one.done:,}" + (f"/{one.total:,}" if one.total else "")
    created = one.created.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M")
    return one.id, door.line(one.source), _STATES[one.state], created, done, door.line(one.message)
