"""The whole store in one file, the same for SQLite and PostgreSQL; the index is not in it, it can be rebuilt.

A ZIP with one JSON-lines member a table. It is written beside its place and moved there when whole, and restoring is
one transaction: a killed run leaves the old file or the old store. Who is logged in is not part of it: restoring ends
every session.
"""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Date, DateTime, LargeBinary, Table, delete, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from ingest.archive import is_whole
from rag import removals, schema
from rag.causes import cause
from rag.database import line_of
from rag.errors import BrokenArchive, StoreError, UsageError
from rag.rows import Rows
from rag.store import Store, reading

_ROWS = 2000
_ABOUT = "youju.json"
_TABLES = [table for table in schema.metadata.sorted_tables if table is not schema.sessions]


def backup(store: Store, target: Path) -> int:
    """Write every row of the store to ``target``; returns how many.

    :raises UsageError: it can't be written there, or something that is no file stands there.
    """
    if target.exists() and not target.is_file():
        raise UsageError(f"{target}：不是檔案，無法寫入備份")
    draft = target.with_name(target.name + ".part")
    try:
        with reading(store) as connection, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            _freeze(connection)
            file.writestr(_ABOUT, orjson.dumps({"schema": schema.HEAD}))
            count = sum(_pour(connection, file, table) for table in _TABLES)
        draft.replace(target)
    except OSError as error:
        raise UsageError(f"{target}：無法寫入（{cause(error)}）") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return count


def restore(store: Store, source: Path) -> int:
    """Replace the store's rows by those of a backup, all or nothing; returns how many.

    What was taken back since the backup was made does not come back with it, nor a key that was revoked since.

    :raises BrokenArchive: the file is not a whole backup of this schema; the store is as before.
    """
    if not source.is_file():
        raise UsageError(f"找不到 {source}")
    if not is_whole(source):
        raise BrokenArchive(f"{source.name}：不是完整的備份檔；資料未變動")
    try:
        with zipfile.ZipFile(source) as file, store.engine.begin() as connection:
            _check(file, source)
            before, buried, revoked = _revision(connection), _buried(connection), _revoked(connection)
            connection.execute(delete(schema.sessions))
            count = sum(_refill(connection, file, table) for table in _TABLES)
            revision = max(before, _revision(connection)) + 1
            _restamp(connection, revision)
            _revoke(connection, revoked)
            removals.remove(Rows(connection, revision), buried)
    except (KeyError, ValueError, TypeError) as error:
        raise BrokenArchive(f"{source.name}：備份檔內容有誤（{error}）；資料未變動") from error
    except SQLAlchemyError as error:
        raise StoreError(f"資料庫無法寫入：{line_of(error)}") from error
    removals.scrub(store)
    return count


def _freeze(connection: Connection) -> None:
    """All tables as of one moment, though a job may be writing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _pour(connection: Connection, file: zipfile.ZipFile, table: Table) -> int:
    count = 0
    names = [str(column.name) for column in table.c]
    with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
        for row in connection.execution_options(yield_per=_ROWS).execute(select(table)):
            member.write(orjson.dumps(dict(zip(names, map(_plain, row), strict=True))) + b"\n")
            count += 1
    return count


def _revision(connection: Connection) -> int:
    table = schema.meta.c
    return connection.execute(select(table.value).where(table.name == "revision")).scalar() or 0


def _buried(connection: Connection) -> dict[str, date]:
    table = schema.tombstones.c
    return {row.key: row.day for row in connection.execute(select(table.key, table.day))}


def _revoked(connection: Connection) -> dict[str, date]:
    table = schema.keys.c
    return {row.id: row.revoked for row in connection.execute(select(table.id, table.revoked)) if row.revoked}


def _revoke(connection: Connection, revoked: dict[str, date]) -> None:
    table = schema.keys
    for id, day in revoked.items():
        connection.execute(update(table).where(table.c.id == id, table.c.revoked.is_(None)).values(revoked=day))


def _restamp(connection: Connection, revision: int) -> None:
    """Everything counts as written now: an index made from what stood here before must not pass for one of this."""
    connection.execute(update(schema.documents).values(revision=revision))
    connection.execute(delete(schema.meta).where(schema.meta.c.name == "revision"))
    connection.execute(insert(schema.meta), {"name": "revision", "value": revision})


def _check(file: zipfile.ZipFile, source: Path) -> None:
    if _ABOUT not in file.namelist():
        raise BrokenArchive(f"{source.name}：不是有據的備份檔；資料未變動")
    found = orjson.loads(file.read(_ABOUT))["schema"]
    if found != schema.HEAD:
        raise BrokenArchive(f"{source.name}：備份的結構是 {found}，這個版本是 {schema.HEAD}；資料未變動")


def _refill(connection: Connection, file: zipfile.ZipFile, table: Table) -> int:
    connection.execute(delete(table))
    count = 0
    for rows in _batches(file, table):
        connection.execute(insert(table), rows)
        count += len(rows)
    return count


def _batches(file: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    with file.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            batch.append(_typed(table, orjson.loads(line)))
            if len(batch) == _ROWS:
                yield batch
                batch = []
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _value(column.type, row[column.name]) for column in table.c}


def _value(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value
