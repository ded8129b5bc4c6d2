"""The proof: a draft and the sources it was given → sentences that stand, each with one verdict a layer.

The layers in their order: marks parse, the unit exists as of the day, its status is said, it was among the passages
given, every quote is verbatim there, every number and date of the sentence occurs there, and its words do. A sentence
that fails one is ``unproved`` and no answer shows it as fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from rag.domain import Citation, Document, Proof, Sentence, Status, sha256
from rag.names import LawNames, display_name
from rag.numerals import parse_number
from rag.references import find_references
from rag.segment import fold
from rag.write import Draft, Source, roc

# [1] · ［1］ · 【12】
_MARK = re.compile(r"[\[［【]\s*([0-9０-９]{1,3})\s*[\]］】]")
# 三十日 · 5年 · 新臺幣一萬元 · 百分之二十: numbers with what they count
_VALUE = re.compile(
    r"[0-9０-９][0-9０-９,，.]*|[〇零一二三四五六七八九十百千萬億]{1,12}(?=[年月日天歲元倍分人次個條項款目％%小週時級])"
)
_SAID = {
    Status.DELETED: ("已刪除", "業經刪除", "刪除了"),
    Status.REPEALED: ("已廢止", "已經廢止", "業經廢止"),
    Status.NOT_YET_IN_FORCE: ("尚未施行", "尚未生效", "未施行"),
    Status.SUPERSEDED: ("修正前", "舊法", "舊條文"),
    Status.IN_FORCE: ("",),
}
_SHORT = 6  # characters; shorter bracketed words are terms, not quotes
_SUPPORT = 0.5


class Versions(Protocol):
    """What the proof asks of the store."""

    def version(self, key: str, version: str) -> Document | None: ...


class Proved(NamedTuple):
    """The draft's sentences with their verdicts, and the citations that the sentences that stand rest on."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


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


def quotes(text: str) -> list[str]:
    """What stands in 「…」, outermost brackets only; short terms left out."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        if sign == "「":
            start, depth = (at + 1 if depth == 0 else start), depth + 1
        elif sign == "」" and depth:
            depth -= 1
            if depth == 0 and at - start >= _SHORT:
                found.append(text[start:at])
    return found


def _sentence(draft: Draft, given: Mapping[int, Source], versions: Versions, names: LawNames, day: date) -> Sentence:
    marks = _marks(draft.text)
    cited = [given[mark] for mark in marks if mark in given]
    checks = {
        "marks": "ok" if marks else "none",
        "exists": _all(_exists(source, versions, day) for source in cited),
        "status": _all("said" if _says(draft.text, source.status) else "unflagged" for source in cited),
        "read": "ok" if len(cited) == len(marks) else "unread",
        "quotes": _quotes(draft.text, cited),
        "references": _references(draft.text, cited, names),
        "values": _values(draft.text, cited),
        "support": _support(draft.text, cited),
    }
    return Sentence(draft.text, _verdict(checks), checks, marks)


def _verdict(checks: Mapping[str, str]) -> Proof:
    good = {"ok", "said", "exact", "none_quoted"}
    if all(verdict in good for verdict in checks.values()):
        return "proved" if checks["quotes"] == "exact" else "supported"
    return "unproved"


def _marks(text: str) -> tuple[int, ...]:
    numbers = (parse_number(mark) for mark in _MARK.findall(text))
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


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
    if source.status in (Status.IN_FORCE, Status.DELETED) and not stored.holds_on(day):
        return "other_day"
    return "ok"


def _says(text: str, status: Status) -> bool:
    plain = _outside(text)
    return any(words in plain for words in _SAID[status])


def _outside(text: str) -> str:
    """The sentence's own words: without quotes and marks."""
    for quote in quotes(text):
        text = text.replace(quote, "")
    return _MARK.sub("", text)


def _quotes(text: str, cited: Sequence[Source]) -> str:
    verdicts = [_quote(quote, cited) for quote in quotes(text)]
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


def _references(text: str, cited: Sequence[Source], names: LawNames) -> str:
    """Every article the sentence names in its own words must be one it cites."""
    keys = {source.document.key for source in cited}
    named = {found.key for found in find_references(_outside(text), names) if found.article}
    return "ok" if named <= keys else "uncited"


def _values(text: str, cited: Sequence[Source]) -> str:
    """Every number in the sentence's own words must stand in a cited text, or in what is known about it."""
    known = {value for source in cited for value in _numbers(_about(source))}
    return "ok" if all(value in known for value in _numbers(_outside(text))) else "unfounded"


def _about(source: Source) -> str:
    days = [day for day in (source.since, source.document.valid_from, source.document.valid_to) if day]
    written = " ".join(f"{roc(day)} {day.isoformat()}" for day in days)
    return f"{source.document.text} {source.label} {display_name(source.document.title)} {written}"


def _numbers(text: str) -> Iterator[int | str]:
    for found in _VALUE.findall(text):
        plain = unicodedata.normalize("NFKC", found).replace(",", "").rstrip(".")
        number = parse_number(plain)
        yield number if number is not None else plain


def _support(text: str, cited: Sequence[Source]) -> str:
    """Enough of the sentence's own word pairs stand in the cited texts; a quote speaks for itself."""
    if quotes(text):
        return "ok"
    plain = re.sub(r"\W", "", fold(_outside(text)))
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
    known = _spaceless(" ".join(_about(source) for source in cited))
    shared = sum(pair in known for pair in pairs)
    return "ok" if pairs and shared >= _SUPPORT * len(pairs) else "unsupported"
