"""Text → legal references, each with its span and canonical key.

``find_references("依民法第184條第1項前段及同法第195條", names)`` gives 民法 184 項 1 前段 and 民法 195. ``rag.grammar``
reads what points into a law, ``rag.mentions`` finds what speaks of one; here the two meet, and ``rag.spoken`` keeps
what a bare 第N條, 同法 or 第2項 looks back to. A law that can't be told for certain is left "": never a wrong one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from rag import grammar
from rag.domain import Reference
from rag.grammar import Pointer
from rag.mentions import GAP, Mention, find_mentions, gap_end, stands_alone
from rag.names import LawNames
from rag.numerals import fold, search_key
from rag.spoken import Named, Spoken, is_a

_OWN_TYPES = ("細則", "辦法", "規則", "規程", "標準", "準則", "通則", "要點")


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
    """One pass over one text."""

    def __init__(
        self, text: str, names: LawNames, home: str, parent: str, at: Reference | None, articles: Sequence[str]
    ) -> None:
        self.text, self.names, self.home, self.parent, self.at, self.articles = text, names, home, parent, at, articles
        if at and at.article != canonical_article(at.article):
            self.at = None
        self.folded = fold(text)
        self.key = self.folded.key
        self.spoken = Spoken(text, self.folded, names)
        self.named: dict[int, str] = {}
        self.reach = 0

    def read(self) -> list[Reference]:
        chains = list(grammar.chains(self.key))
        mentions = find_mentions(self.folded, self.names, [c[0].start for c in chains if c[0].article])
        covered = [mention for mention in mentions if mention.kind != "pronoun"]
        starts = [mention.start for mention in covered]
        self.named = {mention.start: mention.pcode for mention in covered}
        chains = [chain for chain in chains if not _inside(chain[0].start, covered, starts)]
        for mention, chain in self._events(mentions, chains):
            if chain:
                self._chain(mention, chain)
            elif mention:
                self._alone(mention)
        return self.spoken.found

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
        self.spoken.remember(law)
        self._emit(mention.start, mention.end, law)

    def _chain(self, mention: Mention | None, chain: list[Pointer]) -> None:
        head = chain[0].start
        law = self._law_of(mention) if mention else None
        if law and mention:
            self.spoken.remember(law)
        told = True
        for pointer in chain:
            if pointer.base:
                told = told and self._relative(pointer)
                continue
            told = True
            law = law or self._bare(pointer, chain[-1].end)
            led = mention if pointer.start == head else None
            start = _opening(self.key, led) if led else pointer.start
            inherited = law.inherited or (led is None and bool(law.name))
            self._emit(start, pointer.end, law._replace(inherited=inherited), pointer)
        self.reach = chain[-1].end

    def _bare(self, pointer: Pointer, end: int) -> Named:
        """The law of a 第N條 with no name before it, in a chain that ends at ``end``.

        In a law's own text that law, unless an article of another was just cited in the sentence (checked on the orders
        in force: 9 of 10 such articles are the other law's).
        """
        if not self.home:
            return self.spoken.reaching(pointer.start, end, self.named)
        near = self.spoken.near(pointer.start)
        if near and near.law and "\n" not in self.spoken.since(near, pointer.start):
            return Named(near.law, near.name)
        return Named(self.home, self.names.official(self.home))

    def _law_of(self, mention: Mention) -> Named:
        start, end = self.folded.span(mention.start, mention.end)
        name = re.sub(r"\s+", "", self.text[start:end])
        here = self.spoken.paragraph(mention.start)
        if mention.kind == "pronoun":
            return self._pronoun(name, mention)._replace(paragraph=here, inherited=True, end=mention.end)
        return Named(mention.pcode if mention.certain else "", name, here, end=mention.end)

    def _pronoun(self, name: str, mention: Mention) -> Named:
        word = self.key[mention.start : mention.end].removesuffix(mention.hanging)
        own = word.startswith("本") and (self.home or self.parent)
        base = self._own(word) if own else self._spoken(word, mention.start)
        if not mention.hanging:
            return base or Named("", name)
        if word == "":
            base = self.spoken.ending(mention.hanging) or base
        official = self.spoken.official(base) if base else ""
        if official.endswith(mention.hanging):
            return base or Named("", name)
        laws = self.names.named(search_key(official + mention.hanging)) if official else ()
        return Named(laws[0], self.names.official(laws[0])) if laws else Named("", name)

    def _own(self, word: str) -> Named | None:
        """本法, 本條例, 本細則: the law the text is part of, or the one that law hangs on."""
        kind = word.removeprefix("本")
        for law in (self.home, self.parent) if kind in _OWN_TYPES else (self.parent, self.home):
            official = self.names.official(law)
            if law and (not official or is_a(official, kind)):
                return Named(law, official or word)
        return None

    def _spoken(self, word: str, start: int) -> Named | None:
        """同法, 該條例, 前開辦法, 細則: the last law spoken of that is one."""
        if word.startswith("母") and self.parent:
            return Named(self.parent, self.names.official(self.parent))
        kind = re.sub("^(?:[同該本此母新舊]|前[開揭述]|上[開揭述]|首揭|系爭)", "", word)
        found = self.spoken.ending(kind) if kind else None
        if found and kind == "法" and not (self.home or self.spoken.ties(found, start)):
            return None
        if found or kind not in ("法", ""):
            return found
        if self.spoken.laws:
            return self.spoken.laws[-1]
        return Named(self.home, self.names.official(self.home)) if self.home else None

    def _relative(self, pointer: Pointer) -> bool:
        source = self._source(pointer)
        if source is None:
            return False
        law = Named(source.law, source.name, inherited=True)
        if pointer.base[-1] == "條":
            for article in grammar.articles_meant(pointer, source.article, self.articles):
                self._emit(pointer.start, pointer.end, law, pointer._replace(article=article))
            return True
        for units in grammar.units_meant(pointer, source.units):
            self._emit(pointer.start, pointer.end, law, pointer._replace(article=source.article, units=units))
        return True

    def _source(self, pointer: Pointer) -> Reference | None:
        """The reference a relative pointer starts from."""
        deixis = pointer.base[:-1]
        if deixis in ("前", "次"):
            return self.at
        if self.at or self.home:
            return (self.spoken.near(pointer.start) if deixis == "同" else None) or self.at
        return self.spoken.article_of(pointer)

    def _emit(self, start: int, end: int, law: Named, pointer: Pointer | None = None) -> None:
        begin, stop = self.folded.span(start, end)
        article, units, tail = (pointer.article, pointer.units, pointer.tail) if pointer else ("", (), "")
        reference = Reference(begin, stop, law.name, law.law, article, units, tail, law.inherited)
        self.spoken.add(reference, end)


def _opening(key: str, mention: Mention) -> int:
    """Where a reference begins: with the bracket before its name where the one after it is part of the span."""
    brackets = key[max(0, mention.start - 1) : mention.start] + key[mention.end : mention.end + 1]
    return mention.start - 1 if brackets in ("「」", "『』", "《》", "〈〉", "“”") else mention.start


def _inside(position: int, mentions: list[Mention], starts: list[int]) -> bool:
    before = bisect_left(starts, position + 1) - 1
    return before >= 0 and position < mentions[before].end
