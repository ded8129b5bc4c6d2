"""The extractive writer: an answer made of verbatim quotes, needing no model.

It drafts; whether a sentence stands is decided by :mod:`rag.verify` like any other draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rag.domain import OPEN, Document, Reference, Status, Unit
from rag.names import display_name
from rag.references import label
from rag.units import find_unit, units

_LONG = 500  # characters; a longer 項 is quoted by its best 款


class Source(NamedTuple):
    """A passage given to the writer: what its mark points to. ``start`` and ``end`` span what may be quoted of it."""

    mark: int
    document: Document
    status: Status
    since: date | None
    label: str
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.document.text[self.start : self.end]


class Draft(NamedTuple):
    """A sentence that ends in the marks of the sources it rests on, as a model would write it too."""

    text: str


def source_named(mark: int, reference: Reference, document: Document, status: Status, since: date | None) -> Source:
    """The source for an article named in the question, cut to the 項, 款 or 目 it names."""
    unit = find_unit(document.text, reference.units) if reference.units else None
    where = (unit.start, unit.end) if unit else (0, len(document.text))
    shown = label(display_name(document.title), reference if unit else _bare(document))
    return Source(mark, document, status, since, shown, *where)


def source_found(mark: int, document: Document, terms: Mapping[str, float]) -> Source:
    """The source for a passage found by similarity, cut to the 項 that shares most with the question."""
    unit = _best(units(document.text), document.text, terms)
    if unit is None:
        return Source(mark, document, Status.IN_FORCE, None, _label(document, None), 0, len(document.text))
    return Source(mark, document, Status.IN_FORCE, None, _label(document, unit), unit.start, unit.end)


def write(sources: Sequence[Source]) -> Iterator[Draft]:
    """One sentence a source: what it is, its standing where that isn't plain, and the quote."""
    for source in sources:
        yield Draft(f"{_opening(source)}「{source.quote}」[{source.mark}]")


def roc(day: date) -> str:
    """``民國112年1月1日``; a day before 1912 is written in Western years."""
    if day.year < 1912:
        return f"西元{day.year}年{day.month}月{day.day}日"
    return f"民國{day.year - 1911}年{day.month}月{day.day}日"


def _opening(source: Source) -> str:
    since = f"自{roc(source.since)}起" if source.since not in (None, OPEN) and source.since else ""
    if source.status is Status.DELETED:
        return f"{source.label}已刪除（{since or '施行日未載'}），條文現為："
    if source.status is Status.REPEALED:
        return f"{display_name(source.document.title)}已廢止（{since}），{source.label}廢止前規定："
    if source.status is Status.NOT_YET_IN_FORCE:
        return f"{source.label}尚未施行（{since + '施行' if since else '施行日期未定'}），條文為："
    return f"{source.label}規定："


def _best(found: Sequence[Unit], text: str, terms: Mapping[str, float]) -> Unit | None:
    paragraphs = [unit for unit in found if len(unit.path) == 1]
    if not paragraphs:
        return None
    best = max(paragraphs, key=lambda unit: _overlap(text[unit.start : unit.end], terms))
    if best.end - best.start <= _LONG:
        return best
    below = [unit for unit in found if len(unit.path) == 2 and unit.path[0] == best.path[0]]
    return max(below, key=lambda unit: _overlap(text[unit.start : unit.end], terms), default=best)


def _overlap(text: str, terms: Mapping[str, float]) -> float:
    return sum(weight for term, weight in terms.items() if term in text)


def _label(document: Document, unit: Unit | None) -> str:
    reference = _bare(document)
    several = unit is not None and (len(unit.path) > 1 or _paragraphs(document.text) > 1)
    if unit is not None and several:
        reference = Reference(0, 0, law=document.law, article=document.number, units=unit.path)
    return label(display_name(document.title), reference)


def _paragraphs(text: str) -> int:
    return sum(len(unit.path) == 1 for unit in units(text))


def _bare(document: Document) -> Reference:
    return Reference(0, 0, law=document.law, article=document.number)
