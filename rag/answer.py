"""A question → an answer, every sentence of which is proved; or a refusal that says why and what was near."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

from rag.domain import Answer, Citation, Document, Hit, Law, Reason, Reference, State, Status, Unit
from rag.errors import UnknownKey, UsageError
from rag.names import LawNames, display_name
from rag.references import find_references, label
from rag.retrieve import Named, Retriever
from rag.scope import Refusal, out_of_scope
from rag.standing import standing
from rag.store import Store
from rag.units import units
from rag.verify import citation, prove
from rag.write import Source, roc, source_found, source_named, write

MODEL = "extractive"
_TAIPEI = timezone(timedelta(hours=8))
_NEAR = 3


@dataclass(frozen=True, slots=True)
class ArticleView:
    """One article on one day: the version in effect, if any, beside all others and the official English."""

    law: Law
    document: Document | None
    status: Status | None
    versions: tuple[Document, ...]
    units: tuple[Unit, ...]
    english: str = ""
    english_outdated: bool = False


class Engine:
    """Answers questions over one store and its index; safe to use from several threads."""

    def __init__(self, store: Store, retriever: Retriever, names: LawNames, max_sentences: int = 6) -> None:
        self._store = store
        self._retriever = retriever
        self._names = names
        self._max_sentences = max_sentences
        self._coverage: tuple[int, Mapping[str, object]] | None = None

    def ask(self, question: str, as_of: date | None = None) -> Answer:
        """The proved answer. ``as_of`` None: the day found in the question, else today in Taipei.

        :raises UsageError: the question is empty.
        """
        clock = _Clock()
        question = question.strip()
        if not question:
            raise UsageError("問題是空的")
        day = as_of or self._retriever.day(question, today())
        named = self._retriever.exact(question, day)
        clock.lap("exact")
        refusal = out_of_scope(question, [one.reference.name for one in named if not one.reference.law])
        sources = [] if refusal else self._sources(question, day, named)
        clock.lap("retrieve")
        proof = prove(list(write(sources)), sources, self._store, self._names, day)
        stands = tuple(sentence for sentence in proof.sentences if sentence.status != "unproved")
        clock.lap("prove")
        refusal = refusal or (None if stands else _refusal(named, day, self._range))
        missing = [text for one in named if (text := _missing(one, day, self._range))]
        return Answer(
            question=question,
            as_of=day,
            state=_state(stands, missing),
            sentences=stands,
            citations=proof.citations,
            model=MODEL,
            coverage=self.coverage(),
            request_id=uuid.uuid4().hex,
            reason=refusal.reason if refusal else None,
            message=refusal.message if refusal else "".join(missing),
            found=() if stands else self._near(question, day, refusal),
            timings_ms=clock.laps,
        )

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """The best passages for a question on a day, an article it names first."""
        day = as_of or self._retriever.day(question, today())
        return self._retriever.search(question, day, limit, self._retriever.exact(question, day))

    def article(self, pcode: str, number: str, as_of: date | None = None) -> ArticleView:
        """One article as of a day, with all its versions.

        :raises UnknownKey: no such law, or it never had such an article.
        """
        law = self._store.law(pcode)
        if law is None:
            raise UnknownKey(f"沒有收錄代碼 {pcode} 的法規")
        versions = self._store.versions(f"law/{pcode}/{number}")
        if not versions:
            raise UnknownKey(f"{display_name(law.name)}沒有第 {number} 條{self._range(pcode)}")
        found = standing(law, versions, as_of or today())
        english = self._store.translation(versions[0].key)
        return ArticleView(
            law=law,
            document=found.document,
            status=found.status,
            versions=versions,
            units=units(found.document.text) if found.document else (),
            english=english.text if english else "",
            english_outdated=bool(english and english.modified < law.modified),
        )

    def version(self, key: str, version: str) -> Document | None:
        """The stored text that a citation names."""
        return self._store.version(key, version)

    def read(self, key: str, as_of: date) -> Document | None:
        """The version of a document in effect on a day; None when there is none."""
        return next((one for one in self._store.versions(key) if one.holds_on(as_of)), None)

    def references(self, text: str) -> list[Reference]:
        """The laws and articles any text names, with their spans."""
        return find_references(text, self._names)

    def coverage(self) -> Mapping[str, object]:
        """What the store holds, counted once per revision."""
        revision = self._store.revision()
        if self._coverage is None or self._coverage[0] != revision:
            self._coverage = (revision, self._store.coverage())
        return self._coverage[1]

    def _sources(self, question: str, day: date, named: Sequence[Named]) -> list[Source]:
        """What the writer is given: the articles named, or else the best found."""
        exact = [one for one in named if one.standing.document]
        sources = [_exact_source(mark, one) for mark, one in enumerate(exact[: self._max_sentences], 1)]
        if sources or any(one.reference.article or not one.reference.law for one in named):
            return sources
        return self._similar_sources(question, day, named)

    def _similar_sources(self, question: str, day: date, named: Sequence[Named]) -> list[Source]:
        repealed = [one for one in named if one.law and one.law.repealed and one.law.repealed <= day]
        if repealed:
            return self._repealed_sources(question, repealed[0])
        laws = [one.reference.law for one in named if one.reference.law]
        hits = self._retriever.similar(question, day, self._max_sentences, laws)
        terms = self._retriever.terms(question)
        best = _best(hits)
        return [source_found(mark, hit.document, terms) for mark, hit in enumerate(best, 1)]

    def _repealed_sources(self, question: str, named: Named) -> list[Source]:
        """The law asked about is gone: its best article on its last day, with its end said."""
        law = named.law
        assert law is not None and law.repealed is not None
        last_day = law.repealed - timedelta(days=1)
        found = self._retriever.similar(question, last_day, 20, [law.pcode])
        hits = [hit for hit in found if hit.document.law == law.pcode][:1]
        number = hits[0].document.number if hits else next(iter(self._store.numbers(law.pcode)), "")
        versions = self._store.versions(f"law/{law.pcode}/{number}")
        at = standing(law, versions, law.repealed)
        if at.document is None:
            return []
        shown = label(display_name(law.name), _reference(at.document))
        return [Source(1, at.document, Status.REPEALED, law.repealed, shown, 0, len(at.document.text))]

    def _range(self, pcode: str) -> str:
        """（現有第1條至第1225條） — what can be asked for instead."""
        numbers = self._store.numbers(pcode)
        if not numbers:
            return ""
        first, last = (
            f"第{'條之'.join(one.split('-'))}{'' if '-' in one else '條'}" for one in (numbers[0], numbers[-1])
        )
        return f"（收錄的條文為{first}至{last}）"

    def _near(self, question: str, day: date, refusal: Refusal | None) -> tuple[Citation, ...]:
        """What was found near, for a reader who wants to look for themselves; never part of the answer."""
        if refusal is None or refusal.reason in ("needs_lawyer", "no_evidence"):
            return ()
        hits = self._retriever.similar(question, day, _NEAR)
        terms = self._retriever.terms(question)
        return tuple(citation(source_found(mark, hit.document, terms)) for mark, hit in enumerate(hits, 1))


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The answer object of the command line, JSON, HTTP: days as ISO strings, empty ``reason`` and ``found`` left out."""
    made: dict[str, Any] = _jsonable({name: getattr(answer, name) for name in Answer.__dataclass_fields__})
    return {name: value for name, value in made.items() if value or name not in ("reason", "found", "message")}


def today() -> date:
    """The day in Taipei, whatever the machine's clock is set to."""
    return datetime.now(_TAIPEI).date()


class _Clock:
    """Milliseconds between laps, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round((now - self._last) * 1000, 2)
        self._last = now


def _exact_source(mark: int, named: Named) -> Source:
    found = named.standing
    assert found.document is not None and found.status is not None
    return source_named(mark, named.reference, found.document, found.status, found.since)


def _best(hits: Sequence[Hit]) -> list[Hit]:
    """The hits worth a sentence: the first, and others nearly as good."""
    return [hit for hit in hits[:_NEAR] if hit.score >= 0.75 * hits[0].score]


def _state(stands: Sequence[object], missing: Sequence[str]) -> State:
    if not stands:
        return "abstained"
    return "partial" if missing else "answered"


def _refusal(named: Sequence[Named], day: date, span: Callable[[str], str]) -> Refusal:
    reasons = [(reason, text) for one in named if (reason := _why(one)) and (text := _missing(one, day, span))]
    if reasons:
        return Refusal(reasons[0][0], "".join(text for _, text in reasons))
    return Refusal("no_evidence", "在收錄的來源裡找不到足以回答的依據。")


def _why(named: Named) -> Reason | None:
    return "not_found" if not named.reference.law else named.standing.reason


def _missing(named: Named, day: date, span: Callable[[str], str]) -> str:
    """Why nothing is shown for a law or article the question names; "" when something is."""
    reference, found = named.reference, named.standing
    if not reference.law:
        return f"收錄的來源裡沒有「{reference.name}」這部法規。" if reference.name else ""
    if not reference.article or found.document is not None or named.law is None:
        return ""
    shown = label(display_name(named.law.name), reference)
    if found.reason == "outside_coverage":
        return f"{shown}在{roc(day)}的條文不在收錄範圍內；收錄的條文自{roc(found.since or day)}起。"
    if named.versions and found.since:
        when = "尚未有此條" if found.since > day else "已無此條"
        return f"{shown}：{roc(day)}{when}。"
    return f"找不到{shown}{span(reference.law)}。"


def _reference(document: Document) -> Reference:
    return Reference(0, 0, law=document.law, article=document.number)


def _jsonable(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_jsonable(inner) for inner in value]
    return _jsonable(asdict(value)) if hasattr(value, "__dataclass_fields__") else value
