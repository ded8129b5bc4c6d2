"""A question → the sources an answer may rest on, with what has to be said beside them; or a refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from rag import asked, evidence
from rag.asked_for import source_of_article, without
from rag.decided import Decided, holding, quoted, subject, what_is_unknown
from rag.domain import Hit
from rag.goodlaw import quotable, with_standing
from rag.lanes import MEANING, PROPOSED, THE_CONSTITUTION, lane, leads
from rag.named import Named, why_missing
from rag.names import display_name
from rag.neighbours import with_neighbours
from rag.premise import conflicts
from rag.premise.lawbooks import Lawbooks
from rag.premise.reading import spelled_out, unheard_of
from rag.premise.supposed import Suppositions
from rag.reasons import asks, reason
from rag.retrieve import Retriever
from rag.scope import ELSEWHERE, Refusal, is_abroad, missing_file, order_for_none, out_of_scope, outside
from rag.segment import fold
from rag.store import Store
from rag.write import Source, Wanted, distinct, marked, roc, source_found, source_of_passage

_REVIEWING = 2  # decisions on an article named that are quoted at most
_QUOTED, _LOOKED_AT = 3, 30  # passages found by similarity that are quoted at most, of so many
_CLOSE = 0.75  # of the best score; what is further off is not quoted
# 「第0條」, 「第-1條」: written as an article, and none that any law could have
_UNREAD = re.compile(
    r"第\s*(?![幾多哪])[^\s第條，。？！、]{1,12}\s*條(?![例件文約])(?:\s*第\s*[^\s第條，。？！、]{1,6}[項款目])*"
)
UNFOUNDED = Refusal("no_evidence", "在收錄的來源裡找不到足以回答的依據。")


class Found(NamedTuple):
    """``notes`` are said beside the answer: what is missing from it, or what else can be asked."""

    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    is_whole: bool = True
    refusal: Refusal | None = None


class Finder:
    """Exact lane first: a question that names an article is answered by it and by nothing near it."""

    def __init__(self, store: Store, retriever: Retriever, most: int, enough: float = evidence.ENOUGH) -> None:
        self._store = store
        self._retriever = retriever
        self._most = most
        self._enough = enough
        self._lawbooks = Lawbooks(store, retriever)
        self._suppositions = Suppositions(store, retriever)

    def find(self, question: str, day: date, named: Sequence[Named], decided: Sequence[Decided] = ()) -> Found:
        """The sources an answer may rest on, each with its status on the day; or why there is none."""
        named = spelled_out(question, day, named, self._retriever)
        unknown = [one.reference.name for one in named if not one.reference.law and not one.is_vague]
        refusal = out_of_scope(question, unknown, named=bool(decided or any(one.law for one in named)))
        wrong = conflicts.wrong_calendar(question)
        if wrong and wrong.year != day.year:
            refusal = refusal or wrong.refusal
        found = Found(refusal=refusal) if refusal else self._grounds(question, day, named, decided)
        if refusal is None or refusal.reason == "needs_lawyer":
            found = self._corrected(question, day, named, found)
        if found.refusal:
            # What isn't there can't be shown, so that a law named no longer speaks against an order.
            known = [one.reference.name for one in named if one.law]
            return found if decided else found._replace(refusal=order_for_none(question, found.refusal, known))
        return self._beside(question, day, named, found, wrong)

    def _grounds(self, question: str, day: date, named: Sequence[Named], decided: Sequence[Decided]) -> Found:
        special = self._proposed(question, day, named) or self._either(question, day, named)
        return special or self._find(question, day, named, decided)

    def _beside(
        self, question: str, day: date, named: Sequence[Named], found: Found, wrong: conflicts.Calendar | None
    ) -> Found:
        """With what has to be said so that nobody takes one text for another."""
        sources, displaced = conflicts.with_displacing(found.sources, self._store, day)
        notes = [*([wrong.note] if wrong else []), *found.notes, *displaced, *conflicts.beside(named)]
        if conflicts.of_two_rules(question) and conflicts.DIFFERENT not in notes:
            sources += conflicts.special_first(self._store, day)
            notes.append(conflicts.ONE_OF_TWO)
        if conflicts.is_reported(question) and any(one.document.kind == "statute" for one in sources):
            notes.append(conflicts.A_REPORT)
        return found._replace(sources=tuple(marked(with_standing(sources, self._store, day))), notes=tuple(notes))

    def near(self, day: date, named: Sequence[Named]) -> list[Source]:
        """What a reader may want to look at instead, never part of the answer."""
        return self._lawbooks.near(day, named)

    def _find(self, question: str, day: date, named: Sequence[Named], decided: Sequence[Decided]) -> Found:
        unknown = [one for one in named if not one.reference.law and not one.is_vague]
        articles = [one for one in named if one.reference.article and not one.is_vague]
        file = missing_file(without(question, [one.decision for one in decided]))
        if articles or decided or file:
            asked_for = [*articles, *(one for one in unknown if one not in articles)]
            return self._exact(question, day, asked_for, decided, file)
        vague = [one for one in named if one.is_vague and one.reference.article]
        rest = without(question, [one.reference for one in vague])
        if vague and not evidence.says_something(rest):
            return Found(refusal=Refusal("not_found", self._lawbooks.missing(vague[:1], day)[0]))
        laws = [one for one in named if one.law]
        if laws:
            return self._of_laws(rest, day, laws, unknown)
        return self._anywhere(rest, day, unknown or unheard_of(question, day, self._retriever))

    def _proposed(self, question: str, day: date, named: Sequence[Named]) -> Found | None:
        """A draft of a law there is: the law first, what is proposed after it; None where no such draft is named."""
        plain = conflicts.without_draft(question)
        laws = [one for one in self._retriever.exact(plain, day) if one.law] if plain != question else []
        if not laws:
            return None
        law = self._find(plain, day, laws, ())
        unknown = [one for one in named if not one.reference.law]
        bills = self._anywhere(question, day, unknown, [one.reference.law for one in laws])
        proposed = [one for one in bills.sources if one.document.kind in ("bill", "gazette")]
        if law.refusal and not proposed:
            return law
        return Found((*law.sources[:_QUOTED], *proposed[:1]), (conflicts.A_BILL, *law.notes))

    def _either(self, question: str, day: date, named: Sequence[Named]) -> Found | None:
        """Of 「兩年還是十五年」 what bears out each; None where no such thing is asked or only one is found."""
        sources = self._suppositions.both(question, day, named)
        return Found(sources, (conflicts.DIFFERENT,)) if len(sources) > 1 else None

    def _corrected(self, question: str, day: date, named: Sequence[Named], found: Found) -> Found:
        """With the article first that says otherwise than the question takes for granted, or that bears it out."""
        if found.refusal and found.refusal.reason == "not_found":
            return found
        about = self._suppositions.check(question, day, named)
        asks_outcome = found.refusal is not None and found.refusal.reason == "needs_lawyer"
        if about is None or not (about.correction or (not asks_outcome and (about.is_told or found.refusal))):
            return found
        keys = {one.document.key for one in about.sources}
        sources = (*about.sources, *(one for one in found.sources if one.document.key not in keys))
        notes = (about.correction, *found.notes) if about.correction else found.notes
        return Found(sources[: max(_QUOTED + 1, len(found.sources))], notes, found.is_whole)

    def _exact(self, question: str, day: date, named: Sequence[Named], decided: Sequence[Decided], file: str) -> Found:
        """What is named is shown, and what of it is not there is said; nothing near stands in."""
        articles = [source_of_article(one) for one in named if one.is_shown]
        shown = [*articles, *self._decisions(question, named, decided)]
        missing = [*self._lawbooks.missing(named, day), *(what_is_unknown(one, day) for one in decided), file]
        missing = [one for one in missing if one]
        if not shown:
            reasons = [reason for one in named if (reason := why_missing(one))]
            return Found(refusal=Refusal(reasons[0] if reasons else "not_found", "".join(missing)))
        why = self._reasons(question, day, articles)
        missing += _without_reasons(question, articles, why)
        beside = [*why, *(self._reviewing(question, day, named) if named else ())]
        sources = tuple(marked([*shown[: self._most], *beside][: self._most]))
        if len(shown) > self._most:
            what = "件" if decided else "條"
            missing.append(f"問題所指共{len(shown)}{what}，這裡只列出前{self._most}{what}。")
        several = (f"{one.name}有{len(one.documents)}件裁判。" for one in decided if len(one.documents) > 1)
        return Found(sources, (*several, *missing), not missing)

    def _reviewing(self, question: str, day: date, named: Sequence[Named]) -> list[Source]:
        """Decisions on the article named, where the question is for them."""
        hits = self._retriever.reviewing(question, day, _LOOKED_AT)
        hits = quotable(question, hits, self._store, day, _REVIEWING, 0.0)
        rest = without(question, [one.reference for one in named])
        terms = self._retriever.terms(rest)
        if not any(one.reference.key and one.reference.law not in THE_CONSTITUTION for one in named):
            hits = [hit for hit in hits if evidence.strength(rest, terms, [hit]) >= self._enough]
        return [holding(hit.document, hit.passage, self._store, terms.terms) for hit in hits]

    def _reasons(self, question: str, day: date, articles: Sequence[Source]) -> list[Source]:
        """The legislative reasons of the articles shown, where the question asks why."""
        if not asks(question).asked:
            return []
        found = (reason(one.document.key, self._store, day) for one in articles)
        return [source for source in found if source]

    def _decisions(self, question: str, named: Sequence[Named], decided: Sequence[Decided]) -> list[Source]:
        rest = without(question, [*(one.decision for one in decided), *(one.reference for one in named)])
        asking = subject(evidence.subject(rest))
        weights = self._retriever.terms(asking).terms if evidence.says_something(asking) else {}
        return list(quoted(decided, self._store, rest, weights))

    def _of_laws(self, question: str, day: date, laws: Sequence[Named], unknown: Sequence[Named]) -> Found:
        """A law is named: the answer is in it, unless a decision tells it, or tells more than any of its articles."""
        others = [one.reference.law for one in laws if one.reference.law not in THE_CONSTITUTION]
        chosen = lane(question)
        elsewhere = others or chosen is MEANING or asked.against_constitution(question)
        if chosen is PROPOSED or (chosen and chosen.cited and elsewhere):
            found = self._anywhere(question, day, unknown, others)
            if not found.refusal:
                return found
        if conflicts.asks_which(question, [one.reference.law for one in laws]):
            found = self._each(question, day, laws)
            if found.sources:
                return found
        inside = self._in_laws(question, day, laws, unknown)
        if chosen or (inside.refusal and inside.refusal.reason != "no_evidence"):
            return inside
        deciding = self._deciding(question, day, [one.reference.law for one in laws])
        if not deciding:
            return inside
        return Found(tuple(marked([*deciding, *inside.sources])), inside.notes, inside.is_whole)

    def _deciding(self, question: str, day: date, laws: Sequence[str]) -> list[Source]:
        """The decision that leads the articles of the laws named by far, if it accounts for the question."""
        near = self._retriever.similar(question, day, _LOOKED_AT, laws)
        hits = leads(quotable(question, near, self._store, day, _QUOTED, _CLOSE))
        terms = self._retriever.terms(question)
        enough = hits and evidence.strength(question, terms, hits) >= self._enough
        return [holding(hit.document, hit.passage, self._store, terms.terms) for hit in hits] if enough else []

    def _in_laws(self, question: str, day: date, laws: Sequence[Named], unknown: Sequence[Named]) -> Found:
        """The question names a law: the answer is in it or nowhere."""
        gone = [one.law for one in laws if one.law and one.law.repealed and one.law.repealed <= day]
        live = [one for one in laws if one.law not in gone]
        if not live:
            return Found(tuple(self._lawbooks.of_repealed(question, gone[0])))
        rest = without(question, [one.reference for one in [*laws, *unknown]])
        odd = _UNREAD.search(rest)
        if odd:
            return Found(refusal=self._lawbooks.without_article(live[0], odd[0]))
        if not evidence.says_something(rest):
            first, said = self._lawbooks.opening(live[0], day)
            return Found((first,), (said,)) if first else Found(refusal=self._lawbooks.without_answer(live[0], day))
        codes = [one.reference.law for one in live]
        # Every article of a law shares its name: only the rest of the question tells them apart.
        asking = evidence.subject(rest)
        found = self._quoted(asking, self._retriever.within(asking, day, _QUOTED, codes), day, in_law=True)
        missing = tuple(self._lawbooks.missing(unknown, day))
        if not found:
            return Found(refusal=self._lawbooks.without_answer(live[0], day))
        ended = tuple(f"{display_name(law.name)}已於{roc(law.repealed)}廢止。" for law in gone if law.repealed)
        return Found(found, missing + ended, not missing)

    def _each(self, question: str, day: date, laws: Sequence[Named]) -> Found:
        """Which of several laws holds: what each of them says, and what decides between them."""
        asking = evidence.subject(without(question, [one.reference for one in laws]))
        wanted = Wanted(self._retriever.terms(asking).terms)
        codes = dict.fromkeys(one.reference.law for one in laws)
        hits = [hit for code in codes for hit in self._retriever.within(asking, day, 1, [code])]
        rule = conflicts.special_first(self._store, day)
        return Found((*(source_found(0, hit.document, wanted) for hit in hits), *rule), (conflicts.DIFFERENT,))

    def _anywhere(self, question: str, day: date, unknown: Sequence[Named], laws: Sequence[str] = ()) -> Found:
        hits = self._retriever.similar(question, day, _LOOKED_AT, laws, thorough=True)
        if unknown:
            # A law we don't have: only a text that speaks of it by name can tell anything about it.
            names = [fold(conflicts.without_draft(one.reference.name)) for one in unknown]
            hits = [hit for hit in hits[:_QUOTED] if any(name in fold(_said(hit)) for name in names)]
        if is_abroad(question) and not evidence.tells_of_life(question, hits):
            return Found(refusal=ELSEWHERE)
        found = self._quoted(question, hits, day, in_law=bool(laws))
        if found:
            proposed = any(one.document.kind == "bill" for one in found)
            return Found(found, (conflicts.A_BILL,) if proposed else ())
        if unknown:
            return Found(refusal=Refusal("not_found", "".join(self._lawbooks.missing(unknown, day))))
        return Found(refusal=UNFOUNDED if evidence.is_of_law(question) or lane(question) else outside(question))

    def _quoted(self, question: str, hits: Sequence[Hit], day: date, *, in_law: bool = False) -> tuple[Source, ...]:
        """The hits worth quoting as sources; none when they don't account for the question."""
        hits = quotable(question, hits, self._store, day, _QUOTED, _CLOSE)
        terms = self._retriever.terms(question)
        if evidence.strength(question, terms, hits, in_law=in_law) < self._enough:
            return ()
        wanted = Wanted(terms.terms, asked.forms(question))
        drawn = distinct([self._drawn(hit, wanted) for hit in hits])
        return tuple(marked([*with_neighbours(drawn, self._most), *self._reasons_by_name(question, day, drawn)]))

    def _reasons_by_name(self, question: str, day: date, drawn: Sequence[Source]) -> list[Source]:
        articles = [one for one in drawn if one.document.kind == "statute"]
        return self._reasons(question, day, articles[:1]) if asks(question).by_name else []

    def _drawn(self, hit: Hit, wanted: Wanted) -> Source:
        if hit.document.kind == "statute":
            return source_found(0, hit.document, wanted, hit.passage)
        if hit.document.kind == "interpretation":
            return holding(hit.document, hit.passage, self._store, wanted.terms)
        return source_of_passage(0, hit.document, hit.passage)


def _without_reasons(question: str, articles: Sequence[Source], why: Sequence[Source]) -> list[str]:
    """What is said where reasons are asked for by that name and none are stored."""
    lacking = articles and not why and asks(question).by_name
    return [f"收錄的來源裡沒有{articles[0].label}的立法理由。"] if lacking else []


def _said(hit: Hit) -> str:
    return hit.passage.text if hit.document.kind == "statute" else f"{hit.document.title} {hit.passage.text}"
