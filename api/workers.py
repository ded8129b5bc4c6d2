"""Several processes that answer at one address; what one of them loses by dying is its own requests.

uvicorn's supervisor starts them, restarts one that dies or hangs, and ends them in peace; here stands what each does.
"""

from __future__ import annotations

import gc
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.supervisors import Multiprocess

from api.app import create_app
from api.guard import open_guard
from api.metrics import SHARED
from api.patience import Impatient
from api.security import LOGGING
from api.shared_buckets import SharedBuckets
from rag.build import open_engine, open_index
from rag.children import follow_parent
from rag.door import line
from rag.errors import YoujuError
from rag.settings import Settings
from rag.store import open_store

_AGAIN_S = 1
_HUNG_S = 60  # a process that doesn't answer its parent for so long is replaced: opening a large index takes seconds
_GRACE_S = 30  # for requests under way when the service is told to stop


class Door(socket.socket):
    """Holds an address; handed to another process it becomes a socket of that process's own, at the same address.

    The kernel deals connections out to all of them. From one socket for all, whoever wakes first takes every
    connection that waits: of sixteen that came at once, one process was seen to get all.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return open_door, (self.family, self.getsockname())


def open_door(family: socket.AddressFamily, address: tuple[Any, ...]) -> Door:
    """A bound socket at an address that it shares with others made so."""
    door = Door(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind(address)
    return door


class _Made:
    """Makes the application in a process of its own, over an engine of its own."""

    def __init__(self, settings: Settings, shared: Path) -> None:
        self._settings, self._shared = settings, shared

    def __call__(self) -> FastAPI:
        """:raises SystemExit: the engine can't be opened, though it could when the service began: tried again later."""
        follow_parent()
        _forget_the_dead(os.environ[SHARED])
        opened = ExitStack()
        Finalize(None, opened.close, exitpriority=0)
        try:
            return opened.enter_context(open_app(self._settings, self._shared))
        except YoujuError as error:
            print(f"youju-serve：{line(str(error))}", file=sys.stderr)
            time.sleep(_AGAIN_S)
            raise SystemExit(1) from None


def serve(settings: Settings, listening: socket.socket) -> None:
    """Answer at the address of a socket, which is closed, until told to stop by SIGTERM or Ctrl+C.

    :raises YoujuError: nothing can be answered, as there is no store or no index.
    """
    with closing(open_store(settings.store_url)), closing(open_index(settings)):
        pass
    family, address = listening.family, listening.getsockname()
    listening.close()
    with open_door(family, address) as door, tempfile.TemporaryDirectory(prefix="youju-serve-") as folder:
        os.environ[SHARED] = os.path.join(folder, "metrics")
        os.mkdir(os.environ[SHARED])
        made = _Made(settings, SharedBuckets.make(Path(folder, "limits")))
        shared = config(made, factory=True, workers=settings.workers, timeout_worker_healthcheck=_HUNG_S)
        Multiprocess(shared, sockets=[door]).run()


@contextmanager
def open_app(settings: Settings, shared: Path | None = None) -> Iterator[FastAPI]:
    """The application over all it needs, opened for the time of the block, and as fast at once as it will ever be.

    :param shared: the file in which several processes count together how often somebody asks.
    """
    with open_engine(settings) as engine, open_guard(settings, shared) as guard:
        engine.warm()
        # Counted once, and now: sixteen first questions would each wait for it.
        engine.coverage()
        # What is held by now stays: a look for garbage among it would keep a request waiting.
        gc.collect()
        gc.freeze()
        yield create_app(engine, settings.max_question_chars, guard=guard, model=settings.model)


def config(app: Any, **more: Any) -> uvicorn.Config:
    """How the server is to be; its own access log would hold addresses, and questions that stand in a URL."""
    return uvicorn.Config(
        app,
        http=Impatient,
        log_config=dict(LOGGING),
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        **more,
    )


def _forget_the_dead(folder: str) -> None:
    """Takes the requests under way of processes that are no more out of the figures."""
    for name in os.listdir(folder):
        pid = int(name.rpartition("_")[2].removesuffix(".db"))
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
