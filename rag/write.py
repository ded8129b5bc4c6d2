"""The extractive writer: an answer made of verbatim quotes, needing no model.

It drafts; whether a sentence stands is decided by :mod:`rag.verify` like any other draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from rag import asked
from rag.domain import OPEN, Document, Kind, Passage, Reference, Status, Unit
from rag.expand import STOP_GRAMS
from rag.names import display_name
from rag.references import label
from rag.segment import Grams, fold
from rag.units import find_unit, units

KINDS: Mapping[Kind, str] = {
    "judgment": "裁判",
    "interpretation": "司法院解釋、憲法法庭裁判",
    "gazette": "公報",
    "reason": "立法理由",
    "bill": "法律案",
    "news": "新聞報導",
    "text": "文件",
}
"""What a document is called that is no law, where its title does not say so."""
_GAZETTES = {"gazette-ey": "行政院公報", "gazette-ly": "立法院公報"}
LETTER = "函釋"
"""How an agency reads a law: 「財政部令：核釋所得稅法第14條…」."""
STATUSES: Mapping[Status, str] = {
    Status.IN_FORCE: "有效",
    Status.DELETED: "已刪除",
    Status.REPEALED: "已廢止",
    Status.NOT_YET_IN_FORCE: "尚未施行",
    Status.SUPERSEDED: "已修正，為舊條文",
    Status.REVERSED: "已遭廢棄",
}
"""What a status is called where a model is told of it."""
_WHOLE = 160  # characters; so short an article is quoted whole, since its 項 lean on one another
_LONG = 500  # characters; a longer 項 is quoted by its best 款
_COMMON = 0.25  # what a term weighs that stands in every 項 and so tells none apart
_FORM = 2.0
_SENTENCE = re.compile(r"[^\s。！？!?；][^。！？!?；\n]*[。！？!?；]*[」』）)”’]*")
_SENTENCES = 2  # of a text of one's own that are quoted
_ALIKE = 0.6  # of the shorter quote's character pairs in the longer: one copies the other
COURTS = ("", "法院", "司法院大法官", "憲法法庭")
"""Speakers of a decision that are whoever made it; "" where it isn't known whose words they are."""
# By what words a label says what it is. News and texts have titles of any words: 「最高法院判決出爐」 is no judgment.
_SAYS_WHAT: Mapping[Kind, re.Pattern[str]] = {
    "judgment": re.compile("判決|裁定|裁判|命令|筆錄|決定|處分"),
    "interpretation": re.compile("釋字|判決|裁定"),
    "reason": re.compile("理由"),
    "bill": re.compile("草案|法律案"),
}
_LETTERS = re.compile("核釋|函釋|解釋令")
_AUTHORITIES = {"釋字": "司法院", "": "憲法法庭"}
# 112年憲判字第8號: what it is called in full ends in 判決 or 裁定
_NUMBERED = re.compile(r"[0-9]+年(?P<series>\S{2,5})字第[0-9]+號")
# brackets in a title would be read as a quote's or a mark's
_BRACKETS = str.maketrans("「」『』[]［］【】", "〈〉《》〔〕〔〕〔〕")


class Source(NamedTuple):
    """A passage given to the writer: what its mark points to. ``start`` and ``end`` span what may be quoted of it.

    ``note`` says what a later decision did to it, "" for nothing: see :class:`rag.goodlaw.GoodLaw`.
    """

    mark: int
    document: Document
    status: Status
    since: date | None
    label: str
    start: int
    end: int
    note: str = ""

    @property
    def quote(self) -> str:
        return self.document.text[self.start : self.end]


class Draft(NamedTuple):
    """A sentence that ends in the marks of the sources it rests on, as a model would write it too.

    ``lent``: the marks of the next sentence of its paragraph, for one that has none of its own.
    """

    text: str
    lent: tuple[int, ...] = ()


class Wanted(NamedTuple):
    """What a question looks for: weight by term, and the kinds of answer it asks for."""

    terms: Mapping[str, float]
    forms: Sequence[asked.Form] = ()


def source_named(mark: int, reference: Reference, document: Document, status: Status, since: date | None) -> Source:
    """The source for an article named in the question, cut to the 項, 款 or 目 it names.

    前段 and 但書 are quoted with the sentence they belong to, and the label says no more than the quote shows.
    """
    unit = find_unit(document.text, reference.units) if reference.units else None
    where = (unit.start, unit.end) if unit else _printed(document.text)
    named = replace(reference, tail="") if unit else _bare(document)
    return Source(mark, document, status, since, label(display_name(document.title), named), *where)


def source_found(mark: int, document: Document, wanted: Wanted, passage: Passage | None = None) -> Source:
    """The source for an article found by similarity, cut to the 項 that is the passage or answers best."""
    chosen = [one for one in units(document.text) if passage and (one.start, one.end) == (passage.start, passage.end)]
    unit = None if len(document.text) <= _WHOLE else (*chosen, _best(document.text, wanted))[0]
    where = (unit.start, unit.end) if unit else _printed(document.text)
    return Source(mark, document, Status.IN_FORCE, None, _label(document, unit), *where)


def closest(source: Source, words: Iterable[str]) -> Source:
    """The same source cut to what shares most with words; of what is no law, it stays the passage."""
    if source.document.kind != "statute":
        return source
    cut = source_found(source.mark, source.document, Wanted(dict.fromkeys(words, 1.0)))
    return source._replace(label=cut.label, start=cut.start, end=cut.end)


def source_of_passage(mark: int, document: Document, passage: Passage) -> Source:
    """The source for a passage of what is no law: a judgment, a gazette, news … It is quoted whole."""
    return Source(mark, document, Status.IN_FORCE, None, passage_label(document, passage), passage.start, passage.end)


def aimed(source: Source, question: str) -> Source:
    """The same source, of a text of one's own cut to the two neighbouring sentences that say most of what is asked.

    A word of the question counts less the more sentences have it.
    """
    spans = [match.span() for match in _SENTENCE.finditer(source.quote)] if source.document.kind == "text" else []
    texts = [fold(source.quote[start:end]) for start, end in spans]
    asking = set(Grams().terms(question)) - STOP_GRAMS
    spread = {term: count for term in asking if (count := sum(term in text for text in texts))}

    def said(first: int) -> float:
        joined = "\n".join(texts[first : first + _SENTENCES])
        return sum(1 / count for term, count in spread.items() if term in joined)

    if len(spans) <= _SENTENCES:
        return source
    first = max(range(len(spans) - _SENTENCES + 1), key=said)
    (start, _), (_, end) = spans[first], spans[first + _SENTENCES - 1]
    return source._replace(start=source.start + start, end=source.start + end)


def whole(source: Source) -> Source:
    """The same source with all of its article to quote from; of what is no law, the passage stays the passage."""
    document = source.document
    if document.kind != "statute":
        return source
    start, end = _printed(document.text)
    return source._replace(start=start, end=end, label=label(display_name(document.title), _bare(document)))


def passage_label(document: Document, passage: Passage) -> str:
    """``司法院釋字第748號解釋文``; whose words they are is said where they are not the court's own.

    It always says what it is, by its title or in brackets: ``押金不還挨罰（新聞報導）``.
    """
    speaker = f"（{passage.speaker}）" if passage.speaker not in COURTS else ""
    said = re.match("釋字|(?=[0-9]+年)", document.title) if document.kind == "interpretation" else None
    authority = _AUTHORITIES[said[0]] if said else ""
    title = _titled(document)
    section = "" if passage.section in title else passage.section
    joint = "的" if section and document.kind not in ("interpretation", "judgment") else ""
    plain = authority + title + joint + section + speaker
    says = _SAYS_WHAT.get(document.kind)
    kind = "" if says and says.search(plain) else f"（{kind_name(document)}）"
    return (plain + kind).translate(_BRACKETS)


def kind_name(document: Document) -> str:
    """What a document is that is no law: 裁判, 函釋, 行政院公報, 新聞報導 …"""
    if document.kind == "gazette":
        letter = document.source == "gazette-ey" and _LETTERS.search(document.title)
        return LETTER if letter else _GAZETTES.get(document.source, KINDS["gazette"])
    return KINDS[document.kind]


def _titled(document: Document) -> str:
    """The title, where a decision of the Constitutional Court says 判決 or 裁定: 112年憲判字第8號判決【…】."""
    title = display_name(document.title)
    number = _NUMBERED.match(title) if document.kind == "interpretation" else None
    if number is None or title.startswith(("判決", "裁定"), number.end()):
        return title
    form = "判決" if "憲判" in number["series"] else "裁定"
    return number[0] + form + title[number.end() :]


def write(sources: Sequence[Source]) -> Iterator[Draft]:
    """One sentence a source: what it is, its standing where that isn't plain, and the quote."""
    for source in sources:
        yield Draft(f"{_opening(source)}「{source.quote}」[{source.mark}]")


def distinct(sources: Sequence[Source]) -> list[Source]:
    """Without what another repeats: an order that copies the law it hangs on adds nothing, whichever scored higher."""
    kept: list[Source] = []
    for source in sources:
        copied = next((at for at, one in enumerate(kept) if _alike(one.quote, source.quote)), None)
        if copied is None:
            kept.append(source)
        elif kept[copied].document.level == "命令" and source.document.level != "命令":
            kept[copied] = source
    return kept


def marked(sources: Iterable[Source]) -> Iterator[Source]:
    """The sources with their marks, 1, 2, 3 …"""
    return (source._replace(mark=mark) for mark, source in enumerate(sources, 1))


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
        what = f"{source.label}的刪除" if source.document.deleted else source.label
        return f"{what}尚未施行（{since + '施行' if since else '施行日期未定'}），條文為："
    if source.document.kind != "statute":
        return f"{source.label}（{source.note}）：" if source.note else f"{source.label}："
    return f"{source.label}規定："


def _best(text: str, wanted: Wanted) -> Unit | None:
    found = units(text)
    best = _most(text, [unit for unit in found if len(unit.path) == 1], wanted)
    if best is None or best.end - best.start <= _LONG:
        return best
    return _most(text, [unit for unit in found if len(unit.path) == 2 and unit.path[0] == best.path[0]], wanted) or best


def _most(text: str, among: Sequence[Unit], wanted: Wanted) -> Unit | None:
    """The unit that shares most of what tells these units apart; the first of equals."""
    texts = [fold(text[unit.start : unit.end]) for unit in among]
    spread = {term: sum(term in one for one in texts) for term in wanted.terms if len(term) > 1}
    if not texts:
        return None
    average = sum(map(len, texts)) / len(texts)

    def score(one: str) -> float:
        shared = sum(
            wanted.terms[term] * (_COMMON if count == len(texts) else 1.0)
            for term, count in spread.items()
            if count and term in one
        )
        return shared / (0.6 + 0.4 * len(one) / average) + _FORM * asked.given(wanted.forms, one)

    scores = [score(one) for one in texts]
    return among[scores.index(max(scores))]


def _label(document: Document, unit: Unit | None) -> str:
    reference = _bare(document)
    several = unit is not None and (len(unit.path) > 1 or _paragraphs(document.text) > 1)
    if unit is not None and several:
        reference = replace(reference, units=unit.path)
    return label(display_name(document.title), reference)


def _paragraphs(text: str) -> int:
    return sum(len(unit.path) == 1 for unit in units(text))


def _printed(text: str) -> tuple[int, int]:
    """The span of a text without white space at its ends; all of it when there is nothing else."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return (start, end) if start < end else (0, len(text))


def _bare(document: Document) -> Reference:
    return Reference(0, 0, law=document.law, article=document.number)


def _alike(one: str, other: str) -> bool:
    pairs, others = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (fold(one), fold(other)))
    return len(pairs & others) >= _ALIKE * max(1, min(len(pairs), len(others)))
