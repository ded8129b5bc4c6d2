"""Where in a source a sentence rests: the stretch it quotes, or the 項 or 款 that says what it says."""

from __future__ import annotations

from rag.domain import Unit
from rag.support import covered
from rag.units import find_unit
from rag.verify.cited import is_its_own
from rag.verify.claims import Claim
from rag.verify.given import Given, pairs
from rag.write import Draft, closest, write

_SAME_MATTER = 0.3  # of a sentence's words, by weight, in one statement of a source
_NEARLY_ALL = 0.8  # of what a 項 shares with a sentence, in one of its 款


def span(claim: Claim, given: Given) -> tuple[int, int]:
    """A span of the document's text: from the first to the last stretch quoted, else the unit, else the source."""
    found = [stretch for stretch in map(given.find, claim.said.quotes) if stretch.verdict != "altered"]
    if found:
        return min(one.start for one in found), max(one.end for one in found)
    unit = _named(claim, given) or _closest(claim, given)
    return (unit.start, unit.end) if unit else (given.source.start, given.source.end)


def own_words(claim: Claim) -> Draft | None:
    """What the cited source that is most like a sentence says, quoted; ``None`` where it is of another matter."""
    likeness = {given.source.mark: covered(claim.words, given.text) for given in claim.cited}
    best = max(claim.cited, key=lambda given: likeness[given.source.mark], default=None)
    if best is None or likeness[best.source.mark] < _SAME_MATTER:
        return None
    return next(write([closest(best.source, pairs(claim.words))]))


def _named(claim: Claim, given: Given) -> Unit | None:
    """The 項 or 款 that the sentence names, where it names one."""
    named = [found.units for found in claim.named if found.units and is_its_own(found, given)]
    return find_unit(given.text, named[0]) if len(named) == 1 else None


def _closest(claim: Claim, given: Given) -> Unit | None:
    source = given.source
    inside = [unit for unit in given.units if source.start <= unit.start and unit.end <= source.end]
    if len(inside) < 2:
        return None
    outer = given.closest(claim.words, [unit for unit in inside if len(unit.path) == 1])
    if outer is None:
        return None
    below = [unit for unit in inside if unit.path[:-1] == outer.path]
    inner = given.closest(claim.words, below)
    if inner and given.share(claim.words, inner) >= _NEARLY_ALL * given.share(claim.words, outer):
        return inner
    return outer
