"""Whole generations of an index on disk: folders ``g000001``, ``g000002`` … and ``CURRENT``, which names one of them.

A generation is built aside and ``CURRENT`` is replaced last, in one step, so a writer killed at any moment leaves the
old generation in place and a half-built folder, which the next writer removes. Readers hold a shared lock on what they
have open; a generation that is held is left for a later writer to remove.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import NoIndex, SearchIndexError

_POINTER = "CURRENT"
_NAME = re.compile(rb"g[0-9]+\s*")
_HELD = "held"


class Generations:
    """The generations below ``folder``, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / _POINTER

    def current(self) -> Path:
        """The folder in use. Raises ``NoIndex``, also where the pointer is no generation's name."""
        try:
            name = self._pointer.read_bytes()
        except FileNotFoundError:
            raise NoIndex("還沒有索引，請先執行 youju-ingest run laws") from None
        if not _NAME.fullmatch(name):
            raise NoIndex("索引的指標檔壞了，請執行 youju-ingest rebuild-index")
        return self.folder / name.decode().strip()

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another generation comes into use; one ``stat``."""
        try:
            found = self._pointer.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    @contextmanager
    def new(self) -> Iterator[Path]:
        """An empty folder to fill; it comes into use when the block ends well, and is removed when it does not.

        Raises ``SearchIndexError`` where another writer is at work.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "writer", fcntl.LOCK_EX, "另一個程式正在寫入索引，請稍後再試"):
            self._sweep()
            generation = self.folder / self._next_name()
            generation.mkdir()
            (generation / _HELD).touch()
            try:
                yield generation
                self._switch(generation)
            except BaseException:
                shutil.rmtree(generation, ignore_errors=True)
                raise
            self._sweep()

    def _next_name(self) -> str:
        numbers = [int(path.name[1:]) for path in self.folder.glob("g[0-9]*")]
        return f"g{max(numbers, default=0) + 1:06}"

    def _switch(self, generation: Path) -> None:
        draft = self._pointer.with_suffix(".new")
        with draft.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _sweep(self) -> None:
        kept: set[Path] = set()
        with suppress(NoIndex):
            kept.add(self.current())
        for generation in set(self.folder.glob("g[0-9]*")) - kept:
            with suppress(SearchIndexError), _locked(generation / _HELD, fcntl.LOCK_EX, ""):
                shutil.rmtree(generation, ignore_errors=True)


class Hold:
    """Keeps ``generation`` from being removed until closed or dropped. Raises ``FileNotFoundError``."""

    def __init__(self, generation: Path) -> None:
        self._file: int | None = None
        self._file = os.open(generation / _HELD, os.O_RDONLY)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def copy_sparse(source: str, target: str) -> None:
    """Copies a file and leaves its holes out: Edge's files are one third holes. Shares blocks where the disk can."""
    with open(source, "rb") as old, open(target, "wb") as new:
        size = os.fstat(old.fileno()).st_size
        new.truncate(size)
        end = 0
        while (start := _next_data(old.fileno(), end)) < size:
            end = os.lseek(old.fileno(), start, os.SEEK_HOLE)
            while start < end:
                start += os.copy_file_range(old.fileno(), new.fileno(), end - start, start, start)


def _next_data(file: int, after: int) -> int:
    try:
        return os.lseek(file, after, os.SEEK_DATA)
    except OSError as error:
        if error.errno == errno.ENXIO:
            return sys.maxsize
        raise


@contextmanager
def _locked(path: Path, kind: int, refusal: str) -> Iterator[None]:
    with path.open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SearchIndexError(refusal) from None
        yield
