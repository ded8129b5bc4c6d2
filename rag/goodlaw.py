"""Whether a decision still stands on a day: a judgment may have been set aside, an interpretation changed.

The later decision says so, and its link to the earlier one is kept from the day it was read, whichever came first. What
was set aside by a judgment that was itself set aside later stands again; a decision touched in part stands with a word
on it. All is as of a day: what was done later is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from rag import lanes
from rag.domain import Decision, Document, Hit, Status
from rag.names import display_name
from rag.store import LinkRow
from rag.write import Source, roc

KINDS = ("judgment", "interpretation")
"""Kinds of documents that a later decision may take the force of."""
_REVERSES, _CHANGES = ("reverses", "reverses_in"), ("changes", "changes_in")
_IN_PART = ("reverses_in", "changes_in")
_DEEP = 4  # courts above one another; a longer chain of judgments setting aside is none
_TOLD = 3  # later decisions a note names at most
_BRACKETS = re.compile(r"[「」『』\[\]［］【】]")  # in the name of a court they would be read as a quote's or a mark's
_COURTS = {"解釋": "司法院", "判決": "憲法法庭", "裁定": "憲法法庭"}


class Texts(Protocol):
    """What is asked of the store."""

    def version(self, key: str, version: str) -> Document | None: ...
    def links_to(self, target: str) -> list[LinkRow]: ...
    def keys_of_case(self, case: str) -> list[str]: ...


class GoodLaw(NamedTuple):
    """``note`` says what a later decision did to it, "" for nothing: 「已遭…判決於民國105年3月1日撤銷」.

    ``status`` is ``IN_FORCE`` where that was in part, or only a supplement.
    """

    status: Status = Status.IN_FORCE
    note: str = ""
    by: Document | None = None


def good_law(document: Document, texts: Texts, day: date) -> GoodLaw:
    """What a judgment or interpretation is on a day; anything else stands."""
    return _good_law(document, texts, day, _DEEP)


def with_standing(sources: Iterable[Source], texts: Texts, day: date) -> list[Source]:
    """The sources with the status of those that no longer stand, and a note on those touched in part."""
    return [_marked(source, good_law(source.document, texts, day)) for source in sources]


def quotable(question: str, hits: Sequence[Hit], texts: Texts, day: date, most: int, share: float) -> list[Hit]:
    """As :func:`rag.lanes.quotable`, without decisions that no longer stand: found by likeness, they'd pass for law."""
    while True:
        chosen = lanes.quotable(question, hits, day, most, share)
        fallen = {one.document.key for one in chosen if not stands(one.document, texts, day)}
        if not fallen:
            return chosen
        hits = [one for one in hits if one.document.key not in fallen]


def stands(document: Document, texts: Texts, day: date) -> bool:
    """Whether it may be quoted for what the law is, in part at least."""
    return good_law(document, texts, day).status is Status.IN_FORCE


def what_became_of(decision: Decision, texts: Texts, day: date) -> str:
    """What is known of a precedent, resolution, letter or interpretation that is not stored itself, "" for nothing.

    「經司法院釋字第576號解釋於民國93年4月23日宣告不再援用」.
    """
    for link, by in _later(decision.key, texts, day, _CHANGES):
        part = "部分" if link.relation in _IN_PART else ""
        word = "變更" if decision.kind in ("interpretation", "constitutional") else "宣告不再援用"
        return f"{part}經{_called(by)}於{roc(by.valid_from)}{word}"
    return ""


def _good_law(document: Document, texts: Texts, day: date, deep: int) -> GoodLaw:
    if document.kind not in KINDS:
        return GoodLaw()
    found = [*_undone(document, texts, day, deep), *_changed(document, texts, day)]
    told = [one for one in found if one.status is not Status.IN_FORCE] or found
    return told[0]._replace(note="，".join(one.note for one in told[:_TOLD])) if told else GoodLaw()


def _undone(document: Document, texts: Texts, day: date, deep: int) -> Iterator[GoodLaw]:
    """Each judgment that set it aside and stands itself."""
    case = document.facts.get("case_key", "")
    for link, by in _later(case, texts, day, _REVERSES) if case else ():
        if not _is_meant(document, link, by, texts):
            continue
        above = _good_law(by, texts, day, deep - 1) if deep else GoodLaw()
        if above.status is Status.IN_FORCE:
            # Of a judgment that fell in part it is open which part: that it set aside all of this one, too.
            in_part = link.relation in _IN_PART or "部分" in above.note
            word = "撤銷" if by.facts.get("type") == "刑事" else "廢棄"
            note = f"{'部分' if in_part else ''}已遭{_called(by)}於{roc(by.valid_from)}{word}"
            yield GoodLaw(Status.IN_FORCE if in_part else Status.REVERSED, note, by)


def _changed(document: Document, texts: Texts, day: date) -> Iterator[GoodLaw]:
    """Each interpretation that changed this one, or ended the use of this judgment as a precedent; then supplements."""
    target = document.facts.get("case_key", "") if document.kind == "judgment" else document.key
    later = _later(target, texts, day, (*_CHANGES, "supplements")) if target else []
    if document.kind == "judgment" and later and texts.keys_of_case(target) != [document.key]:
        # A precedent is named by its number alone, which a civil and a criminal judgment may share.
        return
    for link, by in sorted(later, key=lambda one: one[0].relation == "supplements"):
        when = f"{_called(by)}於{roc(by.valid_from)}"
        if link.relation == "supplements":
            yield GoodLaw(Status.IN_FORCE, f"另經{when}補充", by)
            continue
        status = Status.IN_FORCE if link.relation in _IN_PART else Status.SUPERSEDED
        ended = "宣告不再援用" if document.kind == "judgment" else "變更"
        yield GoodLaw(status, f"{_part(link)}已經{when}{ended}", by)


def _later(target: str, texts: Texts, day: date, relations: Sequence[str]) -> list[tuple[LinkRow, Document]]:
    """The decisions made by the day that have such a link to the target, oldest first."""
    links = [link for link in texts.links_to(target) if link.relation in relations]
    found = [(link, by) for link in links if (by := texts.version(link.key, link.version)) and by.valid_from <= day]
    return sorted(found, key=lambda one: (one[1].valid_from, one[1].key))


def _is_meant(document: Document, link: LinkRow, by: Document, texts: Texts) -> bool:
    """Judgments and rulings, civil and criminal ones may share a number: the day, the branch and the form tell which.

    Where no day is said, it has to be the only one that is stored, and be called by its form.
    """
    about, said = document.facts, "".join(by.text.split())
    branch, form = about.get("type", ""), next((one for one in ("判決", "裁定") if one in about.get("form", "")), "")
    if by.valid_from <= document.valid_from:
        return False
    if link.day:
        same = link.day == document.valid_from and by.facts.get("type") in (branch, None)
        return same and any(f"原{which}{form}" in said for which in ("", "審", "確定"))
    named = (f"字第{about.get('no', '')}號{written}{form}" for written in (branch, ""))
    return bool(form) and any(one in said for one in named) and texts.keys_of_case(link.target) == [document.key]


def _marked(source: Source, found: GoodLaw) -> Source:
    return source._replace(status=found.status, note=found.note) if found.note else source


def _part(link: LinkRow) -> str:
    return "部分" if link.relation in _IN_PART else ""


def _called(document: Document) -> str:
    """``憲法法庭111年憲判字第8號判決``, ``司法院釋字第725號解釋``; a judgment by its title."""
    if document.kind != "interpretation":
        return _BRACKETS.sub("", display_name(document.title))
    form = document.facts.get("type", "")
    return f"{_COURTS.get(form, '')}{document.facts.get('number', '')}{form}"
