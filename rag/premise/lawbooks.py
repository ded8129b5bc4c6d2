"""Laws asked for as a whole, and what is said of what is not there: repealed, not yet enacted, not stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rag.domain import Document, Law, Reference, Status
from rag.named import Named, span_of, what_is_missing
from rag.names import display_name
from rag.retrieve import Retriever
from rag.scope import Refusal
from rag.standing import standing
from rag.store import Store
from rag.write import Source, Wanted, roc, source_found, source_named

_TRIED = 3  # articles looked at for the first that stands
_NEAR = 3  # texts shown beside a refusal


class Lawbooks:
    """What the store tells of a law beside its articles."""

    def __init__(self, store: Store, retriever: Retriever) -> None:
        self._store = store
        self._retriever = retriever

    def opening(self, named: Named, day: date) -> tuple[Source | None, str]:
        """The first article of a law and which others there are, for a question that asks nothing more."""
        numbers = self._store.numbers(named.reference.law)
        found = (self._standing_source(named.law, number, day) for number in numbers[:_TRIED])
        said = f"問題只提到{name(named)}{span_of(numbers)}；寫出條號或想知道的事，可以得到更準的回答。"
        return next((source for source in found if source), None), said

    def of_repealed(self, question: str, law: Law) -> list[Source]:
        """The law asked about is gone: its best article on its last day, with its end said."""
        assert law.repealed is not None
        last_day = law.repealed - timedelta(days=1)
        hits = self._retriever.within(question, last_day, 1, [law.pcode])
        numbers = [hit.document.number for hit in hits] or self._store.numbers(law.pcode)[:1]
        drawn = (self._standing_source(law, number, law.repealed) for number in numbers)
        return [source for source in drawn if source]

    def without_answer(self, named: Named, day: date) -> Refusal:
        """Why a law that is named does not answer."""
        called, enacted = name(named), named.law.enacted if named.law else None
        if enacted and enacted > day:
            return Refusal("not_found", f"{called}於{roc(enacted)}制定，{roc(day)}時尚無這部法規。")
        if not self._retriever.within(called, day, 1, [named.reference.law]):
            return Refusal("outside_coverage", f"{called}在{roc(day)}的條文不在收錄範圍內。")
        if named.law and named.law.modified > day:
            return Refusal("outside_coverage", f"{called}在{roc(day)}的條文不全在收錄範圍內，收錄的部分不足以回答。")
        return Refusal("no_evidence", f"在{called}裡找不到足以回答的依據。")

    def missing(self, named: Sequence[Named], day: date) -> list[str]:
        """One sentence on each of what is named and not there."""
        said = (what_is_missing(one, day, self._store.numbers) for one in named)
        return list(dict.fromkeys(text for text in said if text))

    def without_article(self, named: Named, written: str) -> Refusal:
        """What is written as an article and is none: 「第0條」."""
        span = span_of(self._store.numbers(named.reference.law))
        return Refusal("not_found", f"{name(named)}沒有「{written.strip()}」{span}。")

    def near(self, day: date, named: Sequence[Named]) -> list[Source]:
        """What a reader may want to look at instead, never part of the answer.

        The article whose 項 is missing, the first version stored, the neighbour of an article that does not exist.
        """
        found = [document for one in named if (document := self._neighbour(one))]
        drawn = (source_found(mark, one, Wanted({})) for mark, one in enumerate(found[:_NEAR], 1))
        return [source._replace(status=_status(source.document, day)) for source in drawn]

    def _standing_source(self, law: Law | None, number: str, day: date) -> Source | None:
        if law is None:
            return None
        at = standing(law, self._store.versions(f"law/{law.pcode}/{number}"), day)
        if at.document is None or at.status is None:
            return None
        return source_named(1, Reference(0, 0, law=law.pcode, article=number), at.document, at.status, at.since)

    def _neighbour(self, named: Named) -> Document | None:
        if named.standing.document or named.versions:
            return named.standing.document or named.versions[0]
        numbers = self._store.numbers(named.reference.law) if named.reference.article else []
        main = named.reference.article.partition("-")[0]
        near = main if main in numbers else next(reversed(numbers), "")
        versions = self._store.versions(f"law/{named.reference.law}/{near}")
        return versions[-1] if versions else None


def name(named: Named) -> str:
    """The law as it is called, or as the question wrote it."""
    return display_name(named.law.name) if named.law else named.reference.name


def _status(document: Document, day: date) -> Status:
    if not document.holds_on(day):
        return Status.NOT_YET_IN_FORCE if document.valid_from > day else Status.SUPERSEDED
    return Status.DELETED if document.deleted else Status.IN_FORCE
