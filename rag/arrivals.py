"""Documents that come whole → the store: what a source says under one id replaces what it said before under it.

Written inside the transaction of a :class:`rag.writer.Writer`, so that a killed run has taken in whole batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, select

from rag import ledger, schema
from rag.domain import Document
from rag.rows import Rows, Spans
from rag.store import Store, batches, reading
from rag.writer import document_row, fingerprint

Id = tuple[str, str]
_PAGE = 200


class Relation(NamedTuple):
    """A link to the document ``target`` as it stood on ``day``."""

    target: str
    relation: str = "cites"
    day: date | None = None


class Part(NamedTuple):
    """A passage of a document: the fields of :class:`rag.domain.Passage` that the document does not have itself."""

    start: int
    end: int
    section: str = ""
    speaker: str = ""
    place: str = ""
    searchable: bool = True


class Filed(NamedTuple):
    """A document with its passages and links; ``mark`` says what all of it looks like."""

    document: Document
    parts: tuple[Part, ...]
    links: tuple[Relation, ...]
    mark: str

    @property
    def id(self) -> Id:
        return self.document.key, self.document.version

    @property
    def spans(self) -> set[tuple[int, int]]:
        return {(one.start, one.end) for one in self.parts}


def filed(document: Document, parts: tuple[Part, ...], links: tuple[Relation, ...] = ()) -> Filed:
    return Filed(document, parts, links, fingerprint(document, parts, links))


class Refused(NamedTuple):
    """A document that is not taken in, and why; ``failed`` when it should have been."""

    key: str
    reason: str
    failed: bool = False


class Stored(NamedTuple):
    """What a stored document looks like, and the id of what it was read from."""

    mark: str
    raw: str


class Arrival(NamedTuple):
    """One thing that came and what was read in it; ``body`` is compressed.

    ``rules`` names how it was read: what came before under the same hash and rules needs no second look. Empty for
    what could not be read, so that the next run tries again.
    """

    id: str
    sha256: str
    rules: str
    place: str
    seen: date | None
    body: bytes
    filed: tuple[Filed, ...]
    refused: tuple[Refused, ...] = ()


def known(store: Store, source: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Hash and rules of what came before, by id."""
    table = schema.raws.c
    with reading(store) as connection:
        return {
            row.id: (row.sha256, row.rules)
            for batch in batches(ids)
            for row in connection.execute(
                select(table.id, table.sha256, table.rules).where(table.source == source, table.id.in_(batch))
            )
        }


def bodies(store: Store, source: str) -> Iterator[tuple[str, str, date | None, bytes]]:
    """``(id, place, seen, compressed body)`` of everything kept of a source, in the order of the ids."""
    table = schema.raws.c
    query = select(table.id, table.place, table.seen, table.body).where(table.source == source)
    last = ""
    while True:
        # Page by page: one long read would keep the database's log from being folded in while others write.
        with reading(store) as connection:
            page = connection.execute(query.where(table.id > last).order_by(table.id).limit(_PAGE)).all()
        for row in page:
            yield row.id, row.place, row.seen, row.body
        if len(page) < _PAGE:
            return
        last = page[-1].id


def put(rows: Rows, source: str, arrivals: Sequence[Arrival], today: date, again: bool = False) -> list[str]:
    """Make the documents of these arrivals what they hold now; of one key in two arrivals, the later counts.

    Returns the keys of documents that were taken back before and are not taken in again.

    :param again: they were kept and come in no set order: a document stays with what it was last read from.
    """
    raws = {arrival.id for arrival in arrivals}
    buried = ledger.tombstones(rows, [*_keys(arrivals), *_refused(arrivals)])
    public = [_public(one, buried) for one in arrivals]
    stored = _stored(rows, source, public)
    shown = _own(rows, source, public, stored) if again else public
    new = {one.document.key: (arrival.id, one) for arrival in shown for one in arrival.filed}
    fresh = [key for key, (_, one) in new.items() if one.id not in stored or stored[one.id].mark != one.mark]
    changed = {new[key][1].id: new[key][1].spans for key in fresh if new[key][1].id in stored}
    gone = list(_gone(stored, new, raws))
    kept: dict[Id, Spans] = {id: () for id in gone}
    rows.bury(kept | changed)
    rows.drop([*gone, *changed])
    rows.written += len(gone)
    _insert(rows, [new[key] for key in fresh])
    rows.renew_cited(fresh)
    ledger.note(rows, source, raws, _entries(shown, stored.keys() - gone), today)
    ledger.note_gone(rows, [key for key, _ in gone if key not in new])
    ledger.note_copies(rows, source, raws, _copies(public, stored, {key: new[key][0] for key in fresh}))
    # What holds a text that was taken back is not kept as it came, either.
    _keep(rows, source, [one for one, came in zip(public, arrivals, strict=True) if one == came])
    ledger.drop_tombstones(rows, [key for key in new if key in buried])
    return [key for key in _keys(arrivals) if key in buried and key not in new]


def relate(rows: Rows, relation: str, wanted: Mapping[Id, str]) -> None:
    """Make the links of one relation from these documents what is wanted: one target each, or "" for none.

    No change of the store: what is searched stays the same.
    """
    table, written = schema.links, rows.written
    query = select(table.c.key, table.c.version, table.c.target).where(table.c.relation == relation)
    stored = {(row.key, row.version): row.target for row in rows.about(wanted, query, table.c.key)}
    changed = [id for id, target in wanted.items() if stored.get(id, "") != target]
    for key, version in changed:
        old = (table.c.key == key, table.c.version == version, table.c.relation == relation)
        rows.connection.execute(delete(table).where(*old))
    new = [(*id, wanted[id]) for id in changed if wanted[id]]
    rows.insert(table, [{"key": k, "version": v, "target": target, "relation": relation} for k, v, target in new])
    rows.written = written


def _keys(arrivals: Sequence[Arrival]) -> list[str]:
    return [one.document.key for arrival in arrivals for one in arrival.filed]


def _refused(arrivals: Sequence[Arrival]) -> list[str]:
    return [one.key for arrival in arrivals for one in arrival.refused]


def _public(arrival: Arrival, buried: Mapping[str, date]) -> Arrival:
    """An old archive still holds what was taken back since; only what was published later is public again."""

    def is_public(key: str) -> bool:
        day = buried.get(key)
        return day is None or (arrival.seen is not None and arrival.seen > day)

    filed = tuple(one for one in arrival.filed if is_public(one.document.key))
    return arrival._replace(filed=filed, refused=tuple(one for one in arrival.refused if is_public(one.key)))


def _stored(rows: Rows, source: str, arrivals: Sequence[Arrival]) -> dict[Id, Stored]:
    """What is stored of these arrivals, and under the keys they name."""
    table = schema.documents.c
    query = select(table.key, table.version, table.digest, table.raw)
    raws, keys = [arrival.id for arrival in arrivals], [*_keys(arrivals), *_refused(arrivals)]
    found: dict[Id, Stored] = {}
    for column, values in ((table.raw, raws), (table.key, keys)):
        for batch in batches(values):
            some = query.where(column.in_(batch), table.source == source)
            found.update(((row.key, row.version), Stored(*row[2:])) for row in rows.connection.execute(some))
    return found


def _own(rows: Rows, source: str, arrivals: Sequence[Arrival], stored: Mapping[Id, Stored]) -> list[Arrival]:
    """The arrivals without the documents that were last read from another thing that is still kept."""
    owners = {key: one.raw for (key, _), one in stored.items()}
    table = schema.raws.c
    kept = {
        id
        for batch in batches(set(owners.values()))
        for id in rows.connection.execute(select(table.id).where(table.source == source, table.id.in_(batch))).scalars()
    }
    return [
        arrival._replace(
            filed=tuple(
                one
                for one in arrival.filed
                if owners.get(one.document.key, arrival.id) == arrival.id or owners[one.document.key] not in kept
            )
        )
        for arrival in arrivals
    ]


def _gone(stored: Mapping[Id, Stored], new: Mapping[str, tuple[str, Filed]], raws: Collection[str]) -> Iterator[Id]:
    """What is no longer said under these ids, and other versions of what is."""
    wanted = {one.id for _, one in new.values()}
    return (id for id, one in stored.items() if id not in wanted and (one.raw in raws or id[0] in new))


def _insert(rows: Rows, new: Sequence[tuple[str, Filed]]) -> None:
    rows.insert(schema.documents, [document_row(one.document, one.mark, rows.revision, raw) for raw, one in new])
    ids = [({"key": one.document.key, "version": one.document.version}, one) for _, one in new]
    rows.insert(schema.passages, [id | part._asdict() for id, one in ids for part in one.parts])
    rows.insert(schema.links, [id | link._asdict() for id, one in ids for link in one.links])
    cases = [(one.document.facts.get("case_key", ""), one.document.key) for _, one in new]
    rows.put(schema.cases, ("case", "key"), [{"case": case, "key": key} for case, key in cases if case])


def _entries(arrivals: Sequence[Arrival], staying: Collection[Id]) -> dict[str, dict[str, str]]:
    """What becomes of each document; of one that is there, nobody is told that it was refused elsewhere."""
    entries: dict[str, dict[str, str]] = {}
    there = {key for key, _ in staying}.union(_keys(arrivals))
    for arrival in arrivals:
        about = {"sha256": arrival.sha256, "raw": arrival.id}
        for one in arrival.filed:
            entries[one.document.key] = about | {"state": "stored", "reason": ""}
        for key, reason, failed in arrival.refused:
            if key not in there:
                entries[key] = about | {"state": "failed" if failed else "skipped", "reason": reason}
    return entries


def _copies(
    arrivals: Sequence[Arrival], stored: Mapping[Id, Stored], moved: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """``(key, raw)`` of what holds a document that is read from another.

    :param moved: what a document is read from now, by key, where that is new.
    """
    before = {key: one.raw for (key, _), one in stored.items()}
    owners = {**before, **moved}
    held = {(one.document.key, arrival.id) for arrival in arrivals for one in arrival.filed}
    held.update((key, raw) for key, raw in before.items() if key in moved)
    return ((key, raw) for key, raw in sorted(held) if raw != owners.get(key, raw))


def _keep(rows: Rows, source: str, arrivals: Sequence[Arrival]) -> None:
    table, names = schema.raws, ("sha256", "rules", "place", "seen")
    about = {arrival.id: tuple(getattr(arrival, name) for name in names) for arrival in arrivals}
    query = select(table.c.id, *(table.c[name] for name in names)).where(table.c.source == source)
    for batch in batches(about):
        stored = {row.id: tuple(row[1:]) for row in rows.connection.execute(query.where(table.c.id.in_(batch)))}
        new = [id for id in batch if stored.get(id) != about[id]]
        rows.connection.execute(delete(table).where(table.c.source == source, table.c.id.in_(new)))
        bodies = {arrival.id: arrival.body for arrival in arrivals}
        values = [dict(zip(names, about[id], strict=True)) | {"id": id, "body": bodies[id]} for id in new]
        rows.insert(table, [{"source": source} | one for one in values])
