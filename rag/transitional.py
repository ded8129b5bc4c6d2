"""Transitional provisions: what says which version of an amended article governs earlier facts.

They stand in the 施行法 of a law (民法 has one for each 編) or among its own last articles, and name the article
(「…修正之民法第十二條…」) or the day on which its amendment was passed, promulgated or took effect. Beside them stands
the rule for every amendment: 刑法第2條, 行政罰法第5條, the first article of a 施行法.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from rag.dates import FoundDay, find_days
from rag.domain import Document, Origin, Reference, Status, UnitKind
from rag.names import LawNames, display_name
from rag.numerals import search_key
from rag.references import find_references
from rag.units import units
from rag.write import Source, source_named

Path = tuple[tuple[UnitKind, int], ...]

_MOST = 2
_RECENT = timedelta(days=730)  # so long after an amendment facts from before it are still in dispute
_PASSED = timedelta(days=75)  # at most, between the third reading and the promulgation
_LAST = 20  # articles at the end of a law, where its own transitional provisions stand
_SHORT = 500  # characters; so short a provision is quoted whole, since its 項 lean on one another
_KEPT = 64  # laws whose provisions are kept in memory
_BY_RULE = 0.5  # below every provision that speaks of the very amendment
_SPEAKS = re.compile("修正|施行[前後]|施行之日")
# 修正施行前發生之事件, 仍適用修正前之規定: it decides, where 「自公布日施行」 only begins
_DECIDES = re.compile("施行[前後時]|修正[前後]|適用|仍得|視為")
# 本法稱修正行政訴訟法者, 前二條規定施行前: tells a word, or leans on the articles before it
_TELLS_NOTHING = re.compile("^本(?:法|條例)所?稱|前[二三四五六七八九十]?條")
_OLD_OR_NEW = re.compile("修正前|修正後|施行前|施行後|修法前|修法後|舊法|新法|新舊|舊制|新制|溯及")
_BEFORE_AMENDMENT = re.compile("在修正前[^。]{0,40}不適用修正後之規定")
_CRIMINAL_CODE = "中華民國刑法"
_PENALTY = re.compile("有期徒刑|無期徒刑|死刑|拘役|罰金")
_FINE = re.compile("罰鍰")
# 刑法第2條第2項: what is no penalty, and no loss of liberty
_MEASURE = re.compile("沒收|追徵|保護管束|驅逐出境")
# what every transitional provision says; what is left says what it is about
_PLAIN = re.compile(
    "中華民國|[〇零一二三四五六七八九十百年月日]|修正|公布|施行|通過|條文|規定|本法|本條例|適用|特別|繫屬|[各該]級|法院|訴訟|程序|"
    "案件|事件|終結|繼續|效力|影響|發生|已經|依法|進行|另有|[自起之者前後於已其亦不仍應依由除但外，。、；：\\s]"
)
_NAMELESS = 12  # characters; so little is left of a provision on all that an amendment changed
_ABOUT = 0.25  # of the character pairs left, in the article or the question
_HEADING = re.compile(r"^第\S{1,8}\s+")  # 第五章之一 沒收
_NO_TOPIC = ("總則", "通則", "附則", "罰則", "通例")
_BOOK = re.compile(r"^第[一二三四五六七八九十]{1,3}編\s*(\S{1,8})$")  # 第一編 總則


class Texts(Protocol):
    """What is asked of the store."""

    def versions(self, key: str) -> Sequence[Document]: ...

    def numbers(self, pcode: str) -> Sequence[str]: ...

    def revision(self) -> int: ...


class _Rule(NamedTuple):
    """A version of a provision, or a 項 of a long one: the days and the articles of the amended law it names."""

    document: Document
    units: Path
    text: str
    days: tuple[FoundDay, ...]
    articles: frozenset[str]


class Transitions:
    """Finds transitional provisions in a store; safe to use from several threads."""

    def __init__(self, texts: Texts, names: LawNames) -> None:
        self._texts = texts
        self._names = names
        self._kept: dict[tuple[str, str, int], tuple[_Rule, ...]] = {}

    def of(self, articles: Iterable[Document], question: str, day: date, today: date) -> tuple[Source, ...]:
        """At most two provisions on amendments of ``articles`` made after ``day`` or not long before it, best first.

        Of a question about today only where it speaks of the law before or after an amendment. Each has its status on
        ``day``; marks are 0. What is among ``articles`` already isn't given again.
        """
        if day >= today and not _OLD_OR_NEW.search(question):
            return ()
        given = {one.key: one for one in articles if one.kind == "statute"}
        found: dict[str, tuple[float, _Rule]] = {}
        for article in given.values():
            for score, rule in self._of(article, question, day, today):
                key = rule.document.key
                if key not in given and score > found.get(key, (0.0, rule))[0]:
                    found[key] = (score, rule)
        best = sorted(found.values(), key=lambda one: -one[0])[:_MOST]
        return tuple(_source(rule, day) for _, rule in best)

    def _of(self, article: Document, question: str, day: date, today: date) -> Iterator[tuple[float, _Rule]]:
        ever = _OLD_OR_NEW.search(question) is not None
        made = [one for one in self._texts.versions(article.key) if _is_amendment(one)]
        later = [one for one in made if one.valid_from > day]
        recent = [one for one in made if one.valid_from <= day and (ever or day - one.valid_from <= _RECENT)]
        if not later and not recent:
            return
        topic = search_key("".join((*article.path, article.text, question)))
        for rule in self._rules(article):
            score = _score(rule, article, [*later, *recent], topic) if _may_stand(rule.document, day) else 0.0
            if score:
                # Of several versions the one that holds, on the day or at least today.
                yield score + rule.document.holds_on(day) / 4 + rule.document.holds_on(today) / 8, rule
        makers = {one.version for one in (*later, *recent)}
        for rule in (*self._general(article), *self._first(article)):
            made_with = rule.document.version in makers
            holds = rule.document.holds_on(day) and (ever or bool(later))
            if (made_with or holds) and _may_stand(rule.document, day):
                yield _BY_RULE, rule

    def _rules(self, article: Document) -> Iterator[_Rule]:
        """Every provision that may speak of an amendment of an article's law."""
        for pcode in self._introducing(article):
            yield from self._read(pcode, article.law)
        yield from self._read(article.law, article.law)

    def _introducing(self, article: Document) -> tuple[str, ...]:
        """The 施行法 of an article's law, of its 編 where each has one."""
        name = display_name(article.title)
        book = _BOOK.match(article.path[0].strip()) if article.path else None
        parts = (book[1], f"{book[1]}編", "") if book else ("",)
        found = (self._names.candidates(f"{name}{part}施行法") for part in parts)
        return next((pcodes[:1] for pcodes in found if pcodes), ())

    def _read(self, pcode: str, amended: str) -> tuple[_Rule, ...]:
        """The provisions of a 施行法, or at the end of a law itself; read once for each state of the store."""
        id = (pcode, amended, self._texts.revision())
        if id not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            numbers = self._texts.numbers(pcode)
            keys = [f"law/{pcode}/{number}" for number in (numbers[-_LAST:] if pcode == amended else numbers)]
            self._kept[id] = tuple(rule for key in keys for rule in self._rules_of(key, pcode, amended))
        return self._kept[id]

    def _rules_of(self, key: str, pcode: str, amended: str) -> Iterator[_Rule]:
        for document in self._texts.versions(key):
            if document.deleted or not _SPEAKS.search(document.text):
                continue
            for path, text in _parts(document.text):
                named = find_references(text, self._names, home=pcode, parent=amended)
                # 前條 and 第一項 look back inside the provision; only what is written out says what was amended.
                articles = {one.article for one in named if one.law == amended and "第" in text[one.start : one.end]}
                days = find_days(text, document.valid_from)
                yield _Rule(document, path, text, tuple(days), frozenset(articles - {""}))

    def _general(self, article: Document) -> Iterator[_Rule]:
        """The rule for every change of a penalty or a fine."""
        is_code = article.law in self._names.candidates(_CRIMINAL_CODE)[:1]
        is_penal = _PENALTY.search(article.text) is not None
        if is_code and not is_penal and _MEASURE.search("".join((*article.path, article.text))):
            yield from self._named(_CRIMINAL_CODE, "2", (("項", 2),))
        elif is_code or is_penal:
            yield from self._named(_CRIMINAL_CODE, "2", (("項", 1),))
        elif _FINE.search(article.text):
            yield from self._named("行政罰法", "5", ())

    def _first(self, article: Document) -> Iterator[_Rule]:
        """「其在修正前發生者…亦不適用修正後之規定」 in a 施行法."""
        return (rule for rule in self._rules(article) if _BEFORE_AMENDMENT.search(rule.text))

    def _named(self, name: str, number: str, path: Path) -> Iterator[_Rule]:
        for pcode in self._names.candidates(name)[:1]:
            for document in self._texts.versions(f"law/{pcode}/{number}"):
                yield _Rule(document, path, document.text, (), frozenset())


def _parts(text: str) -> Iterator[tuple[Path, str]]:
    """The whole of a provision, or each 項 of a long one."""
    found = [one for one in units(text) if len(one.path) == 1]
    if len(text) <= _SHORT or len(found) < 2:
        yield (), text
        return
    yield from ((one.path, text[one.start : one.end]) for one in found)


def _is_amendment(document: Document) -> bool:
    return document.origin not in (Origin.ENACTED, Origin.EDITORIAL) and document.valid_from < document.valid_to


def _may_stand(document: Document, day: date) -> bool:
    """Whether it holds on the day or is to: what is over by then decides nothing."""
    return day < document.valid_to and document.valid_from < document.valid_to


def _score(rule: _Rule, article: Document, amendments: Sequence[Document], topic: str) -> float:
    """How closely a provision speaks of one of the amendments of an article; 0 where it speaks of others or of none."""
    if rule.articles and article.number not in rule.articles:
        return 0.0
    decides = _DECIDES.search(rule.text) is not None
    dated = any(_names_amendment(day, one) for day in rule.days for one in amendments)
    together = decides and not rule.days and any(one.version == rule.document.version for one in amendments)
    if not dated and not together:
        return 0.0
    about = 1.0 if rule.articles else _about(rule.text, article, topic)
    return about and about + bool(rule.articles) + decides / 2


def _about(text: str, article: Document, topic: str) -> float:
    """How far a provision that names no article is about this one, 0 to 1; one on the whole amendment is about each."""
    if _TELLS_NOTHING.search(text):
        return 0.0
    left = _PLAIN.sub("", search_key(text.replace(display_name(article.title), "")))
    if len(left) <= _NAMELESS:
        return _ABOUT
    heading = _HEADING.sub("", article.path[-1]).strip() if article.path else ""
    if len(heading) > 1 and heading not in _NO_TOPIC and heading in text:
        return 1.0
    pairs = {left[at : at + 2] for at in range(len(left) - 1)}
    share = sum(pair in topic for pair in pairs) / len(pairs)
    return share if share >= _ABOUT else 0.0


def _names_amendment(day: FoundDay, made: Document) -> bool:
    """Whether a day is that on which a version was passed, promulgated or took effect; a year or month holds one."""
    promulgated = date.fromisoformat(made.version[:10])
    if day.precision != "day":
        return day.first <= promulgated <= day.last or day.first <= made.valid_from <= day.last
    return day.first in (promulgated, made.valid_from) or day.first <= promulgated <= day.first + _PASSED


def _source(rule: _Rule, day: date) -> Source:
    document = rule.document
    status = Status.IN_FORCE if document.holds_on(day) else Status.NOT_YET_IN_FORCE
    reference = Reference(0, 0, law=document.law, article=document.number, units=rule.units)
    return source_named(0, reference, document, status, document.valid_from)
