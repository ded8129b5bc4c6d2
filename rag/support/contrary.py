"""Whether a claim says the contrary of a text.

It does where the statement of the text that is most like it stands under another modal: 應 against 得, 得 against 不得,
無效 against 有效. Exceptions are read as statements of their own: 「但…不在此限」 turns the sentence before it round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from rag.support.clauses import EXCEPTS, Bag, Statement, bag_of
from rag.support.concepts import Token
from rag.support.known import Known, beyond, condition, limits
from rag.support.modality import BUTS, NEGATIVE, STRONG, Norm, norms

_NOT = frozenset("不未無非沒毋勿")
_WEAK = frozenset({"must?", "may?"})
_PERMITTED = frozenset({"may", "may?", "only"})
_BINDING = frozenset({"must", "may", "may?"})
_PUNISHES = re.compile("處|罰")
# What the law says of someone without a modal is a duty or a result, and not left to him.
_DUTY = re.compile("負(?!債)|罰|處(?!理|分)|減輕|免除|加重|消滅|無效|視為|失其|^由")
_CAP = re.compile("最[高多長]|至[多少]|以[上下]")
_ELLIPSIS = re.compile("(?:可以?|得|不能|不用|不必|必須|應該?|[無毋]須|不?需?要)$")
_RIGHT = re.compile("有[^,]{0,12}權$")
_ASKS = frozenset({"請求", "聲請", "主張", "訴請"})
_RANGE = re.compile("最[重高多]|以下|以上")
# All likenesses are shares, 0 … 1; docs/log.md names the run that set them.
_MARGIN = 0.05  # what is so near the best is as good
_LESS = 0.08  # what is that near and has more of what the modal governs is as good, too
_DERIVED = 0.01  # an exception counts only if it is the nearest
_FLOOR = 0.5  # below it nothing in the text is like the claim
_TOUCHED = 0.45  # so much of what the claim's modal governs stands there, too
_HALF = 0.6  # of the best, where that is no norm and stands beside one
_BESIDE = 0.2  # what is that much less like the claim than a mere condition is not what it speaks of
_WIDE = 0.25  # where a denial may stand elsewhere in the text
_SURE = 0.6  # for what has no modal at all
_HEAD = 2.0  # bits
_MOST = 16  # norms of a claim that are looked at


@dataclass(slots=True)
class _Said:
    """A claim made ready to compare: its norms, its words with their clause, all of it as a bag."""

    norms: Sequence[Norm]
    tokens: list[tuple[int, Token]]
    claim: Statement
    segments: list[int]
    seen: dict[tuple[int, int], float] = field(default_factory=dict)

    def nearness(self, norm: Norm, clause: int) -> float:
        """How much a word of a clause counts for a norm."""
        if clause == norm.clause:
            return 1.0
        return 0.6 if self.segments[clause] == self.segments[norm.clause] else 0.05

    def ends(self, norm: Norm) -> bool:
        """Whether a norm stands in the last clause of its part."""
        return norm.clause + 1 == len(self.segments) or self.segments[norm.clause + 1] > self.segments[norm.clause]

    def around(self, token: Token, one: Known) -> float:
        """How much of a token stands around a norm; asked often, and the same for all norms of a statement."""
        key = (id(token), id(one.around))
        if key not in self.seen:
            self.seen[key] = max(weight * bag.holds(token) for weight, bag in one.around)
        return self.seen[key]


def contradicted(claim: Statement, known: Sequence[Known]) -> bool:
    """Whether one of the claim's norms stands under another modal than all that is most like it in the text."""
    tokens = [
        (number, token) for number, clause in enumerate(claim.clauses) for token in clause.tokens if token.weight > 0
    ]
    said = _Said(norms(claim.clauses), tokens, claim, _segments(claim))
    if EXCEPTS.search(claim.text):  # what says that there is an exception speaks of the rule
        known = [one for one in known if not one.derived]
    return bool(known) and any(_contrary(said, norm, known) for norm in said.norms[:_MOST])


def _segments(claim: Statement) -> list[int]:
    """For each clause the number of the sentence part it stands in; ； and 但 begin another."""
    found: list[int] = []
    at, number = 0, 0
    for clause in claim.clauses:
        start = claim.text.find(clause.text, at)
        number += ";" in claim.text[at:start] or clause.text.startswith(BUTS)
        found.append(number)
        at = start + len(clause.text)
    return found


def _contrary(said: _Said, norm: Norm, known: Sequence[Known]) -> bool:
    governed = _governed(said, norm)
    if not governed or not norm.states or _overruled(said, norm):
        return False
    if norm.modal in _BINDING and any(beyond(norm, one) for one in known):
        return True
    rest = [(said.nearness(norm, number), token) for number, token in said.tokens if token not in governed]
    beside: dict[int, float | None] = {}
    for one in known:
        if id(one.around) not in beside:
            beside[id(one.around)] = _beside(said, rest, one)
    scored = [(_alike(said, governed, beside[id(one.around)], one), one) for one in known]
    if norm.effective == "not" or not norm.effective:
        return _turned(said, norm, governed, scored)
    return _misjoined(said, norm, governed, scored)


def _governed(said: _Said, norm: Norm) -> list[Token]:
    """What a claim's modal governs; of one that stands alone, what the one before it does (…也不可以)."""
    if norm.governed or not norm.modal:
        return [token for token in norm.governed if token.weight > 0]
    if not _ELLIPSIS.search(said.claim.clauses[norm.clause].text):  # what it governs is a quote, or in the word
        return []
    before = [one for one in said.norms if one.clause < norm.clause and one.modal and one.governed and not one.case]
    among = [token for number, token in said.tokens if number == norm.clause]
    return [token for token in (before[-1].governed if before else among) if token.weight > 0]


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
    return not any(_agree(said, norm, one) for one in _as_like(said, governed, nearest, best, scored))


def _as_like(
    said: _Said, governed: Sequence[Token], nearest: Known, best: float, scored: Sequence[tuple[float, Known]]
) -> Iterator[Known]:
    """What is as much like the claim as the nearest norm; of what has no modal, also those that stand with it."""
    most = _within(said, governed, nearest)
    near = [one for score, one in scored if score >= best - _MARGIN and one.norm.states]
    strong = {id(one.statement) for one in near if one.norm.effective in STRONG}
    stated = {id(one.statement) for one in near if one.norm.effective}
    closest = max((_within(said, governed, one) for one in near if one.norm.effective), default=0.0) - _MARGIN
    bare: set[int] = set()
    for score, one in scored:
        inner = _within(said, governed, one)
        slack = _DERIVED if one.derived else _LESS if inner >= most else _MARGIN
        if score < best - slack or inner < _HALF * most:
            continue
        if _speaks(one, strong):
            yield one
        elif one in near and not one.norm.effective and id(one.statement) not in stated and inner >= closest:
            bare.add(id(one.statement))
            yield one
    for score, one in scored:
        beside = bare & {id(one.statement), id(one.statement.before)}
        if beside and one.norm.effective and one.norm.states and score >= _HALF * best:
            yield one


def _speaks(one: Known, strong: Set[int]) -> bool:
    """Whether a norm has a modal of its own, plain enough beside what else the same statement says."""
    modal = one.norm.effective
    if modal in _WEAK and not one.norm.modal and id(one.statement) in strong:
        return False
    return bool(modal) and (modal != "not" or one.norm.states)


def _turned(said: _Said, norm: Norm, governed: Sequence[Token], scored: Sequence[tuple[float, Known]]) -> bool:
    """Whether what is denied here is only affirmed there, or what is affirmed here only denied there."""
    top = max(score for score, _ in scored)
    # what is not the end of a claim may be put the other way round
    conditional = not said.ends(norm) or (
        norm.modal == "not" and norm is not [one for one in said.norms if one.clause == norm.clause][-1]
    )
    if norm.open or conditional or top < _SURE:
        return False
    heads = [token for token in governed if token.weight >= _HEAD and not token.role]
    near = [one for score, one in scored if score >= top - _WIDE and not one.norm.open and not one.norm.case]
    denied = [one.norm.governed[0] for one in near if _denied(one)]
    heads = heads[:4] if norm.effective else [head for head in heads if any(_same(head, one) for one in denied)]
    named = [one for one in near if any(_same(head, token) for token in one.norm.governed for head in heads)]
    return {_denied(one) for one in named} == {norm.effective != "not"} and not any(
        map(_mixed, (governed, *(one.norm.governed for one in named)))
    )


def _mixed(governed: Iterable[Token]) -> bool:
    """Whether a word there denies by itself: 無故, 不足, 未滿."""
    return any(token.modal == "anti" or (token.text[0] in _NOT and not token.modal) for token in governed)


def _denied(one: Known) -> bool:
    return one.norm.modal in NEGATIVE or (one.norm.soft in NEGATIVE and one.statement.lead is None)


def _same(one: Token, other: Token) -> bool:
    return other.weight > 0 and (
        not one.concepts.isdisjoint(other.concepts)
        or one.text in other.text
        or (len(other.text) > 1 and other.text in one.text)
    )


def _agree(said: _Said, norm: Norm, known: Known) -> bool:
    """Whether what a claim says can stand beside what the text says of the same thing."""
    one, other = _like(norm, known.governed), _like(known.norm, bag_of(norm.governed))
    if limits(norm, known.norm):
        return True
    if one == "must" and not other and _RIGHT.search(_clause(known)):
        return False
    if one == "may" and not other and _DUTY.search(_clause(known)) and not _ASKS.intersection(_concepts(norm)):
        return bool(_RANGE.search(said.claim.bag.text))
    if known.condition and other == "forbid" and one in _PERMITTED:
        # 未經同意不得 … is: with consent one may
        return not (condition(said.norms, norm) or "除非" in said.claim.text) and _met(said, known.condition)
    if known.norm.modal == "not" and one in ("must", "must?") and _PUNISHES.search(known.statement.text):
        return True  # who does not … is punished: one must
    if "only" in (one, other):
        return _only(said, norm, known)
    if one in NEGATIVE or other in NEGATIVE:
        return (one in NEGATIVE) == (other in NEGATIVE)
    return {one, other} != {"must", "may"} or (_capped(said, norm) and bool(_CAP.search(_clause(known))))


def _like(norm: Norm, other: Bag) -> str:
    """The modal of a norm, read as the other is: 不得拒絕 beside 不得拖延或拒絕 is no duty."""
    anti = next((token.text for token in norm.governed if token.modal == "anti"), "")
    return norm.bare if norm.bare and anti in other.text else norm.effective


def _clause(known: Known) -> str:
    return known.statement.clauses[known.norm.clause].text


def _concepts(norm: Norm) -> set[str]:
    return {concept for token in norm.governed for concept in token.concepts}


def _capped(said: _Said, norm: Norm) -> bool:
    """最多可設三人 and 最多置三人 are one."""
    here = (token for number, token in said.tokens if number == norm.clause)
    return any(not token.concepts.isdisjoint({"最高", "至少"}) for token in here)


def _only(said: _Said, norm: Norm, known: Known) -> bool:
    """才可以 against 應, 得, and 不得 under a negative condition."""
    one, other = norm.effective, known.norm.effective
    if one == other:
        return True
    if one in ("must", "must?"):
        return False
    modal, turned = (other, known.condition) if one == "only" else (one, condition(said.norms, norm))
    if modal in NEGATIVE:
        return bool(turned)
    return not turned or modal in ("must", "must?", "")


def _met(said: _Said, condition: Sequence[Token]) -> bool:
    """Whether a claim speaks of what the text makes a condition."""
    told = [token for token in condition if token.weight > 0 and not token.role]
    return sum(token.weight * said.claim.bag.holds(token) for token in told) >= 0.5 * sum(
        token.weight for token in told
    )


def _beside(said: _Said, rest: Sequence[tuple[float, Token]], one: Known) -> float | None:
    """How much of a claim beyond what its modal governs stands around a norm; ``None`` where there is no more."""
    total = sum(factor * token.weight for factor, token in rest)
    return sum(factor * token.weight * said.around(token, one) for factor, token in rest) / total if total else None


def _alike(said: _Said, governed: Sequence[Token], beside: float | None, one: Known) -> float:
    """How much of a claim, and of what its modal governs above all, stands in a norm and around it."""
    inner = _within(said, governed, one)
    return inner if beside is None else 0.6 * inner + 0.4 * beside


def _within(said: _Said, governed: Sequence[Token], one: Known) -> float:
    """How much of what a claim's modal governs a norm governs, too; what only stands around it counts half."""
    held = sum(token.weight * max(one.governed.holds(token), 0.5 * said.around(token, one)) for token in governed)
    return held / sum(token.weight for token in governed)
