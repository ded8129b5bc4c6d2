"""Whether texts bear a sentence that puts it in other words, decided by words alone.

The claim's words are concepts (老闆 is 雇主), so many of which must stand together in one statement of a text; and what
stands there must be said under the same modals, of the same parties, with the same amounts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, Protocol

from rag.numerals import search_key
from rag.support.amounts import Amount, exchanged, known_amounts
from rag.support.clauses import LONGEST_CLAIM, Bag, Statement, claim_statement, statements, surroundings, union
from rag.support.concepts import Token
from rag.support.contrary import contradicted
from rag.support.habits import Habits
from rag.support.known import Known, known_norms, reworded
from rag.support.parties import KnownMention, known_mentions, swapped

Verdict = Literal["ok", "unsupported", "contradicted", "parties"]

# Shares of a claim's weight, 0 … 1; docs/log.md names the run that set them.
_ENOUGH = 0.5
_HEAVY = 8.0  # bits of a clause that says something by itself
_STRAY = 0.15  # of it; what stands less anywhere is of another matter
_ELSEWHERE = 0.1  # what another text bears that much better is not borne by this one
_NEAR = 0.4  # of the best; what is less like the claim has nothing to say of it
_NEAREST = 0.9
_MOST = 40  # statements of the cited texts that are looked at closely
_FRAME = frozenset({"規定", "條款", "法律", "法定"})


class Support(Protocol):
    """Anything that tells whether texts bear a sentence: by its words, by a model, by a judge."""

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        """``ok``, ``unsupported``, ``contradicted`` or ``parties``.

        :param claim: the sentence's own words, without marks and verbatim quotes.
        :param evidence: the texts it cites.
        """
        ...


class Evidence:
    """A text taken apart once, for every sentence that is compared with it; each thing only if it is asked for."""

    def __init__(self, text: str) -> None:
        self.statements = statements(text)
        self.bag = union(one.bag for one in self.statements)
        self.key = "".join(one.text for one in self.statements)

    @cached_property
    def norms(self) -> tuple[Known, ...]:
        return tuple(known_norms(self.statements))

    @cached_property
    def mentions(self) -> tuple[KnownMention, ...]:
        return tuple(known_mentions(self.statements))

    @cached_property
    def habits(self) -> Habits:
        return Habits(self.statements)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        return tuple(known_amounts(self.statements))


class Near(NamedTuple):
    """What in some texts is most like a claim: statements in their order, the ``best`` of them, and how like it is."""

    texts: Sequence[Evidence]
    statements: Sequence[Statement]
    best: Sequence[Statement]
    share: float

    @property
    def norms(self) -> list[Known]:
        return [one for text in self.texts for one in text.norms]

    @property
    def mentions(self) -> list[KnownMention]:
        """The parties of the statements that are most like the claim."""
        known = {id(one) for one in self.statements}
        return [one for text in self.texts for one in text.mentions if id(one.statement) in known]

    @property
    def habits(self) -> list[Habits]:
        return [text.habits for text in self.texts]


class LexicalSupport:
    """Support by words; nothing is loaded but tables, and equal input gives an equal verdict."""

    def verdict(self, claim: str, evidence: Sequence[str]) -> Verdict:
        """See ``Support``; a claim without words of its own is ``ok``, without a text ``unsupported``."""
        if len(claim) > LONGEST_CLAIM:
            return "unsupported"
        said = claim_statement(claim)
        if not _content(said):
            return "ok"
        near = nearest(said, evidence)
        if near.share < _ENOUGH or _has_stray_clause(said, near.texts):
            return "unsupported"
        return _checked(said, near)


def _has_stray_clause(said: Statement, texts: Sequence[Evidence]) -> bool:
    """Whether a clause of some weight stands nowhere: what is put after a true sentence is not true by it."""
    around = [tuple(surroundings(one)) for text in texts for one in text.statements]
    for clause in said.clauses:
        tokens = [token for token in clause.tokens if token.weight > 0 and token.value is None]
        if sum(token.weight for token in tokens) >= _HEAVY and all(_share(tokens, one) < _STRAY for one in around):
            return True
    return False


def _wholes(texts: Sequence[str]) -> list[str]:
    """The texts without those that are part of another one: a 項 beside its article says nothing more."""
    once = list(dict.fromkeys(texts))
    return [text for text in once if not any(text in other and text != other for other in once)]


def elsewhere(claim: str, evidence: Sequence[str], others: Sequence[str]) -> bool:
    """Whether another text bears a claim clearly better than all that it cites, which do: the neighbour was meant."""
    said = claim_statement(claim)
    # No statement holds more than its text does; most other texts are out by that.
    tokens = _content(said)
    able = [text for text in others if _share(tokens, ((1.0, evidence_of(text).bag),)) > _ENOUGH + _ELSEWHERE]
    if not able:
        return False
    best = max((_covered(said, text) for text in _wholes(evidence)), default=0.0)
    return any(_covered(said, text) > best + _ELSEWHERE for text in able)


def covered(claim: str, text: str) -> float:
    """How much of a claim stands in the statement of a text that is most like it, 0 … 1, by weight."""
    return _covered(claim_statement(claim), text)


def _covered(said: Statement, text: str) -> float:
    return max(_shares(said, [evidence_of(text)]).values(), default=0.0)


@lru_cache(maxsize=128)
def evidence_of(text: str) -> Evidence:
    """A text ready to compare; the last 128 are kept."""
    return Evidence(text)


def _shares(said: Statement, texts: Sequence[Evidence]) -> dict[int, float]:
    """How much of a claim stands in each statement, read with what belongs to it, by the statement's identity."""
    tokens = _content(said)
    return {id(one): _share(tokens, tuple(surroundings(one))) for text in texts for one in text.statements}


def _share(tokens: Sequence[Token], around: Sequence[tuple[float, Bag]]) -> float:
    total = sum(token.weight for token in tokens) or 1.0
    return sum(token.weight * max(weight * bag.holds(token) for weight, bag in around) for token in tokens) / total


def nearest(claim: Statement, evidence: Sequence[str]) -> Near:
    """What in the texts is most like a claim."""
    texts = [evidence_of(text) for text in _wholes(evidence)]
    shares = _shares(claim, texts)
    ranked = sorted((one for text in texts for one in text.statements), key=lambda one: -shares[id(one)])
    best = shares[id(ranked[0])] if ranked else 0.0
    alike = [one for one in ranked[:_MOST] if shares[id(one)] >= _NEAR * best]
    near = {id(one) for like in alike for one in (like, like.lead, like.before) if one is not None}
    found = [one for text in texts for one in text.statements if id(one) in near]
    return Near(texts, found, [one for one in found if shares[id(one)] >= _NEAREST * best], best)


def _checked(said: Statement, near: Near) -> Verdict:
    if any(_verbatim(said.text, one.key) for one in near.texts):
        return "ok"
    if swapped(said, near.mentions, near.habits, near.share):
        return "parties"
    contrary = (
        reworded(said, near.statements)
        or contradicted(said, near.norms)
        or exchanged(said, [one for text in near.texts for one in text.amounts])
        or _opposed(said, near.best)
    )
    return "contradicted" if contrary else "ok"


def _opposed(claim: Statement, found: Sequence[Statement]) -> bool:
    """Whether the claim has one of two opposites, and what is most like it in the text only the other: 視為, 推定."""
    for one, other in _opposites():
        for said, meant in ((one, other), (other, one)):
            if said.search(claim.text) and not meant.search(claim.text):
                texts = ["".join(part.text for _, part in surroundings(near)) for near in found]
                if any(map(meant.search, texts)) and not any(map(said.search, texts)):
                    return True
    return False


@lru_cache(maxsize=1)
def _opposites() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    rows = (files("rag") / "data" / "opposites.tsv").read_text(encoding="utf-8").splitlines()
    pairs = ([re.compile("|".join(map(search_key, side.split()))) for side in row.split("\t")] for row in rows)
    return [(one, other) for one, other in pairs]


def _verbatim(claim: str, text: str) -> bool:
    """Whether a claim is some clauses of a text, whole."""
    words = claim.strip("，。；：、,;:!?")
    at = text.find(words)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(words) : at + len(words) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(words, at + 1)
    return False


def _content(said: Statement) -> list[Token]:
    return [token for token in said.tokens if token.weight > 0 and token.concepts.isdisjoint(_FRAME)]
