"""Whether a claim says the contrary of a text: 應 against 得, 得 against 不得, 無效 against 有效.

For each norm of a claim, how much what the text says under each modal is like it. What was learned from true sentences,
and from the same ones made false, tells whether the claim's own modal can stand beside that. Exceptions are read as
statements of their own: 「但…不在此限」 turns the sentence before it round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.support.clauses import EXCEPTS, Bag, Statement, bag_of
from rag.support.concepts import Token
from rag.support.known import Known, beyond, condition, limits, passes
from rag.support.modality import BUTS, NEGATIVE, Norm, norms
from rag.support.weights import score

MODALS = ("must", "may", "only", "forbid", "exempt", "not", "")
"""What a norm may be, as far as weights go: 要 counts as 應, 能 as 得."""
FEATURES = (
    *(f"near {modal}" for modal in MODALS),
    "top",
    "agrees",
    *("case", "open", "states", "whole", "last", "ends", "modal", "soft", "weak", "weight", "anti", "excepts"),
)
"""The names of what is looked at, each 0 … 1 or the difference of two such shares."""
_PERMITTED = frozenset({"may", "may?", "only"})
_BINDING = frozenset({"must", "may", "may?"})
_NEEDS = re.compile("處|罰|(?:[非未]經?|除)[^;]*(?:不得|不可|始)")
# What the law says of someone without a modal is a duty or a result, and not left to him.
_DUTY = re.compile("負(?!債)|罰|處(?!理|分)|減輕|免除|加重|消滅|無效|視為|失其|^由")
_WITHIN = re.compile("[不未](?:超過|逾)|為限|以[內下]")
_ENDS = re.compile("消滅|喪失|失其|失效|無效")
_ON_REQUEST = re.compile("依[^,;]{0,14}(?:聲請|請求|申請)")
_CAP = re.compile("最[高多長]|至[多少]|以[上下]")
_EXCEPTION = frozenset({"例外", "除外"})  # 可以例外: of what, the sentence before says
_ELLIPSIS = re.compile("(?:可以?|得|不能|不用|不必|必須|應該?|[無毋]須|不?需?要)$")
_RIGHT = re.compile("有[^,]{0,12}權$")
_ASKS = frozenset({"請求", "聲請", "申請", "主張", "訴請"})
_RANGE = re.compile("最[重高多]|以下|以上")
_IN_A_CASE = 0.8  # what only says when something holds is less likely what a claim states
_HEAVY = 40.0  # bits; what a modal governs is seldom more
_MOST = 16  # norms of a claim that are looked at


class Judged(NamedTuple):
    """A norm of a claim: what tells it from others of the claim, its modal, and what was seen of it."""

    name: tuple[int, str, str, tuple[str, ...]]
    modal: str
    features: Mapping[str, float]


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
    """Whether one of the claim's norms stands under a modal that the text does not bear."""
    said = _said(claim)
    for norm in said.norms[:_MOST] if known else ():
        governed = _governed(said, norm)
        if norm.modal in _BINDING and governed and norm.states and any(beyond(norm, one) for one in known):
            return True
        if governed and score(f"contrary {_modal(norm)}", _features(said, norm, governed, known)) > 0:
            return True
    return False


def judged(claim: Statement, known: Sequence[Known]) -> Iterator[Judged]:
    """What is seen of each norm of a claim, to learn from."""
    said = _said(claim)
    for norm in said.norms[:_MOST] if known else ():
        if governed := _governed(said, norm):
            name = norm.clause, norm.modal, norm.soft, tuple(token.text for token in governed)
            yield Judged(name, _modal(norm), _features(said, norm, governed, known))


def _said(claim: Statement) -> _Said:
    tokens = [
        (number, token) for number, clause in enumerate(claim.clauses) for token in clause.tokens if token.weight > 0
    ]
    return _Said(norms(claim.clauses), tokens, claim, _segments(claim))


def _features(said: _Said, norm: Norm, governed: Sequence[Token], known: Sequence[Known]) -> dict[str, float]:
    rest = [(said.nearness(norm, number), token) for number, token in said.tokens if token not in governed]
    beside: dict[int, float | None] = {}
    for one in known:
        if id(one.around) not in beside:
            beside[id(one.around)] = _beside(said, rest, one)
    scored = [(_alike(said, governed, beside[id(one.around)], one), one) for one in known]
    scored.sort(key=lambda pair: -pair[0])
    top = scored[0][0]
    near = dict.fromkeys(MODALS, 0.0)
    words = bag_of(norm.governed)
    for like, one in scored:
        modal = _like(one.norm, words).rstrip("?")
        near[modal] = max(near[modal], like * _IN_A_CASE if one.norm.case else like)
    found = {f"near {modal}": like - top for modal, like in near.items()}
    found |= {"top": top, "agrees": next((like for like, one in scored if _agree(said, norm, words, one)), 0.0) - top}
    return found | {name: float(value) for name, value in _shape(said, norm, governed).items()}


def _shape(said: _Said, norm: Norm, governed: Sequence[Token]) -> dict[str, float | bool]:
    """What a norm is like by itself."""
    return {
        "case": norm.case,
        "open": norm.open,
        "states": norm.states,
        "whole": norm.whole,
        "last": norm.clause + 1 == len(said.segments),
        "ends": said.ends(norm),
        "modal": bool(norm.modal),
        "soft": bool(norm.soft),
        "weak": norm.effective.endswith("?"),
        "weight": min(_HEAVY, sum(token.weight for token in governed)) / _HEAVY,
        "anti": any(token.modal == "anti" for token in governed),
        "excepts": EXCEPTS.search(said.claim.text) is not None,
    }


def _modal(norm: Norm) -> str:
    return norm.effective.rstrip("?")


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


def _governed(said: _Said, norm: Norm) -> list[Token]:
    """What a claim's modal governs; of one that stands alone, what the one before it does (…也不可以)."""
    if norm.governed or not norm.modal:
        governed = [token for token in norm.governed if token.weight > 0]
        return [] if _EXCEPTION.issuperset(token.text for token in governed) else governed
    if not _ELLIPSIS.search(said.claim.clauses[norm.clause].text):  # what it governs is a quote, or in the word
        return []
    before = [one for one in said.norms if one.clause < norm.clause and one.modal and one.governed and not one.case]
    among = [token for number, token in said.tokens if number == norm.clause]
    return [token for token in (before[-1].governed if before else among) if token.weight > 0]


def _agree(said: _Said, norm: Norm, words: Bag, known: Known) -> bool:
    """Whether what a claim says can stand beside what the text says of the same thing; ``words`` are the norm's."""
    one, other = _like(norm, known.governed), _like(known.norm, words)
    if limits(norm, known.norm) or _is_implied(norm, one, other, known):
        return True
    if one == "must" and not other and _RIGHT.search(_clause(known)):
        return False
    if one == "may" and not other and _DUTY.search(_clause(known)) and not _ASKS.intersection(_concepts(norm)):
        return bool(_RANGE.search(said.claim.bag.text))
    if known.condition and other == "forbid" and one in _PERMITTED:
        # 未經同意不得 … is: with consent one may
        return not (condition(said.norms, norm) or "除非" in said.claim.text) and _met(said, known.condition)
    if "only" in (one, other):
        return _only(said, norm, known)
    if one in NEGATIVE or other in NEGATIVE:
        return (one in NEGATIVE) == (other in NEGATIVE)
    return {one, other} != {"must", "may"} or (_capped(said, norm) and bool(_CAP.search(_clause(known))))


def _is_implied(norm: Norm, one: str, other: str, known: Known) -> bool:
    """Whether a text that says something else says this, too."""
    if one == "forbid":  # 每次不超過二十日; who has lost a right can't use it
        return bool((_WITHIN if passes(norm) else _ENDS).search(_clause(known))) and other not in _PERMITTED
    if one in _PERMITTED:  # 法院應依聲請 …: one may ask for it
        return other == "must" and bool(_ASKS & _concepts(norm) and _ON_REQUEST.search(known.statement.text))
    # who does not … is punished, 非經 … 不得: one must
    return one in ("must", "must?") and known.norm.modal == "not" and bool(_NEEDS.search(known.statement.text))


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
