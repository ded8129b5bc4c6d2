"""A question → an answer, every sentence of which is proved; or a refusal that says why and what was near."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.changes import changes
from rag.domain import Answer, Citation, Document, Hit, Law, Reference, State, Status, Unit
from rag.drafting import Extracts, Writer
from rag.errors import UsageError
from rag.find import UNFOUNDED, Finder, Found
from rag.followup import standalone
from rag.heard import Heard, hear
from rag.holdings import coverage
from rag.identity import asks_who, who
from rag.named import Named
from rag.names import LawNames
from rag.reading import Reading
from rag.references import find_references
from rag.retrieve import Retriever
from rag.stages import recorded
from rag.standing import standing
from rag.stoppable import stoppable
from rag.store import Store
from rag.support import LexicalSupport, Support
from rag.tally import Tally
from rag.telling import Failed, Telling, Told
from rag.transitional import Transitions
from rag.units import units
from rag.verify import Prover, citation
from rag.write import marked

if TYPE_CHECKING:
    from rag.check import CheckReport

_LEFT_OUT = ("reason", "found", "message", "rewritten", "changes")  # where they are empty
_NO_PARTS: Mapping[str, float] = {}
_TAIPEI = timezone(timedelta(hours=8))


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


class Freshness(NamedTuple):
    """The revision of the store, the one the index stands at, and since when: seconds since 1970, 0 if not known."""

    revision: int
    indexed: int
    built: float

    @property
    def behind(self) -> int:
        """How many revisions the index has yet to take in."""
        return max(0, self.revision - self.indexed)


Event = Told | Failed | Answer


class Means(NamedTuple):
    """Who drafts an answer, and what judges whether a source supports a sentence."""

    writer: Writer = Extracts()
    support: Support = LexicalSupport()


class Engine:
    """Answers questions over one store and its index; safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        retriever: Retriever,
        names: LawNames,
        max_sentences: int = 6,
        count: Callable[[Store], Mapping[str, object]] = coverage,
        means: Means | None = None,
    ) -> None:
        self._store = store
        self._retriever = retriever
        self._names = names
        self._finder = Finder(store, retriever, max_sentences)
        self._transitions = Transitions(store, names)
        self._means = means or Means()
        self._tally = Tally(lambda: count(store), store.revision)
        self.reading = Reading(store, retriever)

    def ask(self, question: str, as_of: date | None = None, history: Sequence[str] = ()) -> Answer:
        """The proved answer. ``as_of`` None: the day found in the question, else today in Taipei.

        :param history: the questions asked before, oldest first; one that leans on them is made to stand alone.
        :raises UsageError: the question is empty.
        :raises ModelError: the chat model gave no usable answer.
        """
        *_, answer = self.stream(question, as_of, history)
        assert isinstance(answer, Answer)
        return answer

    @stoppable
    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        """Every sentence as soon as it is proved, then the whole answer; closed, by any thread, it stops the model."""
        clock = _Clock()
        question = question.strip()
        if not question:
            raise UsageError("問題是空的")
        # Asked for at the end; laws that have come since the last question are looked at from now on.
        self._tally.get()
        heard = hear(standalone(question, history, self._names))
        asked = heard.meant
        day = as_of or self._retriever.day(asked, today())
        named = self._retriever.exact(asked, day)
        clock.lap("exact")
        with recorded() as finding:
            found = self._found(heard, day, named)
        clock.lap("find", finding)
        drafting = self._means.writer.begin(asked, day, found.sources, found.notes)
        prover = Prover(drafting.sources, self._store, self._names, day, self._means.support)
        told = Telling(prover)
        yield from told.drafts(drafting.drafts())
        if told.failed:
            yield from told.again(drafting)
        clock.lap("generate", {"prove": told.proving_s})
        refusal = found.refusal or (None if told.stands else UNFOUNDED)
        citations = prover.citations(told.stands)
        yield Answer(
            question=question,
            rewritten=heard.written if heard.written != question else "",
            as_of=day,
            state=_state(told.stands, found.is_whole and told.is_whole),
            sentences=tuple(told.stands),
            citations=citations,
            model=self._means.writer.name,
            coverage=self.coverage(),
            request_id=uuid.uuid4().hex,
            reason=refusal.reason if refusal else None,
            message=refusal.message if refusal else "".join([*found.notes, *told.notes()]),
            found=self._near(asked, day, named, found) if refusal else (),
            changes=changes(citations, self._store, day, today()),
            timings_ms=clock.laps,
        )

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """The best passages for a question on a day, an article it names first."""
        question = hear(question).meant
        day = as_of or self._retriever.day(question, today())
        return self._retriever.search(question, day, limit, self._retriever.exact(question, day))

    def article(self, pcode: str, number: str, as_of: date | None = None) -> ArticleView:
        """One article as of a day, with all its versions.

        :raises UnknownKey: no such law, or it never had such an article.
        """
        law, versions = self.reading.article(pcode, number)
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

    def warm(self) -> None:
        """For a process that will answer many questions: half a second, after which the first is as fast as any."""
        self._retriever.warm(today())

    def references(self, text: str) -> list[Reference]:
        """The laws and articles any text names, with their spans."""
        return find_references(text, self._names)

    def verify(self, text: str, as_of: date | None = None) -> CheckReport:
        """What every legal reference in any text is worth on a day, today in Taipei if not given."""
        # Only who verifies a text needs it.
        from rag.check import Checker

        return Checker(self._store, self._names, self._means.support, as_of or today()).report(text)

    def coverage(self) -> Mapping[str, object]:
        """What the store holds; while it is being written to, as it was a few seconds ago."""
        return self._tally.get()

    def freshness(self) -> Freshness:
        """Whether store and index answer, and how far the index is behind; asks both, each time.

        :raises StoreError: the store doesn't answer.
        :raises SearchIndexError: the index doesn't.
        """
        revision, built = self._retriever.indexed()
        # An index of something else than a store names no revision: all is yet to be taken in.
        return Freshness(self._store.revision(), int(revision) if revision.isdecimal() else 0, built)

    def _found(self, heard: Heard, day: date, named: Sequence[Named]) -> Found:
        """What an answer may rest on, with the transitional provisions that tell which text governs."""
        if asks_who(heard.written):
            return Found(refusal=who(self._means.writer.name))
        question = heard.meant
        found = self._finder.find(question, day, named, self._retriever.decided(question, day))
        beside = self._transitions.of([one.document for one in found.sources], question, day, today())
        notes = (*heard.notes, *found.notes)
        return found._replace(sources=tuple(marked([*found.sources, *beside])), notes=notes)

    def _near(self, question: str, day: date, named: Sequence[Named], found: Found) -> tuple[Citation, ...]:
        """What a reader may want to look at instead, never part of the answer.

        The passages that nothing could be proved from; else the neighbours of what is named and not there, with what
        governs facts from before the first version stored.
        """
        if found.sources:
            return tuple(map(citation, found.sources))
        if found.refusal is None or found.refusal.reason not in ("not_found", "outside_coverage"):
            return ()
        unknown = [one.versions[0] for one in named if one.standing.reason == "outside_coverage" and one.versions]
        governing = self._transitions.of(unknown, question, day, today())
        return tuple(map(citation, marked([*self._finder.near(day, named), *governing])))


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The answer object of the command line, JSON and HTTP: days as ISO strings, what may be left out when empty is."""
    made: dict[str, Any] = _jsonable({name: getattr(answer, name) for name in Answer.__dataclass_fields__})
    return {name: value for name, value in made.items() if value or name not in _LEFT_OUT}


def today() -> date:
    """The day in Taipei, whatever the machine's clock is set to."""
    return datetime.now(_TAIPEI).date()


class _Clock:
    """Milliseconds between laps, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str, parts: Mapping[str, float] = _NO_PARTS) -> None:
        """What has passed since the last lap, without its ``parts``: those have laps of their own, after it."""
        now = time.perf_counter()
        rest = now - self._last - sum(parts.values())
        self.laps |= {one: round(seconds * 1000, 2) for one, seconds in {name: max(0.0, rest), **parts}.items()}
        self._last = now


def _state(stands: Sequence[object], is_whole: bool) -> State:
    if not stands:
        return "abstained"
    return "answered" if is_whole else "partial"


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
