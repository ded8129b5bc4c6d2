"""Text to search terms: one path for what is indexed and what is asked.

A term is numbered by ``dimension``; the numbers are part of every stored vector, so a change here is a new layout
(``index.LAYOUT``) and a change of the terms themselves is a new ``Segmenter.name``.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Protocol

# "民法第184條" gives the runs 民法第 | 184 | 條; private-use characters stand for rare ideographs in official files.
RUN = re.compile("[\u3007\u3400-\u9fff\ue000-\ufaff\U00020000-\U0003ffff]+|[0-9a-z]+")
_GRAM_FLOOR = 0x3007 << 16
_HASH_SPACE = _GRAM_FLOOR - (1 << 16)


class Segmenter(Protocol):
    """Anything that cuts text into terms; ``name`` is written into each index built with it."""

    @property
    def name(self) -> str: ...

    def terms(self, text: str) -> list[str]:
        """The terms of ``text`` in no set order, one entry per occurrence."""
        ...

    def batch(self, texts: Sequence[str]) -> list[list[str]]:
        """``terms`` of many texts at once, which is where a model earns its speed."""
        ...


class WordSource(Protocol):
    """A word segmenter such as ``rag.ckip.CkipSegmenter``: joined, the words of a text are the text again."""

    @property
    def name(self) -> str: ...

    def words(self, texts: Sequence[str]) -> list[list[str]]: ...


def fold(text: str) -> str:
    """One spelling for searching: ``fold("ＡＢ臺北") == "ab台北"`` (NFKC, lower case, 臺 as 台)."""
    return unicodedata.normalize("NFKC", text).lower().replace("臺", "台")


class Grams:
    """Every character and every pair of neighbours of each CJK run; runs of Latin letters and digits whole."""

    name = "grams-1"

    def terms(self, text: str) -> list[str]:
        """``terms("侵權行為 A1") == ["侵", "權", "行", "為", "侵權", "權行", "行為", "a1"]``."""
        found: list[str] = []
        for run in RUN.findall(fold(text)):
            if run.isascii():
                found.append(run)
            else:
                found += run
                found += map(str.__add__, run, run[1:])
        return found

    def batch(self, texts: Sequence[str]) -> list[list[str]]:
        return [self.terms(text) for text in texts]


class Words:
    """What ``Grams`` gives, with the words of three characters and more that a model sees in the text beside them.

    A word of two is a pair already. Pairs that reach from one word into the next stay, so that a wrong cut, or one in
    the question that is not in the article, costs no match.
    """

    def __init__(self, source: WordSource) -> None:
        self._source = source

    @property
    def name(self) -> str:
        return f"words-2/{self._source.name}"

    def terms(self, text: str) -> list[str]:
        """``terms("勞動契約書")`` is what ``Grams`` gives and 契約書, where the model says 勞動 | 契約書."""
        return self.batch([text])[0]

    def batch(self, texts: Sequence[str]) -> list[list[str]]:
        folded = [fold(text) for text in texts]
        found = zip(Grams().batch(folded), self._source.words(folded), strict=True)
        return [grams + _longer(words) for grams, words in found]


def _longer(words: Sequence[str]) -> list[str]:
    """The words that are neither a character nor a pair; runs of Latin letters and digits are terms without a model."""
    return [run for word in words for run in RUN.findall(word) if len(run) > 2 and not run.isascii()]


def dimension(term: str) -> int:
    """The number of a term in a sparse vector, below 2**32 and the same for ever.

    One or two ideographs of the basic plane are their own code (no two share a number); all else is hashed into the
    range that those leave free: ``dimension("法") == 0x6CD5``, ``dimension("民法") == 0x6C116CD5``.
    """
    if term >= "\u3007" and len(term) <= 2 and max(term) <= "\uffff":
        return ord(term) if len(term) == 1 else ord(term[0]) << 16 | ord(term[1])
    return (1 << 16) + zlib.crc32(term.encode()) % _HASH_SPACE
