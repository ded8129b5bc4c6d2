"""A span of a text → passages of a size that search and reading are good with."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 500
"""Characters. An article has 140 on average; a passage far longer than those it competes with is found for anything."""

# Where a passage may end, best first: after a paragraph, a sentence, a clause.
_ENDS = (re.compile(r"[。：；！？」）]\s*\n"), re.compile("[。！？][」』）]?"), re.compile("[；：，、\n]"))


def pieces(text: str, start: int, end: int, most: int = MOST) -> Iterator[tuple[int, int]]:
    """Spans of at most ``most`` characters that cover ``text[start:end]``, white space at their ends left out.

    ``list(pieces("甲。乙。丙。", 0, 6, 4)) == [(0, 4), (4, 6)]``.
    """
    while start < end:
        stop = _stop(text, start, end, most)
        left, right = trimmed(text, start, stop)
        if left < right:
            yield left, right
        start = stop


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends; empty when there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _stop(text: str, start: int, end: int, most: int) -> int:
    if end - start <= most:
        return end
    for mark in _ENDS:
        # Not before the middle: a passage of three characters helps nobody.
        ends = [found.end() for found in mark.finditer(text, start + most // 2, start + most)]
        if ends:
            return ends[-1]
    return start + most
