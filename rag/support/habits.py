"""What stands around a party where a text names it: words before and after, by how near, other parties, modals.

A claim that has exchanged two parties has each where the text has the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from typing import NamedTuple

from rag.support.clauses import Clause, Statement
from rag.support.concepts import Token

PLACES = ("left", "right", "<party", ">party", "<", ">", "{", "}", "next", "before")
"""Where something stands: the character on either side, parties and words up to and beyond the next party, in the
clauses beside that name none."""
_BESIDE = 0.5  # what a clause beside says counts that much
_UNSEEN = 0.01  # how often a text that does not say so may be thought to


class Feature(NamedTuple):
    place: str
    what: str


class Seen(NamedTuple):
    """A party in its place; how much each thing around it counts, 0 … 1."""

    role: str
    around: Mapping[Feature, float]


class Habits:
    """What stands around each party of a text, and how often it is named."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.times: Counter[str] = Counter()
        self.counts: defaultdict[str, dict[Feature, float]] = defaultdict(dict)
        for statement in statements:
            for one in seen(statement.clauses):
                self.times[one.role] += 1
                counts = self.counts[one.role]
                for feature, weight in one.around.items():
                    counts[feature] = counts.get(feature, 0.0) + weight


def fits(role: str, feature: Feature, texts: Sequence[Habits]) -> float:
    """How well a role fits what stands around, in natural logarithms: ≤ 0."""
    held = sum(text.counts[role].get(feature, 0.0) for text in texts if role in text.counts)
    return log((held + _UNSEEN) / (sum(text.times[role] for text in texts) + 1))


def exchanged(feature: Feature, roles: Mapping[str, str]) -> Feature:
    """What stands around a party once the roles have changed places."""
    return feature._replace(what=roles.get(feature.what, feature.what)) if feature.place.endswith("party") else feature


def seen(clauses: Sequence[Clause]) -> Iterator[Seen]:
    """The parties of a statement, each with what stands around it."""
    named = [[at for at, token in enumerate(clause.tokens) if token.role] for clause in clauses]
    for number, clause in enumerate(clauses):
        for at in named[number]:
            around = dict(_within(clause, at, named[number]))
            for place, other in (("next", number + 1), ("before", number - 1)):
                if 0 <= other < len(clauses) and not named[other]:
                    around |= {
                        Feature(place, what): _BESIDE * share for t in clauses[other].tokens for what, share in _of(t)
                    }
            yield Seen(clause.tokens[at].role, around)


def _within(clause: Clause, at: int, named: Sequence[int]) -> Iterator[tuple[Feature, float]]:
    token = clause.tokens[at]
    first = max((one for one in named if one < at), default=-1)
    last = min((one for one in named if one > at), default=len(clause.tokens))
    for number, other in enumerate(clause.tokens):
        if number == at:
            continue
        if other.role:
            yield Feature("<party" if number < at else ">party", other.role), 1.0
            continue
        near = "<" if first < number < at else ">" if at < number < last else "{" if number < at else "}"
        yield from ((Feature(near, what), share) for what, share in _of(other))
    yield Feature("left", clause.text[max(0, token.start - 1) : token.start] or "^"), 1.0
    yield Feature("right", clause.text[token.end : token.end + 1] or "$"), 1.0


def _of(token: Token) -> list[tuple[str, float]]:
    """What a word counts as: its modal, its senses, else its pairs of characters, each with its share."""
    if token.value is not None or token.modal == "anti":
        return []
    if token.modal:
        return [(f"={token.modal}", 1.0)]
    found = list(token.concepts) or token.grams or [token.text]
    return [(one, 1 / len(found)) for one in found] if token.weight > 0 else []
