"""The norms of a text that a claim is held against: what its sentences say, what lists and exceptions make of them.

An item stands under the modal of the line that announces it; 「但…不在此限」 turns the rule before it round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.support.clauses import CASES, EXCEPTS, LISTED, Bag, Clause, Statement, bag_of, surroundings
from rag.support.concepts import Token
from rag.support.modality import STRONG, Norm, norms

_FLIPPED = {
    "must": "exempt",
    "must?": "exempt",
    "forbid": "may",
    "may": "forbid",
    "may?": "forbid",
    "not": "may?",
    "": "not",
}
# What an announced case stands under is clear only as far as it is allowed or not.
_ANNOUNCED = {"must": "must?", "may": "may?"}
_OUTSIDE = re.compile("除有?[下左]列[^,]{0,20}外")
_SAME_WORDS = 6  # characters of a clause that is the text's own but for its modals
_LIMITS = frozenset({"逾", "低於"})
_CAPS = re.compile("為限$|最[高長多]")
_UP_TO = "滿"
_LIMITED = frozenset({"最高", "至少", "以下", "以上", "逾", "低於", "未滿"})


class Known(NamedTuple):
    """A norm of a text; ``around``: what stands with it, and how much each counts."""

    norm: Norm
    governed: Bag
    around: tuple[tuple[float, Bag], ...]
    statement: Statement
    condition: tuple[Token, ...] = ()


def known_norms(found: Sequence[Statement]) -> list[Known]:
    """The norms of a text, with those that exceptions (不在此限) and 亦同 make of the sentence before them."""
    result: list[Known] = []
    for one in found:
        made = _foreseen(norms(one.clauses), one)
        around = tuple(surroundings(one, below=True))
        if one.lead is not None:
            announced = _announcing(one.lead)
            result += _unless(one, around)
            if announced is not None:
                if not any(norm.modal in STRONG or norm.modal == "not" for norm in made):
                    words = (*announced.governed, *(token for token in one.tokens if token.modal in ("", "anti")))
                    result.append(Known(announced, bag_of(words), around, one))
                soft = _ANNOUNCED.get(announced.modal, announced.modal)
                made = [_item(norm, soft) for norm in made]
            if EXCEPTS.search(one.lead.text) and one.lead.before is not None:
                result += _flipped(one.lead.before, one, around)
        result += [
            Known(norm, bag_of(norm.governed), around, one, condition(made, norm)) for norm in made if norm.governed
        ]
        if one.before is not None:
            result += _excepted(one)
    return result


def _foreseen(made: Sequence[Norm], one: Statement) -> list[Norm]:
    """審核家庭狀況，得伸縮之: what is done to that end one may do, too."""
    starts = {norm.clause: norm.modal for norm in made if norm.modal in ("may", "must") and _begins(one, norm)}
    return [
        norm._replace(soft=starts.get(norm.clause + 1, ""))
        if not norm.effective and norm.whole and not norm.case
        else norm
        for norm in made
    ]


def _begins(one: Statement, norm: Norm) -> bool:
    first = one.clauses[norm.clause].tokens[0]
    return first.start == 0 and first.modal == norm.modal


def _item(norm: Norm, soft: str) -> Norm:
    """不得有下列情事：未公開薪資 is a duty to do so."""
    if norm.modal == "not" and soft == "forbid":
        return norm._replace(modal="must")
    return norm if norm.effective else norm._replace(soft=soft)


def _announcing(lead: Statement) -> Norm | None:
    """The norm of which the items are the objects: 應告知下列事項；cases and choices are none."""
    if CASES.search(lead.text) or "包括" in lead.text:
        return None
    listing = [number for number, clause in enumerate(lead.clauses) if LISTED.search(clause.text)]
    made = (norm for norm in reversed(norms(lead.clauses)) if norm.modal and norm.clause in listing)
    return next((norm._replace(clause=0) for norm in made), None)  # its clauses are those of an item


def _unless(one: Statement, around: tuple[tuple[float, Bag], ...]) -> Iterator[Known]:
    """非有下列情形之一者，不得 …: in each of the cases one may."""
    assert one.lead is not None
    made = norms(one.lead.clauses)
    for norm in made:
        outside = bool(_OUTSIDE.search(one.lead.text)) and norm.modal in STRONG
        if outside or (norm.modal == "forbid" and condition(made, norm)):
            modal = _FLIPPED.get(norm.modal, "") if outside else "may"
            yield Known(norm._replace(modal=modal, clause=0), bag_of(norm.governed), around, one)


def _excepted(one: Statement) -> Iterator[Known]:
    """What 不在此限 and 亦同 say, in the words of the sentence before."""
    assert one.before is not None
    made = norms(one.before.clauses)
    if "亦同" in one.text:
        around = tuple(surroundings(one))
        yield from (Known(norm._replace(clause=0), bag_of(norm.governed), around, one) for norm in made)
    elif EXCEPTS.search(one.text):
        yield from _flipped(one.before, one, ((1.0, one.bag), *((0.5 * w, bag) for w, bag in surroundings(one.before))))


def _flipped(rule: Statement, one: Statement, around: tuple[tuple[float, Bag], ...]) -> Iterator[Known]:
    """The norms of a rule, turned round for the case that a statement excepts from it."""
    made = norms(rule.clauses)
    for norm in made:
        if norm.modal in STRONG or norm.clause == made[-1].clause:
            flipped = norm._replace(modal=_FLIPPED.get(norm.effective, ""), soft="", clause=0)
            yield Known(flipped, bag_of(norm.governed), around, one)


def condition(among: Sequence[Norm], norm: Norm) -> tuple[Token, ...]:
    """The negative condition of a norm: 未經同意 …, 非有下列 …"""
    found = (one.governed for one in among if one.modal == "not" and one is not norm and one.clause <= norm.clause)
    return tuple(token for governed in found for token in governed)


def beyond(norm: Norm, known: Known) -> bool:
    """Whether a claim lets pass a limit that the text sets: 能超過二年 against 不得逾二年, 以二年為限."""
    passed = any(not token.concepts.isdisjoint(_LIMITS) for token in norm.governed[:2])
    values = {token.value for token in norm.governed if token.value}
    if not passed or values.isdisjoint({token.value for token in known.norm.governed if token.value}):
        return False
    bounds = any(not token.concepts.isdisjoint(_LIMITS) for token in known.norm.governed[:2])
    return (known.norm.modal == "forbid" and bounds) or bool(
        _CAPS.search(known.statement.clauses[known.norm.clause].text)
    )


def limits(norm: Norm, known: Norm) -> bool:
    """最多三年, 可以到三年 and 不得逾三年 are one."""
    return any(
        _reaches(one) and other.modal == "forbid" and passes(other) for one, other in ((norm, known), (known, norm))
    )


def _reaches(norm: Norm) -> bool:
    limited = any(not token.concepts.isdisjoint(_LIMITED) for token in norm.governed)
    return (
        limited
        if not norm.modal
        else norm.modal in ("may", "may?") and norm.governed[:1] != () and _UP_TO in norm.governed[0].concepts
    )


def passes(norm: Norm) -> bool:
    """Whether a norm is of going beyond a limit: 超過二年."""
    return any(not token.concepts.isdisjoint(_LIMITS) for token in norm.governed[:2])


def reworded(claim: Statement, found: Sequence[Statement]) -> bool:
    """Whether a clause of the claim is one of the text's, word for word, but for its modals."""
    known: dict[str, set[tuple[str, ...]]] = {}
    for one in found:
        carried = {norm.clause: norm.soft.rstrip("?") for norm in norms(one.clauses) if norm.soft}
        for number, clause in enumerate(one.clauses):
            words, modals = _skeleton(clause)
            known.setdefault(words, set()).add(modals)
            if number in carried:
                known[words].add((carried[number],))
    said = [_skeleton(clause) for clause in claim.clauses]
    return any(len(words) >= _SAME_WORDS and words in known and modals not in known[words] for words, modals in said)


def _skeleton(clause: Clause) -> tuple[str, tuple[str, ...]]:
    """A clause without its modals, and those: ``_skeleton(不得轉租於他人) == ("轉租於他人", ("forbid",))``."""
    modals = [token for token in clause.tokens if token.modal and not token.concepts]
    rest, at = "", 0
    for token in modals:
        rest += clause.text[at : token.start]
        at = token.end
    return rest + clause.text[at:], tuple(token.modal.rstrip("?") for token in modals if token.modal != "must?")
