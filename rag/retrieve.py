"""A question → passages: by identity when it names an article, by similarity otherwise; always as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from threading import BoundedSemaphore
from typing import NamedTuple

from rag import asked
from rag.asked_for import (
    hit_of_article,
    hit_of_decision,
    references,
    spread,
    without,
    without_making,
)
from rag.dates import as_of_day
from rag.decided import Decided, look_up, quoted
from rag.decisions import find_decisions
from rag.domain import Document, Hit, Passage
from rag.expand import HINT, Expander, QueryTerms
from rag.index import SearchIndex
from rag.index.scoring import POOL
from rag.index.seam import ScoredId
from rag.lanes import CONSTITUTION, Lane, gains, lane
from rag.learned import Learned
from rag.named import Named, stands_for
from rag.names import LawNames, display_name
from rag.opening import with_opening
from rag.penalties import Penalties, asks_penalty
from rag.query_reader import QueryReader
from rag.references import find_references
from rag.rerank.candidates import Candidate
from rag.reviewing import articles_named, reviews
from rag.stages import stage
from rag.store import Store
from rag.write import Wanted

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
_RERANKED = 60  # articles, of the candidates: with 100 the same are among the first ten, a fifth slower
_AT_ONCE = 2
_DEEP = 100  # of the source a question is for
_FIRST = 3  # decisions that come before an article named, of a question about the constitution
_WARMED = 500  # everyday words, from all over the thesaurus: about two seconds


class Among(NamedTuple):
    """What alone is searched; none named is all."""

    sources: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


ALL = Among()


class Retriever:
    """Finds passages in a store and the index derived from it."""

    def __init__(
        self,
        store: Store,
        index: SearchIndex,
        expander: Expander,
        names: LawNames,
        learned: Learned | None = None,
    ) -> None:
        self._store = store
        embedder, self._ranker, self._postprocessor, rewriter = learned or Learned()
        self._index = index
        self._reader = QueryReader(expander, names, embedder, rewriter)
        self._names = names
        self._penalties = Penalties(store, names)
        # A process has one interpreter: in turn, searches are done sooner than all at once, the long ones above all.
        self._turns = BoundedSemaphore(_AT_ONCE)
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
            plain = without_making(plain)
        return as_of_day(without(plain, find_references(plain, self._names)), today) or today

    def exact(self, question: str, day: date) -> list[Named]:
        """Every law and article the question names, in its order, each once; a range gives all articles in it."""
        found: dict[tuple[str, str, str, object], Named] = {}
        for reference in spread(question, references(question, self._names), self._store):
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
        hits = [hit for one in named if (hit := hit_of_article(one))]
        hits += map(hit_of_decision, quoted(self.decided(question, day), self._store, question, {}))
        seen = {hit.document.key for hit in hits}
        laws = [one.reference.law for one in named if one.reference.law]
        similar = self.similar(question, day, limit, laws, among, thorough=not hits)
        similar = [hit for hit in similar if hit.document.key not in seen]
        first = _first_decisions(question, similar)
        return tuple([*first, *hits, *(hit for hit in similar if hit not in first)][:limit])

    def similar(
        self, question: str, day: date, limit: int, laws: Sequence[str] = (), among: Among = ALL, thorough: bool = False
    ) -> list[Hit]:
        """The sparse lane: passages that share terms with the question, best first; ``laws`` are preferred.

        :param thorough: with the help of the models that take their time, where there are any.
        """
        terms = self._reader.reworded(question, self._index.revision) if thorough else self.terms(question)
        if laws:
            terms = replace(terms, laws={**terms.laws, **dict.fromkeys(laws, _NAMED)})
        with self._turns:
            hits, captions = self._ordered(question, terms, day, limit, among)
        if thorough and self._postprocessor:
            hits = self._postprocessor.order(question, hits, captions)
        if among == ALL:
            hits = with_opening(question, self._with_penalties(question, terms, hits, day), self._store, day)
        return hits[:limit]

    def _ordered(
        self, question: str, terms: QueryTerms, day: date, limit: int, among: Among
    ) -> tuple[list[Hit], dict[str, str]]:
        """What was found, best first, and by passage id what it is about where that is known."""
        # Where the sources are given, the question's own counts for nothing.
        chosen = lane(question) if among == ALL else None
        scored = self._scored(terms, day, max(limit, _AGAIN if self._ranker is None else POOL), among)
        if chosen:
            also = self._scored(terms, day, _DEEP, Among(chosen.sources))
            scored = list({one.id: one for one in [*scored, *also]}.values())
        most = max(limit, _AGAIN)
        hits = self._reranked(question, terms, scored if chosen else _nearest(scored, max(most, _RERANKED), most))
        again = len(hits) if chosen else _AGAIN
        return [*self._by_form(question, hits[:again], chosen), *hits[again:]], {one.id: one.caption for one in scored}

    def candidates(self, question: str, day: date) -> tuple[QueryTerms, list[Candidate]]:
        """The articles that the re-ranker has to put in order, as the index scored them."""
        terms = self.terms(question)
        return terms, _articles_of(self._found(_nearest(self._scored(terms, day, POOL), _RERANKED, 0)))

    def reviewing(self, question: str, day: date, limit: int) -> list[Hit]:
        """Decisions that name the article named where they say what they hold, best first; none when none is asked for.

        Of a question that names articles of the constitution alone: those that share its words.
        """
        chosen = lane(question)
        if chosen is None or not chosen.cited:
            return []
        found = [hit for hit in self.similar(question, day, _DEEP) if hit.document.kind == chosen.kind]
        if articles_named(question, self._names):
            about = {hit.document.key for hit in reviews(question, self._store, self._names)}
            found = [hit for hit in found if hit.document.key in about]
        return found[:limit]

    def warm(self, day: date) -> None:
        """Search for everyday words, so that the first questions of a process are as fast as the later ones."""
        hits: list[Hit] = []
        words = self._reader.words
        for word in words[:: max(1, len(words) // _WARMED)]:
            hits = self.similar(word, day, 100) or hits
        if self._postprocessor:
            self._postprocessor.order(word, hits, {})

    def indexed(self) -> tuple[str, float]:
        """The revision of the store that the index stands at, and since when, in seconds since 1970."""
        return self._index.revision, self._index.built

    def within(self, question: str, day: date, limit: int, laws: Sequence[str]) -> list[Hit]:
        """The same, of these laws alone."""
        terms = replace(self.terms(question), laws=dict.fromkeys(laws, _ONLY))
        hits = self._hits(self._scored(terms, day, max(limit, _AGAIN)))
        inside = [hit for hit in hits if hit.document.law in laws and hit.document.kind == "statute"]
        return self._with_penalties(question, terms, self._by_form(question, inside, None), day)[:limit]

    def _with_penalties(self, question: str, terms: QueryTerms, hits: list[Hit], day: date) -> list[Hit]:
        """Where a penalty is asked for, the articles that say which beside those that say what for."""
        if not asks_penalty(question):
            return hits
        self._penalties.renew(self._index.revision)
        return self._penalties.joined(hits, Wanted(terms.terms, asked.forms(question)), day)

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
        """What the question looks for, by weight."""
        return self._reader.terms(question, self._index.revision)

    @stage("sparse")
    def _scored(self, terms: QueryTerms, day: date, limit: int, among: Among = ALL) -> list[ScoredId]:
        return self._index.search(terms, day, limit, *among)

    def _reranked(self, question: str, terms: QueryTerms, scored: Sequence[ScoredId]) -> list[Hit]:
        """Hits best first, the articles among them as the re-ranker has them where there is one."""
        found = self._found(scored)
        if self._ranker is None:
            return [one.hit for one in found]
        articles = _articles_of(found)
        with stage("rerank"):
            first = self._ranker.order(question, terms, articles[:_RERANKED])
        last = first[-1].score if first else 0.0
        rest = [replace(one.hit, score=min(one.hit.score, last)) for one in articles[_RERANKED:]]
        others = [one.hit for one in found if one.hit.document.kind != "statute"]
        return sorted([*first, *rest, *others], key=lambda hit: -hit.score)

    @stage("fuse")
    def _by_form(self, question: str, hits: Sequence[Hit], chosen: Lane | None) -> list[Hit]:
        """Hits in the order of their score with what they gain or lose by kind."""
        wanted = asked.forms(question)
        about = reviews(question, self._store, self._names) if chosen and chosen.cited else []
        found = {hit.document.key for hit in hits}
        hits = [*hits, *(hit for hit in about if hit.document.key not in found)]
        gained = gains(chosen, hits, {hit.document.key for hit in about})
        scored = []
        for hit, gain in zip(hits, gained, strict=True):
            gain += self._gain(hit, question, wanted)
            scored.append(replace(hit, score=hit.score + gain) if gain else hit)
        return sorted(scored, key=lambda hit: -hit.score)

    def _gain(self, hit: Hit, question: str, wanted: Sequence[asked.Form]) -> float:
        # A text of any kind has some year or number in every paragraph, which tells nothing. Of an article the
        # re-ranker has weighed it already.
        if hit.document.kind == "text" or (self._ranker and hit.document.kind == "statute"):
            return 0.0
        loss = _OTHERS if asked.for_others(display_name(hit.document.title), question) else 0.0
        return _FORM * asked.given(wanted, hit.passage.text) - loss

    def _hits(self, scored: Sequence[ScoredId]) -> list[Hit]:
        return [one.hit for one in self._found(scored)]

    def _found(self, scored: Sequence[ScoredId]) -> list[Candidate]:
        known = self._passages([one.id for one in scored])
        return [
            Candidate(Hit(*known[one.id], one.score, "sparse", one.text_score), one)
            for one in scored
            if one.id in known
        ]


def _nearest(scored: Sequence[ScoredId], articles: int, others: int) -> list[ScoredId]:
    """The candidates worth reading, which takes as long as finding them: so many articles, and so many others."""
    first = [one for one in scored if one.id.startswith("law/")][:articles]
    rest = [one for one in scored if not one.id.startswith("law/")][:others]
    return sorted([*first, *rest], key=lambda one: -one.score)


def _articles_of(found: Iterable[Candidate]) -> list[Candidate]:
    return [one for one in found if one.hit.document.kind == "statute"]


def _first_decisions(question: str, similar: Sequence[Hit]) -> list[Hit]:
    """Of a question about the constitution, the decisions that come even before an article it names."""
    chosen = lane(question)
    if chosen is None or not chosen.cited:
        return []
    return [hit for hit in similar[:_FIRST] if hit.document.kind == chosen.kind]
