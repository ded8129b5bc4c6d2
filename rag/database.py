"""The database behind the store: opened, made or upgraded, and cleared of what was removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from rag import schema
from rag.causes import cause
from rag.errors import StoreError

_SAID = {
    sqlite3.SQLITE_PERM: "沒有權限",
    sqlite3.SQLITE_BUSY: "正由另一個程式使用",
    sqlite3.SQLITE_LOCKED: "正由另一個程式使用",
    sqlite3.SQLITE_READONLY: "檔案或資料夾只能讀取",
    sqlite3.SQLITE_IOERR: "磁碟讀寫出錯",
    sqlite3.SQLITE_CORRUPT: "資料庫檔損壞",
    sqlite3.SQLITE_FULL: "磁碟空間不足",
    sqlite3.SQLITE_CANTOPEN: "檔案打不開",
    sqlite3.SQLITE_NOTADB: "不是 SQLite 資料庫檔",
}


class NoStore(StoreError):
    """Nothing has been ingested yet."""

    exit_code = 3


def open_database(url: str, create: bool = False) -> Engine:
    """Open the database at ``url``; with ``create`` make or upgrade it first.

    :raises StoreError: it can't be reached, or (without ``create``) nothing has been ingested yet.
    """
    path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""
    if path and not create and not Path(path).exists():
        raise NoStore(f"{path} 還沒有資料；請先執行 youju-ingest run laws")
    try:
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        # A server may have been started anew since a connection to it was last used.
        engine = create_engine(url, json_serializer=_json, json_deserializer=orjson.loads, pool_pre_ping=not path)
        if path:
            event.listen(engine, "connect", _tune_sqlite)
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise StoreError(f"資料庫無法開啟：{line_of(error)}") from error
    try:
        if create or not schema.is_ready(engine):
            schema.upgrade(engine)
    except (SQLAlchemyError, sqlite3.Error) as error:
        engine.dispose()
        raise StoreError(f"資料庫無法開啟：{_said(error)}") from error
    except StoreError:
        engine.dispose()
        raise
    return engine


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """:raises StoreError: the database can't answer."""
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StoreError(f"資料庫無法讀取：{line_of(error)}") from error


def scrub(engine: Engine) -> None:
    """Leave no byte of removed rows on the disk: the log is folded in and emptied, free space is overwritten.

    :raises StoreError: a reader kept the log open for half a minute.
    """
    with connected(engine) as connection:
        if engine.dialect.name == "sqlite":
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
            if busy:
                raise StoreError("資料庫的日誌正被讀取，未能清空；請稍後再執行一次")
        else:
            # Only a rewrite of the tables gives the space back at once.
            connection.commit()
            whole = connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in (
                schema.documents,
                schema.raws,
                schema.passages,
                schema.links,
                schema.label_tasks,
                schema.labels,
            ):
                whole.exec_driver_sql(f"VACUUM FULL {table.name}")


def line_of(error: BaseException) -> str:
    """What the database itself said, in one line; of a server that is gone not where it was, as anybody may read it.

    Who opens a store is told all: they named the server.
    """
    return "連不上資料庫伺服器" if _is_gone(error) else _said(error)


def _said(error: BaseException) -> str:
    """What SQLite most often has to say, in Chinese; else the first line of it."""
    said = getattr(error, "orig", None) or error
    return _SAID.get(getattr(said, "sqlite_errorcode", 0) & 0xFF) or cause(said)


def _is_gone(error: BaseException) -> bool:
    """Whether a server hung up (SQLSTATE 08…, 57P…) or can't be reached, which has no SQLSTATE."""
    state = getattr(getattr(error, "orig", None), "sqlstate", "")
    return isinstance(error, OperationalError) and (state is None or state.startswith(("08", "57P")))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _tune_sqlite(connection: Any, _record: Any) -> None:
    """WAL lets readers go on while a job writes; a busy writer is waited for."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=30000",
        "cache_size=-65536",
        # More is no faster, and counts as memory of each process.
        "mmap_size=134217728",
        # What a court takes back must not linger in free pages.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
