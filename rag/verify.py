"""The proof: a draft and the sources it was given → sentences that stand, each with one verdict a layer.

The layers in their order: marks parse, the unit exists as of the day, its status is said, it was among the passages
given, every quote is verbatim there, every article, number and date of the sentence occurs there, and its words do. A
sentence that fails one is ``unproved`` and no answer shows it as fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from rag.domain import Citation, Document, Proof, Reference, Sentence, Status, sha256
from rag.names import LawNames, display_name
from rag.numerals import parse_number
from rag.references import find_references
from rag.segment import fold
from rag.units import find_unit
from rag.values import unfounded, values
from rag.write import FRAME, Draft, Source, roc

# [1] · ［1］ · 【12】 · [1, 2]
_NUMBER = "[0-9０-９]{1,3}"
_MARK = re.compile(rf"[\[［【]\s*({_NUMBER}(?:\s*[,，、]\s*{_NUMBER})*)\s*[\]］】]")
_SAID = {
    Status.DELETED: ("已刪除", "業經刪除", "刪除了"),
    Status.REPEALED: ("已廢止", "已經廢止", "業經廢止"),
    Status.NOT_YET_IN_FORCE: ("尚未施行", "尚未生效", "未施行"),
    Status.SUPERSEDED: ("修正前", "舊法", "舊條文"),
    Status.REVERSED: ("已遭廢棄", "經上級審廢棄", "已被廢棄", "已遭撤銷", "經上級審撤銷", "已被撤銷"),
    Status.IN_FORCE: ("",),
}
_NOT_IN_FORCE = (*_SAID[Status.DELETED], *_SAID[Status.REPEALED], *_SAID[Status.NOT_YET_IN_FORCE])
_BRACKETS = {"「": "」", "『": "』"}
_SHORT = 6  # characters; shorter words in brackets are terms, unless a mark follows
_FEW = 12  # characters of own words that a quote may carry without support: who says it, and that it does
_SUPPORT = 0.5


class Versions(Protocol):
    """What the proof asks of the store."""

    def version(self, key: str, version: str) -> Document | None: ...


class Proved(NamedTuple):
    """The draft's sentences with their verdicts, and the citations that the sentences that stand rest on."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


class Parts(NamedTuple):
    """A sentence taken apart: what it quotes, and its own words without quotes and marks.

    ``terms`` are short words in brackets, which stay among its own.
    """

    quotes: tuple[str, ...]
    own: str
    marks: tuple[int, ...]
    terms: tuple[str, ...] = ()


def prove(drafts: Iterable[Draft], sources: Sequence[Source], versions: Versions, names: LawNames, day: date) -> Proved:
    """Check every sentence against the sources that were given, and those against the store.

    :param day: the as-of day: a cited version must hold on it, or its status must be said.
    """
    given = {source.mark: source for source in sources}
    sentences = tuple(_sentence(draft, given, versions, names, day) for draft in drafts)
    used = {mark for sentence in sentences if sentence.status != "unproved" for mark in sentence.citations}
    return Proved(sentences, tuple(citation(given[mark]) for mark in sorted(used)))


def citation(source: Source) -> Citation:
    document = source.document
    return Citation(
        mark=source.mark,
        key=document.key,
        label=source.label,
        kind=document.kind,
        version=document.version,
        status=source.status,
        quote=source.quote,
        start=source.start,
        end=source.end,
        sha256=sha256(document.text),
        url=document.url,
        valid_from=document.valid_from,
        valid_to=document.valid_to,
    )


def parts(text: str, texts: Sequence[str] = ()) -> Parts:
    """Take a sentence apart.

    A quote ends where the brackets balance; a source whose own brackets do not balance, or that holds a mark, is known
    by its text: the longest stretch up to a closing bracket that stands verbatim in one of ``texts``.
    """
    quotes: list[str] = []
    terms: list[str] = []
    own: list[str] = []
    at = 0
    while at < len(text):
        end = _closing(text, at, texts) if text[at] in _BRACKETS else at
        inside = text[at + 1 : end]
        if end == at:
            own.append(text[at])
        elif _is_quote(text, at, end):
            quotes.append(inside)
            own.append("「」")
        else:
            terms.append(inside)
            own.append(text[at : end + 1])
        at = end + 1
    words = "".join(own)
    numbers = (parse_number(mark) for found in _MARK.findall(words) for mark in re.findall(_NUMBER, found))
    marks = tuple(dict.fromkeys(number for number in numbers if number is not None))
    return Parts(tuple(quotes), _MARK.sub("", words), marks, tuple(terms))


def _closing(text: str, start: int, texts: Sequence[str]) -> int:
    """Where the bracket that opens at ``start`` closes; never closed, it reaches to the end of the text."""
    closing = _BRACKETS[text[start]]
    ends = [at for at in range(start + 1, len(text)) if text[at] == closing and _is_quote(text, start, at)]
    known = next((end for end in reversed(ends) if any(text[start + 1 : end] in one for one in texts)), -1)
    if known >= 0:
        return known
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == text[start]) - (text[at] == closing)
        if depth == 0:
            return at
    return len(text)


def _is_quote(text: str, start: int, end: int) -> bool:
    """Long enough to be one, unclosed, or straight before a mark."""
    return end - start > _SHORT or end == len(text) or _MARK.match(text, end + 1) is not None


def _sentence(draft: Draft, given: Mapping[int, Source], versions: Versions, names: LawNames, day: date) -> Sentence:
    said = parts(draft.text, [source.document.text for source in given.values()])
    cited = [given[mark] for mark in said.marks if mark in given]
    own = _unlabelled(said.own, cited)
    named = find_references(own, names)
    words = _without(own, named)
    checks = {
        "marks": "ok" if said.marks else "none",
        "exists": _all(_exists(source, versions, day) for source in cited),
        "status": _status(own, cited),
        "read": "ok" if len(cited) == len(said.marks) else "unread",
        "quotes": _quotes(said, cited),
        "references": _all(_reference(one, said.quotes, cited, names) for one in named) if named else "ok",
        "values": _values(words, cited),
        "support": _support(words, bool(said.quotes), cited),
    }
    return Sentence(draft.text, _verdict(checks), checks, said.marks)


def _verdict(checks: Mapping[str, str]) -> Proof:
    good = {"ok", "said", "exact", "none_quoted"}
    if all(verdict in good for verdict in checks.values()):
        return "proved" if checks["quotes"] == "exact" else "supported"
    return "unproved"


def _all(verdicts: Iterator[str]) -> str:
    """The first verdict that isn't good, else the good one; nothing cited is no proof."""
    found = list(verdicts)
    bad = [verdict for verdict in found if verdict not in ("ok", "said")]
    return bad[0] if bad else (found[0] if found else "none")


def _exists(source: Source, versions: Versions, day: date) -> str:
    document = source.document
    stored = versions.version(document.key, document.version)
    if stored is None:
        return "not_found"
    if sha256(stored.text) != sha256(document.text):
        return "changed"
    return "ok" if _stands(source.status, stored, day) else "other_day"


def _stands(status: Status, document: Document, day: date) -> bool:
    """Whether a version can have this status on the day."""
    if status in (Status.IN_FORCE, Status.DELETED):
        return document.holds_on(day) and document.deleted == (status is Status.DELETED)
    if status is Status.NOT_YET_IN_FORCE:
        return document.valid_from > day or document.valid_from == document.valid_to
    return not document.holds_on(day) and document.valid_from <= day


def _status(own: str, cited: Sequence[Source]) -> str:
    """What is not in force is said to be so, and nothing else is."""
    verdicts = ["said" if any(words in own for words in _SAID[source.status]) else "unflagged" for source in cited]
    in_force = bool(cited) and all(source.status is Status.IN_FORCE for source in cited)
    if in_force and any(words in own for words in _NOT_IN_FORCE):
        return "misstated"
    return _all(iter(verdicts))


def _quotes(said: Parts, cited: Sequence[Source]) -> str:
    """Every quote is verbatim; a short term in brackets stands there too, and no bracket is left over."""
    verdicts = [_quote(quote, cited) for quote in said.quotes]
    terms = [_quote(term, cited) for term in said.terms]
    loose = any(said.own.count(opening) != said.own.count(closing) for opening, closing in _BRACKETS.items())
    if loose or "altered" in terms:
        return "altered"
    if not verdicts:
        return "none_quoted"
    return next((verdict for verdict in ("altered", "folded") if verdict in verdicts), "exact")


def _quote(quote: str, cited: Sequence[Source]) -> str:
    if any(quote in source.document.text for source in cited):
        return "exact"
    key = _spaceless(quote)
    return "folded" if any(key in _spaceless(source.document.text) for source in cited) else "altered"


def _spaceless(text: str) -> str:
    return re.sub(r"\s+", "", fold(text))


def _reference(found: Reference, quotes: Sequence[str], cited: Sequence[Source], names: LawNames) -> str:
    """A law or article named in the sentence's own words is one it cites; a 項 named is where a quote stands."""
    laws = {found.law, *names.candidates(found.name)}
    documents = [source.document for source in cited if source.document.law in laws and found.law]
    if found.article:
        documents = [document for document in documents if document.number == found.article]
    if not documents:
        return "uncited"
    if not found.units or not quotes:
        return "ok"
    return "ok" if any(_holds(document, found, quotes) for document in documents) else "misplaced"


def _holds(document: Document, found: Reference, quotes: Sequence[str]) -> bool:
    unit = find_unit(document.text, found.units)
    return unit is not None and any(quote in document.text[unit.start : unit.end] for quote in quotes)


def _values(words: str, cited: Sequence[Source]) -> str:
    """Every number in the sentence's own words stands in a cited text, or in what is known about it."""
    known = {value for source in cited for value in values(_about(source))}
    left = unfounded(values(words), known)
    if left:
        known |= {value for source in cited for value in values(source.document.text)}
    return "unfounded" if unfounded(iter(left), known) else "ok"


def _about(source: Source) -> str:
    days = [day for day in (source.since, source.document.valid_from, source.document.valid_to) if day]
    written = " ".join(f"{roc(day)} {day.year}年{day.month}月{day.day}日" for day in days)
    return f"{source.label} {display_name(source.document.title)} {written}"


def _support(words: str, quotes: bool, cited: Sequence[Source]) -> str:
    """Enough of the sentence's own word pairs stand in the cited texts; a quote speaks for itself."""
    plain = re.sub(r"\W", "", fold(words))
    if quotes and len(plain) <= _FEW:
        return "ok"
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
    known = _spaceless(" ".join([FRAME, *(f"{_about(source)} {source.document.text}" for source in cited)]))
    shared = sum(pair in known for pair in pairs)
    return "ok" if pairs and shared >= _SUPPORT * len(pairs) else "unsupported"


def _unlabelled(own: str, cited: Sequence[Source]) -> str:
    """A sentence's own words without the names of what it cites that is no law: a title may name any law."""
    for source in cited:
        if source.document.kind != "statute":
            own = own.replace(source.label, "\n")
    return own


def _without(own: str, named: Sequence[Reference]) -> str:
    """A sentence's own words without the laws and articles it names, which have a layer of their own."""
    for reference in reversed(named):
        own = own[: reference.start] + "\n" + own[reference.end :]
    return own
