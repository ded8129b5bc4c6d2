"""Documents of a source → the store: what came is parsed in child processes and written in whole batches.

A batch is one transaction: things as they came, their documents, passages and links, the ledger and the source's own
marks. A killed run has taken in whole batches; the next one sees by their hashes which, and takes in the rest.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from ingest.citations import cited
from ingest.parsed import Came, Link, Mark, Parsed, Raw, Removal, Skipped, Source, Span
from ingest.pool import in_order
from ingest.sources import document_source
from rag import arrivals
from rag.arrivals import Arrival, Filed, Part, Refused, Relation, filed
from rag.errors import YoujuError
from rag.names import LawName, LawNames
from rag.privacy import mask
from rag.store import Store
from rag.writer import writing

_MOST = 400
_BYTES = 1_000_000
_LONGEST_KEY, _LONGEST_VERSION, _LONGEST_ID = 120, 16, 160
# law/B0000001: a law as a whole
_LAW = re.compile(r"law/[A-Z][0-9]{7}")


@dataclass(slots=True)
class Taken:
    """What a run came to. ``masked`` counts the personal data that no question can find, by kind.

    ``broken`` is why nothing more came; all that came before has been taken in.
    """

    records: int = 0
    documents: int = 0
    written: int = 0
    removed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    masked: Counter[str] = field(default_factory=Counter)
    broken: YoujuError | None = None


class Batch(NamedTuple):
    """What came, in its order; removals never share a batch with what came before or after them."""

    raws: list[Raw]
    marks: dict[str, str]
    removals: dict[str, date]


class Work(NamedTuple):
    source: str
    rules: str
    hidden: frozenset[str]
    raws: list[Raw]


class Result(NamedTuple):
    arrivals: list[Arrival]
    masked: Counter[str]


Progress = Callable[[int], None]


def take_in(
    store: Store, source: Source, came: Iterable[Came], names: list[LawName], today: date, options: Options
) -> Taken:
    """Bring the store up to what came.

    :param names: every name by which a text may call a law.
    """
    taken = Taken()
    hidden = frozenset(source.FIELDS[name] for name in options.without)
    rules = f"{source.RULES}/{'+'.join(sorted(hidden))}"
    waiting: list[tuple[Batch, list[str]]] = []

    def work() -> Iterator[Work]:
        for batch in batches(came):
            new = batch.raws if options.again else _new(store, source.NAME, batch.raws, rules)
            fresh = {raw.id for raw in new}
            waiting.append((batch, [raw.id for raw in batch.raws if raw.id not in fresh]))
            yield Work(source.NAME, rules, hidden, new)

    for result in in_order(read, work(), names):
        batch, same = waiting.pop(0)
        with writing(store) as writer:
            taken.removed += len(arrivals.remove(writer, batch.removals))
            buried = arrivals.put(writer, source.NAME, result.arrivals, today)
            arrivals.see(writer, source.NAME, same, today)
            arrivals.put_marks(writer, source.NAME, batch.marks)
        _count(taken, batch, result, writer.written)
        if buried:
            taken.documents -= len(buried)
            taken.skipped["已依來源公告移除"] += len(buried)
        options.progress(len(batch.raws) + len(batch.removals))
    return taken


@dataclass(frozen=True, slots=True)
class Options:
    """``without``: fields to leave out of the index; ``again``: read anew what is known already."""

    progress: Progress = lambda count: None
    without: Sequence[str] = ()
    again: bool = False


def batches(came: Iterable[Came]) -> Iterator[Batch]:
    """What came in batches of some size; when it breaks off, what came until then is still a batch."""
    batch, size, broken = Batch([], {}, {}), 0, None
    rest = iter(came)
    while True:
        try:
            one = next(rest, None)
        except YoujuError as error:
            one, broken = None, error
        if one is None or _ends(batch, one, size):
            if any(batch):
                yield batch
            batch, size = Batch([], {}, {}), 0
        if broken:
            raise broken
        if one is None:
            return
        size += _add(batch, one)


def _ends(batch: Batch, one: Came, size: int) -> bool:
    """Whether a batch has to be closed before this; a mark always joins what came before it."""
    if isinstance(one, Mark):
        return False
    apart = bool(batch.raws or batch.marks) if isinstance(one, Removal) else bool(batch.removals)
    return apart or size >= _BYTES or len(batch.raws) + len(batch.removals) >= _MOST


def _add(batch: Batch, one: Came) -> int:
    match one:
        case Raw():
            batch.raws.append(_shortened(one))
            return len(one.body)
        case Removal():
            batch.removals[one.key] = one.day
        case Mark():
            batch.marks[one.name] = one.value
    return 0


def read(work: Work, names: LawNames) -> Result:
    """The heavy, pure part: things as they came → what they hold."""
    source = document_source(work.source)
    found: list[Arrival] = []
    masked: Counter[str] = Counter()
    for raw in work.raws:
        parsed, refused = _parse(source, raw, names)
        whole = tuple(_file(one, names, work.hidden) for one in parsed)
        for one in parsed:
            masked.update(mask(one.document.text).counts)
        failed = any(one.failed for one in refused)
        mark = hashlib.sha256(raw.body).hexdigest()
        body = zlib.compress(raw.body, 1)
        rules = "" if failed else work.rules
        found.append(Arrival(raw.id, mark, rules, raw.place, raw.seen, body, whole, tuple(refused)))
    return Result(found, masked)


def _parse(source: Source, raw: Raw, names: LawNames) -> tuple[list[Parsed], list[Refused]]:
    parsed: list[Parsed] = []
    refused: list[Refused] = []
    try:
        for one in source.parse(raw, names):
            problem = "" if isinstance(one, Skipped) else _problem(one)
            if isinstance(one, Skipped):
                refused.append(Refused(one.key[:_LONGEST_KEY], one.reason))
            elif problem:
                refused.append(Refused(one.document.key[:_LONGEST_KEY], problem, failed=True))
            else:
                parsed.append(one)
    except YoujuError as error:
        refused.append(Refused(f"{source.NAME}/{raw.id}"[:_LONGEST_KEY], str(error), failed=True))
    except Exception as error:
        # One bad document must not stop the rest of the night; its name is kept, its text is not.
        reason = f"無法解析（{type(error).__name__}）"
        refused.append(Refused(f"{source.NAME}/{raw.id}"[:_LONGEST_KEY], reason, failed=True))
    return parsed, refused


def _problem(one: Parsed) -> str:
    """Why the store could not keep or show a document; "" when it can."""
    document = one.document
    if not 0 < len(document.key) <= _LONGEST_KEY or not 0 < len(document.version) <= _LONGEST_VERSION:
        return "文件代號或版本過長"
    if "\0" in document.text or "\0" in document.title:
        return "內文有 NUL 字元"
    try:
        document.text.encode()
        document.title.encode()
    except UnicodeEncodeError:
        return "內文有不成字的編碼"
    bounds = [0, *(edge for span in one.spans for edge in (span.start, span.end)), len(document.text)]
    if not one.spans or bounds != sorted(bounds) or any(span.start == span.end for span in one.spans):
        return "段落範圍有誤"
    return ""


def _file(one: Parsed, names: LawNames, hidden: frozenset[str]) -> Filed:
    document = one.document
    stated = {(link.target, link.relation) for link in one.links}
    links = [*one.links, *(link for link in cited(document, one.spans, names) if (link.target, "cites") not in stated)]
    parts = tuple(_part(span, hidden) for span in one.spans)
    return filed(document, parts, tuple(_relations(links)))


def _part(span: Span, hidden: frozenset[str]) -> Part:
    searchable = span.searchable and span.section not in hidden
    return Part(span.start, span.end, span.section, span.speaker, span.place, searchable)


def _relations(links: Iterable[Link]) -> Iterator[Relation]:
    """Each target once a relation; a law as a whole ends in a slash, as in the links between laws."""
    done: set[tuple[str, str]] = set()
    for link in links:
        target = f"{link.target}/" if _LAW.fullmatch(link.target) else link.target
        if target and len(target) <= _LONGEST_KEY and (target, link.relation) not in done:
            done.add((target, link.relation))
            yield Relation(target, link.relation, link.day)


def _new(store: Store, source: str, raws: Sequence[Raw], rules: str) -> list[Raw]:
    known = arrivals.known(store, source, [raw.id for raw in raws])
    return [raw for raw in raws if known.get(raw.id) != (hashlib.sha256(raw.body).hexdigest(), rules)]


def _count(taken: Taken, batch: Batch, result: Result, written: int) -> None:
    taken.records += len(batch.raws) + len(batch.removals)
    taken.written += written
    taken.masked.update(result.masked)
    for arrival in result.arrivals:
        taken.documents += len(arrival.filed)
        for one in arrival.refused:
            if one.failed:
                taken.failed[one.key] = one.reason
            else:
                taken.skipped[one.reason] += 1


def stored(store: Store, source: str) -> Iterator[Raw]:
    """Everything kept of a source, as it came."""
    for id, place, seen, body in arrivals.bodies(store, source):
        yield Raw(id, zlib.decompress(body), place, seen)


def _shortened(raw: Raw) -> Raw:
    """A raw whose id fits the store; a longer one keeps its beginning and a hash of the whole."""
    if len(raw.id) <= _LONGEST_ID:
        return raw
    mark = hashlib.sha256(raw.id.encode()).hexdigest()[:16]
    return replace(raw, id=f"{raw.id[: _LONGEST_ID - 17]}#{mark}")
