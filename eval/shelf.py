"""What stands under a citation on a day, each thing worked out once for all answers that rest on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from eval.library import Library
from eval.outputs import Cited
from rag.check import Checker, CheckReport
from rag.domain import Document, Passage, Reference, Status
from rag.goodlaw import good_law
from rag.standing import standing
from rag.support import LexicalSupport, Support
from rag.verify import Prover
from rag.verify.given import Given, pairs
from rag.verify.quotes import parts
from rag.write import Source, source_named, source_of_passage

Existence = Literal["now", "then", "later", "never"]
"""``then``: it was there before the day; ``later``: it will be; ``never``: nothing of that name is known."""

_PROVERS, _GIVEN, _CHECKED = 4_096, 20_000, 20_000
_LEXICAL = LexicalSupport()
_ON_DAY: dict[Status, Existence] = {
    Status.IN_FORCE: "now",
    Status.DELETED: "then",
    Status.REPEALED: "then",
    Status.SUPERSEDED: "then",
    Status.NOT_YET_IN_FORCE: "later",
    Status.REVERSED: "now",
}


class Held(NamedTuple):
    """A citation and what stands under it; ``given`` is None where nothing does."""

    cited: Cited
    existence: Existence
    given: Given | None = None


class Place(NamedTuple):
    """What tells one citation from another: all of it but how it is called."""

    mark: int
    key: str
    version: str
    start: int | None
    end: int | None
    quote: str

    @classmethod
    def of(cls, cited: Cited) -> Place:
        return cls(cited.mark, cited.key, cited.version, cited.start, cited.end, cited.quote)


class Shelf:
    """The stored texts as the proof wants them, over one library."""

    def __init__(self, library: Library, support: Support = _LEXICAL) -> None:
        self._library = library
        self._support = support
        self._held = lru_cache(_GIVEN)(self._found)
        self._provers = lru_cache(_PROVERS)(self._prover)
        self._checker = lru_cache(64)(lambda day: Checker(library, library.names, support, day))
        self.report = lru_cache(_CHECKED)(self._report)
        self._pairs = lru_cache(_GIVEN)(pairs)

    def held(self, cited: Cited, day: date) -> Held:
        """What stands under a citation."""
        existence, given = self._held(Place.of(cited), day)
        return Held(cited, existence, given)

    def prover(self, citations: Sequence[Cited], day: date) -> Prover:
        """The proof over all that an answer cites: the very one that answers are served by."""
        return self._provers(tuple(map(Place.of, citations)), day)

    def fitted(self, citations: Sequence[Cited], text: str, day: date) -> tuple[Cited, ...]:
        """The citations, those of a long text that tell no place in it with the passage closest to a sentence."""
        return tuple(self._fit(one, text, day) for one in citations)

    def _fit(self, cited: Cited, text: str, day: date) -> Cited:
        given = None if cited.start is not None or cited.quote else self.held(cited, day).given
        if given is None or given.is_statute:
            return cited
        document, said = given.document, pairs(text)
        quote = next((one for one in parts(text).quotes if one in document.text), "")
        if quote:
            return cited.model_copy(update={"quote": quote})
        passages = self._library.passages_of(document.key, document.version)
        if len(passages) < 2:
            return cited
        best = max(passages, key=lambda one: len(said & self._pairs(one.text)))
        return cited.model_copy(update={"start": best.start, "end": best.end})

    def _report(self, text: str, day: date) -> CheckReport:
        """What every legal reference of a text is worth on a day."""
        return self._checker(day).report(text)

    def _prover(self, places: tuple[Place, ...], day: date) -> Prover:
        found = (self._held(place, day)[1] for place in places)
        given = [one for one in found if one]
        return Prover(given, self._library, self._library.names, day, self._support)

    def _found(self, place: Place, day: date) -> tuple[Existence, Given | None]:
        versions = self._library.versions(place.key) if place.key else ()
        if place.version and not any(one.version == place.version for one in versions):
            return "never", None
        source = self._article(place, versions, day) if place.key.startswith("law/") else self._other(place, day)
        if source is None:
            return "never", None
        existence: Existence = "later" if source.document.valid_from > day else _ON_DAY[source.status]
        return existence, Given(source, self._library.names)

    def _article(self, place: Place, versions: Sequence[Document], day: date) -> Source | None:
        """The version cited, else the one of the day, else the last before it, with what it is on the day."""
        if not versions:
            return None
        stands = standing(self._library.law(versions[0].law), versions, day)
        past = [one for one in versions if one.valid_from < one.valid_to <= day]
        document = next((one for one in versions if one.version == place.version), None) or stands.document
        document = document or (past[-1] if past else versions[0])
        reference = Reference(0, 0, law=document.law, article=document.number)
        if stands.document and stands.status and document.text == stands.document.text:
            return source_named(place.mark, reference, stands.document, stands.status, stands.since)
        later = document.valid_from > day
        status, since = (
            (Status.NOT_YET_IN_FORCE, document.valid_from) if later else (Status.SUPERSEDED, document.valid_to)
        )
        return source_named(place.mark, reference, document, status, since)

    def _other(self, place: Place, day: date) -> Source | None:
        """A decision, a gazette, news: the passages that the citation lies in, or all of it."""
        versions = self._library.versions(place.key)
        named = next((one for one in versions if one.version == place.version), None)
        document = named or next((one for one in versions if one.holds_on(day)), None) or next(iter(versions), None)
        if document is None:
            return None
        found = good_law(document, self._library, day)
        source = source_of_passage(place.mark, document, self._passage(document, place))
        return source._replace(status=found.status, note=found.note)

    def _passage(self, document: Document, place: Place) -> Passage:
        whole = document.whole
        at = document.text.find(place.quote) if place.quote and place.start is None else -1
        start = at if at >= 0 else place.start
        end = at + len(place.quote) if at >= 0 else place.end
        if start is None or end is None or not 0 <= start < end <= len(document.text):
            return whole
        parts = self._library.passages_of(document.key, document.version)
        inside = [one for one in parts if one.start < end and start < one.end] or [whole]
        first, last = min(one.start for one in inside), max(one.end for one in inside)
        return replace(inside[0], start=first, end=last, text=document.text[first:last])


@lru_cache(maxsize=2)
def shelf_of(library: Library) -> Shelf:
    """The shelf over a library, one for all measures of a process."""
    return Shelf(library)
