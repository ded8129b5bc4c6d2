"""Article numbers as amendments write them: ``第8、14、32～36條`` → spans of numbers in the order of the law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.numerals import parse_number

# a run of numbers, and whether it is one of articles: 第8、14、32～36條 · 第22-1、23條條文 · 第185條之3 · 第3項
_RUN = re.compile(
    r"(?:第|(?<=之)(?=\d{1,4}-\d))(?P<run>\d[\d、，～~及至或第-]*)(?P<unit>條(?:之(?P<sub>\d{1,3})(?!\d))?|(?=；|$))?"
    r"(?P<part>第[\d、，～~及至或第]+[項款目]|(?:條文)?之?附[表件圖式])?"
)
# one of a run: 8 · 1030-1 · 32～36 · 165-1～165-4 · 14～15-2; longer numbers are no article's
_ITEM = re.compile(r"(?<![\d-])(\d{1,8})(?!\d)(?:-(\d{1,3})(?!\d))?(?:[～~至]第?(\d{1,8})(?!\d)(?:-(\d{1,3})(?!\d))?)?")
# 第三十三條 · 第七條第一項 · 第一、八、九條
_CHINESE = re.compile(r"(?:(?<=第)|(?<=條之)|(?<=、))[一二三四五六七八九十百]{1,9}(?=[、條項款目至～，；。]|$)")
# 第4條至第6條 · 第36條之1～第40條: a range written out
_WRITTEN_OUT = re.compile(r"(\d)條(?:之(\d{1,3}))?(?:條文)?[至～~]第?(?=\d)")
# 39-141-1: 39-1 and 41-1 that lost the comma between them
_GLUED = re.compile(r"(\d-\d)(\d{2,4}-\d)")
# 民法 has the most articles, 1,225; what is beyond is two numbers that lost the comma between them
_MOST = 1300


class Number(NamedTuple):
    """An article number in order of the law: ``185-3`` is ``Number(185, 3)``."""

    main: int
    sub: int = 0


class Span(NamedTuple):
    first: Number
    last: Number

    def holds(self, number: Number) -> bool:
        if self.first == self.last or self.first.sub or self.last.sub:
            return self.first <= number <= self.last
        # 1092～1101 written in whole numbers leaves the 條之 between them to lists of their own
        return number.sub == 0 and self.first.main <= number.main <= self.last.main


def squeeze(text: str) -> str:
    """The text without white space, which carries no meaning in histories and notes."""
    return "".join(text.split())


def parse_spans(text: str, parts: bool = True) -> tuple[Span, ...]:
    """The article numbers named in a text without white space: ``第8、32～36條`` → two spans.

    :param parts: False leaves out an article of which only a 項, 款, 目 or annex is named: ``第5條第2項`` → none.
    """
    return tuple(
        span
        for found in _RUN.finditer(_plain(text))
        if found["unit"] is not None and (parts or not found["part"])
        for span in _items(found["run"], found["sub"])
    )


def _plain(text: str) -> str:
    """Chinese numerals and ranges written out, as the lists in Arabic numerals have them."""
    text = _CHINESE.sub(lambda found: str(parse_number(found[0]) or found[0]), text)
    text = _WRITTEN_OUT.sub(lambda found: f"{found[1]}{f'-{found[2]}' if found[2] else ''}～", text)
    return _GLUED.sub(r"\1、\2", text)


def _items(run: str, sub: str | None) -> Iterator[Span]:
    run = run.rstrip("、，～~及至或第-")
    for found in _ITEM.finditer(run):
        first = Number(int(found[1]), int(found[2] or 0))
        last = Number(int(found[3]), int(found[4] or 0)) if found[3] else first
        if sub and found.end() == len(run):
            last = Number(last.main, int(sub))
            first = first if found[3] else last
        yield from _unglued(first, last)


def _unglued(first: Number, last: Number) -> Iterator[Span]:
    """An unwrapped list can lose a comma (993⏎994 → 993994, 25⏎29 → 2529): lists rise, so the shorter part is first."""
    digits = str(first.main)
    if first.main <= _MOST:
        yield Span(first, last)
        return
    half = len(digits) // 2
    whole = first == last
    before, after = Number(int(digits[:half])), Number(int(digits[half:]), first.sub)
    yield Span(before, before)
    yield Span(after, after if whole else last)
