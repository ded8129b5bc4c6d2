"""Whether each value of a sentence stands where the rest of the sentence does: 「十四日」 of another 款 proves nothing.

A value may stand at several places of a text. The one meant is told by what is around it, in the sentence as in the
text: words, other values, bounds. Where a place fits clearly better that holds another value, that one was meant.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from rag.bounds import agree
from rag.values import Value, readings
from rag.verify.claims import OK, Claim, Finding
from rag.verify.places import Place, name, places_said

# Set on drafts and their mutations, see docs/log.md.
_CLEARLY, _MARGIN = 1.25, 0.05  # how much better another place must fit, in proportion and in words
_MANY = 20_000  # pairs of a value and a place; of a long table words do not tell which is meant
_SHARED = 0.5  # how much a place still counts for a value, where another of the sentence stands there better
_COMMON = 9.0  # how much less words count that stand around every value
_BEYOND = 0.6  # how much counts against a place what is around it and not in the sentence
_UNBOUND, _OTHER_BOUND = 0.9, 0.6


class _Fits(NamedTuple):
    """How well each place of the texts fits each value of a sentence, and which place each value has taken."""

    there: Sequence[Place]
    said: Sequence[Place]
    fits: Sequence[Sequence[float]]
    taken: Mapping[int, int]  # the place → which value

    def own(self, at: int) -> list[int]:
        """The places that hold the value."""
        return [place for place, one in enumerate(self.there) if _is_same(self.said[at], one)]

    def is_free(self, place: int, at: int) -> bool:
        """Whether no other value of the sentence stands at a place better than this one would."""
        other = self.taken.get(place)
        return other is None or other == at or self.fits[other][place] < self.fits[at][place]


def placed(claim: Claim) -> Finding:
    """Every value, known to stand in a cited text, stands there with this bound and in this context."""
    said = places_said(claim.words)
    if not said:
        return OK
    meant = [value for one in said for value in _meant(one)]
    numbers, units = {value.number for value in meant}, {value.unit for value in meant}
    there = [place for given in claim.cited for place in given.places if _is_like(place, numbers, units)]
    if not there or len(said) * len(there) > _MANY:
        return OK
    fits = _fits(said, there)
    verdicts = (Finding(_verdict(at, fits), one.stated.written, one.stated.bound) for at, one in enumerate(said))
    found = next((one for one in verdicts if one.verdict != OK.verdict), OK)
    return found if found.verdict != "unfounded" else found._replace(instead="")


def _meant(one: Place) -> list[Value]:
    return [one.stated.value, *readings(one.stated.value)]


def _is_same(one: Place, place: Place) -> bool:
    return place.stated.value in _meant(one)


def _is_like(place: Place, numbers: Container[float], units: Container[str]) -> bool:
    """Whether a place may be meant by one of several values, or in its stead."""
    value = place.stated.value
    return value.unit != "" and (value.unit in units or value.number in numbers)


def _verdict(at: int, fits: _Fits) -> str:
    one, fit, own = fits.said[at], fits.fits[at], fits.own(at)
    if not own:
        return OK.verdict
    best = max(fit[place] for place in own)
    agreed = [fit[place] for place in own if agree(one.stated.bound, fits.there[place].stated.bound)]
    if _is_clearly(best, max(agreed, default=0.0)):
        return "bounds"
    # The second 30日 of a sentence, where the text has only one, is none of its own.
    alone = max((fit[place] for place in own if fits.taken.get(place, at) == at), default=0.0)
    other = max((fit[place] for place in _others(at, fits)), default=0.0)
    if _is_clearly(other, best) or (alone < best and other > _SHARED * best + (1 - _SHARED) * alone):
        return "unfounded"
    return OK.verdict


def _is_clearly(better: float, good: float) -> bool:
    return better > good * _CLEARLY + _MARGIN


def _others(at: int, fits: _Fits) -> Iterable[int]:
    """The places that hold another value that may be the one meant."""
    meant = _meant(fits.said[at])
    numbers, units = {value.number for value in meant}, {value.unit for value in meant}
    for place, one in enumerate(fits.there):
        is_other = one.stated.value not in meant and _is_like(one, numbers, units)
        if is_other and not one.is_implied and fits.is_free(place, at):
            yield place


def _fits(said: Sequence[Place], there: Sequence[Place]) -> _Fits:
    around: dict[str, float] = {}
    for place in there:
        for word, near in place.words.items():
            around[word] = around.get(word, 0.0) + near
    weights = {word: 1 / (1 + _COMMON * near / len(there)) for word, near in around.items()}
    sentence = {word for one in said for word in one.words} | {name(one.stated) for one in said}
    covers = [_cover(place, sentence, weights) for place in there]
    fits = [[_fit(one, place, weights) * cover for place, cover in zip(there, covers, strict=True)] for one in said]
    return _Fits(there, said, fits, _taken(said, there, fits))


def _cover(place: Place, sentence: set[str], weights: Mapping[str, float]) -> float:
    """1 where all that is around a place is in the sentence, too; less where it is of more."""
    total = shared = 0.0
    for word, near in place.words.items():
        weight = near * weights[word]
        total += weight
        shared += weight if word in sentence else 0.0
    return 1 - _BEYOND + _BEYOND * shared / (total or 1.0)


def _fit(one: Place, place: Place, weights: Mapping[str, float]) -> float:
    there = place.words
    fit = sum(near * there[word] * weights[word] for word, near in one.words.items() if word in there)
    said, held = one.stated.bound, place.stated.bound
    return fit if said == held else fit * (_UNBOUND if agree(said, held) else _OTHER_BOUND)


def _taken(said: Sequence[Place], there: Sequence[Place], fits: Sequence[Sequence[float]]) -> Mapping[int, int]:
    """Which value of the sentence stands at which place, each at one, the best first."""
    pairs = [
        (fits[at][place], at, place)
        for at, one in enumerate(said)
        for place, other in enumerate(there)
        if _is_same(one, other)
    ]
    taken: dict[int, int] = {}
    for _, at, place in sorted(pairs, reverse=True):
        if place not in taken and at not in taken.values():
            taken[place] = at
    return taken
