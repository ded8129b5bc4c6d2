"""The 項 beside a quoted one that leans on it: 「前項之未遂犯罰之」 says nothing without 前項."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.domain import Reference, Status, Unit
from rag.names import LawNames
from rag.references import find_references
from rag.units import find_unit, units
from rag.write import Source, source_named

_MOST = 3  # 「前三項」
_LONG = 500  # characters; of a longer 項 what stands before its list is quoted
_NO_NAMES = LawNames([])  # what leans on its neighbour names no law


def with_neighbours(sources: Sequence[Source], most: int) -> list[Source]:
    """The sources, each with the 項 of its article that the quoted one leans on right behind it, ``most`` in all.

    The sources themselves all stay; what is quoted already is not quoted again.
    """
    free = most - len(sources)
    shown = {(one.document.key, one.start) for one in sources}
    found: list[Source] = []
    for source in sources:
        found.append(source)
        for one in _leaned_on(source):
            if free > 0 and (one.document.key, one.start) not in shown:
                shown.add((one.document.key, one.start))
                found.append(one)
                free -= 1
    return found


def _leaned_on(source: Source) -> Iterator[Source]:
    document = source.document
    own = _quoted(source) if document.kind == "statute" else None
    if own is None:
        return
    at = Reference(0, 0, law=document.law, article=document.number, units=own.path[:1])
    named = find_references(source.quote, _NO_NAMES, home=document.law, at=at)
    paths = {one.units[:1] for one in named if _is_beside(one, source) and one.units[:1] != own.path[:1]}
    for path in sorted(paths)[-_MOST:]:
        unit = find_unit(document.text, path)
        if unit:
            reference = Reference(0, 0, law=document.law, article=document.number, units=path)
            beside = source_named(0, reference, document, Status.IN_FORCE, None)
            yield beside._replace(end=_end(document.text, unit))


def _quoted(source: Source) -> Unit | None:
    """The 項 or 款 that is quoted, None for the whole article."""
    several = [unit for unit in units(source.document.text) if (unit.start, unit.end) == (source.start, source.end)]
    return several[0] if several else None


def _is_beside(one: Reference, source: Source) -> bool:
    """Whether it is a 項 of the same article: 「第三十條第一項」 may be of any law."""
    written = source.quote[one.start : one.end]
    same = one.article == source.document.number and ("條" not in written or written.startswith("本條"))
    return same and one.units[:1] != () and one.units[0][0] == "項"


def _end(text: str, unit: Unit) -> int:
    if unit.end - unit.start <= _LONG:
        return unit.end
    inside = (one.start for one in units(text) if one.path[:1] == unit.path and len(one.path) > 1)
    return unit.start + len(text[unit.start : next(inside, unit.end)].rstrip())
