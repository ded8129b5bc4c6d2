"""Documents that a source took back: all about them goes but key and day, and an old archive brings none in again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from rag import ledger, schema
from rag.errors import UnknownKey, UsageError
from rag.ledger import marks
from rag.rows import Rows
from rag.store import Store, batches, reading
from rag.writer import writing

# Kept as a mark of no source until the bytes are gone: a run that is killed before leaves it to the next.
_TO_SCRUB = "scrub"


class _Held(NamedTuple):
    key: str
    version: str
    source: str
    raw: str
    seen: date | None


def remove(rows: Rows, keys: Mapping[str, date], source: str = "") -> list[str]:
    """Everything about these documents goes, but for key and day as a tombstone; returns the keys that were there.

    What was published after the day it was taken back is public again and stays.

    :param source: says whose they are, so that what could never be read goes, too.
    """
    found: list[str] = []
    emptied = 0
    for batch in batches(keys):
        held = [_Held(*row) for row in rows.connection.execute(_holding().where(schema.documents.c.key.in_(batch)))]
        public = {one.key for one in held if one.seen and one.seen > keys[one.key] > date.min}
        held += _mentioned(rows, batch)
        going = {key: keys[key] for key in batch if key not in public}
        gone = [one for one in held if one.key in going]
        ids = [(one.key, one.version) for one in gone if one.version]
        rows.bury(dict.fromkeys(ids, ()))
        rows.drop(ids)
        emptied += len(ids) + _drop_raws(rows, {(one.source, one.raw) for one in gone}, source, going)
        _forget(rows, source, going)
        rows.written += len(ids)
        ledger.put_tombstones(rows, going)
        found += dict.fromkeys(one.key for one in gone)
    if emptied:
        ledger.put_marks(rows, "", {_TO_SCRUB: "1"})
    return found


def scrub(store: Store) -> None:
    """Leave no byte of what was removed on the disk; a no-op when nothing was removed since the last time."""
    if not marks(store, ""):
        return
    store.scrub()
    table = schema.marks.c
    with writing(store) as writer:
        writer.connection.execute(delete(schema.marks).where(table.source == "", table.name == _TO_SCRUB))


def known(store: Store, keys: Collection[str]) -> set[str]:
    """Those of the keys that the store has or had something about: documents, refused ones, tombstones."""
    with reading(store) as connection:
        return {
            key
            for column in (schema.documents.c.key, schema.ledger.c.key, schema.tombstones.c.key)
            for batch in batches(keys)
            for key in connection.execute(select(column).where(column.in_(batch))).scalars()
        }


def check(store: Store, keys: Collection[str]) -> None:
    """Whether these can be taken back.

    :raises UnknownKey: there is no such document.
    :raises UsageError: a law.
    """
    laws = [key for key in keys if key.startswith("law/")]
    if laws:
        raise UsageError(f"法規的條文不能撤除：{'、'.join(laws)}")
    there = known(store, keys)
    if not there.issuperset(keys):
        raise UnknownKey(f"資料庫裡沒有 {'、'.join(key for key in keys if key not in there)}")


def _holding() -> Any:
    table, raws = schema.documents.c, schema.raws.c
    whole = schema.documents.outerjoin(schema.raws, (raws.source == table.source) & (raws.id == table.raw))
    return select(table.key, table.version, table.source, table.raw, raws.seen).select_from(whole)


def _mentioned(rows: Rows, keys: Collection[str]) -> list[_Held]:
    """What else came and holds one of the documents: what was refused or failed, and copies."""
    return [
        _Held(row.key, "", row.source, row.raw, None)
        for table in (schema.ledger.c, schema.copies.c)
        for row in rows.connection.execute(select(table.key, table.source, table.raw).where(table.key.in_(keys)))
    ]


def _drop_raws(rows: Rows, ids: Collection[tuple[str, str]], source: str, keys: Iterable[str]) -> int:
    unread = {(source, name) for name in _names(keys)} if source else set()
    table = schema.raws
    condition = (table.c.source == bindparam("source_")) & (table.c.id == bindparam("id_"))
    values = [{"source_": of, "id_": id} for of, id in {*ids, *unread} if id]
    return rows.connection.execute(delete(table).where(condition), values).rowcount if values else 0


def _forget(rows: Rows, source: str, keys: Collection[str]) -> None:
    columns = (schema.links.c.target, schema.cases.c.key, schema.copies.c.key, schema.translations.c.key)
    for column in columns:
        rows.connection.execute(delete(column.table).where(column.in_(keys)))
    _forget_labels(rows, keys)
    failed = [f"{source}/{name}" for name in _names(keys)] if source else []
    rows.connection.execute(delete(schema.ledger).where(schema.ledger.c.key.in_([*keys, *failed])))


def _forget_labels(rows: Rows, keys: Collection[str]) -> None:
    """A claim that cites one of them may quote it, whatever else it is held against."""
    tasks = schema.label_tasks.c
    claims = select(tasks.claim).where(tasks.key.in_(keys))
    ids = rows.connection.execute(select(tasks.id).where(tasks.claim.in_(claims))).scalars().all()
    for batch in batches(ids):
        rows.connection.execute(delete(schema.labels).where(schema.labels.c.task.in_(batch)))
        rows.connection.execute(delete(schema.label_tasks).where(tasks.id.in_(batch)))


def _names(keys: Iterable[str]) -> Iterator[str]:
    """What came without being read goes by the document's own name: ``TPSV,104,…`` of ``judgment/TPSV,104,…``."""
    return (key.partition("/")[2] for key in keys)
