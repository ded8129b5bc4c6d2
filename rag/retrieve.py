"""A question → passages: by identity when it names an article, by similarity otherwise; always as of a day."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from rag import asked
from rag.dates import as_of_day
from rag.decided import CHIEF, Decided, look_up, quoted
from rag.decisions import find_decisions
from rag.domain import Decision, Document, Hit, Passage, Reference
from rag.expand import HINT, Expander, QueryTerms
from rag.here import unnamed
from rag.index import SearchIndex
from rag.index.seam import ScoredId
from rag.lanes import CONSTITUTION, THE_CONSTITUTION, Lane, gains, is_ruling, lane
from rag.named import Named, stands_for
from rag.names import LawNames, display_name
from rag.references import find_references
from rag.stages import stage
from rag.store import Store
from rag.write import Source

# Naming a law is the strongest hint there is: its articles come before those of laws that share its words.
_NAMED = 2 * HINT
_ONLY = 1000.0
KEPT = 8_000_000
"""Characters of text kept in memory, about 20 MB."""
# What a passage gains by giving the kind of answer asked for, and loses by being law for a group not asked about: set
# on 172 everyday questions, where hit@1 went from .35 to .41 (docs/log.md, 2026-11-21).
_FORM = 6.0
_OTHERS = 6.0
_AGAIN = 30  # how many of the best are looked at again for that
_DEEP = 100  # of the source a question is for
_FIRST = 3  # decisions that come before an article named, of a question about the constitution
_MOST_REVIEWS = 50
_DECISIONS = ("interpretation/", "constitutional/")
# 第235條, 第一項, 第14條之1
_NUMBER = re.compile(r"第[^條項款目]{1,12}[條項款目](?:\s*之\s*[0-9０-９一二三四五六七八九十]+)?")
# 88年7月14日制定公布之, 90年修正之, 中華民國91年4月17日訂定發布
_MADE = re.compile(
    "(?:中華民國|民國)?[0-9０-９一二三四五六七八九十○〇]{1,4}年"
    "(?:[0-9０-９一二三四五六七八九十]{1,3}月)?(?:[0-9０-９一二三四五六七八九十]{1,3}日)?"
    "(?:公布|發布|制定|修正|增訂|訂定|施行)"
)
_LONGEST_RANGE = 50
_EVERY = 4  # of some 1,000 words: about a second
_TO = re.compile("[至到~～–-]")
_AND = re.compile("[、,，及與和或暨]")


class Among(NamedTuple):
    """What alone is searched; none named is all."""

    sources: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


ALL = Among()


class Retriever:
    """Finds passages in a store and the index derived from it."""

    def __init__(self, store: Store, index: SearchIndex, expander: Expander, names: LawNames) -> None:
        self._store = store
        self._index = index
        self._expander = expander
        self._names = names
        self._known: dict[str, tuple[Passage, Document]] = {}
        self._kept = 0
        self._known_at = ""

    def day(self, question: str, today: date) -> date:
        """The day the question is about, else ``today``.

        A day inside a law's name is none: 中華民國九十六年罪犯減刑條例. Nor is that of the norm, where the question is
        whether it agrees with the constitution: 「100年6月29日修正公布之國民年金法第18條之1違憲？」.
        """
        plain = without(question, find_decisions(question))
        if lane(question) is CONSTITUTION:
            plain = _MADE.sub(lambda match: "\u3000" * len(match[0]), plain)
        return as_of_day(without(plain, find_references(plain, self._names)), today) or today

    def exact(self, question: str, day: date) -> list[Named]:
        """Every law and article the question names, in its order, each once; a range gives all articles in it."""
        found: dict[tuple[str, str, str, object], Named] = {}
        for reference in self._spread(question, self._references(question)):
            id = (reference.law, reference.article, reference.name if not reference.law else "", reference.units)
            if id not in found:
                found[id] = stands_for(reference, self._store, self._names, day)
        return list(found.values())

    def decided(self, question: str, day: date) -> list[Decided]:
        """Every decision the question names by number, in its order."""
        return look_up(question, self._store, day)

    def search(
        self, question: str, day: date, limit: int, named: Sequence[Named] = (), among: Among = ALL
    ) -> tuple[Hit, ...]:
        """Exact hits first, then the best by similarity, of some sources alone; no document in both."""
        hits = [hit for one in named if (hit := _exact_hit(one))]
        hits += map(_decided_hit, quoted(self.decided(question, day), self._store, question, {}))
        seen = {hit.document.key for hit in hits}
        laws = [one.reference.law for one in named if one.reference.law]
        similar = [hit for hit in self.similar(question, day, limit, laws, among) if hit.document.key not in seen]
        first = _first_decisions(question, similar)
        return tuple([*first, *hits, *(hit for hit in similar if hit not in first)][:limit])

    def similar(self, question: str, day: date, limit: int, laws: Sequence[str] = (), among: Among = ALL) -> list[Hit]:
        """The sparse lane: passages that share terms with the question, best first; ``laws`` are preferred."""
        terms = self.terms(question)
        if laws:
            terms = replace(terms, laws={**terms.laws, **dict.fromkeys(laws, _NAMED)})
        # Where the sources are given, the question's own counts for nothing.
        chosen = lane(question) if among == ALL else None
        scored = self._scored(terms, day, max(limit, _AGAIN), among)
        if chosen:
            also = self._scored(terms, day, _DEEP, Among(chosen.sources))
            scored = list({one.id: one for one in [*scored, *also]}.values())
        hits = self._hits(scored)
        again = len(hits) if chosen else _AGAIN
        return [*self._by_form(question, hits[:again], chosen), *hits[again:]][:limit]

    def reviewing(self, question: str, day: date, limit: int) -> list[Hit]:
        """Decisions that name the article named where they say what they hold, best first; none when none is asked for.

        Of a question that names articles of the constitution alone: those that share its words.
        """
        chosen = lane(question)
        if chosen is None or not chosen.cited:
            return []
        found = [hit for hit in self.similar(question, day, _DEEP) if hit.document.kind == chosen.kind]
        about = {hit.document.key for hit in self._reviews(question)}
        if self._articles(question):
            found = [hit for hit in found if hit.document.key in about]
        return found[:limit]

    def warm(self, day: date) -> None:
        """Search for everyday words, so that the first questions of a process are as fast as the later ones."""
        for word in self._expander.words[::_EVERY]:
            self.similar(word, day, 100)

    def indexed(self) -> tuple[str, float]:
        """The revision of the store that the index stands at, and since when, in seconds since 1970."""
        return self._index.revision, self._index.built

    def within(self, question: str, day: date, limit: int, laws: Sequence[str]) -> list[Hit]:
        """The same, of these laws alone."""
        terms = replace(self.terms(question), laws=dict.fromkeys(laws, _ONLY))
        hits = self._hits(self._scored(terms, day, max(limit, _AGAIN)))
        inside = [hit for hit in hits if hit.document.law in laws and hit.document.kind == "statute"]
        return self._by_form(question, inside, None)[:limit]

    def _passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Document]]:
        """Passages by id; those often found are kept for as long as the index stands at one revision."""
        revision = self._index.revision
        if revision != self._known_at or self._kept > KEPT:
            self._known, self._known_at, self._kept = {}, revision, 0
        known = self._known
        found = {id: known[id] for id in ids if id in known}
        new = self._store.passages([id for id in ids if id not in found])
        self._kept += sum(len(document.text) for _, document in new.values())
        known.update(new)
        return found | new

    def terms(self, question: str) -> QueryTerms:
        """What the question looks for, by weight: everyday words with their statutory ones, short names with the long.

        The number of an article named is looked up, not searched for: 235 stands in many titles.
        """
        references = self._references(question)
        names = (self._names.official(one.law) for one in references if one.law)
        also = [name for name in dict.fromkeys(names) if name not in question]
        return self._expander.expand(unnamed(_without_numbers(question, references), references), also)

    @stage("sparse")
    def _scored(self, terms: QueryTerms, day: date, limit: int, among: Among = ALL) -> list[ScoredId]:
        return self._index.search(terms, day, limit, *among)

    @stage("fuse")
    def _by_form(self, question: str, hits: Sequence[Hit], chosen: Lane | None) -> list[Hit]:
        """Hits in the order of their score with what they gain or lose by kind."""
        wanted = asked.forms(question)
        reviews = self._reviews(question) if chosen and chosen.cited else []
        found = {hit.document.key for hit in hits}
        hits = [*hits, *(hit for hit in reviews if hit.document.key not in found)]
        gained = gains(chosen, hits, {hit.document.key for hit in reviews})
        scored = [
            replace(hit, score=hit.score + _gain(hit, question, wanted) + gain)
            for hit, gain in zip(hits, gained, strict=True)
        ]
        return sorted(scored, key=lambda hit: -hit.score)

    def _reviews(self, question: str) -> list[Hit]:
        """The decisions that name in their 解釋文 or 主文 an article that the question names."""
        articles = self._articles(question)
        links = {(link.version, link.key) for one in articles for link in self._store.links_to(one)}
        decisions = [id for id in links if id[1].startswith(_DECISIONS) and not is_ruling(id[1])]
        hits = []
        for version, key in sorted(decisions, reverse=True)[:_MOST_REVIEWS]:
            document = self._store.version(key, version)
            holding = self._naming(articles, self._store.passages_of(key, version))
            if document and holding:
                hits.append(Hit(holding, document, 0.0, "sparse"))
        return hits

    def _articles(self, question: str) -> set[str]:
        """The keys of the articles named; not those of the constitution, which hundreds of decisions name."""
        return {one.key for one in self._references(question) if one.key and one.law not in THE_CONSTITUTION}

    def _naming(self, articles: Collection[str], passages: Iterable[Passage]) -> Passage | None:
        """The first passage of a 解釋文 or 主文 that names one of the articles."""
        for one in passages:
            if one.section in CHIEF and any(found.key in articles for found in find_references(one.text, self._names)):
                return one
        return None

    def _hits(self, scored: Sequence[ScoredId]) -> list[Hit]:
        found = self._passages([one.id for one in scored])
        return [Hit(*found[one.id], one.score, "sparse", one.text_score) for one in scored if one.id in found]

    def _references(self, question: str) -> list[Reference]:
        """The laws and articles named; the number of a decision is none."""
        return find_references(without(question, find_decisions(question)), self._names)

    def _spread(self, question: str, references: Sequence[Reference]) -> Iterator[Reference]:
        """References with ranges spread over the articles there are: 第184條至第186條 includes 第185條之1."""
        for _, group in groupby(references, key=lambda one: (one.start, one.end, one.law)):
            same = list(group)
            written = question[same[0].start : same[0].end]
            if len(same) > 1 and same[0].law and not same[0].units and _TO.search(written) and not _AND.search(written):
                yield from self._between(same)
            else:
                yield from same

    def _between(self, ends: Sequence[Reference]) -> Iterator[Reference]:
        first, last = ends[0], ends[-1]
        numbers = self._store.numbers(first.law)
        inside = [number for number in numbers if _order(first.article) <= _order(number) <= _order(last.article)]
        wanted = dict.fromkeys([first.article, *inside[:_LONGEST_RANGE], last.article])
        yield from (replace(first, article=number) for number in wanted)


def _order(article: str) -> tuple[int, ...]:
    return tuple(int(part) for part in article.split("-"))


def _gain(hit: Hit, question: str, wanted: Sequence[asked.Form]) -> float:
    # A text of any kind has some year or number in every paragraph, which tells nothing.
    if hit.document.kind == "text":
        return 0.0
    loss = _OTHERS if asked.for_others(display_name(hit.document.title), question) else 0.0
    return _FORM * asked.given(wanted, hit.passage.text) - loss


def _first_decisions(question: str, similar: Sequence[Hit]) -> list[Hit]:
    """Of a question about the constitution, the decisions that come even before an article it names."""
    chosen = lane(question)
    if chosen is None or not chosen.cited:
        return []
    return [hit for hit in similar[:_FIRST] if hit.document.kind == chosen.kind]


def _without_numbers(question: str, references: Iterable[Reference]) -> str:
    for one in references:
        written = _NUMBER.sub(lambda match: "\u3000" * len(match[0]), question[one.start : one.end])
        question = question[: one.start] + written + question[one.end :]
    return question


def without(question: str, references: Iterable[Reference | Decision]) -> str:
    """The question with what it names blanked out, as long as before."""
    for one in references:
        question = question[: one.start] + "\u3000" * (one.end - one.start) + question[one.end :]
    return question


def _exact_hit(named: Named) -> Hit | None:
    document = named.standing.document
    if document is None:
        return None
    return Hit(Passage(document.key, document.version, 0, len(document.text), document.text), document, 1.0, "exact")


def _decided_hit(source: Source) -> Hit:
    document = source.document
    passage = Passage(document.key, document.version, source.start, source.end, source.quote)
    return Hit(passage, document, 1.0, "exact")
