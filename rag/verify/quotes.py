"""A sentence taken apart into what it quotes and its own words, and whether a quote stands in a text.

``parts("規定：「雇主應預告勞工」[1]") == Parts(("雇主應預告勞工",), "規定：「」", (1,))``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from rag.numerals import Folded, fold, parse_number, search_key
from rag.sentences import MARK, NUMBER

SHORT = 6  # characters; shorter words in brackets are terms, unless a mark follows
_BRACKETS = {"「": "」", "『": "』"}
# Marks of quotation that are not ours: they count where they close before one of ours stands.
_FOREIGN = {"“": re.compile("[”「」『』\n]"), '"': re.compile('["「」『』\n]')}
_FOREIGN_LONGEST = 400  # characters
_ELLIPSIS = re.compile(r"…+|⋯+|\.{3,}|[（(〔\[]略[）)〕\]]")
_SHORTEST_STRETCH = 2  # characters
_EDGES = " \t\r\n\u3000，、；。：,;"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_HAS_PRIVATE = re.compile(f"[{_PRIVATE}]")
_LONGEST_PATTERN = 2_000  # characters of a quote that are compared sign by sign
# 一、 · （一） · 1. · ①: where the sentence stands in a list, not what it says
_LIST_HEAD = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十0-9０-９]{1,3}(?:[、．)）]|\.(?![0-9]))|[①-⑳])\s*")


class Parts(NamedTuple):
    """A sentence taken apart: what it quotes, and its own words without quotes and marks.

    ``terms`` are short words in brackets, which stay among its own.
    """

    quotes: tuple[str, ...]
    own: str
    marks: tuple[int, ...]
    terms: tuple[str, ...] = ()


class Stretch(NamedTuple):
    """Where a quote stands: ``verdict`` is exact, folded or altered; the span is of the text as published."""

    verdict: str
    start: int = 0
    end: int = 0


ALTERED = Stretch("altered")


class Text:
    """A text that quotes are looked for in, from ``start`` to ``end`` first; folded once, and only if need be."""

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        self.text = text
        self.start = start
        self.end = len(text) if end is None else end

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def has_private(self) -> bool:
        return _HAS_PRIVATE.search(self.text) is not None

    def find(self, quote: str) -> Stretch:
        """Where a quote stands, word for word (exact) or but for width, white space, 臺/台 and rare signs (folded).

        Where it leaves something out (……) its stretches have to stand there in their order.
        """
        return self._exact([quote]) or self._folded([quote]) or self._stretches(quote)

    def _stretches(self, quote: str) -> Stretch:
        pieces = [piece.strip(_EDGES) for piece in _ELLIPSIS.split(quote)]
        pieces = [piece for piece in pieces if piece]
        if _ELLIPSIS.search(quote) is None or not pieces or min(map(len, pieces)) < _SHORTEST_STRETCH:
            return ALTERED
        return self._exact(pieces) or self._folded(pieces) or ALTERED

    def _exact(self, pieces: Sequence[str]) -> Stretch | None:
        inside = _in_order(self.text, pieces, self.start, self.end)
        span = inside or _in_order(self.text, pieces, 0, len(self.text))
        return Stretch("exact", *span) if span else None

    def _folded(self, pieces: Sequence[str]) -> Stretch | None:
        keys = [search_key(piece) for piece in pieces]
        if not all(keys):
            return None
        key = self.folded.key
        span = _in_order(key, keys, 0, len(key)) or (self.has_private and _but_for_private(key, keys)) or None
        return Stretch("folded", *self.folded.span(*span)) if span else None


def parts(text: str, texts: Sequence[str] = ()) -> Parts:
    """Take a sentence apart.

    A quote ends where the brackets balance; a source whose own brackets do not balance, or that holds a mark, is known
    by its text: the longest stretch up to a closing bracket that stands verbatim in one of ``texts``.
    """
    return _Taking(text, texts).parts()


def verdict(quotes: Sequence[str], texts: Sequence[Text]) -> tuple[str, str]:
    """The worst verdict over all quotes, and the quote it is of; ("none_quoted", "") without any."""
    found = [(best(quote, texts).verdict, quote) for quote in quotes]
    order = ("altered", "folded", "exact")
    return min(found, key=lambda one: order.index(one[0]), default=("none_quoted", ""))


def best(quote: str, texts: Sequence[Text]) -> Stretch:
    """Where the quote stands best among several texts."""
    found = [text.find(quote) for text in texts]
    exact = next((one for one in found if one.verdict == "exact"), None)
    return exact or next((one for one in found if one.verdict == "folded"), ALTERED)


def without_list_head(own: str) -> str:
    """``without_list_head("（一）雇主應預告") == "雇主應預告"``."""
    head = _LIST_HEAD.match(own)
    return own[head.end() :] if head else own


def is_balanced(own: str) -> bool:
    """Whether no bracket of a quote is left over in a sentence's own words."""
    return all(own.count(opening) == own.count(closing) for opening, closing in _BRACKETS.items())


class _Taking:
    def __init__(self, text: str, texts: Sequence[str]) -> None:
        self.text = text
        self.texts = texts
        self.closings = {
            closing: [at for at, char in enumerate(text) if char == closing] for closing in _BRACKETS.values()
        }

    def parts(self) -> Parts:
        quotes: list[str] = []
        terms: list[str] = []
        own: list[str] = []
        at = 0
        while at < len(self.text):
            end = self._end(at)
            inside = self.text[at + 1 : end]
            if end == at:
                own.append(self.text[at])
            elif self._is_quote(at, end):
                inside, marks = self._without_marks(inside) if end < len(self.text) else (inside, "")
                quotes.append(inside)
                own.append("「」" + marks)
            else:
                terms.append(inside)
                own.append(self.text[at : end + 1])
            at = end + 1
        words = "".join(own)
        return Parts(tuple(quotes), MARK.sub("", words), tuple(_marks(words)), tuple(terms))

    def _end(self, at: int) -> int:
        """Where the bracket at ``at`` closes; ``at`` itself where there is none."""
        char = self.text[at]
        if char in _BRACKETS:
            return self._closing(at)
        if char in _FOREIGN:
            found = _FOREIGN[char].search(self.text, at + 1, at + _FOREIGN_LONGEST)
            if found and found[0] in '”"':
                return found.start()
        return at

    def _closing(self, start: int) -> int:
        """Where the bracket that opens at ``start`` closes; never closed, it reaches to the end of the text."""
        known = self._known(start)
        if known >= 0:
            return known
        opening, closing = self.text[start], _BRACKETS[self.text[start]]
        depth = 0
        for at in range(start, len(self.text)):
            depth += (self.text[at] == opening) - (self.text[at] == closing)
            if depth == 0:
                return at
        return len(self.text)

    def _known(self, start: int) -> int:
        """The last closing bracket up to which a text has these words; each such text has all shorter ones, too."""
        ends = self.closings[_BRACKETS[self.text[start]]]
        low, high = bisect_left(ends, start + 1), len(ends)
        first = low
        while low < high:
            middle = (low + high) // 2
            words = self.text[start + 1 : ends[middle]]
            if any(words in one for one in self.texts):
                low = middle + 1
            else:
                high = middle
        reached = range(low - 1, first - 1, -1)
        return next((ends[at] for at in reached if self._is_quote(start, ends[at])), -1)

    def _is_quote(self, start: int, end: int) -> bool:
        """Long enough to be one, unclosed, or straight before a mark."""
        return end - start > SHORT or end == len(self.text) or MARK.match(self.text, end + 1) is not None

    def _without_marks(self, inside: str) -> tuple[str, str]:
        """A quote and the marks that were put inside its brackets by mistake."""
        found = list(MARK.finditer(inside[-40:]))
        if not found or any(inside in one for one in self.texts):
            return inside, ""
        end = len(inside)
        for mark in reversed(found):
            stop = len(inside) - min(40, len(inside)) + mark.end()
            if inside[stop:end].strip():
                break
            end = stop - len(mark[0])
        return inside[:end], inside[end:]


def _marks(words: str) -> Iterator[int]:
    """Every number in a mark, each once."""
    numbers = (parse_number(one) for found in MARK.findall(words) for one in re.findall(NUMBER, found))
    return iter(dict.fromkeys(number for number in numbers if number is not None))


def _in_order(text: str, pieces: Sequence[str], start: int, end: int) -> tuple[int, int] | None:
    """The span from the first to the last of the pieces, each looked for after the one before it."""
    first, at = -1, start
    for piece in pieces:
        found = text.find(piece, at, end)
        if found < 0:
            return None
        first = found if first < 0 else first
        at = found + len(piece)
    return first, at


def _but_for_private(key: str, keys: Sequence[str]) -> tuple[int, int] | None:
    """As ``_in_order``, where a private-use sign of the text stands for whatever the quote has in its place."""
    first, at = -1, 0
    for one in keys:
        signs = (f"[{re.escape(char)}{_PRIVATE}]" for char in one)
        found = re.compile("".join(signs)).search(key, at) if len(one) <= _LONGEST_PATTERN else None
        if found is None:
            return None
        first = found.start() if first < 0 else first
        at = found.end()
    return first, at
