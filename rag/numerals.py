"""Numbers as legal texts write them, and the folded key under which texts are looked up.

``parse_number("一百八十四") == parse_number("１８４") == parse_number("一八四") == 184``. Numbers below 萬 (all
articles) are read here; amounts in 萬 and 億 go to cn2an, imported on first use because its import takes 0.2 s.

A folded key is for looking up only, never for showing: it is shorter than the text, so ``fold`` keeps where each of its
characters came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

_VARIANTS = str.maketrans("臺佔劵奬ㄧ", "台占券獎一")
_DIGITS = str.maketrans(
    "〇○零一二三四五六七八九壹貳參肆伍陸柒捌玖兩拾佰仟", "00012345678912345678" + "92十百千"
) | str.maketrans({"廿": "2十", "卅": "3十", "卌": "4十"})
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")  # 1,000
_SMALL = re.compile(r"(?:([1-9])千)?(?:0?([1-9]?)百)?(?:0?([1-9]?)十)?(0?[1-9])?")  # 1百8十4, 1百05, 十2
_MAX_LENGTH = 18

CHINESE_DIGITS = "〇○零一二三四五六七八九十百千廿卅卌壹貳參肆伍陸柒捌玖拾佰仟兩"


class _Folding(dict[str, str]):
    """Character → its folded form, worked out once per character."""

    def __missing__(self, char: str) -> str:
        folded = unicodedata.normalize("NFKC", char).lower().translate(_VARIANTS)
        self[char] = "".join(ch for ch in folded if not ch.isspace() and unicodedata.category(ch) != "Cf")
        return self[char]


_FOLDING = _Folding()
# The commonest signs that fold to one other: replacing each over a whole text takes a tenth of looking at each place.
_COMMON = tuple((char, _FOLDING[char]) for char in "，（）：；！？％０１２３４５６７８９臺佔劵奬ㄧ")
# What is left to look at: not ideographs, not the signs below, which fold to themselves.
_FOLDABLE = re.compile("[^一-鿿。、「」『』《》〈〉〔〕【】!-@\\[-~]")


class Folded(NamedTuple):
    """A folded text, in pieces: ``key[starts[i]:starts[i + 1]]`` was read from the text from ``origins[i]`` on."""

    key: str
    starts: list[int]
    origins: list[int]

    def offset(self, at: int) -> int:
        """Where in the text ``key[at]`` was read from."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text that ``key[start:end]`` (not empty) was read from."""
        return self.offset(start), self.offset(end - 1) + 1


def search_key(text: str) -> str:
    """NFKC, lower case, 臺→台 and the like, no white space: ``search_key("臺 北Ａ") == "台北a"``."""
    return _FOLDABLE.sub(lambda match: _FOLDING[match[0]], _folded_common(text))


def fold(text: str) -> Folded:
    """The search key with where each of its characters came from."""
    text = _folded_common(text)
    pieces: list[str] = []
    starts, origins = [0], [0]
    end = length = 0
    for match in _FOLDABLE.finditer(text):
        start = match.start()
        folded = _FOLDING[match[0]]
        pieces += (text[end:start], folded)
        length += start - end
        end = start + 1
        # Of one character that becomes several, each is a piece of its own; one that stays one ends none.
        if len(folded) != 1:
            starts += range(length, length + len(folded) + 1)
            origins += [start] * len(folded) + [end]
        length += len(folded)
    return Folded("".join(pieces) + text[end:], starts, origins)


def _folded_common(text: str) -> str:
    for char, folded in _COMMON:
        text = text.replace(char, folded)
    return text


@lru_cache(maxsize=4096)
def parse_number(text: str) -> int | None:
    """The whole number ``text`` writes, or None: ``"一百十二" → 112``; ``"一百八" → None`` (108 or 180?)."""
    key = search_key(text)
    if not 0 < len(key) <= _MAX_LENGTH:
        return None
    if _THOUSANDS.fullmatch(key):
        return int(key.replace(",", ""))
    plain = key.translate(_DIGITS)
    if plain.isascii():
        return int(plain) if plain.isdigit() else None
    if "萬" in plain or "億" in plain or "万" in plain or "亿" in plain:
        return _amount(key)
    return _small(plain)


def _small(plain: str) -> int | None:
    match = _SMALL.fullmatch(plain)
    if match is None:
        return None
    thousands, hundreds, tens, ones = match.groups()
    if ones and len(ones) == 1 and tens is None:
        return None
    places = ((thousands, 1000), (hundreds, 100), (tens, 10))
    return sum(int(digit or 1) * place for digit, place in places if digit is not None) + int(ones or 0)


def _amount(key: str) -> int | None:
    from cn2an import cn2an  # 0.2 s, and few questions name an amount

    try:
        value = cn2an(key, "smart")
    except (ValueError, TypeError, IndexError, KeyError):
        return None
    return int(value) if value == int(value) else None
