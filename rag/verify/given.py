"""What a source gives to the proof, each thing worked out once and only if it is asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from rag.agencies import Body, bodies
from rag.decisions import find_decisions
from rag.domain import Document, Reference, Unit
from rag.grammar import LEVELS, Path, chains, units_meant
from rag.names import LawNames, display_name
from rag.numerals import search_key
from rag.orders import blanked
from rag.references import find_references, parent_law
from rag.units import units
from rag.values import Known, Located, Stated, Value, folded, stated
from rag.verify.places import Place, places_told
from rag.verify.quotes import Stretch, Text
from rag.write import Source, roc

_COUNTS = ("種", "個", "項", "類", "款", "點")  # 「下列五種情形」 counts the 款 of a 項
_FEW = 3  # values of a 項 that 前項 may mean; of more it can't be told which
_VALUE_WEIGHT = 3.0  # pairs of characters that one value in common counts for
_SIGN = re.compile(r"\W")


class Segment(NamedTuple):
    """A stretch of a text that says one thing: its pairs of characters and its values."""

    pairs: frozenset[str]
    known: Known

    def fit(self, claimed: frozenset[str], values: Iterable[Stated]) -> float:
        """How much it shares with pairs and values of another text."""
        return len(claimed & self.pairs) + _VALUE_WEIGHT * sum(map(self.known.has, values))


class Given:
    """A source as the sentences that cite it see it: an article whole, of anything else the passage."""

    def __init__(self, source: Source, names: LawNames) -> None:
        self.source = source
        self.document: Document = source.document
        self.is_statute = self.document.kind == "statute"
        # An order to a machine proves nothing, whoever wrote it into a source.
        self.text = blanked(self.document.text if self.is_statute else source.quote)
        self._from = 0 if self.is_statute else source.start
        self._names = names
        self._segments: dict[Unit, Segment] = {}
        self._values: dict[Path, list[Stated]] = {}

    @cached_property
    def key(self) -> str:
        return search_key(self.text)

    @cached_property
    def about(self) -> str:
        """What is known of it beside its text: label, title, its days in both calendars, what became of it."""
        document = self.document
        days = [day for day in (self.source.since, document.valid_from, document.valid_to) if day]
        written = "，".join(f"{roc(day)}，{day.year}年{day.month}月{day.day}日" for day in days)
        return f"{self._called}，{written}，{self.source.note}"

    @property
    def _called(self) -> str:
        return f"{self.source.label}，{display_name(self.document.title)}"

    @cached_property
    def about_key(self) -> str:
        return search_key(self.about)

    @cached_property
    def known(self) -> Known:
        counted = (Stated(Value(count, unit), "") for count in self._items() for unit in _COUNTS)
        return Known().add(place.stated for place in self.places).add(stated(self.about)).add(counted)

    @cached_property
    def dated(self) -> Known:
        """The days known of it."""
        return Known().add(stated(self.about))

    @cached_property
    def mentions(self) -> tuple[Reference, ...]:
        """The laws and articles its text and title speak of, 本法 and 前條 among them."""
        document = self.document
        at = Reference(0, 0, law=document.law, article=document.number) if self.is_statute else None
        parent = parent_law(display_name(document.title), "", self._names) if self.is_statute else ""
        home = document.law if self.is_statute else ""
        inside = find_references(self.text, self._names, home=home, parent=parent, at=at)
        own = [] if self.is_statute else find_references(self.about, self._names)
        its = [Reference(0, 0, law=document.law, article=document.number)] if document.law else []
        return (*inside, *own, *its)

    def bears(self, found: Reference) -> bool:
        """Whether its law is the one a reference names; several laws may bear a name."""
        law = self.document.law
        if found.law:
            return law == found.law or law in self._names.candidates(found.name)
        return search_key(found.name) in self.about_key

    @cached_property
    def decisions(self) -> frozenset[str]:
        """Keys of the decisions its text, label and title speak of."""
        return frozenset(one.key for one in find_decisions(f"{self.about}\n{self.text}"))

    @cached_property
    def own_decisions(self) -> frozenset[str]:
        """The keys under which it may be named itself."""
        return frozenset((self.document.key, *(one.key for one in find_decisions(self._called))))

    @cached_property
    def bodies(self) -> frozenset[str]:
        return frozenset(body.name for body in bodies(f"{self.about}，{self.text}"))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return units(self.text) if self.is_statute else ()

    def segment(self, unit: Unit) -> Segment:
        if unit not in self._segments:
            inside = (places for path, places in self._placed if path[: len(unit.path)] == unit.path)
            known = Known().add(place.stated for places in inside for place in places)
            self._segments[unit] = Segment(pairs(self.text[unit.start : unit.end]), known)
        return self._segments[unit]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The values of its text where they stand."""
        return tuple(place for _, places in self._placed for place in places)

    @cached_property
    def _placed(self) -> tuple[tuple[Path, list[Place]], ...]:
        return tuple(
            (path, places_told(text, lead, list(self._meant(folded(text), path))))
            for path, lead, text in self._stretches()
        )

    def _stretches(self) -> Iterator[tuple[Path, str, str]]:
        """The text of each 項 without 款, and of each 款, with its path and the line that announces it."""
        lead = ""
        for at, unit in enumerate(self.units):
            below = self.units[at + 1] if at + 1 < len(self.units) else None
            has_more = below is not None and below.start < unit.end
            text = self.text[unit.start : below.start if below and has_more else unit.end]
            lead = lead if len(unit.path) > 1 else ""
            yield unit.path, lead, text
            lead = text if has_more and len(unit.path) == 1 else lead
        if not self.units:
            yield (), "", self.text

    def _meant(self, key: str, path: Path) -> Iterator[Located]:
        """The values of the 項 and 款 that a stretch speaks of, where it does: 前項第一款之年齡."""
        pointers = [one for chain in chains(key) for one in chain if not one.article and one.base[-1:] in LEVELS]
        for pointer in pointers:
            others = (units for units in units_meant(pointer, path) if units != path[: len(units)])
            found = [one for units in others if units in self._by_path for one in self._stated(units)]
            if len(found) <= _FEW:
                yield from (Located(one, pointer.start, pointer.end) for one in found)

    def _stated(self, path: Path) -> Sequence[Stated]:
        """What a 項 or 款 states, each once."""
        if path not in self._values:
            unit = self._by_path[path]
            self._values[path] = list(dict.fromkeys(stated(self.text[unit.start : unit.end])))
        return self._values[path]

    @cached_property
    def _by_path(self) -> Mapping[Path, Unit]:
        return {unit.path: unit for unit in self.units}

    def has_body(self, body: Body) -> bool:
        return body.name in self.bodies or any(
            name in self.key or name in self.about_key for name in (body.written, *body.tasks)
        )

    def has(self, words: str) -> bool:
        """Whether words stand in its text, label or title, but for width and white space."""
        key = search_key(words)
        return key in self.key or key in self.about_key

    @cached_property
    def _quoted(self) -> Text:
        return Text(self.text, self.source.start - self._from, self.source.end - self._from)

    def find(self, quote: str) -> Stretch:
        """Where a quote stands in the document."""
        found = self._quoted.find(quote)
        return found._replace(start=found.start + self._from, end=found.end + self._from)

    def closest(self, words: str, within: Sequence[Unit]) -> Unit | None:
        """The unit, of those given, that shares most with words; the first of equals, none where nothing is shared."""
        claimed, counted = pairs(words), stated(words)
        fits = {unit: self.segment(unit).fit(claimed, counted) for unit in within}
        best = max(within, key=lambda unit: fits[unit], default=None)
        return best if best is not None and fits[best] else None

    def share(self, words: str, unit: Unit) -> float:
        """Of the words' pairs, how many stand in a unit, 0 … 1."""
        claimed = pairs(words)
        return len(claimed & self.segment(unit).pairs) / max(1, len(claimed))

    def _items(self) -> Iterator[int]:
        """How many 款 each 項 has."""
        counts = Counter(unit.path[:-1] for unit in self.units if len(unit.path) > 1)
        return (count for count in counts.values() if count > 1)


def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters, signs left out: ``pairs("應，預告") == {"應預", "預告"}``."""
    plain = _SIGN.sub("", search_key(text))
    return frozenset(map(str.__add__, plain, plain[1:]))
