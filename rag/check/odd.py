"""What is written as a reference and can be none: 民法第123456條, 釋字第99999999號. It is told, not passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_DIGITS = "0-9０-９〇零○一二三四五六七八九十百千萬億兩"
_NUMBER = rf"[-–−]?[{_DIGITS}A-Za-z.]{{1,20}}"
_ARTICLE = re.compile(rf"\s{{0,3}}第?\s?{_NUMBER}\s?條(?![例約件文])(?:之{_NUMBER})?(?:第{_NUMBER}[項款目]){{0,3}}")
# 民法施行法: more of a name than the law that was found in it has
_MORE = re.compile("(?:施行法|施行細則|施行辦法)(?=第|[，。、；「」（）()\\s]|$)")
_DECISION = re.compile(
    rf"釋字第?[{_DIGITS}]{{5,20}}號"
    rf"|(?<![{_DIGITS}])[{_DIGITS}]{{4,20}}年度?[^\W\d_]{{1,9}}字第[{_DIGITS}]{{1,20}}號"
    rf"|[0-9０-９]{{2,3}}年度?[^\W\d_]{{1,9}}字第[0-9０-９]{{8,20}}號"
)


class Odd(NamedTuple):
    start: int
    end: int
    text: str


def after_law(text: str, end: int) -> str:
    """What stands right after the name of a law as if it were its article: 「第0條」; "" where nothing does."""
    found = _ARTICLE.match(text, end)
    return found[0].strip() if found else ""


def longer_name(text: str, end: int) -> str:
    """What goes on from the name of a law so that it is another's: 「施行法」; "" where it ends there."""
    found = _MORE.match(text, end)
    return found[0] if found else ""


def decisions(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Odd]:
    """Numbers of decisions that no decision has, outside ``spans``, which are known ones."""
    for found in _DECISION.finditer(text):
        if not any(start < found.end() and found.start() < end for start, end in spans):
            yield Odd(found.start(), found.end(), found[0])
