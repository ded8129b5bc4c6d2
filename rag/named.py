"""What a question names, what of it is there on the day, and what is said of what is not.

An article, 項 or law that is not there is said to be so, with what can be asked for instead; nothing near stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, Protocol

from rag.domain import Document, Law, Reason, Reference, Status, Unit, UnitKind
from rag.names import LawNames, display_name
from rag.references import label
from rag.standing import Standing, standing
from rag.units import find_unit, units
from rag.write import roc

Path = tuple[tuple[UnitKind, int], ...]

# 本法, 同條例, 前開辦法: a law that only the text around it could tell
_PRONOUN = re.compile(
    "(?:[本同該此母新舊]|[前上][開揭述]|首揭|系爭)?(?:法|條例|通則|規程|規則|細則|辦法|綱要|標準|準則|要點)(?:施行細則|施行法)?"
)


class Texts(Protocol):
    """What is asked of the store."""

    def law(self, pcode: str) -> Law | None: ...
    def versions(self, key: str) -> tuple[Document, ...]: ...


class Named(NamedTuple):
    """A reference in the question and what it stands for on the day."""

    reference: Reference
    law: Law | None
    standing: Standing
    versions: tuple[Document, ...]

    @property
    def text(self) -> str:
        return self.standing.document.text if self.standing.document else ""

    @property
    def unit(self) -> Unit | None:
        """The 項, 款 or 目 named, where the text has it."""
        return find_unit(self.text, self.reference.units) if self.reference.units else None

    @property
    def is_shown(self) -> bool:
        """Whether there is a text to quote: what is deleted has no 項 left to miss."""
        if self.standing.document is None:
            return False
        return self.standing.status is Status.DELETED or not self.reference.units or self.unit is not None

    @property
    def is_vague(self) -> bool:
        """An article of a law that the question does not name: 「第7條」, 「本法第3條」."""
        reference = self.reference
        return not reference.law and (not reference.name or _PRONOUN.fullmatch(reference.name) is not None)


def stands_for(reference: Reference, texts: Texts, names: LawNames, day: date) -> Named:
    """What a reference stands for on a day."""
    reference = _born_by_then(reference, texts, names, day)
    law = texts.law(reference.law) if reference.law else None
    versions = texts.versions(reference.key) if reference.key else ()
    return Named(reference, law, standing(law, versions, day), versions)


def article_label(number: str) -> str:
    """``article_label("185-3") == "第185條之3"``."""
    return label("", Reference(0, 0, article=number))


def why_missing(named: Named) -> Reason | None:
    """Why there is nothing to quote for it; None when there is, or when a law alone is named."""
    if named.is_shown or (named.reference.law and not named.reference.article):
        return None
    return named.standing.reason or "not_found"


def what_is_missing(named: Named, day: date, numbers: Callable[[str], Sequence[str]]) -> str:
    """One sentence on what the question names and is not there, "" where nothing is missing.

    :param numbers: the article numbers of a law, in order.
    """
    reference = named.reference
    if named.is_vague:
        return f"問題沒有寫明{label('', reference)}是哪一部法規的條文。" if reference.article else ""
    if not reference.law:
        return f"收錄的來源裡沒有「{reference.name}」這部法規。"
    if named.is_shown:
        return _missing_tail(named)
    if not reference.article or named.law is None:
        return ""
    if named.standing.document is not None:
        return _missing_unit(named, display_name(named.law.name))
    return _missing_article(named, named.law, day, numbers(reference.law))


def span_of(numbers: Sequence[str]) -> str:
    """``（收錄的條文為第1條至第1225條）``, or "" without any."""
    if not numbers:
        return ""
    return f"（收錄的條文為{article_label(numbers[0])}至{article_label(numbers[-1])}）"


def _born_by_then(reference: Reference, texts: Texts, names: LawNames, day: date) -> Reference:
    """Of several laws with one name, the one that applied on the day."""
    candidates = names.candidates(reference.name) if reference.law else ()
    for pcode in candidates if len(candidates) > 1 else ():
        law = texts.law(pcode)
        if law and (law.enacted or date.min) <= day < (law.repealed or date.max):
            return replace(reference, law=pcode)
    return reference


def _missing_article(named: Named, law: Law, day: date, numbers: Sequence[str]) -> str:
    found = named.standing
    shown = label(display_name(law.name), replace(named.reference, units=(), tail=""))
    if found.reason == "outside_coverage":
        return f"{shown}在{roc(day)}的條文不在收錄範圍內；收錄的條文自{roc(found.since or day)}起。"
    if named.versions and found.since:
        when = "尚無此條" if found.since > day else "已無此條"
        return f"{roc(day)}時，{display_name(law.name)}{when}：{shown}。"
    return f"找不到{shown}{span_of(numbers)}。"


def _missing_unit(named: Named, law: str) -> str:
    """「民法第184條沒有第5項，共2項。」: the first level that is not there, and how many there are."""
    text, path = named.text, named.reference.units
    depth = next(depth for depth in range(1, len(path) + 1) if find_unit(text, path[:depth]) is None)
    above, (kind, number) = path[: depth - 1], path[depth - 1]
    shown = label(law, replace(named.reference, units=above, tail=""))
    count = _count(text, above, kind)
    return f"{shown}沒有第{number}{kind}，{f'共{count}{kind}' if count else f'沒有分{kind}'}。"


def _count(text: str, above: Path, kind: UnitKind) -> int:
    """How many units of a kind stand right below ``above``."""
    outer = find_unit(text, above) if above else None
    start, end = (outer.start, outer.end) if outer else (0, len(text))
    inside = (one for one in units(text) if start <= one.start and one.end <= end)
    return max((one.path[-1][1] for one in inside if one.path[-1][0] == kind), default=0)


def _missing_tail(named: Named) -> str:
    """A 但書 that the text does not have."""
    if named.reference.tail != "但書" or named.standing.status is Status.DELETED:
        return ""
    unit = named.unit
    text = named.text[unit.start : unit.end] if unit else named.text
    if "但" in text or named.law is None:
        return ""
    return f"{label(display_name(named.law.name), replace(named.reference, tail=''))}沒有但書。"
