"""Where each value of a text stands, and among which words: what tells 三日 of one 款 from 七日 of another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from math import exp, log
from typing import NamedTuple

from rag.support.concepts import lexicon
from rag.values import Located, Stated, blanked, folded, located, told

# How near each other two things are, 0 … 1; set on drafts and their mutations, see docs/log.md.
_REACH = 50  # characters; what is farther away stands in the text, not near
_HALF = 8.0  # characters away a word counts half
_FAINT = 0.05
_LISTED = 120  # characters of a list of things
_SIGNS = {
    sign: log(left) for sign, left in {"、": 0.8, ",": 0.7, ":": 0.7, "(": 0.7, ")": 0.7, ";": 0.4, "。": 0.4}.items()
}
# What weighs how much, a pair of characters being 1
_VALUE = 2.0
_BOUND = 1.0  # more, where another value has the same bound, too
_NEXT = 1.5  # the value before or after,
_BESIDE = 0.3  # which stands near, how many signs ever are between
_CONCEPT = 0.5  # 老闆 for 雇主
_LED = 0.15  # what announces a 款 stands near none of its numbers, and above all
_RUN = re.compile(r"[^\W_]+")
_CLAUSE = re.compile("[^,;:。()]+")
# 於甲、乙及丙…，應分別負擔其一、二及三
_EACH = re.compile("分別|依序|依次")
_STOP = re.compile("[;。]|$")
_AND = re.compile("、|[及與和或]")


class Place:
    """A value where it stands, with what is around it; ``is_implied`` where the text has no number for it."""

    def __init__(self, located: Located, text: _Text) -> None:
        self.stated = located.stated
        self.is_implied = located.is_implied
        self._located = located
        self._text = text

    @cached_property
    def words(self) -> Mapping[str, float]:
        """How near each stands: pairs of characters, values (=12月), those before and after (<=12月), concepts."""
        return self._text.around(self._located)


class _Word(NamedTuple):
    start: int
    end: int
    word: str
    weight: float


def places_said(text: str) -> list[Place]:
    """The values that a sentence states."""
    key = folded(text)
    return _Text(key, list(located(key))).places


def places_told(text: str, lead: str = "", meant: Sequence[Located] = ()) -> list[Place]:
    """The values that a text states or implies.

    :param lead: what announces the text, where it is one of several 款.
    :param meant: values that the folded text speaks of without saying them: the 14日 of 「前項期間」.
    """
    key = folded(text)
    return _Text(key, sorted(told(key), key=_start), lead, meant).places


class _Text:
    """A folded text with its words and values in order, taken apart when first asked for."""

    def __init__(self, key: str, told: Sequence[Located], lead: str = "", meant: Sequence[Located] = ()) -> None:
        self.key = key
        self.lead = lead
        self.places = [Place(one, self) for one in (*told, *meant)]
        self.stated = [one for one in told if not one.is_implied and one.stated.value.unit]
        self.starts = [one.start for one in self.stated]

    @cached_property
    def words(self) -> list[_Word]:
        return sorted([*_values(self.stated), *_pairs(blanked(self.key, self.stated))])

    @cached_property
    def word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def faded(self) -> list[float]:
        """The logarithm of how much less counts what stands so far from the beginning."""
        return list(accumulate((_SIGNS.get(char, 0.0) for char in self.key), initial=0.0))

    @cached_property
    def clauses(self) -> list[tuple[int, int, Collection[str]]]:
        spans = (match.span() for match in _CLAUSE.finditer(self.key))
        return [(start, end, lexicon().concepts(self.key[start:end])) for start, end in spans]

    @cached_property
    def above(self) -> Mapping[str, float]:
        return {word.word: _LED for word in _pairs(folded(self.lead))}

    @cached_property
    def each(self) -> Mapping[int, tuple[str, str]]:
        return dict(self._each(self.key))

    def _each(self, key: str) -> Iterator[tuple[int, tuple[str, str]]]:
        """By the start of a value, the thing that it is of among several, and the others."""
        for match in _EACH.finditer(key):
            stop = _STOP.search(key, match.end())
            first, last = bisect_left(self.starts, match.end()), bisect_left(self.starts, stop.start() if stop else 0)
            things = _AND.split(_STOP.split(key[max(0, match.start() - _LISTED) : match.start()])[-2])[first - last :]
            if last - first == len(things) > 1:
                for at, thing in enumerate(things):
                    yield self.starts[first + at], (thing, ",".join(things[:at] + things[at + 1 :]))

    def _near(self, one: Located, start: int, end: int) -> float:
        """How few signs stand between a value and something else."""
        if start >= one.end:
            return exp(self.faded[start] - self.faded[one.end])
        return exp(self.faded[one.start] - self.faded[end]) if end <= one.start else 1.0

    def around(self, one: Located) -> Mapping[str, float]:
        near = dict(self.above)
        for word, weight in (*self._words(one), *self._next(one), *self._concepts(one)):
            near[word] = max(near.get(word, 0.0), weight)
        if one.start in self.each:
            own, others = ({pair.word for pair in _pairs(text)} for text in self.each[one.start])
            near = {word: weight for word, weight in near.items() if word not in others - own}
            near |= dict.fromkeys(own, 1.0)
        return near

    def _words(self, one: Located) -> Iterator[tuple[str, float]]:
        for at in range(
            bisect_left(self.word_starts, one.start - _REACH), bisect_left(self.word_starts, one.end + _REACH)
        ):
            word = self.words[at]
            away = max(word.start - one.end, one.start - word.end)
            if away >= 0:
                yield word.word, word.weight * self._near(one, word.start, word.end) / (1 + away / _HALF)

    def _next(self, one: Located) -> Iterator[tuple[str, float]]:
        at = bisect_left(self.starts, one.start)
        after = at + (at < len(self.stated) and self.starts[at] == one.start)
        beside = [("<", self.stated[at - 1])] if at else []
        beside += [(">", self.stated[after])] if after < len(self.stated) else []
        for side, other in beside:
            near = _NEXT * max(_BESIDE, self._near(one, other.start, other.end))
            yield side + name(other.stated), near
            yield side + name(other.stated) + other.stated.bound, near / 2

    def _concepts(self, one: Located) -> Iterator[tuple[str, float]]:
        here = max(0, bisect_left(self.clauses, (one.end,)) - 1)
        for clauses in (reversed(self.clauses[: here + 1]), self.clauses[here + 1 :]):
            for start, end, concepts in clauses:
                weight = _CONCEPT * self._near(one, start, end)
                if weight < _FAINT:
                    break
                yield from ((f"~{concept}", weight) for concept in concepts)


def name(stated: Stated) -> str:
    """How a value stands among words: ``name(…) == "=12月"`` of 一年以上."""
    return f"={stated.value.number:g}{stated.value.unit}"


def _values(found: Iterable[Located]) -> Iterator[_Word]:
    for one in found:
        yield _Word(one.start, one.end, name(one.stated), _VALUE)
        if one.stated.bound:
            yield _Word(one.start, one.end, name(one.stated) + one.stated.bound, _BOUND)


def _pairs(key: str) -> Iterator[_Word]:
    for run in _RUN.finditer(key):
        for at in range(run.start(), run.end() - 1):
            # 都市 of 非都市土地 is another
            denied = "非" in key[max(run.start(), at - 3) : at]
            yield _Word(at, at + 2, f"!{key[at : at + 2]}" if denied else key[at : at + 2], 1.0)


def _start(one: Located) -> int:
    return one.start
