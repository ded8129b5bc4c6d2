"""A question → the sources an answer may rest on, with what has to be said beside them; or a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rag import asked, evidence
from rag.decided import Decided, holding, quoted, subject, what_is_unknown
from rag.domain import Document, Hit, Law, Reference, Status
from rag.lanes import MEANING, PROPOSED, THE_CONSTITUTION, lane, leads, quotable
from rag.named import Named, span_of, what_is_missing, why_missing
from rag.names import display_name
from rag.reasons import asks, reason
from rag.retrieve import Retriever, without
from rag.scope import ELSEWHERE, Refusal, is_abroad, missing_file, out_of_scope
from rag.segment import fold
from rag.standing import standing
from rag.store import Store
from rag.write import Source, Wanted, distinct, roc, source_found, source_named, source_of_passage

_REVIEWING = 2  # decisions on an article named that are quoted at most
_QUOTED = 3  # passages found by similarity that are quoted at most
_LOOKED_AT = 30  # passages they are chosen from
_CLOSE = 0.75  # of the best score; what is further off is not quoted
# 「第0條」, 「第-1條」: written as an article, and none that any law could have
_UNREAD = re.compile(r"第\s*[^\s第條，。？！、]{1,12}\s*條(?![例件文約])(?:\s*第\s*[^\s第條，。？！、]{1,6}[項款目])*")
# 國軍軍官士官請假規則修正草案: a law's name, and what is asked for of it
_DRAFT = re.compile("(?:部分條文)?(?:修正)?草案$")
UNFOUNDED = Refusal("no_evidence", "在收錄的來源裡找不到足以回答的依據。")
_OUTSIDE = Refusal("outside_coverage", "這個問題不在收錄的公開法律來源所能回答的範圍內。")


class Found(NamedTuple):
    """``notes`` are said beside the answer: what is missing from it, or what else can be asked."""

    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    is_whole: bool = True
    refusal: Refusal | None = None


class Finder:
    """Exact lane first: a question that names an article is answered by it and by nothing near it."""

    def __init__(self, store: Store, retriever: Retriever, most: int) -> None:
        self._store = store
        self._retriever = retriever
        self._most = most

    def find(self, question: str, day: date, named: Sequence[Named], decided: Sequence[Decided] = ()) -> Found:
        unknown = [one for one in named if not one.reference.law and not one.is_vague]
        refusal = out_of_scope(question, [one.reference.name for one in unknown])
        if refusal:
            return Found(refusal=refusal)
        articles = [one for one in named if one.reference.article and not one.is_vague]
        file = missing_file(without(question, [one.decision for one in decided]))
        if articles or decided or file:
            asked_for = [*articles, *(one for one in unknown if one not in articles)]
            return self._exact(question, day, asked_for, decided, file)
        vague = [one for one in named if one.is_vague and one.reference.article]
        rest = without(question, [one.reference for one in vague])
        if vague and not evidence.says_something(rest):
            return Found(refusal=Refusal("not_found", self._missing(vague[:1], day)[0]))
        laws = [one for one in named if one.law]
        return self._of_laws(rest, day, laws, unknown) if laws else self._anywhere(rest, day, unknown)

    def near(self, day: date, named: Sequence[Named]) -> list[Source]:
        """What a reader may want to look at instead, never part of the answer.

        The article whose 項 is missing, the first version stored, the neighbour of an article that does not exist.
        """
        found = [document for one in named if (document := self._neighbour(one))]
        drawn = (source_found(mark, one, Wanted({})) for mark, one in enumerate(found[:_QUOTED], 1))
        return [source._replace(status=_status(source.document, day)) for source in drawn]

    def _exact(self, question: str, day: date, named: Sequence[Named], decided: Sequence[Decided], file: str) -> Found:
        """What is named is shown, and what of it is not there is said; nothing near stands in."""
        articles = [_named_source(0, one) for one in named if one.is_shown]
        shown = [*articles, *self._decisions(question, named, decided)]
        missing = [*self._missing(named, day), *(what_is_unknown(one, day) for one in decided), file]
        missing = [one for one in missing if one]
        if not shown:
            reasons = [reason for one in named if (reason := why_missing(one))]
            return Found(refusal=Refusal(reasons[0] if reasons else "not_found", "".join(missing)))
        why = self._reasons(question, day, articles)
        missing += _without_reasons(question, articles, why)
        beside = [*why, *(self._reviewing(question, day, named) if named else ())]
        sources = tuple(_marked([*shown[: self._most], *beside][: self._most]))
        if len(shown) > self._most:
            what = "件" if decided else "條"
            missing.append(f"問題所指共{len(shown)}{what}，這裡只列出前{self._most}{what}。")
        several = (f"{one.name}有{len(one.documents)}件裁判。" for one in decided if len(one.documents) > 1)
        return Found(sources, (*several, *missing), not missing)

    def _reviewing(self, question: str, day: date, named: Sequence[Named]) -> list[Source]:
        """Decisions on the article named, where the question is for them."""
        hits = quotable(question, self._retriever.reviewing(question, day, _LOOKED_AT), day, _REVIEWING, 0.0)
        rest = without(question, [one.reference for one in named])
        terms = self._retriever.terms(rest)
        if not any(one.reference.key and one.reference.law not in THE_CONSTITUTION for one in named):
            hits = [hit for hit in hits if evidence.strength(rest, terms, [hit]) >= evidence.ENOUGH]
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
        inside = self._in_laws(question, day, laws, unknown)
        if chosen or (inside.refusal and inside.refusal.reason != "no_evidence"):
            return inside
        deciding = self._deciding(question, day, [one.reference.law for one in laws])
        if not deciding:
            return inside
        return Found(tuple(_marked([*deciding, *inside.sources])), inside.notes, inside.is_whole)

    def _deciding(self, question: str, day: date, laws: Sequence[str]) -> list[Source]:
        """The decision that leads the articles of the laws named by far, if it accounts for the question."""
        hits = leads(quotable(question, self._retriever.similar(question, day, _LOOKED_AT, laws), day, _QUOTED, _CLOSE))
        terms = self._retriever.terms(question)
        enough = hits and evidence.strength(question, terms, hits) >= evidence.ENOUGH
        return [holding(hit.document, hit.passage, self._store, terms.terms) for hit in hits] if enough else []

    def _in_laws(self, question: str, day: date, laws: Sequence[Named], unknown: Sequence[Named]) -> Found:
        """The question names a law: the answer is in it or nowhere."""
        gone = [one.law for one in laws if one.law and one.law.repealed and one.law.repealed <= day]
        live = [one for one in laws if one.law not in gone]
        if not live:
            return Found(tuple(self._of_repealed(question, gone[0])))
        rest = without(question, [one.reference for one in [*laws, *unknown]])
        odd = _UNREAD.search(rest)
        if odd:
            span = span_of(self._store.numbers(live[0].reference.law))
            return Found(refusal=Refusal("not_found", f"{_name(live[0])}沒有「{odd[0].strip()}」{span}。"))
        if not evidence.says_something(rest):
            return self._opening_article(live[0], day)
        codes = [one.reference.law for one in live]
        # Every article of a law shares its name: only the rest of the question tells them apart.
        asking = evidence.subject(rest)
        found = self._quoted(asking, self._retriever.within(asking, day, _QUOTED, codes), day, in_law=True)
        missing = tuple(self._missing(unknown, day))
        if not found:
            return Found(refusal=self._not_in(live[0], day))
        ended = tuple(f"{display_name(law.name)}已於{roc(law.repealed)}廢止。" for law in gone if law.repealed)
        return Found(found, missing + ended, not missing)

    def _anywhere(self, question: str, day: date, unknown: Sequence[Named], laws: Sequence[str] = ()) -> Found:
        hits = self._retriever.similar(question, day, _LOOKED_AT, laws)
        if unknown:
            # A law we don't have: only a text that speaks of it by name can tell anything about it.
            names = [fold(_DRAFT.sub("", one.reference.name)) for one in unknown]
            hits = [hit for hit in hits[:_QUOTED] if any(name in fold(_said(hit)) for name in names)]
        if is_abroad(question) and not _tells_of_life(question, hits):
            return Found(refusal=ELSEWHERE)
        found = self._quoted(question, hits, day, in_law=bool(laws))
        if found:
            return Found(found)
        if unknown:
            return Found(refusal=Refusal("not_found", "".join(self._missing(unknown, day))))
        return Found(refusal=UNFOUNDED if evidence.is_legal(question) or lane(question) else _OUTSIDE)

    def _quoted(self, question: str, hits: Sequence[Hit], day: date, *, in_law: bool = False) -> tuple[Source, ...]:
        """The hits worth quoting as sources; none when they don't account for the question."""
        hits = quotable(question, hits, day, _QUOTED, _CLOSE)
        terms = self._retriever.terms(question)
        if evidence.strength(question, terms, hits, in_law=in_law) < evidence.ENOUGH:
            return ()
        wanted = Wanted(terms.terms, asked.forms(question))
        drawn = distinct([self._drawn(hit, wanted) for hit in hits])
        return tuple(_marked([*drawn, *self._reasons_by_name(question, day, drawn)]))

    def _reasons_by_name(self, question: str, day: date, drawn: Sequence[Source]) -> list[Source]:
        articles = [one for one in drawn if one.document.kind == "statute"]
        return self._reasons(question, day, articles[:1]) if asks(question).by_name else []

    def _drawn(self, hit: Hit, wanted: Wanted) -> Source:
        if hit.document.kind == "statute":
            return source_found(0, hit.document, wanted)
        if hit.document.kind == "interpretation":
            return holding(hit.document, hit.passage, self._store, wanted.terms)
        return source_of_passage(0, hit.document, hit.passage)

    def _opening_article(self, named: Named, day: date) -> Found:
        """A law named and nothing asked: its first article, and which others there are."""
        numbers = self._store.numbers(named.reference.law)
        opening = (self._standing_source(named.law, number, day) for number in numbers[:_QUOTED])
        first = next((source for source in opening if source), None)
        if first is None:
            return Found(refusal=self._not_in(named, day))
        said = f"問題只提到{_name(named)}{span_of(numbers)}；寫出條號或想知道的事，可以得到更準的回答。"
        return Found((first,), (said,))

    def _standing_source(self, law: Law | None, number: str, day: date) -> Source | None:
        if law is None:
            return None
        at = standing(law, self._store.versions(f"law/{law.pcode}/{number}"), day)
        if at.document is None or at.status is None:
            return None
        return source_named(1, Reference(0, 0, law=law.pcode, article=number), at.document, at.status, at.since)

    def _of_repealed(self, question: str, law: Law) -> list[Source]:
        """The law asked about is gone: its best article on its last day, with its end said."""
        assert law.repealed is not None
        last_day = law.repealed - timedelta(days=1)
        hits = self._retriever.within(question, last_day, 1, [law.pcode])
        numbers = [hit.document.number for hit in hits] or self._store.numbers(law.pcode)[:1]
        drawn = (self._standing_source(law, number, law.repealed) for number in numbers)
        return [source for source in drawn if source]

    def _not_in(self, named: Named, day: date) -> Refusal:
        name, enacted = _name(named), named.law.enacted if named.law else None
        if enacted and enacted > day:
            return Refusal("not_found", f"{name}於{roc(enacted)}制定，{roc(day)}時尚無這部法規。")
        if not self._retriever.within(name, day, 1, [named.reference.law]):
            return Refusal("outside_coverage", f"{name}在{roc(day)}的條文不在收錄範圍內。")
        if named.law and named.law.modified > day:
            return Refusal("outside_coverage", f"{name}在{roc(day)}的條文不全在收錄範圍內，收錄的部分不足以回答。")
        return Refusal("no_evidence", f"在{name}裡找不到足以回答的依據。")

    def _missing(self, named: Sequence[Named], day: date) -> list[str]:
        said = (what_is_missing(one, day, self._store.numbers) for one in named)
        return list(dict.fromkeys(text for text in said if text))

    def _neighbour(self, named: Named) -> Document | None:
        if named.standing.document or named.versions:
            return named.standing.document or named.versions[0]
        numbers = self._store.numbers(named.reference.law) if named.reference.article else []
        main = named.reference.article.partition("-")[0]
        near = main if main in numbers else next(reversed(numbers), "")
        versions = self._store.versions(f"law/{named.reference.law}/{near}")
        return versions[-1] if versions else None


def _named_source(mark: int, named: Named) -> Source:
    found = named.standing
    assert found.document is not None
    assert found.status is not None
    return source_named(mark, named.reference, found.document, found.status, found.since)


def _marked(sources: Iterable[Source]) -> Iterator[Source]:
    return (source._replace(mark=mark) for mark, source in enumerate(sources, 1))


def _without_reasons(question: str, articles: Sequence[Source], why: Sequence[Source]) -> list[str]:
    """What is said where reasons are asked for by that name and none are stored."""
    if why or not articles or not asks(question).by_name:
        return []
    return [f"收錄的來源裡沒有{articles[0].label}的立法理由。"]


def _tells_of_life(question: str, hits: Sequence[Hit]) -> bool:
    """Whether news or a text of one's own comes first, of a question that is not about law."""
    return bool(hits) and hits[0].document.kind in ("news", "text") and not evidence.norms(question)


def _said(hit: Hit) -> str:
    return hit.passage.text if hit.document.kind == "statute" else f"{hit.document.title} {hit.passage.text}"


def _name(named: Named) -> str:
    return display_name(named.law.name) if named.law else named.reference.name


def _status(document: Document, day: date) -> Status:
    if not document.holds_on(day):
        return Status.NOT_YET_IN_FORCE if document.valid_from > day else Status.SUPERSEDED
    return Status.DELETED if document.deleted else Status.IN_FORCE
