"""Which number belongs to which case: 未滿三個月 … 十日, 一年以上 … 二十日.

A number of a claim may stand in the text and still be the number of another case. It is, where another number of the
same unit stands in words that are clearly more like the claim's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from rag.numerals import CHINESE_DIGITS
from rag.support.clauses import Bag, Clause, Statement, bag_of, surroundings
from rag.support.concepts import Token
from rag.values import Value

Bound = Literal["", "least", "most", "before", "after"]

_NOT = "(?:不得|不能|不可|不可以|不應|未|不|沒有)"
_NOT_MORE = re.compile(f"{_NOT}(?:超過|逾|多於|高於)$")
_NOT_LESS = re.compile(f"{_NOT}(?:低於|少於|短於)$")
_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (_NOT_MORE, "most"),
    (
        re.compile("(?:最[多高長重]|頂多|至多|上限|未滿|不到|不滿|未達|不足|少於|低於)[是為以可判處罰關給]{0,3}$"),
        "most",
    ),
    (re.compile("(?:至少|最少|起碼|最低|超過|逾|滿|達|大於)[要須應有是為以可判處罰關給]{0,3}$"), "least"),
    (re.compile("[元年日月歲倍][到至~-]$"), "most"),
)
_AFTER: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile("以上|起|到|至"), "least"),
    (re.compile(f"以下|以內|之內|內|未滿(?![0-9{CHINESE_DIGITS}])|為限"), "most"),
    (re.compile("以?前|之前"), "before"),
    (re.compile("以?後|之後"), "after"),
)
_SIDES = frozenset({"滿", "逾", "未滿", "未達", "低於", "以上", "以下", "至少", "最高"})
_LIMITS = frozenset({"least", "most"})
_OTHER_BOUND = 0.5
_NO_BOUND = 0.85
_REST = 0.7
_EQUAL = 0.02
_MOST = 16  # numbers of a claim that are looked at
# Shares, 0 … 1; docs/log.md names the run that set them.
_BEYOND = 0.15
_MARGIN = 0.05
_FAR = 0.12


class Amount(NamedTuple):
    """A number where it stands: its clause without it, and what the rest of its statement says."""

    value: Value
    bound: Bound
    words: tuple[Token, ...]
    clause: Bag
    around: tuple[tuple[float, Bag], ...]
    statement: Statement
    figures: frozenset[tuple[Value, Bound]]


class Stated(NamedTuple):
    """A number of a claim, with the words of its clause, those of the rest, and the bounds of the other numbers."""

    value: Value
    bound: Bound
    here: list[Token]
    rest: list[Token]
    bounds: dict[Value, Bound]


def known_amounts(found: Sequence[Statement]) -> list[Amount]:
    """Every number of a text with its place."""
    result: list[Amount] = []
    for one in found:
        bounded = [(clause, *pair) for clause in one.clauses for pair in _bounded(clause)]
        if not bounded:
            continue
        around = tuple(surroundings(one, below=True))
        words = tuple(word for word in one.tokens if word.value is None and word.weight > 0)
        figures = frozenset((value, bound) for _, _, value, bound in bounded)
        for clause, token, value, bound in bounded:
            others = bag_of(word for word in clause.tokens if word is not token)
            result.append(Amount(value, bound, words, others, around, one, figures))
    return result


def exchanged(claim: Statement, known: Sequence[Amount]) -> bool:
    """Whether a number of the claim is, by the words it stands in, another number of the text."""
    return bool(known) and any(_belongs_elsewhere(one, known, claim.bag) for one in islice(_stated(claim), _MOST))


def _stated(claim: Statement) -> Iterator[Stated]:
    bounds = {value: bound for clause in claim.clauses for _, value, bound in _bounded(clause)}
    for clause in claim.clauses:
        rest = [word for other in claim.clauses if other is not clause for word in other.tokens if _tells(word)]
        for token, value, bound in _bounded(clause):
            here = [word for word in clause.tokens if word is not token and _tells(word)]
            yield Stated(value, bound, here, rest, bounds)


def _tells(word: Token) -> bool:
    """Whether a word says more than on which side of a number one is."""
    return word.weight > 0 and word.concepts.isdisjoint(_SIDES)


def _belongs_elsewhere(stated: Stated, known: Sequence[Amount], claim: Bag) -> bool:
    same = [one for one in known if one.value.unit == stated.value.unit]
    own = [one for one in same if one.value == stated.value]
    if not own:
        return False
    if stated.bound in _LIMITS and all(one.bound in _LIMITS and one.bound != stated.bound for one in own):
        return True
    best, near, place = max((*_likeness(one, stated, claim), at) for at, one in enumerate(own))
    return any(
        whole - best > (_MARGIN if _parallel(one.statement, own[place].statement) else _FAR) and here >= near - _EQUAL
        for one in same
        if one.value not in claim.values
        for whole, here in (_likeness(one, stated, claim),)
    )


def _parallel(one: Statement, other: Statement) -> bool:
    """Whether two statements are cases of one rule, so that a word more or less tells which is meant."""
    return (one is not other and abs(one.line - other.line) <= 1) or (one.lead is not None and one.lead is other.lead)


def _likeness(one: Amount, stated: Stated, claim: Bag) -> tuple[float, float]:
    """How like the claim a place is, all in all and by its clause alone."""

    def around(word: Token) -> float:
        if word.value is not None:
            bound = stated.bounds.get(word.value, "")
            return float(
                any(value == word.value and (not other or not bound or other == bound) for value, other in one.figures)
            )
        return max(weight * bag.holds(word) for weight, bag in one.around)

    here = sum(word.weight for word in stated.here)
    total = here + _REST * sum(word.weight for word in stated.rest)
    if not total:
        return 0.0, 0.0
    near = sum(
        word.weight * max(one.clause.holds(word) if word.value is None else 0.0, 0.6 * around(word))
        for word in stated.here
    )
    far = sum(word.weight * around(word) for word in stated.rest)
    beyond = sum(word.weight * (1.0 - claim.holds(word)) for word in one.words) / (
        sum(word.weight for word in one.words) or 1.0
    )
    fitting = 1.0 if stated.bound == one.bound else _OTHER_BOUND if stated.bound and one.bound else _NO_BOUND
    return (near + _REST * far) / total * fitting - _BEYOND * beyond, near / (here or 1.0)


def _bounded(clause: Clause) -> Iterator[tuple[Token, Value, Bound]]:
    for token in clause.tokens:
        if token.value is not None:
            before, after = clause.text[max(0, token.start - 8) : token.start], clause.text[token.end : token.end + 3]
            yield token, token.value, _bound(before, after)


def _bound(before: str, after: str) -> Bound:
    if _NOT_LESS.search(before):
        return "least"
    for pattern, bound in _AFTER:
        if pattern.match(after):
            return bound
    for pattern, bound in _BEFORE:
        if pattern.search(before):
            return bound
    return ""
