"""An application behind a real server on a port of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from api.patience import Impatient


@contextmanager
def served(app: ASGIApp, http: type[Impatient] = Impatient, **options: Any) -> Iterator[tuple[str, int]]:
    """The address at which it listens."""
    config = uvicorn.Config(app, http=http, log_level="critical", access_log=False, proxy_headers=False, **options)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield door.getsockname()
        finally:
            server.should_exit = True
            thread.join(10)


def exchange(address: tuple[str, int], *pieces: bytes) -> bytes:
    """What comes back until the server hangs up, or has been silent for ten seconds."""
    with socket.create_connection(address, timeout=10) as client:
        for piece in pieces:
            client.sendall(piece)
        told = b""
        # A server that hangs up on what it doesn't want to read resets the connection.
        with suppress(ConnectionResetError):
            while piece := client.recv(65536):
                told += piece
        return told
