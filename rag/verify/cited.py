"""What a sentence names is what it cites: every law, article, 項, decision and authority in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.agencies import bodies
from rag.decisions import find_decisions
from rag.domain import Decision, Reference, Unit
from rag.units import find_unit
from rag.verify.claims import OK, Claim, Finding
from rag.verify.given import Given
from rag.verify.quotes import Text

_ELSEWHERE = 0.25  # how much more of a sentence must stand in another 項 than in the one it names
# 依, 另按: what may stand before the article that a sentence reports
_LEADS = re.compile(
    r"[\s，、]*(?:(?:而|又|另外?|且|此外|再者|其中|首先|其次|因此|所以|但)[，、]?)?(?:依照|依據|依|按照|按|根據|我國)?"
)
_TELLS = re.compile("[之的中]?(?:也|亦|已|並)?(?:明文)?(?:規定|明定|定有明文|指出|規範)?[，：:「]")
# what a text or a sentence says is of an article: 第三十六條所定之例假
_OF_IT = re.compile(r"(?:第[^條]{1,8}[項款目])*(?:所定|規定|所稱|所列|[所之的])*([^\W\d_]{2})")


def references(claim: Claim, given: Sequence[Given]) -> Finding:
    """Every law, article and decision named is one it cites, or one that a text it cites speaks of."""
    for found in claim.named:
        verdict = _reference(found, claim)
        if verdict != "ok":
            return Finding(verdict, claim.own[found.start : found.end])
    for decision in find_decisions(claim.own):
        if not _is_known(decision, claim.cited, given):
            return Finding("uncited", claim.own[decision.start : decision.end])
    return _quoted_there(claim)


def names(claim: Claim) -> Finding:
    """Every authority and court named stands in a cited text, its label or title."""
    for body in bodies(claim.words):
        if not any(given.has_body(body) for given in claim.cited):
            return Finding("unfounded", body.written)
    return OK


def is_its_own(found: Reference, given: Given) -> bool:
    """Whether a reference is to the article given, or to its law; one without a name is told by its number."""
    document = given.document
    if not given.is_statute or (found.article and found.article != document.number):
        return False
    return _is_vague(found) or given.bears(found)


def _reference(found: Reference, claim: Claim) -> str:
    direct = [one for one in claim.cited if is_its_own(found, one)]
    if direct:
        return OK.verdict if any(_is_placed(found, claim, one) for one in direct) else "misplaced"
    if not any(_speaks_of(one, found) for one in claim.cited):
        return "uncited"
    if _is_of_another(found, claim):
        return "misplaced"
    return "uncited" if _is_reported(found, claim) else OK.verdict


def _is_vague(found: Reference) -> bool:
    """第24條, 本法, 同條例: the name of the law is not said."""
    return not found.law and (not found.name or found.name[0] in "本同該前上此")


def _speaks_of(given: Given, found: Reference) -> bool:
    if not found.article and not found.law:
        return given.has(found.name)
    for one in given.mentions:
        same = _is_vague(found) or (one.law == found.law if found.law else one.name == found.name)
        if (found.article == one.article and (same or not one.law)) or (not found.article and same and one.law):
            return True
    return bool(not found.article and given.has(found.name))


def _is_reported(found: Reference, claim: Claim) -> bool:
    """Whether the sentence gives out an article, which its sources only mention, as the one that says so.

    「民法第195條規定，…」 over a source that is another article; 「依第24條計算的工資」 only mentions it, and so does a
    sentence on an article that opens with that reference itself.
    """
    if found is not claim.named[0] or not found.article or not all(given.is_statute for given in claim.cited):
        return False
    lead = _LEADS.fullmatch(claim.own, 0, found.start)
    if not lead or not _TELLS.match(claim.own, found.end):
        return False
    return not any(
        one.article == found.article and one.end > 0 and _LEADS.fullmatch(given.text, 0, one.start)
        for given in claim.cited
        for one in given.mentions
    )


def _is_of_another(found: Reference, claim: Claim) -> bool:
    """「第三十八條所定之例假」, where a text says so of another article, and of this one something else."""
    thing = _OF_IT.match(claim.own, found.end)
    if thing is None or not found.article:
        return False
    said = [
        (one.article, of[1])
        for given in claim.cited
        for one in given.mentions
        if one.end > 0 and (of := _OF_IT.match(given.text, one.end))
    ]
    bearers = {article for article, of in said if of == thing[1]}
    return bool(bearers) and found.article not in bearers and found.article in {article for article, _ in said}


def _is_placed(found: Reference, claim: Claim, given: Given) -> bool:
    """Whether the 項 or 款 named is there and, where nothing is quoted, says what the sentence says."""
    if not found.units:
        return True
    unit = find_unit(given.text, found.units)
    if unit is None:
        return False
    if claim.said.quotes or unit not in given.units:
        return True
    named = {one.units for one in claim.named}
    siblings = [one for one in given.units if one.path[:-1] == unit.path[:-1] and one.path not in named]
    return not any(_is_better(one, unit, claim, given) for one in siblings)


def _is_better(other: Unit, named: Unit, claim: Claim, given: Given) -> bool:
    return given.share(claim.words, other) >= given.share(claim.words, named) + _ELSEWHERE


def _quoted_there(claim: Claim) -> Finding:
    """Where 項 are named and something is quoted, one of them holds one of the quotes."""
    placed = [
        (found, given.text[unit.start : unit.end])
        for found in claim.named
        for given in claim.cited
        if found.units and is_its_own(found, given)
        if (unit := find_unit(given.text, found.units))
    ]
    if not placed or not claim.said.quotes:
        return OK
    if any(Text(text).find(quote).verdict != "altered" for _, text in placed for quote in claim.said.quotes):
        return OK
    return Finding("misplaced", claim.own[placed[0][0].start : placed[0][0].end])


def _is_known(decision: Decision, cited: Sequence[Given], given: Sequence[Given]) -> bool:
    """A decision given, or one that a cited text speaks of; a court not told is any court."""
    keys = [key for one in cited for key in one.decisions]
    keys += [key for one in given for key in one.own_decisions]
    return any(_is_same(decision.key, key) for key in keys)


def _is_same(key: str, other: str) -> bool:
    if key == other:
        return True
    parts, others = key.split("/"), other.split("/")
    same_case = parts[0] == others[0] == "case" and len(parts) == len(others) == 5
    return same_case and parts[2:] == others[2:] and "" in (parts[1], others[1])
