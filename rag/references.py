"""Text → legal references, each with its span and canonical key.

``find_references("依民法第184條第1項前段及同法第195條", names)`` gives 民法 184 項 1 前段 and 民法 195. ``rag.grammar``
reads what points into a law, ``rag.mentions`` finds what speaks of one; here the two meet: which law a bare 第N條, 同法
or 本法 means, and which article a 前項. A law that can't be told for certain is left "": never a wrong one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag import grammar
from rag.domain import Reference
from rag.grammar import Pointer
from rag.mentions import GAP, Mention, find_mentions, gap_end, stands_alone
from rag.names import LawNames
from rag.numerals import fold, search_key

_PARAGRAPH = re.compile(r"(?<=[。：:；;])[ \t\u3000]*\r?\n|\n[ \t\u3000\r]*\n")
_OWN_TYPES = ("細則", "辦法", "規則", "規程", "標準", "準則", "通則", "要點")


class _Named(NamedTuple):
    """A law as it was last spoken of; ``law`` is "" for one we don't know."""

    law: str
    name: str
    paragraph: int = 0
    inherited: bool = False


def find_references(
    text: str,
    names: LawNames,
    home: str = "",
    parent: str = "",
    at: Reference | None = None,
    articles: Sequence[str] = (),
) -> list[Reference]:
    """Every reference in ``text``, in order; never raises.

    ``home`` is the PCode of the law ``text`` is part of, ``parent`` that of the law its 施行細則 hangs on, ``at`` the
    article (and 項) it stands in: with them 本法, 前條 and 前項 are resolved, without them left out. ``articles`` are
    the numbers of ``home`` in order, where known: 前條 of 186 may be 185-4. A range gives one reference per article,
    all with the span of the range.
    """
    return _Reader(text, names, home, parent, at, articles).read()


def parent_law(name: str, first_article: str, names: LawNames) -> str:
    """The PCode of the law an order hangs on, by its name (X法施行細則) or first article (「依X法第五條訂定之」)."""
    for tail in ("施行細則", "施行法"):
        bearers = names.candidates(name.removesuffix(tail)) if name.endswith(tail) else ()
        if bearers:
            return bearers[0]
    sentence = first_article.partition("。")[0]
    found = find_references(sentence, names) if re.search("[訂制]定", sentence) else []
    return next((ref.law for ref in found if ref.law), "")


def canonical_article(text: str) -> str | None:
    """``"185-3"`` of 「第 185-3 條」, 「第一百八十五條之三」, 「第１８５之３條」; ``"3"`` of 「3」; else None."""
    return grammar.read_article(search_key(text))


def label(law_name: str, ref: Reference) -> str:
    """How a reference is shown: 「民法第184條第1項前段」, 「中華民國刑法第185條之3」."""
    if not ref.article:
        return law_name
    number, _, under = ref.article.partition("-")
    article = f"第{number}條" + (f"之{under}" if under else "")
    return law_name + article + "".join(f"第{count}{kind}" for kind, count in ref.units) + ref.tail


class _Reader:
    """One pass over one text; ``spoken`` and ``last`` are what pronouns look back to."""

    def __init__(
        self, text: str, names: LawNames, home: str, parent: str, at: Reference | None, articles: Sequence[str]
    ) -> None:
        self.text, self.names, self.home, self.parent, self.at, self.articles = text, names, home, parent, at, articles
        if at and at.article != canonical_article(at.article):
            self.at = None
        self.folded = fold(text)
        self.key = self.folded.key
        self.breaks = [match.end() for match in _PARAGRAPH.finditer(text)]
        self.spoken: list[_Named] = []
        self.last: Reference | None = None
        self.found: list[Reference] = []
        self.reach = 0

    def read(self) -> list[Reference]:
        chains = list(grammar.chains(self.key))
        mentions = find_mentions(self.folded, self.names, [c[0].start for c in chains if c[0].article])
        covered = [mention for mention in mentions if mention.kind != "pronoun"]
        starts = [mention.start for mention in covered]
        chains = [chain for chain in chains if not _inside(chain[0].start, covered, starts)]
        for mention, chain in self._events(mentions, chains):
            if chain:
                self._chain(mention, chain)
            elif mention:
                self._alone(mention)
        return self.found

    def _events(
        self, mentions: list[Mention], chains: list[list[Pointer]]
    ) -> Iterator[tuple[Mention | None, list[Pointer]]]:
        """Mentions with the chain they lead to, and chains without a mention, from left to right."""
        index = 0
        for mention in mentions:
            while index < len(chains) and chains[index][0].start < mention.start:
                yield None, chains[index]
                index += 1
            while index < len(chains) and chains[index][0].start < mention.end:
                index += 1
            head = chains[index][0] if index < len(chains) else None
            if head and head.article and GAP.fullmatch(self.key, mention.end, head.start):
                yield mention, chains[index]
                index += 1
                continue
            loose = self._loose(mention)
            while loose and index < len(chains) and chains[index][0].start < loose[-1].end:
                index += 1
            yield mention, loose
        for chain in chains[index:]:
            yield None, chain

    def _loose(self, mention: Mention) -> list[Pointer]:
        """民法184條, 刑法185-3: readable only where the name before it is certain."""
        if mention.kind != "name" or not mention.certain:
            return []
        return grammar.loose_chain(self.key, gap_end(self.key, mention.end))

    def _alone(self, mention: Mention) -> None:
        """A law spoken of with no article behind it."""
        if mention.start < self.reach or not stands_alone(self.key, mention, self.names):
            return
        law = self._law_of(mention._replace(certain=True))
        self._remember(law)
        self._emit(mention.start, mention.end, law)

    def _chain(self, mention: Mention | None, chain: list[Pointer]) -> None:
        head = chain[0].start
        law = self._law_of(mention) if mention else None
        if law and mention:
            self._remember(law)
        for pointer in chain:
            if pointer.base:
                self._relative(pointer)
                continue
            law = law or self._bare(pointer)
            led = mention if pointer.start == head else None
            start = _opening(self.key, led) if led else pointer.start
            inherited = law.inherited or (led is None and bool(law.name))
            self._emit(start, pointer.end, law._replace(inherited=inherited), pointer)
        self.reach = chain[-1].end

    def _bare(self, pointer: Pointer) -> _Named:
        """The law of a 第N條 with no name before it.

        In a law's own text that law, unless an article of another was just cited in the sentence (checked on the orders
        in force: 9 of 10 such articles are the other law's); elsewhere the last law of the paragraph.
        """
        if self.home:
            last = self.last
            if last and last.law and self._same_sentence(last, pointer) and "\n" not in self._since(last, pointer):
                return _Named(last.law, last.name)
            return _Named(self.home, self.names.official(self.home))
        here = self._paragraph(pointer.start)
        if self.spoken and self.spoken[-1].paragraph == here:
            return self.spoken[-1]
        return _Named("", "")

    def _law_of(self, mention: Mention) -> _Named:
        start, end = self.folded.span(mention.start, mention.end)
        name = re.sub(r"\s+", "", self.text[start:end])
        here = self._paragraph(mention.start)
        if mention.kind == "pronoun":
            return self._pronoun(name, mention)._replace(paragraph=here, inherited=True)
        return _Named(mention.pcode if mention.certain else "", name, here)

    def _pronoun(self, name: str, mention: Mention) -> _Named:
        word = self.key[mention.start : mention.end].removesuffix(mention.hanging)
        base = self._own(word) if word.startswith("本") and (self.home or self.parent) else self._spoken(word)
        if not mention.hanging:
            return base or _Named("", name)
        if word == "":
            base = self._ending(mention.hanging) or base
        official = self._official(base) if base else ""
        if official.endswith(mention.hanging):
            return base or _Named("", name)
        laws = self.names.named(search_key(official + mention.hanging)) if official else ()
        return _Named(laws[0], self.names.official(laws[0])) if laws else _Named("", name)

    def _own(self, word: str) -> _Named | None:
        """本法, 本條例, 本細則: the law the text is part of, or the one that law hangs on."""
        kind = word.removeprefix("本")
        for law in (self.home, self.parent) if kind in _OWN_TYPES else (self.parent, self.home):
            official = self.names.official(law)
            if law and (not official or _is_a(official, kind)):
                return _Named(law, official or word)
        return None

    def _spoken(self, word: str) -> _Named | None:
        """同法, 該條例, 前開辦法, 細則: the last law spoken of that is one."""
        if word.startswith("母") and self.parent:
            return _Named(self.parent, self.names.official(self.parent))
        kind = re.sub("^(?:[同該本此母新舊]|前[開揭述]|上[開揭述]|首揭|系爭)", "", word)
        found = self._ending(kind) if kind else None
        if found or kind not in ("法", ""):
            return found
        if self.spoken:
            return self.spoken[-1]
        return _Named(self.home, self.names.official(self.home)) if self.home else None

    def _ending(self, kind: str) -> _Named | None:
        """The last law spoken of that is a ``kind``; twenty are looked at, so that a long text stays cheap."""
        return next((law for law in reversed(self.spoken[-20:]) if _is_a(self._official(law), kind)), None)

    def _official(self, law: _Named) -> str:
        return self.names.official(law.law) or law.name

    def _relative(self, pointer: Pointer) -> None:
        source = self._source(pointer)
        if source is None:
            return
        law = _Named(source.law, source.name, inherited=True)
        if pointer.base[-1] == "條":
            for article in grammar.articles_meant(pointer, source.article, self.articles):
                self._emit(pointer.start, pointer.end, law, pointer._replace(article=article))
            return
        for units in grammar.units_meant(pointer, source.units):
            self._emit(pointer.start, pointer.end, law, pointer._replace(article=source.article, units=units))

    def _source(self, pointer: Pointer) -> Reference | None:
        """The reference a relative pointer starts from."""
        deixis = pointer.base[:-1]
        near = self.last if self.last and self._same_sentence(self.last, pointer) else None
        if deixis in ("前", "次"):
            return self.at
        if deixis == "同":
            return near or self.at
        if self.at or self.home:
            return self.at
        return near if deixis == "本" or pointer.base in ("項", "款") else None

    def _same_sentence(self, last: Reference, pointer: Pointer) -> bool:
        return "。" not in self._since(last, pointer)

    def _since(self, last: Reference, pointer: Pointer) -> str:
        return self.text[last.end : self.folded.offset(pointer.start)]

    def _paragraph(self, position: int) -> int:
        return bisect_right(self.breaks, self.folded.offset(position))

    def _remember(self, law: _Named) -> None:
        self.spoken.append(law._replace(inherited=False))

    def _emit(self, start: int, end: int, law: _Named, pointer: Pointer | None = None) -> None:
        begin, stop = self.folded.span(start, end)
        article, units, tail = (pointer.article, pointer.units, pointer.tail) if pointer else ("", (), "")
        reference = Reference(begin, stop, law.name, law.law, article, units, tail, law.inherited)
        self.found.append(reference)
        if article:
            self.last = reference


def _opening(key: str, mention: Mention) -> int:
    """Where a reference begins: with the bracket before its name where the one after it is part of the span."""
    brackets = key[max(0, mention.start - 1) : mention.start] + key[mention.end : mention.end + 1]
    return mention.start - 1 if brackets in ("「」", "『』", "《》", "〈〉", "“”") else mention.start


def _is_a(name: str, kind: str) -> bool:
    """Whether a law is of a kind: a 辦法 is no 法."""
    return name.endswith(kind) and not (kind == "法" and name.endswith("辦法"))


def _inside(position: int, mentions: list[Mention], starts: list[int]) -> bool:
    before = bisect_left(starts, position + 1) - 1
    return before >= 0 and position < mentions[before].end
