"""Meanings that took long to tell, kept in a file, so that a build which was killed goes on where it stopped.

A large model embeds some tens of passages a second, so that hundreds of thousands take hours. They are therefore
embedded before the index is written, in one process (a model would have to be loaded by each), and the builders read
them. Beside the vectors stands whose they are, so that those of a passage taken back go with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from rag.causes import cause
from rag.embed import Embedder, Matrix
from rag.errors import SearchIndexError
from rag.index.seam import IndexItem, ItemSource

FILE = "meanings.db"
BATCH = 256  # texts between two commits: what a killed build has to embed again
_ASKED = 500  # of the 999 values that a statement of the oldest SQLite takes
_TABLES = """
CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS passages (id TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
"""
_UNKNOWN = "FROM passages WHERE digest NOT IN (SELECT digest FROM vectors)"

T = TypeVar("T")


class Progress(Protocol):
    """Who is told how far it is: a step begins, with how often it will advance where that is known."""

    def start(self, what: str, total: int | None) -> None: ...

    def advance(self, by: int) -> None: ...


class _Nobody:
    def start(self, what: str, total: int | None) -> None: ...

    def advance(self, by: int) -> None: ...


class Remembering:
    """An ``Embedder`` that keeps the vectors of passages in half precision, by which a likeness stays within 1e-3.

    ``path``: the file, in a folder that is there. Raises ``SearchIndexError`` where it can't be used, and what the
    embedder raises.
    """

    def __init__(self, embedder: Embedder, path: Path, progress: Progress | None = None) -> None:
        self._embedder = embedder
        self._path = path
        self._progress: Progress = progress or _Nobody()
        self._size = 0

    def __getstate__(self) -> dict[str, Any]:
        """Whoever reads the progress is in this process; the size goes along, which only a loaded model knows."""
        return {**self.__dict__, "_size": self.size, "_progress": _Nobody()}

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def size(self) -> int:
        self._size = self._size or self._embedder.size
        return self._size

    @property
    def searchable(self) -> bool:
        return self._embedder.searchable

    def queries(self, texts: Sequence[str]) -> Matrix:
        return self._embedder.queries(texts)

    def documents(self, texts: Sequence[str]) -> Matrix:
        """From the file; what is not there is embedded and kept."""
        wanted = [self._digest(text) for text in texts]
        with self._file() as file:
            self._embed(file, dict(zip(wanted, texts, strict=True)))
            known = _known(file, wanted)
        return np.array([known[digest] for digest in wanted], np.float32).reshape(len(texts), self.size)

    def gather(self, source: ItemSource, afresh: bool) -> None:
        """Embed all that ``source()`` yields and is not in the file; ``afresh``: there are no other passages."""
        with self._file() as file:
            unknown = self._note(file, source(), afresh)
            if not unknown:
                return
            self._progress.start("計算語意向量", unknown)
            for batch in _batches(source(), BATCH):
                self._progress.advance(self._embed(file, {self._digest(item.meaning): item.meaning for item in batch}))
            self._progress.start("建立索引", None)

    def forget(self, gone: Sequence[str]) -> None:
        """Leave no vector of these passages, nor of any text that no passage has any more."""
        with self._file() as file, file:
            file.executemany("DELETE FROM passages WHERE id = ?", [(id,) for id in gone])
            file.execute("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)")

    def _note(self, file: sqlite3.Connection, items: Iterable[IndexItem], afresh: bool) -> int:
        """Which text each passage has; returns how many of these texts were never embedded."""
        with file:
            if afresh:
                file.execute("DELETE FROM passages")
            rows = ((item.id, self._digest(item.meaning)) for item in items)
            file.executemany("INSERT OR REPLACE INTO passages VALUES (?, ?)", rows)
        (unknown,) = file.execute(f"SELECT count(DISTINCT digest) {_UNKNOWN}").fetchone()
        return int(unknown)

    def _embed(self, file: sqlite3.Connection, texts: dict[bytes, str]) -> int:
        """Embed those of the texts that are not in the file; returns how many these were."""
        known = _known(file, list(texts))
        new = [digest for digest in texts if digest not in known]
        if new:
            vectors = self._embedder.documents([texts[digest] for digest in new]).astype(np.float16)
            with file:
                rows = zip(new, map(np.ndarray.tobytes, vectors), strict=True)
                file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        return len(new)

    def _digest(self, text: str) -> bytes:
        return sha256(f"{self.name}\0{text}".encode("utf-8", "surrogatepass")).digest()

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=60)) as file:
                file.execute("PRAGMA secure_delete = ON")
                file.executescript(_TABLES)
                yield file
        except sqlite3.Error as error:
            raise SearchIndexError(
                f"語意向量的暫存檔 {self._path} 無法使用（{cause(error)}），可以刪除後再試"
            ) from error


def discard(path: Path) -> None:
    """Remove the file, with what a killed process may have left beside it."""
    for one in (path, path.with_name(f"{path.name}-journal")):
        one.unlink(missing_ok=True)


@contextmanager
def gathered(embedder: Embedder | None, source: ItemSource, deletes: Sequence[str] | None = None) -> Iterator[None]:
    """A block that writes an index of what ``source()`` yields: before it all is embedded, after it the rest forgotten.

    :param deletes: the passages that go; None where the index is built from nothing.
    """
    if not isinstance(embedder, Remembering):
        yield
        return
    embedder.gather(source, afresh=deletes is None)
    yield
    embedder.forget(deletes or ())


def _known(file: sqlite3.Connection, digests: Sequence[bytes]) -> dict[bytes, Matrix]:
    found: dict[bytes, Matrix] = {}
    for some in _batches(digests, _ASKED):
        marks = ",".join("?" * len(some))
        rows = file.execute(f"SELECT digest, vector FROM vectors WHERE digest IN ({marks})", some)  # noqa: S608
        found.update((digest, np.frombuffer(vector, np.float16)) for digest, vector in rows)
    return found


def _batches(of: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(of)
    while batch := list(islice(rest, size)):
        yield batch
