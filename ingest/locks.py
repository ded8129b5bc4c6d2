"""One writing job at a time for a data folder; the operating system lets go of it however a run ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.causes import cause
from rag.errors import StoreBusy, StoreError


@contextmanager
def one_writer(data: Path) -> Iterator[None]:
    """:raises StoreBusy: another job is writing. :raises StoreError: nothing can be written to the folder."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = (data / "writer.lock").open("w")
    except OSError as error:
        raise StoreError(f"{data}：無法寫入（{cause(error)}）") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(f"{data} 正由另一個工作寫入；請等它結束再執行") from None
        yield
