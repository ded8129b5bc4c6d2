"""What a text has spoken of so far, and how far that reaches.

``rag.references`` tells it every law and every article as they are read, and asks it what a 第5條, 同法 or 第2項
without a name means. Where that can't be told for certain the answer is "no law": a reference left open does no harm,
a wrong one does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rag.domain import Reference
from rag.grammar import Pointer, closes_quotation, sentence_ends
from rag.mentions import leads
from rag.names import LawNames
from rag.numerals import Folded

_ENDS = frozenset("。：:；;")  # what a line ends with that no line break has cut
_ONE_LINE, _LONG_LINE = (
    400,
    2_000,
)  # characters of a text without line breaks, or of a line, that has lost its paragraphs
_SENTENCE = 2_000  # characters within which a sentence may go on
_LIST = 10  # references among which the item before 「；第6款」 is looked for
_CLOSE = 6  # characters: 「刑法第10條，該條」
_HEADING = re.compile("。[一二三四五六七八九十壹貳參肆伍陸柒捌玖拾]{1,3}、")
# 「，修正前第320條、刑法第2條」: of the law that follows
_THEN = re.compile("(?:修正[前後]|行為時|裁判時)之?[(「]?$")
# 該項規定, 該項之適用; not 該項給付, 該項權利
_THAT_UNIT = re.compile(
    r"[本該][項款](?!$|\W|[第之及與或並亦有於為係等在是中即則固仍既未不得明訂增新前後但]|規定|所[列定示稱揭規]|立法|情[事形]|適用"
    "|關於|此部|加重|犯罪)"
)


class Named(NamedTuple):
    """A law as it was last spoken of, up to ``key[:end]``; ``law`` is "" for one we don't know."""

    law: str
    name: str
    paragraph: int = 0
    inherited: bool = False
    end: int = 0


UNKNOWN = Named("", "")


class Spoken:
    """The laws one text has spoken of, in order, and the last article in it."""

    def __init__(self, text: str, folded: Folded, names: LawNames) -> None:
        self.text, self.folded, self.key, self.names = text, folded, folded.key, names
        self.laws: list[Named] = []
        self.found: list[Reference] = []
        self.last: Reference | None = None
        self._end = 0
        self._lines = [-1, *(match.start() for match in re.finditer("\n", text)), len(text)]
        self._breaks = _breaks(text, self._lines)
        self._longest = _LONG_LINE if "\n" in text.strip() else _ONE_LINE

    def remember(self, law: Named) -> None:
        self.laws.append(law._replace(inherited=False))

    def add(self, reference: Reference, end: int) -> None:
        """A reference that ends at ``key[:end]``."""
        self.found.append(reference)
        if reference.article:
            self.last, self._end = reference, end

    def official(self, law: Named) -> str:
        return self.names.official(law.law) or law.name

    def paragraph(self, position: int) -> int:
        return bisect_right(self._breaks, self.folded.offset(position))

    def since(self, reference: Reference, start: int) -> str:
        return self.text[reference.end : self.folded.offset(start)]

    def near(self, start: int) -> Reference | None:
        """The last article, where it stands in the same sentence."""
        return self.last if self.last and "。" not in self.since(self.last, start) else None

    def reaching(self, start: int, end: int, named: Mapping[int, str]) -> Named:
        """The law of a chain of articles without a name, ``key[start:end]``; ``named`` are names by where they start.

        It is the law the paragraph spoke of last; where a text has lost its paragraphs, the sentence.
        """
        law = self._speaking_of(start)
        if law.paragraph != self.paragraph(start) or not self._hangs(start) or self._lost(law, start):
            return UNKNOWN
        follows = named.get(end + 1, law.law) if self.key[end : end + 1] in "、及與和" else law.law
        if follows != law.law and _THEN.search(self.key[max(0, start - 6) : start]):
            return UNKNOWN
        strict = self._has_lost_paragraphs(start) or self._is_constitution(law)
        return UNKNOWN if strict and self._ended(law, start) else law

    def ending(self, kind: str) -> Named | None:
        """The last law spoken of that is a ``kind``; twenty are looked at, so that a long text stays cheap."""
        return next((law for law in reversed(self.laws[-20:]) if is_a(self.official(law), kind)), None)

    def ties(self, law: Named, start: int) -> bool:
        """Whether ``law`` is near enough for a 同法 that begins at ``start``."""
        if self._is_constitution(law):
            near = self.near(start)
            return near is not None and near.law == law.law and not self._ended(law, start)
        since = self.key[max(law.end, self._end) : start]
        return not self._has_lost_paragraphs(start) or (self._ended(law, start) < 2 and not _HEADING.search(since))

    def article_of(self, pointer: Pointer) -> Reference | None:
        """The article that 該條, 該項, 本項, or a 第2項 that stands alone, is of."""
        near = self.near(pointer.start)
        if near is None or _THAT_UNIT.match(self.key, pointer.start):
            return None
        if pointer.base[:-1]:
            if self.key.startswith("該條", pointer.start) and self._is_divided(near, pointer.start):
                self.last = near = None
            return near
        if pointer.base not in ("項", "款") or not self._hangs(pointer.start):
            return None
        if self.laws and self.laws[-1].end > self._end and self.laws[-1].law != near.law:
            return None
        return self._item_before(pointer) or near

    def _item_before(self, pointer: Pointer) -> Reference | None:
        """What a list goes on from: in 「第4款…第320條第1項之罪；第6款」 the 第4款."""
        kind, number = pointer.units[0]
        if self.key[pointer.start - 1] != ";":
            return None
        items = (one for one in self._sentence(pointer.start) if dict(one.units).get(kind, number) < number)
        return next(items, None)

    def _is_divided(self, near: Reference, start: int) -> bool:
        """Whether the sentence has named several articles, so that 該條 further on may be each of them."""
        return start - self._end > _CLOSE and any(
            (one.law, one.article) != (near.law, near.article) for one in self._sentence(start)
        )

    def _sentence(self, start: int) -> Iterator[Reference]:
        """The last articles named in the sentence that goes on at ``start``, latest first."""
        for one in reversed(self.found[-_LIST:]):
            if "。" in self.since(one, start):
                return
            if one.article:
                yield one

    def _speaking_of(self, start: int) -> Named:
        """The law last spoken of; where only a quotation closed since spoke of it, the one before the quotation."""
        law = self.laws[-1] if self.laws else UNKNOWN
        if self._is_quoted(max(law.end, self._end), start) and self._is_quoted(law.end, start):
            around = (law for law in reversed(self.laws[-8:-1]) if not self._is_quoted(law.end, start))
            law = next(around, Named("", "", end=start))
            self.remember(law)
        return law

    def _is_quoted(self, position: int, start: int) -> bool:
        """Whether what stands at ``position`` is in a quotation that is closed before ``start``."""
        return closes_quotation(self.key[max(position, start - _SENTENCE) : start])

    def _hangs(self, start: int) -> bool:
        """Whether what stands before a pointer lets it hang on something said before."""
        glued = self._end == start and self.key[start - 1 : start] != "條"
        return glued or leads(self.key[max(0, start - 10) : start])

    def _lost(self, law: Named, start: int) -> bool:
        """Whether the sentence has gone over to an article of something we don't know."""
        return bool(self.last and not self.last.law and self._end > law.end and self.near(start))

    def _ended(self, law: Named, start: int) -> int:
        """How many sentences have ended since ``law`` was spoken of, or the last article named."""
        since = [at for at in (law.end, max(law.end, self._end)) if start - at < _SENTENCE]
        return min((sentence_ends(self.key[at:start]) for at in since), default=_SENTENCE)

    def _has_lost_paragraphs(self, position: int) -> bool:
        line = bisect_right(self._lines, self.folded.offset(position) - 1)
        return self._lines[line] - self._lines[line - 1] > self._longest

    def _is_constitution(self, law: Named) -> bool:
        """What courts measure by: in the next sentence they are back at the law they try."""
        return self.official(law).endswith(("憲法", "憲法增修條文"))


def is_a(name: str, kind: str) -> bool:
    """Whether a law is of a kind: a 辦法 is no 法."""
    return name.endswith(kind) and not (kind == "法" and name.endswith("辦法"))


def _breaks(text: str, lines: list[int]) -> list[int]:
    """Where paragraphs end: behind a line that ends a sentence or opens a list, and at blank lines."""
    return [
        end
        for start, end, following in zip(lines, lines[1:], lines[2:], strict=False)
        if text[start + 1 : end].rstrip()[-1:] in _ENDS or not text[end:following].strip()
    ]
