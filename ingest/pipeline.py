"""Official records → the store: what is new is kept, worked out into versions, and written; the rest is left alone."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import orjson

from ingest.links import links
from ingest.records import RULES, RawRecord, Snapshot
from ingest.sources import laws as source
from ingest.versions import law_versions
from rag.domain import Document, Law
from rag.names import LawNames
from rag.store import Store
from rag.writer import SnapshotRow, Writer, ledger_hashes, snapshots_of, writing

GROUP = 200
Progress = Callable[[int], None]
_Group = list[tuple[str, list[RawRecord]]]


class Work(NamedTuple):
    """Some whole laws: the snapshots stored of them and the records that came."""

    stored: list[SnapshotRow]
    came: list[RawRecord]


class Result(NamedTuple):
    """What a batch comes to, ready to write; ``rows`` are the snapshots that are new or were seen again later."""

    rows: list[SnapshotRow]
    laws: list[Law]
    documents: list[Document]
    links: list[tuple[str, str, str]]


Workers = Callable[[Iterable[Work]], Iterator[Result]]
"""``map`` over batches, in order; in other processes when there are many."""


def take_in(store: Store, records: Sequence[RawRecord], workers: Workers, progress: Progress, name: str) -> int:
    """Bring the store up to these Chinese records; returns how many rows were written.

    Laws whose records are those last taken in from the same source are skipped. Each batch is one transaction, so a
    killed run has taken in whole laws, and the next one takes in the rest.

    :param name: the source, ``laws`` or ``law-history``: each has its own marks in the ledger.
    """
    laws = _changed(store, records, name)
    progress(len(records) - sum(len(raws) for _, raws in laws))
    groups = list(_groups(laws))
    work = (Work(snapshots_of(store, [pcode for pcode, _ in group]), _records(group)) for group in groups)
    written = 0
    for result, group in zip(workers(work), groups, strict=True):
        with writing(store) as writer:
            _write(writer, result, group, name)
        written += writer.written
        progress(len(_records(group)))
    return written


def take_in_translations(store: Store, records: Sequence[RawRecord], progress: Progress) -> int:
    """The English files: stored beside the articles they translate; returns how many rows were written."""
    laws = _changed(store, records, "law-en")
    progress(len(records) - sum(len(raws) for _, raws in laws))
    written = 0
    for group in _groups(laws):
        with writing(store) as writer:
            for raw in _records(group):
                rows = {one.key: (one.text, one.modified) for one in source.translations(raw)}
                writer.put_translations(raw.pcode, rows)
            _note(writer, group, "law-en")
        written += writer.written
        progress(len(_records(group)))
    return written


def prepare(work: Work, names: LawNames) -> Result:
    """The heavy, pure part: the snapshots of some laws → their versions and links."""
    stored = {(row.law, row.sha256): row for row in work.stored}
    rows = _merged(stored, work.came)
    laws: list[Law] = []
    documents: list[Document] = []
    by_law: dict[str, list[Snapshot]] = {}
    for row in (stored | rows).values():
        record = source.record_of(orjson.loads(zlib.decompress(row.body)), row.law)
        by_law.setdefault(row.law, []).append(Snapshot(row.published, record, row.sha256))
    for snapshots in by_law.values():
        law, versions = law_versions(snapshots)
        laws.append(law)
        documents += versions
    return Result(list(rows.values()), laws, documents, list(links(documents, names)))


def _merged(
    stored: dict[tuple[str, str], SnapshotRow], came: Iterable[RawRecord]
) -> dict[tuple[str, str], SnapshotRow]:
    """The snapshots to write: records not stored yet, and stored ones that a later release still shows."""
    rows: dict[tuple[str, str], SnapshotRow] = {}
    for raw in came:
        id = (raw.pcode, raw.sha256)
        old = rows.get(id) or stored.get(id)
        if old is None:
            rows[id] = SnapshotRow(raw.pcode, raw.sha256, raw.seen, zlib.compress(raw.body, 1))
        elif (raw.seen or date.min) > (old.published or date.min):
            rows[id] = old._replace(published=raw.seen)
    return rows


def _write(writer: Writer, result: Result, group: _Group, name: str) -> None:
    writer.put_snapshots(result.rows)
    writer.put_laws(result.laws)
    fresh = {(one.key, one.version) for one in writer.put_documents([pcode for pcode, _ in group], result.documents)}
    writer.put_links(link for link in result.links if link[:2] in fresh)
    _note(writer, group, name)


def _note(writer: Writer, group: _Group, name: str) -> None:
    entries = {f"{name}/{pcode}": (_mark(raws), max(raw.seen or date.min for raw in raws)) for pcode, raws in group}
    writer.put_ledger(name, entries)


def _changed(store: Store, records: Iterable[RawRecord], name: str) -> _Group:
    by_law: dict[str, list[RawRecord]] = {}
    for raw in records:
        by_law.setdefault(raw.pcode, []).append(raw)
    known = ledger_hashes(store, name)
    return [(pcode, raws) for pcode, raws in sorted(by_law.items()) if known.get(f"{name}/{pcode}") != _mark(raws)]


def _mark(raws: Iterable[RawRecord]) -> str:
    """One hash for all that a source says of a law, in whatever order its lines stand, as read by these rules."""
    return hashlib.sha256("\n".join([str(RULES), *sorted(raw.sha256 for raw in raws)]).encode()).hexdigest()


def _groups(laws: _Group) -> Iterator[_Group]:
    for at in range(0, len(laws), GROUP):
        yield laws[at : at + GROUP]


def _records(group: _Group) -> list[RawRecord]:
    return [raw for _, raws in group for raw in raws]
