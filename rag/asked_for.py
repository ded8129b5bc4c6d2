"""What a question names, as it is written there: laws and articles, ranges spread; and what is left without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Protocol

from rag.decisions import find_decisions
from rag.domain import Decision, Hit, Passage, Reference
from rag.named import Named
from rag.names import LawNames
from rag.references import find_references
from rag.write import Source, source_named

# 第235條, 第一項, 第14條之1
_NUMBER = re.compile(r"第[^條項款目]{1,12}[條項款目](?:\s*之\s*[0-9０-９一二三四五六七八九十]+)?")
# 88年7月14日制定公布之, 90年修正之, 中華民國91年4月17日訂定發布
_MADE = re.compile(
    "(?:中華民國|民國)?[0-9０-９一二三四五六七八九十○〇]{1,4}年"
    "(?:[0-9０-９一二三四五六七八九十]{1,3}月)?(?:[0-9０-９一二三四五六七八九十]{1,3}日)?"
    "(?:公布|發布|制定|修正|增訂|訂定|施行)"
)
_LONGEST_RANGE = 50
_TO = re.compile("[至到~～–-]")
_AND = re.compile("[、,，及與和或暨]")


class Numbers(Protocol):
    """What is asked of the store."""

    def numbers(self, pcode: str) -> list[str]: ...


def references(question: str, names: LawNames) -> list[Reference]:
    """The laws and articles named; the number of a decision is none."""
    return find_references(without(question, find_decisions(question)), names)


def spread(question: str, found: Sequence[Reference], store: Numbers) -> Iterator[Reference]:
    """References with ranges spread over the articles there are: 第184條至第186條 includes 第185條之1."""
    for _, group in groupby(found, key=lambda one: (one.start, one.end, one.law)):
        same = list(group)
        written = question[same[0].start : same[0].end]
        if len(same) > 1 and same[0].law and not same[0].units and _TO.search(written) and not _AND.search(written):
            yield from _between(same, store)
        else:
            yield from same


def without(question: str, found: Iterable[Reference | Decision]) -> str:
    """The question with what it names blanked out, as long as before."""
    for one in found:
        question = question[: one.start] + _blank(question[one.start : one.end]) + question[one.end :]
    return question


def without_numbers(question: str, found: Iterable[Reference]) -> str:
    """The question with the laws it names, but not their articles: 235 stands in many titles."""
    for one in found:
        written = _NUMBER.sub(lambda match: _blank(match[0]), question[one.start : one.end])
        question = question[: one.start] + written + question[one.end :]
    return question


def without_making(question: str) -> str:
    """The question without the days on which norms were made: 「100年6月29日修正公布之國民年金法」."""
    return _MADE.sub(lambda match: _blank(match[0]), question)


def source_of_article(named: Named) -> Source:
    """The article named, which is shown, to quote from."""
    found = named.standing
    assert found.document is not None
    assert found.status is not None
    return source_named(0, named.reference, found.document, found.status, found.since)


def hit_of_article(named: Named) -> Hit | None:
    """The article named, as it stands on the day."""
    document = named.standing.document
    if document is None:
        return None
    return Hit(document.whole, document, 1.0, "exact")


def hit_of_decision(source: Source) -> Hit:
    """What is quoted of the decision named."""
    document = source.document
    passage = Passage(document.key, document.version, source.start, source.end, source.quote)
    return Hit(passage, document, 1.0, "exact")


def _between(ends: Sequence[Reference], store: Numbers) -> Iterator[Reference]:
    first, last = ends[0], ends[-1]
    inside = [number for number in store.numbers(first.law) if _order(first) <= _place(number) <= _order(last)]
    wanted = dict.fromkeys([first.article, *inside[:_LONGEST_RANGE], last.article])
    yield from (replace(first, article=number) for number in wanted)


def _order(one: Reference) -> tuple[int, ...]:
    return _place(one.article)


def _place(article: str) -> tuple[int, ...]:
    return tuple(int(part) for part in article.split("-"))


def _blank(written: str) -> str:
    return "\u3000" * len(written)
