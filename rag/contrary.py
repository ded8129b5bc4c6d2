"""Whether a claim says the contrary of a text.

It does where the statement of the text that is most like it stands under another modal: 應 against 得, 得 against 不得,
無效 against 有效. Exceptions are read as statements of their own: 「但…不在此限」 turns the sentence before it round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.clauses import CASES, EXCEPTS, LISTED, Bag, Statement, bag_of, surroundings
from rag.concepts import Token
from rag.modality import NEGATIVE, STRONG, Norm, condition, norms

_NOT = frozenset("不未無非沒毋勿")
_FLIPPED = {"must": "exempt", "must?": "exempt", "forbid": "may", "may": "forbid", "may?": "forbid", "": "not"}
# What an announced case stands under is clear only as far as it is allowed or not.
_ANNOUNCED = {"must": "must?", "may": "may?"}
_OUTSIDE = re.compile("除有?[下左]列[^,]{0,20}外")
_PERMITTED = frozenset({"may", "may?", "only"})
_PUNISHES = re.compile("處|罰")
_LIMITS = frozenset({"逾", "低於"})
_LIMITED = frozenset({"最高", "至少", "以下", "以上", "逾", "低於", "未滿"})
# All likenesses are shares, 0 … 1; docs/log.md names the run that set them.
_MARGIN = 0.05  # what is so near the best is as good
_FLOOR = 0.5  # below it nothing in the text is like the claim
_TOUCHED = 0.45  # so much of what the claim's modal governs stands there, too
_HALF = 0.6  # of the best, where that is no norm and stands beside one
_BESIDE = 0.2  # what is that much less like the claim than a mere condition is not what it speaks of
_WIDE = 0.25  # where a denial may stand elsewhere in the text
_CLOSE = 0.85  # so like that only the nearest counts
_SURE = 0.6  # for what has no modal at all
_HEAD = 2.0  # bits
_MOST = 16  # norms of a claim that are looked at


class Known(NamedTuple):
    """A norm of a text; ``around``: what stands with it, and how much each counts."""

    norm: Norm
    governed: Bag
    around: tuple[tuple[float, Bag], ...]
    statement: Statement
    condition: tuple[Token, ...] = ()
    derived: bool = False


@dataclass(slots=True)
class _Said:
    """A claim made ready to compare: its norms, its words with their clause, all of it as a bag."""

    norms: list[Norm]
    tokens: list[tuple[int, Token]]
    bag: Bag
    seen: dict[tuple[int, int], float] = field(default_factory=dict)

    def around(self, token: Token, one: Known) -> float:
        """How much of a token stands around a norm; asked often, and the same for all norms of a statement."""
        key = (id(token), id(one.around))
        if key not in self.seen:
            self.seen[key] = max(weight * bag.holds(token) for weight, bag in one.around)
        return self.seen[key]


def known_norms(found: Sequence[Statement]) -> list[Known]:
    """The norms of a text, with those that exceptions (不在此限) and 亦同 make of the sentence before them."""
    result: list[Known] = []
    for one in found:
        made = norms(one.clauses)
        around = tuple(surroundings(one, below=True))
        if one.lead is not None:
            announced = _announcing(one.lead)
            result += _unless(one, around)
            if announced is not None:
                words = (*announced.governed, *(token for token in one.tokens if not token.modal))
                result.append(Known(announced, bag_of(words), around, one))
                soft = _ANNOUNCED.get(announced.modal, announced.modal)
                made = [norm if norm.effective else norm._replace(soft=soft) for norm in made]
        result += [Known(norm, bag_of(norm.governed), around, one, condition(made, norm)) for norm in made]
        if one.before is not None:
            result += _excepted(one)
    return result


def _announcing(lead: Statement) -> Norm | None:
    """The norm of which the items are the objects: 應告知下列事項；cases and choices are none."""
    if CASES.search(lead.text) or "包括" in lead.text:
        return None
    listing = [number for number, clause in enumerate(lead.clauses) if LISTED.search(clause.text)]
    return next((norm for norm in reversed(norms(lead.clauses)) if norm.modal and norm.clause in listing), None)


def _unless(one: Statement, around: tuple[tuple[float, Bag], ...]) -> Iterator[Known]:
    """非有下列情形之一者，不得 …: in each of the cases one may."""
    assert one.lead is not None
    made = norms(one.lead.clauses)
    for norm in made:
        if _OUTSIDE.search(one.lead.text) and norm.modal in STRONG:
            yield Known(norm._replace(modal=_FLIPPED.get(norm.modal, "")), bag_of(norm.governed), around, one)
        elif norm.modal == "forbid" and condition(made, norm):
            yield Known(norm._replace(modal="may"), bag_of(norm.governed), around, one)


def _excepted(one: Statement) -> Iterator[Known]:
    """What 不在此限 and 亦同 say, in the words of the sentence before."""
    assert one.before is not None
    made = norms(one.before.clauses)
    if "亦同" in one.text:
        yield from (Known(norm, bag_of(norm.governed), tuple(surroundings(one)), one) for norm in made)
    elif EXCEPTS.search(one.text):
        around = ((1.0, one.bag), *((0.5 * weight, bag) for weight, bag in surroundings(one.before)))
        for norm in made:
            if norm.modal in STRONG or norm.clause == made[-1].clause:
                flipped = norm._replace(modal=_FLIPPED.get(norm.effective, ""), soft="")
                yield Known(flipped, bag_of(norm.governed), around, one, derived=True)


def contradicted(claim: Statement, known: Sequence[Known]) -> bool:
    """Whether one of the claim's norms stands under another modal than all that is most like it in the text."""
    tokens = [
        (number, token) for number, clause in enumerate(claim.clauses) for token in clause.tokens if token.weight > 0
    ]
    said = _Said(norms(claim.clauses), tokens, claim.bag)
    if EXCEPTS.search(claim.text):  # what says that there is an exception speaks of the rule
        known = [one for one in known if not one.derived]
    return bool(known) and any(_contrary(said, norm, known) for norm in said.norms[:_MOST])


def _contrary(said: _Said, norm: Norm, known: Sequence[Known]) -> bool:
    governed = _governed(said, norm)
    if not governed or not (norm.modal or norm.whole) or _overruled(said, norm):
        return False
    if norm.modal in ("may", "may?") and any(_beyond(norm, one.norm) for one in known):
        return True
    rest = [(1.0 if number == norm.clause else 0.6, token) for number, token in said.tokens if token not in governed]
    scored = [(_alike(said, governed, rest, one), one) for one in known]
    if norm.effective == "not" or not norm.effective:
        return _turned(said, norm, governed, scored)
    return _misjoined(said, norm, governed, scored)


def _governed(said: _Said, norm: Norm) -> list[Token]:
    """What a claim's modal governs; of one that stands alone, all of its clause."""
    alone = not norm.governed and sum(one.clause == norm.clause and bool(one.modal) for one in said.norms) == 1
    among = [token for number, token in said.tokens if number == norm.clause] if alone else norm.governed
    return [token for token in among if token.weight > 0]


def _overruled(said: _Said, norm: Norm) -> bool:
    """A weak modal after a denial is mostly none: 不能向雇主要資遣費."""
    weak = norm.modal in ("must?", "may?")
    return weak and any(one.modal in NEGATIVE and one.clause == norm.clause and one is not norm for one in said.norms)


def _misjoined(said: _Said, norm: Norm, governed: Sequence[Token], scored: Sequence[tuple[float, Known]]) -> bool:
    """Whether nothing of what is most like the claim agrees with its modal."""
    stating = [(score, one) for score, one in scored if one.norm.states]
    best, nearest = max(stating, key=lambda pair: pair[0], default=(0.0, None))
    top = max(score for score, _ in scored)
    if nearest is None or best < max(_FLOOR, top - _BESIDE) or _within(said, governed, nearest) < _TOUCHED:
        return False
    near = [one for score, one in stating if score >= best - _MARGIN]
    stated = {id(one.statement) for one in near if one.norm.effective}
    left = [one for one in near if one.norm.effective or id(one.statement) not in stated]
    bare = {id(one.statement) for one in left if not one.norm.effective}
    beside = [
        one for score, one in stating if score >= _HALF * best and bare & {id(one.statement), id(one.statement.before)}
    ]
    return not any(_agree(said, norm, one) for one in (*left, *beside))


def _turned(said: _Said, norm: Norm, governed: Sequence[Token], scored: Sequence[tuple[float, Known]]) -> bool:
    """Whether what is denied here is only affirmed there, or what is affirmed here only denied there."""
    top = max(score for score, _ in scored)
    # what is not the end of a claim may be put the other way round
    conditional = (norm.modal == "not" or norm.case) and norm.clause < said.norms[-1].clause
    if norm.open or conditional or top < _SURE or any(_mixed(one) for score, one in scored if score >= top - _MARGIN):
        return False
    heads = [token for token in governed if token.weight >= _HEAD and not token.role]
    heads = heads[:4] if norm.effective else heads
    within = _MARGIN if top >= _CLOSE and not norm.effective else _WIDE
    near = [one for score, one in scored if score >= top - within and not one.norm.open]
    named = [one for one in near if any(_same(head, token) for token in one.norm.governed for head in heads)]
    return {_denied(one) for one in named} == {norm.effective != "not"} and not any(_mixed(one) for one in named)


def _mixed(one: Known) -> bool:
    """Whether a word there denies by itself: 無故, 不足, 未滿."""
    return any(token.modal == "anti" or (token.text[0] in _NOT and not token.modal) for token in one.norm.governed)


def _denied(one: Known) -> bool:
    return one.norm.modal in NEGATIVE or (one.norm.soft in NEGATIVE and one.statement.lead is None)


def _same(one: Token, other: Token) -> bool:
    return (
        not one.concepts.isdisjoint(other.concepts)
        or one.text in other.text
        or (len(other.text) > 1 and other.text in one.text)
    )


def _agree(said: _Said, norm: Norm, known: Known) -> bool:
    """Whether what a claim says can stand beside what the text says of the same thing."""
    one, other = norm.effective, known.norm.effective
    if _limits(norm, known.norm):
        return True
    if known.condition and (one in NEGATIVE) != (other in NEGATIVE) and {one, other} & _PERMITTED:
        return not condition(said.norms, norm) and _met(
            said, known.condition
        )  # 未經同意不得 … is: with consent one may
    if known.norm.modal == "not" and one in ("must", "must?") and _PUNISHES.search(known.statement.text):
        return True  # who does not … is punished: one must
    if "only" in (one, other):
        return _only(said, norm, known)
    if one in NEGATIVE or other in NEGATIVE:
        return (one in NEGATIVE) == (other in NEGATIVE)
    return {one, other} != {"must", "may"} or (_capped(said.bag) and _capped(known.statement.bag))


def _capped(bag: Bag) -> bool:
    """最多可設三人 and 最多置三人 are one."""
    return not bag.concepts.isdisjoint({"最高", "至少"})


def _only(said: _Said, norm: Norm, known: Known) -> bool:
    """才可以 against 應, 得, and 不得 under a negative condition."""
    one, other = norm.effective, known.norm.effective
    if one == other:
        return True
    modal, turned = (other, known.condition) if one == "only" else (one, condition(said.norms, norm))
    if modal in NEGATIVE:
        return bool(turned)
    return not turned or modal in ("must", "must?", "")


def _met(said: _Said, condition: Sequence[Token]) -> bool:
    """Whether a claim speaks of what the text makes a condition."""
    told = [token for token in condition if token.weight > 0 and not token.role]
    return sum(token.weight * said.bag.holds(token) for token in told) >= 0.5 * sum(token.weight for token in told)


def _beyond(norm: Norm, known: Norm) -> bool:
    """Whether a claim lets pass a limit that the text sets: 能超過二年 against 不得逾二年."""
    values = {token.value for token in known.governed if token.value}
    passed = [token for token in norm.governed[:2] if not token.concepts.isdisjoint(_LIMITS)]
    bounds = any(not token.concepts.isdisjoint(_LIMITS) for token in known.governed[:2])
    return (
        known.modal == "forbid"
        and bounds
        and bool(passed)
        and any(token.value in values for token in norm.governed if token.value)
    )


def _limits(norm: Norm, known: Norm) -> bool:
    """最多三年 and 不得逾三年 are one."""
    return any(
        not one.modal
        and other.modal == "forbid"
        and any(not token.concepts.isdisjoint(_LIMITED) for token in one.governed)
        and any(not token.concepts.isdisjoint(_LIMITS) for token in other.governed[:2])
        for one, other in ((norm, known), (known, norm))
    )


def _alike(said: _Said, governed: Sequence[Token], rest: Sequence[tuple[float, Token]], one: Known) -> float:
    """How much of a claim, and of what its modal governs above all, stands in a norm and around it."""
    inner = _within(said, governed, one)
    total = sum(factor * token.weight for factor, token in rest)
    if not total:
        return inner
    return 0.6 * inner + 0.4 * sum(factor * token.weight * said.around(token, one) for factor, token in rest) / total


def _within(said: _Said, governed: Sequence[Token], one: Known) -> float:
    """How much of what a claim's modal governs a norm governs, too; what only stands around it counts half."""
    held = sum(token.weight * max(one.governed.holds(token), 0.5 * said.around(token, one)) for token in governed)
    return held / sum(token.weight for token in governed)
