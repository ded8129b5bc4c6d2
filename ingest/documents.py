"""Documents of a source → the store: what came is parsed in child processes and written in whole batches.

A batch is one transaction: things as they came, their documents, passages and links, the ledger and the source's own
marks. A killed run has taken in whole batches; the next one sees by their hashes which, and takes in the rest.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from time import monotonic
from typing import NamedTuple

from ingest.citations import cited
from ingest.parsed import Came, Link, Mark, Parsed, Raw, Removal, Skipped, Source, Span
from ingest.pool import in_order
from ingest.sources import document_source
from rag import arrivals, ledger
from rag.arrivals import Arrival, Filed, Part, Refused, Relation, filed
from rag.errors import YoujuError
from rag.names import LawName, LawNames
from rag.privacy import mask
from rag.removals import remove
from rag.store import Store
from rag.writer import writing

_MOST = 400
_BYTES = 1_000_000
_OLDEST = 30.0  # seconds: of a source that gives a document every two, a killed run has little to fetch again
_LONGEST_KEY, _LONGEST_ID = 120, 160
_MOST_OF = {"key": _LONGEST_KEY, "version": 16, "law": 8, "number": 20, "level": 4}
# law/B0000001: a law as a whole
_LAW = re.compile(r"law/[A-Z][0-9]{7}")


@dataclass(slots=True)
class Taken:
    """What a run came to. ``masked`` counts the personal data that no question can find, by kind."""

    records: int = 0
    documents: int = 0
    written: int = 0
    removed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    masked: Counter[str] = field(default_factory=Counter)


class Batch(NamedTuple):
    """What came, in its order; removals never share a batch with what came before or after them.

    What comes again under its id replaces what came before.
    """

    raws: dict[str, Raw]
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
    waiting: list[tuple[Batch, set[str]]] = []

    def work() -> Iterator[Work]:
        for batch in batches(came):
            # What waits to be written may yet change or remove what is known.
            unsure = options.again or any(one.removals for one, _ in waiting) or bool(batch.removals)
            known = set() if unsure else _known(store, source.NAME, batch.raws, rules)
            new = batch.raws.keys() - known | {id for _, ids in waiting for id in ids if id in batch.raws}
            waiting.append((batch, new))
            yield Work(source.NAME, rules, hidden, [raw for id, raw in batch.raws.items() if id in new])

    for result in in_order(read, work(), names):
        batch, new = waiting.pop(0)
        with writing(store) as writer:
            taken.removed += len(remove(writer, batch.removals, source.NAME))
            buried = arrivals.put(writer, source.NAME, result.arrivals, today, options.again)
            ledger.see(writer, source.NAME, batch.raws.keys() - new, today)
            ledger.put_marks(writer, source.NAME, batch.marks)
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


def batches(came: Iterable[Came], now: Callable[[], float] = monotonic) -> Iterator[Batch]:
    """What came in batches of some size or age; when it breaks off, what came until then is still a batch."""
    batch, size, began, broken = Batch({}, {}, {}), 0, now(), None
    rest = iter(came)
    while True:
        try:
            one = next(rest, None)
        except YoujuError as error:
            one, broken = None, error
        if one is None or _ends(batch, one, size) or (not isinstance(one, Mark) and now() - began > _OLDEST):
            if any(batch):
                yield batch
            batch, size, began = Batch({}, {}, {}), 0, now()
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
            raw = _storable(one)
            batch.raws.pop(raw.id, None)
            batch.raws[raw.id] = raw
            return len(one.body)
        case Removal():
            if len(one.key) <= _LONGEST_KEY:
                batch.removals[one.key] = max(one.day, batch.removals.get(one.key, one.day))
        case Mark():
            batch.marks[one.name] = one.value
    return 0


def read(work: Work, names: LawNames) -> Result:
    """The heavy, pure part: things as they came → what they hold."""
    source = document_source(work.source)
    found = [arrival(source, raw, names, work.rules, work.hidden) for raw in work.raws]
    masked: Counter[str] = Counter()
    for one in found:
        for held in one.filed:
            masked.update(mask(held.document.text).counts)
    return Result(found, masked)


def arrival(source: Source, raw: Raw, names: LawNames, rules: str, hidden: frozenset[str]) -> Arrival:
    """One thing as it came and what it holds; what can't be read or stored is refused, and nothing is raised."""
    whole, refused = _parse(source, raw, names, hidden)
    mark, body = hashlib.sha256(raw.body).hexdigest(), zlib.compress(raw.body, 1)
    kept_rules = "" if any(one.failed for one in refused) else rules
    return Arrival(raw.id, mark, kept_rules, raw.place, raw.seen, body, tuple(whole), tuple(refused))


def _parse(source: Source, raw: Raw, names: LawNames, hidden: frozenset[str]) -> tuple[list[Filed], list[Refused]]:
    whole: dict[str, Filed] = {}
    refused: list[Refused] = []
    try:
        for one in source.parse(raw, names):
            if isinstance(one, Skipped):
                refused.append(_refused(one.key, one.reason))
            elif one.document.key in whole:
                refused.append(_refused(f"{source.NAME}/{raw.id}", f"{one.document.key} 出現不只一次", failed=True))
            elif problem := _problem(one):
                refused.append(_refused(one.document.key, problem, failed=True))
            else:
                whole[one.document.key] = _file(one, names, hidden)
    except YoujuError as error:
        refused.append(_refused(f"{source.NAME}/{raw.id}", str(error), failed=True))
    except Exception as error:
        # One bad document must not stop the rest of the night; its name is kept, its text is not.
        refused.append(_refused(f"{source.NAME}/{raw.id}", f"無法解析（{type(error).__name__}）", failed=True))
    return list(whole.values()), refused


def _refused(key: str, reason: str, failed: bool = False) -> Refused:
    return Refused(_clean(key)[:_LONGEST_KEY], " ".join(_clean(reason).split()), failed)


def _problem(one: Parsed) -> str:
    """Why the store could not keep or show a document; "" when it can."""
    document = one.document
    if not (document.key and document.version) or any(len(getattr(document, name)) > n for name, n in _MOST_OF.items()):
        return "文件代號、版本或條號過長或空白"
    said = "".join(_texts(one))
    if "\0" in said:
        return "內文有 NUL 字元"
    try:
        said.encode()
    except UnicodeEncodeError:
        return "內文有不成字的編碼"
    bounds = [0, *(edge for span in one.spans for edge in (span.start, span.end)), len(document.text)]
    if not one.spans or bounds != sorted(bounds) or any(span.start == span.end for span in one.spans):
        return "段落範圍有誤"
    return ""


def _texts(one: Parsed) -> Iterator[str]:
    document = one.document
    yield from (document.key, document.version, document.title, document.text, document.number, document.url)
    yield from chain(document.path, document.facts, document.facts.values())
    yield from (part for span in one.spans for part in (span.section, span.speaker, span.place))
    yield from (link.target for link in one.links)


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


def _known(store: Store, source: str, raws: Mapping[str, Raw], rules: str) -> set[str]:
    """The ids of what was read before, by the same rules."""
    before = arrivals.known(store, source, list(raws))
    return {id for id in before if before[id] == (hashlib.sha256(raws[id].body).hexdigest(), rules)}


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


def _storable(raw: Raw) -> Raw:
    """A raw whose names fit the store; an id that is too long keeps its beginning and a hash of the whole."""
    id, place = _clean(raw.id), _clean(raw.place)
    if len(id) > _LONGEST_ID:
        id = f"{id[: _LONGEST_ID - 17]}#{hashlib.sha256(id.encode()).hexdigest()[:16]}"
    return raw if (id, place) == (raw.id, raw.place) else replace(raw, id=id, place=place)


def _clean(text: str) -> str:
    """Without what no database takes: names of files may hold bytes that are no text."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")
