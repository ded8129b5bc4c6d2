"""項, 款, 目 (and 類) inside the text of an article, as spans of the text as published.

The official files mark none of them: an article is a list of lines. A plain line opens a 項; 「一、」 is a 款,
「（一）」 a 目, 「第一類：」 a 類. Older laws are wrapped at 64 columns, so a line may be part of a paragraph.
A plain line before the 款 that continues a count belongs to the 款 before it, not to a new 項.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.domain import Unit, UnitKind
from rag.numerals import parse_number

_NUMERAL = "[〇○零一二三四五六七八九十百ㄧ]{1,5}"
_LINE = re.compile(r"\S[^\r\n]*")
# 「第四類：」 「十二、」 「（三）」 ﹙三﹚ ㈢, but not 「一、二款」 where a wrapped sentence goes on
_ENUMERATOR = re.compile(
    rf"第(?P<類>{_NUMERAL})類[：:\s]"
    rf"|(?P<款>{_NUMERAL})\s?[、．](?!{_NUMERAL}[、項款目條])"
    rf"|[（(﹙]\s?(?P<目>{_NUMERAL})\s?[）)﹚]|(?P<圈>[㈠-㈩])"
)
_BOX = re.compile("[─-╿]")
_STOPS = "。：；︰:;！？!?"
_LEADERS = "，。、；：）」』,"
_WRAP = range(61, 69)  # columns; 64 in the files, one character more or less at the margin

_LEVELS: tuple[UnitKind, ...] = ("項", "類", "款", "目")


class _Line(NamedTuple):
    """One logical line; ``level`` indexes ``_LEVELS``, 0 for a plain line."""

    start: int
    end: int
    level: int = 0
    number: int = 0
    verbatim: bool = False


@lru_cache(maxsize=2048)
def units(text: str) -> tuple[Unit, ...]:
    """Every 項, 類, 款, 目 of an article in order of appearance, each span covering all that is below it.

    ``units("…如下：\\r\\n一、甲。\\r\\n二、乙。")`` gives 項 1, 項 1 款 1, 項 1 款 2.
    """
    lines = list(_logical_lines(text))
    counters = _next_counters(lines)
    tree = _Tree()
    previous: _Line | None = None
    for line, following in zip(lines, counters, strict=True):
        if line.level:
            tree.open(line.level, line.number, line)
        elif previous is None or not (line.verbatim or tree.continues(following) or _hangs(text, previous, line)):
            tree.open(0, tree.items + 1, line)
        else:
            tree.extend(line.end)
        previous = line
    return tree.units()


def find_unit(text: str, path: tuple[tuple[UnitKind, int], ...]) -> Unit | None:
    """The unit at ``path``; a path that leaves out the 項 is found where only one unit of the article answers to it."""
    found = units(text)
    exact = next((unit for unit in found if unit.path == path), None)
    if exact or not path:
        return exact
    loose = [unit for unit in found if unit.path[-len(path) :] == path]
    return loose[0] if len(loose) == 1 else None


class _Tree:
    """Units while they grow: ``stack`` holds the open ones, outermost first."""

    def __init__(self) -> None:
        self.items = 0
        self.grown: list[tuple[tuple[tuple[UnitKind, int], ...], int, list[int]]] = []
        self.stack: list[tuple[int, int, list[int]]] = []  # level, number, [end]

    def open(self, level: int, number: int, line: _Line) -> None:
        if level and not self.stack:
            self.open(0, 1, line)
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()
        if level == 0:
            self.items = number
        end = [line.end]
        self.stack.append((level, number, end))
        path = tuple((_LEVELS[at], count) for at, count, _ in self.stack)
        self.grown.append((path, line.start, end))
        self.extend(line.end)

    def continues(self, following: tuple[int, int]) -> bool:
        """Close down to the unit whose count ``following`` (level, number) carries on, if one is open."""
        level, number = following
        if not any(at == level and count + 1 == number for at, count, _ in self.stack[1:]):
            return False
        while self.stack[-1][0] > level:
            self.stack.pop()
        return True

    def extend(self, end: int) -> None:
        for _, _, held in self.stack:
            held[0] = end

    def units(self) -> tuple[Unit, ...]:
        return tuple(Unit(path, start, end[0]) for path, start, end in self.grown)


def _logical_lines(text: str) -> Iterator[_Line]:
    """Lines with what was wrapped joined again; spans reach from the first to the last printed character."""
    held: _Line | None = None
    for match in _LINE.finditer(text):
        line = _classify(text, match)
        if held is None:
            held = line
        elif line.level == 0 and not line.verbatim and not held.verbatim and _wrapped(text, held, line):
            held = held._replace(end=line.end)
        else:
            yield held
            held = line
    if held is not None:
        yield held


def _classify(text: str, match: re.Match[str]) -> _Line:
    printed = match.group().rstrip()
    start, end = match.start(), match.start() + len(printed)
    if _BOX.search(printed):
        return _Line(start, end, verbatim=True)
    mark = _ENUMERATOR.match(text, start, end)
    if mark is None:
        return _Line(start, end)
    if mark["圈"]:
        return _Line(start, end, _LEVELS.index("目"), ord(mark["圈"]) - ord("㈠") + 1)
    level = next(index for index, kind in enumerate(_LEVELS) if index and mark[kind])
    number = parse_number(mark[_LEVELS[level]])
    return _Line(start, end, level, number) if number else _Line(start, end)


def _wrapped(text: str, held: _Line, line: _Line) -> bool:
    """Whether ``line`` goes on where the last printed line of ``held`` was cut."""
    if text[line.start] in _LEADERS or text[held.end - 1] in "，、,":
        return True
    if text[line.start - 1] in " \t\u3000" and text[held.end - 1] not in _STOPS:
        return True
    begin = max(text.rfind("\n", 0, held.end), held.start - 1, held.end - 70) + 1
    columns = sum(2 if char > "ᄀ" else 1 for char in text[begin : held.end])
    cut = text[held.end - 1] not in _STOPS or text[line.start] == "但"
    return cut and columns in _WRAP


def _hangs(text: str, previous: _Line, line: _Line) -> bool:
    """Formulas, and what a colon announces, stay in the 項 before them: every 項 ends in a stop."""
    announced = text[previous.end - 1] in "：︰:" and previous.level == 0
    return announced or (text[line.end - 1] not in _STOPS and text[line.end - 1] not in "）」)】")


def _next_counters(lines: list[_Line]) -> list[tuple[int, int]]:
    """For each line, level and number of the first enumerated line after it (0, 0 for none)."""
    following, result = (0, 0), []
    for line in reversed(lines):
        result.append(following)
        if line.level:
            following = (line.level, line.number)
    return result[::-1]
