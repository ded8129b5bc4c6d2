"""The penalty of a duty, the duty of a penalty: 「違反第三十八條…者，處…罰鍰」 read from the law itself.

A duty says nothing of what breaking it costs; another article of the law does, often in other words than the
question's. What is joined is the 項 that punishes, since the next one may punish something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from math import inf
from typing import NamedTuple, Protocol

from rag import asked
from rag.domain import Document, Hit, Passage, Reference, Unit, UnitKind
from rag.names import LawNames
from rag.references import find_references
from rag.store import LinkRow
from rag.units import find_unit, units
from rag.write import Wanted, source_found

BEST = 2
"""So many of the best articles are looked at: with 3 or 5, 189 questions for a penalty found no more."""
_EACH = 2  # penalties of one duty
_JUST = 1e-6  # what the second of two that belong together scores less
Path = tuple[tuple[UnitKind, int], ...]
_KEPT = 500  # laws
_BREACH = re.compile(r"(?:違反|違背|[未不]依|[未不]遵守|[有犯](?=第))[^，。；：\r\n]*")
_SAYING = ("違反", "違背", "未依", "不依", "遵守", "有第", "犯第")


class Texts(Protocol):
    """What is asked of the store."""

    def numbers(self, pcode: str) -> list[str]: ...
    def saying(self, pcode: str, words: Sequence[str]) -> list[Document]: ...
    def versions(self, key: str) -> tuple[Document, ...]: ...
    def version(self, key: str, version: str) -> Document | None: ...
    def links_to(self, target: str) -> list[LinkRow]: ...


class Breach(NamedTuple):
    """The 項 ``unit`` of ``penalty`` punishes breaking the article ``duty``, or its 項 ``paragraph``; 0 is any."""

    penalty: Document
    unit: Unit
    duty: str
    paragraph: int = 0


def breaches(article: Document, names: LawNames, numbers: Sequence[str] = ()) -> Iterator[Breach]:
    """What an article punishes, 項 by 項: 「違反第四十三條第一項第一款者，處…罰鍰」 gives 43, paragraph 1.

    :param numbers: those of the law's articles, for 前條 and 第三條至第五條.
    """
    for unit in units(article.text) if _BREACH.search(article.text) else ():
        text = article.text[unit.start : unit.end]
        if len(unit.path) > 1 or not punishes(text):
            continue
        at = Reference(0, 0, law=article.law, article=article.number, units=unit.path)
        for breach in _BREACH.findall(text):
            for one in find_references(breach, names, home=article.law, at=at, articles=numbers):
                if one.key not in ("", article.key):
                    yield Breach(article, unit, one.key, one.units[0][1] if one.units else 0)


def punishes(text: str) -> bool:
    """Whether it gives a penalty."""
    return asked.gives(text)[asked.KINDS.index("penalty")]


def asks_penalty(question: str) -> bool:
    """Whether it asks for one."""
    return asked.wants(question)[asked.KINDS.index("penalty")]


class Penalties:
    """What the laws of a store punish; what was read of a law is kept until ``renew``."""

    def __init__(self, store: Texts, names: LawNames) -> None:
        self._store = store
        self._names = names
        self._read: dict[str, list[Breach]] = {}
        self._revision = ""

    def renew(self, revision: str) -> None:
        """Forget what was read at another revision of the index."""
        if revision != self._revision or len(self._read) > _KEPT:
            self._read, self._revision = {}, revision

    def joined(self, hits: Sequence[Hit], wanted: Wanted, day: date) -> list[Hit]:
        """The hits, beside each of the best duties the 項 that punishes breaking it, beside each penalty its duty.

        Every document once, at its best place; none that is not valid on the day; the scores stay in order.
        """
        articles = [hit for hit in hits if hit.document.kind == "statute"][:BEST]
        best = {hit.passage.id for hit in articles}
        joined: dict[str, Hit] = {}
        for hit in hits:
            for one in self._group(hit, hits, wanted, day) if hit.passage.id in best else [hit]:
                # Of a decision there may be several passages; an article is shown once.
                name = one.document.key if one.document.kind == "statute" else one.passage.id
                joined.setdefault(name, one)
        return list(_falling(joined.values()))

    def _group(self, hit: Hit, hits: Sequence[Hit], wanted: Wanted, day: date) -> list[Hit]:
        if not punishes(hit.document.text):
            found = self._of_duty(hit.document, wanted, day)[:_EACH]
            return [_punished(hit, found), *(_beside(hit, one.penalty, one.unit) for one in found)]
        for one, duty in self._of_penalty(hit.document, hits, wanted, day):
            return [_cut(hit, one.unit), _beside(hit, duty)]
        return [hit]

    def _of_duty(self, duty: Document, wanted: Wanted, day: date) -> list[Breach]:
        """What punishes breaking a duty: first of all the 項 of it that answers the question best."""
        known = [one for one in self._of_law(duty.law) if one.duty == duty.key and one.penalty.holds_on(day)]
        known = known or [one for one in self._of_others(duty, day) if one.duty == duty.key]
        asked_for = (0, *_paragraphs(duty, wanted)) if known else ()
        found = [one for one in known if one.paragraph in asked_for] or known
        return list({(one.penalty.key, one.unit): one for one in reversed(found)}.values())[::-1]

    def _of_penalty(
        self, penalty: Document, hits: Sequence[Hit], wanted: Wanted, day: date
    ) -> Iterator[tuple[Breach, Document]]:
        """The duties that an article punishes: those among the hits, best first, or the only one."""
        known = [one for one in self._of_law(penalty.law) if one.penalty == penalty]
        duties = {one.duty for one in known}
        for hit in hits:
            if hit.document.key in duties:
                asked_for = (0, *_paragraphs(hit.document, wanted))
                yield from (
                    (one, hit.document) for one in known if one.duty == hit.document.key and one.paragraph in asked_for
                )
        for duty in duties if len(duties) == 1 else ():
            yield from ((known[0], one) for one in self._store.versions(duty) if one.holds_on(day) and not one.deleted)

    def _of_law(self, law: str) -> list[Breach]:
        read = self._read  # another thread may begin anew meanwhile
        if law not in read:
            articles = [one for one in self._store.saying(law, _SAYING) if punishes(one.text)]
            numbers = self._store.numbers(law) if articles else []
            read[law] = [breach for one in articles for breach in breaches(one, self._names, numbers)]
        return read[law]

    def _of_others(self, duty: Document, day: date) -> Iterator[Breach]:
        """What the articles of other laws that name the duty punish."""
        for link in self._store.links_to(duty.key):
            article = self._store.version(link.key, link.version) if link.key.startswith("law/") else None
            if article and article.law != duty.law and article.holds_on(day) and punishes(article.text):
                yield from breaches(article, self._names)


def _punished(hit: Hit, found: Sequence[Breach]) -> Hit:
    """The duty, cut to its 項 that is punished, where that is one: the others cost nothing."""
    path: Path = (("項", found[0].paragraph),) if len({one.paragraph for one in found}) == 1 else ()
    unit = find_unit(hit.document.text, path) if found and path != (("項", 0),) else None
    return _cut(hit, unit) if unit and len(units(hit.document.text)) > 1 else hit


def _paragraphs(duty: Document, wanted: Wanted) -> set[int]:
    """The numbers of the 項 of a duty that an answer would quote."""
    told = source_found(0, duty, wanted)
    return {unit.path[0][1] for unit in units(duty.text) if unit.start < told.end and told.start < unit.end}


def _falling(hits: Iterable[Hit]) -> Iterator[Hit]:
    lowest = inf
    for hit in hits:
        lowest = min(lowest, hit.score)
        yield hit if hit.score == lowest else replace(hit, score=lowest)


def _beside(hit: Hit, document: Document, unit: Unit | None = None) -> Hit:
    beside = Hit(document.whole, document, hit.score - _JUST, hit.lane, hit.text_score)
    return _cut(beside, unit) if unit else beside


def _cut(hit: Hit, unit: Unit) -> Hit:
    document = hit.document
    passage = Passage(document.key, document.version, unit.start, unit.end, document.text[unit.start : unit.end])
    return replace(hit, passage=passage)
