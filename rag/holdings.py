"""What the store holds, source by source: counts, days, and what was not taken in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal_column, select

from rag import schema
from rag.domain import Document
from rag.queries import DOCUMENT
from rag.store import OF_LAWS, Store, document_of, reading

_OF_ARTICLES = schema.links.c.key.startswith("law/")


class SourceRow(NamedTuple):
    """A source in the store; ``first`` and ``last`` are ISO days, "" when its documents have none."""

    source: str
    documents: int
    first: str
    last: str


class StateRow(NamedTuple):
    """Documents of a source in one state: stored, skipped, failed or gone."""

    source: str
    state: str
    documents: int
    seen: date


def coverage(store: Store) -> dict[str, Any]:
    """What the store holds: counts, the newest official files by day, and each source with its days."""
    releases = store.releases("laws")
    held = {one.source: one for one in sources(store)}
    return {
        "laws": _count(store, select(func.count()).select_from(schema.laws)),
        "articles": _count(store, select(func.count(func.distinct(schema.documents.c.key))).where(_of_laws(store))),
        "versions": sum(one.documents for one in held.values() if one.source in OF_LAWS),
        "passages": store.passage_count(),
        "translations": _count(store, select(func.count()).select_from(schema.translations)),
        "releases": {one.member: one.published.isoformat() for one in releases},
        "sources": {
            name: {"documents": one.documents, "from": one.first, "to": one.last} for name, one in held.items()
        },
    }


def _of_laws(store: Store) -> ColumnElement[bool]:
    """Which documents are articles of laws."""
    table = schema.documents.c
    # By its key alone, SQLite counts them from an index in a tenth of the time; others sort keys by their language.
    in_order = store.engine.dialect.name == "sqlite"
    return (table.key >= "law/") & (table.key < "law0") if in_order else table.source.in_(OF_LAWS)


def sources(store: Store) -> list[SourceRow]:
    """Each source that has documents: how many, and the first and the last of their days."""
    table = schema.documents.c
    day = case((table.version != "undated", table.version), else_=None)
    query = select(table.source, func.count().label("documents"), func.min(day), func.max(day))
    rows = _rows(store, query.group_by(table.source).order_by(table.source))
    return [SourceRow(source, n, first or "", last or "") for source, n, first, last in rows]


def states(store: Store) -> list[StateRow]:
    """How many documents of each source are in each state of the ledger, and when they were last seen."""
    table = schema.ledger.c
    query = select(table.source, table.state, func.count().label("documents"), func.max(table.last_seen))
    rows = _rows(store, query.group_by(table.source, table.state).order_by(table.source, table.state))
    return [StateRow(*row) for row in rows]


def refused(store: Store, source: str) -> list[tuple[str, str, str]]:
    """``(key, state, reason)`` of each document of a source that was not taken in."""
    table = schema.ledger.c
    query = select(table.key, table.state, table.reason).where(table.source == source, table.reason != "")
    return [(row.key, row.state, row.reason) for row in _rows(store, query.order_by(table.key))]


def days(store: Store, source: str) -> list[str]:
    """The different days of a source's documents, in order."""
    table = schema.documents.c
    query = select(table.version).where(table.source == source, table.version != "undated").distinct()
    return [row.version for row in _rows(store, query.order_by(table.version))]


def since(store: Store, source: str, version: str) -> list[Document]:
    """The documents of a source of this day and later."""
    table = schema.documents.c
    of_source = (table.source == source, table.version >= version)
    return [document_of(row) for row in _rows(store, select(*DOCUMENT).where(*of_source).order_by(table.key))]


def laws_named(store: Store) -> dict[str, int]:
    """How many articles of other laws name each law."""
    target, key = schema.links.c.target, schema.links.c.key
    law = func.substr(target, 5, 8).label("law")
    query = select(law, func.count(func.distinct(key))).where(_OF_ARTICLES).group_by(literal_column("law"))
    return {law: count for law, count in _rows(store, query)}


def articles_named(store: Store) -> dict[str, int]:
    """How many articles of other laws name each article."""
    target, key = schema.links.c.target, schema.links.c.key
    query = select(target, func.count(func.distinct(key))).where(_OF_ARTICLES).group_by(target)
    return {target: count for target, count in _rows(store, query)}


def articles_changed(store: Store, since: int) -> set[str]:
    """The keys of the articles that were written after a revision, or that something new was said of."""
    table = schema.documents.c
    query = select(table.key).where(table.revision > since, table.source.in_(OF_LAWS))
    return {key for (key,) in _rows(store, query)}


def _count(store: Store, query: Any) -> int:
    return int(_rows(store, query)[0][0])


def _rows(store: Store, query: Any) -> Sequence[Any]:
    with reading(store) as connection:
        return connection.execute(query).all()
