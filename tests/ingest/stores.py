"""Looking into a store and an index as they lie on the disk."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from rag.build import open_index
from rag.settings import Settings

Dump = dict[str, list[tuple[object, ...]]]

# What tells when a run ran, not what it stored.
_APART = {"documents": ("revision",), "removed": ("revision",), "releases": ("id", "revision"), "meta": ("value",)}


def dump(settings: Settings) -> Dump:
    """Every row of every table, less what differs from run to run."""
    with closing(sqlite3.connect(settings.data / "youju.db")) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: _rows(database, name) for name in sorted(names)}


def _rows(database: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
    kept = ", ".join(f'"{column}"' for column in columns if column not in _APART.get(name, ()))
    return sorted(database.execute(f"SELECT {kept} FROM {name}"), key=repr) if kept else []  # noqa: S608


def rows(settings: Settings, query: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.data / "youju.db")) as database:
        return database.execute(query, values).fetchall()


def spans(settings: Settings, key: str) -> list[tuple[object, ...]]:
    """The versions of an article: text, first day, day after the last."""
    return rows(settings, "SELECT text, valid_from, valid_to FROM documents WHERE key = ? ORDER BY valid_from", key)


def indexed(settings: Settings) -> set[str]:
    with closing(open_index(settings)) as index:
        return set(index.ids())


def generation(settings: Settings) -> str:
    return (settings.data / "index" / "CURRENT").read_text()


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "ingest", *map(str, arguments)]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``youju-ingest`` in a process of its own."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, timeout=120)
