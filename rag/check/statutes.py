"""What a reference to a law or an article is worth on a day, and whether the article says what is said of it.

Where the version of the day doesn't, an earlier or later one may, another 項, or an article near by: that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

from rag.check.bearing import Judged, judge, shared
from rag.check.saying import Saying
from rag.check.times import Time
from rag.check.unknown import is_former_name, known_by, what_is_meant
from rag.domain import OPEN, Document, Law, Origin, Reference, Status, UnitKind, Verdict
from rag.named import Named, article_label, stands_for, what_is_missing
from rag.names import LawName, LawNames, display_name
from rag.references import label
from rag.support import Support
from rag.units import find_unit, units
from rag.write import roc

_BY_STATUS: dict[Status | None, tuple[Verdict, str]] = {
    Status.DELETED: ("deleted", "已刪除"),
    Status.REPEALED: ("repealed", "所屬法規已廢止"),
    Status.NOT_YET_IN_FORCE: ("not_yet_in_force", "尚未施行"),
}
_CLEARLY, _MORE = (
    0.5,
    1.5,
)  # of the character pairs of a claim: what an article has of it that bears it in place of another
_AROUND = 10  # articles before and after in which is looked for what isn't in the one named


Path = tuple[tuple[UnitKind, int], ...]


class Texts(Protocol):
    """What is asked of the store."""

    def law(self, pcode: str) -> Law | None: ...
    def law_names(self) -> list[LawName]: ...
    def versions(self, key: str) -> tuple[Document, ...]: ...
    def numbers(self, pcode: str) -> list[str]: ...


class Outcome(NamedTuple):
    """``document``: the version it was held against; ``is_checked`` false: it can't be told what is meant."""

    verdict: Verdict
    detail: str = ""
    document: Document | None = None
    is_checked: bool = True


class Statutes:
    """Looks at references as of a day; every article is read once."""

    def __init__(self, texts: Texts, names: LawNames, support: Support, day: date) -> None:
        self._texts = texts
        self._names = names
        self._support = support
        self._day = day
        self.law = lru_cache(maxsize=256)(texts.law)
        self.versions = lru_cache(maxsize=2048)(texts.versions)
        self.numbers = lru_cache(maxsize=64)(texts.numbers)
        self._all_names = lru_cache(maxsize=1)(texts.law_names)

    def named(self, reference: Reference) -> Named:
        """What it stands for; 「原公務人員退休法」 is the law of that name."""
        if not reference.law and (law := known_by(reference.name, self._names)):
            reference = replace(reference, law=law)
        return stands_for(reference, self, self._names, self._day)

    def outcome(self, named: Named, said: Saying, judged: Judged) -> Outcome:
        """Its verdict.

        :param judged: what the articles named together with it make of what is said of them all.
        """
        reference = named.reference
        if named.is_vague:
            what = label("", reference) if reference.article else reference.name
            return Outcome("outside_coverage", f"文中沒有寫明{what}是哪一部法規", is_checked=False)
        if not reference.law or named.law is None:
            return self.unknown(reference.name)
        if not reference.article:
            return self._whole(named.law)
        if not said.time.kind and is_former_name(reference.name, named.law):
            said = said._replace(time=Time("then"))
        before = self._before(named, said, judged) if said.time.kind in ("old", "then") else None
        found = before or self._on_the_day(named, said, judged)
        if said.time.kind in ("old", "then") and found.verdict == "not_found" and named.versions:
            return Outcome("outside_coverage", f"{shown(named)}當時的條文未全部收錄", found.document)
        if said.time.kind == "draft" and found.verdict in ("not_found", "not_yet_in_force", "wrong_content"):
            return Outcome("outside_coverage", f"{shown(named)}是草案裡的條文，當日尚未成為法律", found.document)
        return found

    def unknown(self, name: str) -> Outcome:
        """That of a name which no law in the store bears."""
        found = what_is_meant(name, self._all_names())
        return Outcome(found.verdict, found.detail, None, found.is_checked)

    def _whole(self, law: Law) -> Outcome:
        name = display_name(law.name)
        if law.repealed and law.repealed <= self._day:
            return Outcome("repealed", f"{name}已於{roc(law.repealed)}廢止")
        if law.enacted and law.enacted > self._day:
            return Outcome("not_yet_in_force", f"{name}於{roc(law.enacted)}制定")
        return Outcome("verified")

    def _before(self, named: Named, said: Saying, judged: Judged) -> Outcome | None:
        """「修正前民法第12條」: any version that gave way may be meant; None where the law of the day decides."""
        lived = [one for one in named.versions if one.valid_from < min(one.valid_to, self._day) and not one.deleted]
        meant = [one for one in lived if _is_of(one, said, self._day)]
        for one in reversed(meant):
            held = judged if one is named.standing.document else self._judge(said, one, named.reference)
            if _has(one, named.reference) and held.kind != "wrong":
                ended = one.valid_to <= self._day
                return Outcome("verified", f"為施行至{roc(one.valid_to)}前的條文" if ended else "", one)
        if not (said.quotes or said.claim) or not named.versions or (said.time == Time("then") and not lived):
            return None
        wrong = self._judge(said, meant[-1], named.reference) if meant else None
        if wrong and wrong.kind == "wrong" and (said.time.made_on or _is_whole(named)):
            return Outcome("wrong_content", wrong.detail, meant[-1])
        return Outcome("outside_coverage", f"{shown(named)}當時的條文未全部收錄", named.standing.document)

    def _on_the_day(self, named: Named, said: Saying, judged: Judged) -> Outcome:
        standing = named.standing
        if standing.status in _BY_STATUS:
            verdict, what = _BY_STATUS[standing.status]
            since = f"（自{roc(standing.since)}起）" if standing.since not in (None, OPEN) and standing.since else ""
            return Outcome(verdict, f"{shown(named)}{what}{since}", standing.document)
        missing = what_is_missing(named, self._day, self.numbers)
        if standing.document is None:
            return Outcome(self._why_no_text(named), missing or f"找不到{shown(named)}")
        doubtful = judged.kind == "wrong" or (judged.kind == "unsupported" and not said.is_loose)
        found = self._elsewhere(named, said) if doubtful else None
        if found:
            return found
        if missing:
            return self._missing_unit(named, missing)
        if judged.kind == "wrong":
            return Outcome("wrong_content", judged.detail, standing.document)
        return Outcome("verified", "", standing.document)

    def _why_no_text(self, named: Named) -> Verdict:
        standing = named.standing
        if standing.reason == "outside_coverage":
            return "outside_coverage"
        if not named.versions or standing.since is None:
            return "not_found"
        return "not_yet_in_force" if standing.since > self._day else "superseded"

    def _missing_unit(self, named: Named, missing: str) -> Outcome:
        """A 項 or 但書 that isn't there; an earlier version may have had it."""
        earlier = [one for one in named.versions if one.valid_from < one.valid_to <= self._day]
        had = next((one for one in reversed(earlier) if _has(one, named.reference)), None)
        if had and named.reference.units and not named.unit:
            return Outcome("superseded", f"{missing}{roc(had.valid_to)}修正前才有", had)
        return Outcome("not_found", missing, named.standing.document)

    def _elsewhere(self, named: Named, said: Saying) -> Outcome | None:
        """What the version of the day doesn't say, told by another version, 項 or article."""
        document = named.standing.document
        assert document is not None
        for other in reversed(named.versions):
            if other.valid_from == other.valid_to or other is document or not self._bears(said, other, named):
                continue
            if other.valid_from > self._day:
                return Outcome("not_yet_in_force", f"所述是{_day(other.valid_from)}施行的條文", other)
            return Outcome("superseded", f"所述是{roc(other.valid_to)}修正前的條文", other)
        return self._wrong_unit(named, said, document) or self._wrong_article(named, said)

    def _wrong_unit(self, named: Named, said: Saying, document: Document) -> Outcome | None:
        for unit in units(document.text) if named.unit else ():
            path = unit.path
            if len(path) == len(named.reference.units) and path != named.reference.units:
                if not self._bears(said, document, named, path):
                    continue
                place = label("", Reference(0, 0, article=document.number, units=path))
                return Outcome("wrong_content", f"所述見於{place}，不在{shown(named)}", document)
        return None

    def _wrong_article(self, named: Named, said: Saying) -> Outcome | None:
        for number in self._near(named.reference):
            reference = Reference(0, 0, law=named.reference.law, article=number)
            for other in self.versions(reference.key):
                if other.holds_on(self._day) and not other.deleted and self._bears(said, other, named, ()):
                    return Outcome("wrong_content", f"所述是{article_label(number)}的內容，不在{shown(named)}", other)
        return None

    def _near(self, reference: Reference) -> Iterator[str]:
        """The articles around one, the nearest first."""
        numbers = self.numbers(reference.law)
        at = numbers.index(reference.article)
        for step in range(1, _AROUND + 1):
            yield from (numbers[place] for place in (at - step, at + step) if 0 <= place < len(numbers))

    def _bears(self, said: Saying, other: Document, named: Named, path: Path | None = None) -> bool:
        """Whether another text clearly says what the one named doesn't."""
        document = named.standing.document
        assert document is not None
        place = replace(named.reference, units=named.reference.units if path is None else path)
        if said.claim:
            here, there = (
                shared(said.claim, reading(document, named.reference)),
                shared(said.claim, reading(other, place)),
            )
            if there < _CLEARLY or (path is not None and there < _MORE * here):
                return False
        return self._judge(said, other, place).kind == "borne"

    def _judge(self, said: Saying, document: Document, reference: Reference) -> Judged:
        return judge(said, [reading(document, reference)], self._support)


def reading(document: Document, reference: Reference) -> str:
    """What may be quoted for a reference: the 項, 款 or 目 with what leads up to it; all where none is named."""
    text, path = document.text, reference.units
    unit = find_unit(text, path) if path else None
    if unit is None:
        return text
    above = [one for one in units(text) if one.path == unit.path[: len(one.path)] and one.path != unit.path]
    inner = [one.start for one in units(text)]
    leads = [text[one.start : next((start for start in inner if start > one.start), one.end)] for one in above]
    return "".join(leads) + text[unit.start : unit.end]


def shown(named: Named) -> str:
    """How a reference is called: 「中華民國刑法第239條」; as the text names it where no such law is known."""
    reference = named.reference
    name = display_name(named.law.name) if named.law else reference.name
    return label(name, reference) if reference.article else name


def _is_of(one: Document, said: Saying, day: date) -> bool:
    """Whether a version may be the one a text speaks of: that of the amendment it names, or an earlier one."""
    kind, made_on = said.time
    if made_on:
        return one.version[:10] == made_on.isoformat() or one.holds_on(made_on)
    return kind == "then" or one.valid_to <= day


def _is_whole(named: Named) -> bool:
    """Whether all versions an article ever had are stored."""
    return named.versions[0].origin in (Origin.ENACTED, Origin.ADDED)


def _has(document: Document, reference: Reference) -> bool:
    return not reference.units or find_unit(document.text, reference.units) is not None


def _day(day: date) -> str:
    return "日後" if day == OPEN else f"{roc(day)}起"
