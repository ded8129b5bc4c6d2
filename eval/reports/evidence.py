"""What a citation of an answer rests on, cut to a size: its quote inside the passage that it is of.

The texts are the library's at the time of the report; a version never changes, so they are those that were scored.
Without a library the quote stands alone, as the answer had it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from eval.outputs import Cited

if TYPE_CHECKING:
    from eval.library import Library


class Excerpt(NamedTuple):
    """``before + quote + after`` stands so in the text; ``note`` says what is wrong, or why there is no more."""

    before: str = ""
    quote: str = ""
    after: str = ""
    note: str = ""


class Found(NamedTuple):
    """The text that a citation names, and where its quote stands in it: [start, end), both 0 where it doesn't."""

    text: str
    start: int
    end: int


def find(cited: Cited, library: Library, day: date | None) -> Found | None:
    """The text of the version named, or else of the day the answer is about; ``None`` where there is none."""
    if not cited.key:
        return None
    if cited.version:
        document = library.version(cited.key, cited.version)
    else:
        document = library.read(cited.key, day or library.today)
    return None if document is None else Found(document.text, *_place(document.text, cited))


def excerpt(cited: Cited, found: Found | None, room: int, held: bool) -> Excerpt:
    """:param room: characters the whole may have. :param held: whether there was a library to look into."""
    if found is None:
        return Excerpt(quote=clip(cited.quote, room), note="資料庫裡沒有這份來源" if held else "")
    text, start, end = found
    if start == end:
        return Excerpt(before=clip(text, room), note="引文不在這份來源裡" if cited.quote else "")
    quote = clip(text[start:end], room)
    spare = max(0, room - len(quote))
    # What one side leaves over, the other may have.
    left = min(start, max(spare // 2, spare - (len(text) - end)))
    before, after = text[start - left : start], clip(text[end:], spare - left)
    return Excerpt(("…" if left < start else "") + before, quote, after)


def clip(text: str, room: int) -> str:
    """``clip("甲乙丙", 2) == "甲乙…"``."""
    return text if len(text) <= room else text[:room] + "…"


def fair(lengths: Iterable[int], room: int) -> int:
    """The most that each of several texts may have so that all together have room: none is cut when all fit.

    >>> fair([10, 100, 100], 130)
    60
    """
    left, ordered = room, sorted(lengths)
    for at, length in enumerate(ordered):
        share = left // (len(ordered) - at)
        if length > share:
            return share
        left -= length
    return ordered[-1] if ordered else room


def _place(text: str, cited: Cited) -> tuple[int, int]:
    start, end = cited.start or 0, cited.end or 0
    if 0 <= start < end <= len(text) and cited.quote in ("", text[start:end]):
        return start, end
    at = text.find(cited.quote) if cited.quote else -1
    return (at, at + len(cited.quote)) if at >= 0 else (0, 0)
