"""Whether a claim has swapped two parties of the text it rests on.

雇主 and 勞工 usually both stand in an article. A claim that says of one what the text says of the other fits the text
better once the two are exchanged. What was learned from true sentences, and from the same ones with parties exchanged,
tells how much better it has to fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import permutations
from math import tanh
from typing import NamedTuple

from rag.numerals import search_key
from rag.support.clauses import CASES, Bag, Statement, bag_of, surroundings
from rag.support.concepts import Token, lexicon
from rag.support.habits import PLACES, Habits, Seen, exchanged, fits, seen
from rag.support.roles import Mention, Part, content, mentions, turned_on_itself
from rag.support.weights import score

# Shares, 0 … 1; docs/log.md names the run that set them.
_PARTS: dict[tuple[Part, Part], float] = {
    ("acts", "has"): 0.6,
    ("has", "acts"): 0.6,
    ("has", "suffers"): 0.5,
    ("suffers", "has"): 0.5,
    ("asked", "suffers"): 0.5,
    ("suffers", "asked"): 0.5,
    ("asked", "acts"): 0.8,
    ("acts", "asked"): 0.8,
}
_OTHER_PART = 0.3
_WHOSE = 0.9  # 勞工正常工作時間 of the text is 勞工的正常工時 of the claim
_REST = 0.5  # what a claim says after the next party is less surely said of this one
_AFTER = 0.35  # what it goes on with, still less
_KNOWN_REST = 0.9
_CARRIED = 0.6
_BESIDE = 0.2
_STEEP = 4.0  # in natural logarithms; what fits better than that fits better beyond doubt
_MANY = 10.0  # bits
FEATURES = (
    *("gain", "better", "most", "least", "weight", "own"),
    *PLACES,
    *("own unknown", "other unknown", "both", "share", "mentions"),
)
"""The names of what is looked at when two parties are exchanged."""
_SOMEBODY = re.compile("(?:人員|任何人)(?=[得應須不於在]|$)")
_NOTHING = Bag()


class KnownMention(NamedTuple):
    """A mention in a text, ready to compare; ``role`` is "" of somebody whom no word of the table names."""

    role: str
    part: Part
    words: Bag
    rest: Bag
    more: Bag
    statement: Statement
    concepts: frozenset[str] = frozenset()
    next: str = ""  # the word right after it


class _Slot(NamedTuple):
    """A party of a claim, and how well each part a text tells of fits what the claim says of it, best first."""

    mention: Mention
    weight: float
    own: float
    likeness: tuple[tuple[float, KnownMention], ...]

    def best(self, token: Token) -> float:
        """How well the best part of a party fits."""
        return next((like for like, one in self.likeness if is_same(token, one)), 0.0)

    def of(self, role: str) -> float:
        return next((like for like, one in self.likeness if one.role == role), 0.0)


def known_mentions(found: Sequence[Statement]) -> list[KnownMention]:
    """The parties of a text; the cases of 「勞工有下列情形之一者」 are the 勞工's."""
    return [one for statement in found for one in _known(statement)]


def _known(one: Statement) -> Iterator[KnownMention]:
    made = mentions(one.clauses)
    acts = any(mention.part == "acts" for mention in made)
    if one.lead is not None and not acts:
        all_of_it = content(list(one.tokens))
        made += [Mention(token, "acts", all_of_it) for token in _concerned(one.lead)]
        made += [Mention(token, "acts", (), (), all_of_it) for token in _leading(one.lead)]
    for mention in made:
        token = mention.token
        words, rest, more = map(_bag, (mention.words, mention.rest, mention.more))
        first = mention.words[0].text if mention.words else ""
        right = first if any(token.text + of + first in one.text for of in ("", "之", "的")) else ""
        yield KnownMention(token.role, mention.part, words, rest, more, one, token.concepts, right)
    if not acts:
        yield from _unnamed(one)


def _bag(words: Sequence[Token]) -> Bag:
    return bag_of(words) if words else _NOTHING


def _unnamed(one: Statement) -> Iterator[KnownMention]:
    """What a statement that names nobody who acts says of 「前條人員」."""
    for at, clause in enumerate(one.clauses):
        if _SOMEBODY.search(clause.text) and not any(token.role for token in clause.tokens):
            more = tuple(token for later in one.clauses[at + 1 :] for token in content(later.tokens))
            yield KnownMention("", "acts", bag_of(content(clause.tokens)), _NOTHING, bag_of(more), one)


def _concerned(lead: Statement) -> Iterator[Token]:
    for clause in lead.clauses:
        if CASES.search(clause.text):
            yield from (mention.token for mention in mentions([clause]) if mention.part == "acts")


def _leading(lead: Statement) -> list[Token]:
    if CASES.search(lead.text):
        return []
    found = [mention.token for mention in mentions(lead.clauses)]
    return list({token.role: token for token in found}.values())


def swapped(claim: Statement, known: Sequence[KnownMention], texts: Sequence[Habits], share: float) -> bool:
    """Whether the claim fits the text clearly better with a party exchanged for another that the text names.

    :param known: the parties of the statements that are most like the claim.
    :param texts: what stands around each party of the texts.
    :param share: how much of the claim stands in the statement most like it, 0 … 1.
    """
    if any(not _on_itself(role, known) for role in turned_on_itself(claim.clauses)):
        return True
    return any(score("party", found) > 0 for found in judged(claim, known, texts, share))


def judged(
    claim: Statement, known: Sequence[KnownMention], texts: Sequence[Habits], share: float
) -> Iterator[Mapping[str, float]]:
    """What is seen of each exchange of a party the claim names for another one; see ``FEATURES``."""
    named = list(seen(claim.clauses))
    here = {one.role for one in named}
    there = here.union(*(text.times for text in texts))
    pairs = {(min(role, other), max(role, other)) for role in here for other in lexicon().rivals[role] & there}
    if not pairs:
        return
    slots = _slots(claim, known)
    for one, other in sorted(pairs):
        own, instead = (one, other) if one in here else (other, one)
        found = _gains(slots, own, instead) | _habitual(named, {own: instead, instead: own}, texts)
        found |= {
            "own unknown": float(all(own not in text.times for text in texts)),
            "other unknown": float(all(instead not in text.times for text in texts)),
            "both": float(own in here and instead in here),
            "share": share,
            "mentions": float(sum(each.role in (own, instead) for each in named)),
        }
        yield found


def _habitual(named: Sequence[Seen], roles: Mapping[str, str], texts: Sequence[Habits]) -> dict[str, float]:
    """How much better what stands around the two would fit the other one, by place, -1 … 1."""
    gains = dict.fromkeys(PLACES, 0.0)
    for one in named:
        if one.role in roles:
            for feature, weight in one.around.items():
                better = fits(roles[one.role], exchanged(feature, roles), texts) - fits(one.role, feature, texts)
                gains[feature.place] += weight * better
    return {place: tanh(gain / _STEEP) for place, gain in gains.items()}


def _slots(claim: Statement, known: Sequence[KnownMention]) -> list[_Slot]:
    like = _fits(claim, known)
    said = [one for one in mentions(claim.clauses) if not one.mutual and (one.words or one.rest)]
    return [_slot(mention, known, like) for mention in said]


def _gains(slots: Sequence[_Slot], own: str, instead: str) -> dict[str, float]:
    """How much better what is said of the two fits the other one, all in all and where it is most and least."""
    roles = {own: instead, instead: own}
    pairs = [
        (slot.weight, slot.of(roles[slot.mention.token.role]) - slot.own, slot.own)
        for slot in slots
        if slot.mention.token.role in roles
    ]
    weight = sum(one for one, _, _ in pairs)
    gain = sum(one * more for one, more, _ in pairs)
    return {
        "gain": gain / _MANY,
        "better": gain / weight if weight else 0.0,
        "most": max((more for _, more, _ in pairs), default=0.0),
        "least": min((more for _, more, _ in pairs), default=0.0),
        "weight": min(weight, 3 * _MANY) / (3 * _MANY),
        "own": max((likeness for _, _, likeness in pairs), default=0.0),
    }


def _on_itself(role: str, known: Sequence[KnownMention]) -> bool:
    return not any(one.role == role for one in known) or any(
        role in turned_on_itself(one.clauses) for one in {id(one.statement): one.statement for one in known}.values()
    )


def _slot(mention: Mention, known: Sequence[KnownMention], fits: Mapping[int, float]) -> _Slot:
    found = sorted(((_likeness(mention, one) * fits[id(one.statement)], one) for one in known), key=lambda one: -one[0])
    slot = _Slot(mention, _weight(mention), 0.0, tuple(found))
    return slot._replace(own=slot.best(mention.token))


def is_same(token: Token, one: KnownMention) -> bool:
    """Whether a text's party may be the claim's: of one role, one sense or one kin, or unnamed."""
    if not one.role or token.role == one.role or not token.concepts.isdisjoint(one.concepts):
        return True
    return (token.role, one.role) in _kin()


def _weight(mention: Mention) -> float:
    return sum(share * token.weight for share, token in _weighted(mention) if token.value is None)


def _weighted(mention: Mention) -> Iterator[tuple[float, Token]]:
    for share, words in ((1.0, mention.words), (_REST, mention.rest), (_AFTER, mention.more)):
        yield from ((share, token) for token in words)


def _fits(claim: Statement, known: Sequence[KnownMention]) -> dict[int, float]:
    """How like the claim each statement is, 0.4 … 1, by identity."""
    tokens = content(list(claim.tokens))
    total = sum(token.weight for token in tokens) or 1.0
    found: dict[int, float] = {}
    for statement in {id(one.statement): one.statement for one in known}.values():
        around = tuple(surroundings(statement))
        held = sum(token.weight * max(weight * bag.holds(token) for weight, bag in around) for token in tokens)
        found[id(statement)] = 0.4 + 0.6 * held / total
    return found


def _likeness(mention: Mention, known: KnownMention) -> float:
    """How much of what a claim says of a party a text says of one."""
    more, beside = (0.0, 0.0) if mention.part == "has" else (_CARRIED, _BESIDE)
    if mention.part == "acts" and known.part == "has" and _is_next(mention, known):
        beside = _CARRIED  # 法定代理人之允許: what it is of stands around it
    shared = total = 0.0
    for share, token in _weighted(mention):
        held = known.words.holds(token)
        if held < 1.0:
            held = max(
                held,
                _KNOWN_REST * known.rest.holds(token),
                more * known.more.holds(token),
                beside * known.statement.bag.holds(token),
            )
        shared += share * token.weight * held
        total += share * token.weight
    return shared / (total or 1.0) * _of_part(mention, known)


def _of_part(mention: Mention, known: KnownMention) -> float:
    if mention.part == known.part:
        return 1.0
    if {mention.part, known.part} == {"has", "acts"} and _is_next(mention, known):
        return _WHOSE
    return _PARTS.get((mention.part, known.part), _OTHER_PART)


def _is_next(mention: Mention, known: KnownMention) -> bool:
    """Whether one word follows both: 勞工正常工作時間, 勞工的正常工時."""
    if not known.next or not mention.words:
        return False
    return bag_of([mention.words[0]._replace(text=known.next)]).holds(mention.words[0]) == 1.0


@cache
def _kin() -> frozenset[tuple[str, str]]:
    """Parties that everyday words do not tell apart: 醫師 and 醫療機構."""
    table = (files("rag") / "data" / "kin.tsv").read_text(encoding="utf-8")
    rows = ([search_key(word) for word in line.split()] for line in table.splitlines())
    return frozenset(pair for row in rows for pair in permutations(row, 2))
