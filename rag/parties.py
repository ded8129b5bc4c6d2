"""Who does it to whom: the parties a statement names, each with its part in it, and whether a claim has swapped two.

雇主 and 勞工 usually both stand in an article. A claim that says of one what the text says of the other fits the text
better once the two are exchanged, and that is how it is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rag.clauses import CASES, Bag, Clause, Statement, bag_of, surroundings
from rag.concepts import Token, lexicon

Part = Literal["acts", "suffers", "has"]

# 使、令、命、讓 name who is to act, and so do 由 and 被
_TOWARDS = re.compile("(?:[向對給替幫找跟與和同要求請叫催]|[^應得須可並]於|對於|要求|請求|通知|催告|[給交]付)$")
_BY = re.compile("(?:由|被|經|遭|使|令|命|讓|禁止|因|如|若|但|於|除|即|仍|[時者後前])$")
_LIST = ("、", "或", "及", "或其他")
_JOINS = frozenset("、或及與和跟")
_PARTS = {("acts", "has"): 0.7, ("has", "acts"): 0.7, ("has", "suffers"): 0.5, ("suffers", "has"): 0.5}
_OTHER_PART = 0.3
_FEW = 5.0  # bits of words; fewer tell too little of a party
# Shares, 0 … 1; docs/log.md names the run that set them.
_AFTER = 0.2  # what a claim goes on with after a party is only perhaps said of it
_CARRIED = 0.6  # so is what a text goes on with; less so where it speaks against the claim
_RIVAL = 0.4
_PLAIN = 0.2  # so much better fits the counterpart that the two are swapped
_CLEAR = 0.3  # and so well at least
_SURE = 0.5  # where the claim only tells what a party has
_MARGIN = 0.15  # what may be lost elsewhere in the claim


class Mention(NamedTuple):
    """A party in its part; ``words`` are what it does or what is done to it, ``more`` what goes on of it."""

    token: Token
    part: Part
    words: tuple[Token, ...]
    more: tuple[Token, ...] = ()
    mutual: bool = False


class KnownMention(NamedTuple):
    """A mention in a text, ready to compare."""

    role: str
    part: Part
    words: Bag
    more: Bag
    statement: Statement


def mentions(clauses: Sequence[Clause]) -> list[Mention]:
    """The parties of a statement in their order; a clause that names none goes on with the one that acted last."""
    found: list[Mention] = []
    acting = -1
    before: tuple[Token, ...] = ()
    for clause in clauses:
        here = list(_parts(clause))
        if here and "由" in clause.text[:2]:
            here[0] = here[0]._replace(words=before + here[0].words)  # 甲之修繕，由出租人負擔
        before = _content(clause.tokens)
        if acting >= 0 and not any(one.part == "acts" for one in here):
            found[acting] = found[acting]._replace(more=found[acting].more + _content(clause.tokens))
        first = next((at for at, one in enumerate(here) if one.part == "acts"), None)
        if first is not None:
            acting = len(found) + first
        found += here
    return found


def _parts(clause: Clause) -> Iterator[Mention]:
    tokens = clause.tokens
    acting = False
    last: Part = "acts"
    roles = [at for at, token in enumerate(tokens) if token.role]
    for at in roles:
        token = tokens[at]
        before, after = clause.text[: token.start], clause.text[token.end : token.end + 1]
        until = next(
            (other for other in roles if other > at and clause.text[: tokens[other].start].endswith("由")), len(tokens)
        )
        following = _content(tokens[at + 1 : until])
        if after and after in "之的":
            yield Mention(token, "has", following[:2])
            continue
        listed = before.endswith(_LIST) and at != roles[0]
        part = last if listed or _joined(clause, at, -1) else _part(before, tokens, at, acting)
        acting = acting or part == "acts"
        last = part
        words = following or _content(tokens[:at])
        if before.endswith("的") and part == "acts":
            part, words = "has", _content(tokens[:at])  # 工作滿一年的勞工
        elif before.endswith("由"):
            words = _content(tokens[:at]) + following
        elif part != "acts":
            words = _content(tokens[max(0, at - 3) : at]) + following
        yield Mention(token, part, words, (), _joined(clause, at, -1) or _joined(clause, at, 1))


def _joined(clause: Clause, at: int, step: int) -> bool:
    """Whether a party stands together with the one before (-1) or after (1) it: 雇主與勞工."""
    one, other = sorted((at, at + step))
    if one < 0 or other >= len(clause.tokens):
        return False
    near = [clause.tokens[one], clause.tokens[other]]
    if not all(token.role for token in near):  # 與 may be a token of its own
        beyond = at + 2 * step
        if not 0 <= beyond < len(clause.tokens) or not clause.tokens[beyond].role:
            return False
        near = sorted((clause.tokens[at], clause.tokens[beyond]))
    return clause.text[near[0].end : near[1].start] in _JOINS


def _part(before: str, tokens: Sequence[Token], at: int, acting: bool) -> Part:
    """Whether a party acts or is acted upon."""
    if not before or (_BY.search(before) and not _TOWARDS.search(before)):
        return "acts"
    if _TOWARDS.search(before) or acting:
        return "suffers"
    previous = tokens[at - 1] if at else None
    if previous is None or previous.end < tokens[at].start or previous.value is not None or previous.weight <= 0:
        return "acts"
    return "suffers"


def _content(tokens: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(token for token in tokens if token.weight > 0 and not token.role and not token.modal)


def known_mentions(found: Sequence[Statement]) -> list[KnownMention]:
    """The parties of a text; the cases of 「勞工有下列情形之一者」 are the 勞工's."""
    result: list[KnownMention] = []
    for one in found:
        made = mentions(one.clauses)
        if one.lead is not None and not any(mention.part == "acts" for mention in made):
            words = _content(list(one.tokens))
            made += [Mention(token, "acts", words) for token in _concerned(one.lead)]
            made += [Mention(token, "acts", (), words) for token in _leading(one.lead)]
        result += [
            KnownMention(mention.token.role, mention.part, bag_of(mention.words), bag_of(mention.more), one)
            for mention in made
        ]
    return result


def _concerned(lead: Statement) -> Iterator[Token]:
    for clause in lead.clauses:
        if CASES.search(clause.text):
            yield from (mention.token for mention in _parts(clause) if mention.part == "acts")


def _leading(lead: Statement) -> list[Token]:
    if CASES.search(lead.text):
        return []
    return [mention.token for mention in mentions(lead.clauses) if mention.part == "acts"][-1:]


class _Judged(NamedTuple):
    """What exchanging one mention of a claim would gain, and whether it clearly would."""

    pair: frozenset[str]
    weight: float
    gain: float
    clear: bool


def swapped(claim: Statement, known: Sequence[KnownMention], everything: Bag) -> bool:
    """Whether the claim fits the text clearly better with a party exchanged for its counterpart."""
    said = mentions(claim.clauses)
    present, named = {one.role for one in known}, {mention.token.role for mention in said}
    fits = _fits(claim, known)
    judged: list[_Judged] = []
    for mention in said:
        role = mention.token.role
        rivals = lexicon().rivals.get(role, frozenset())
        absent = role not in present
        meant = not mention.token.concepts.isdisjoint(everything.concepts) or not named.isdisjoint(rivals)
        if mention.mutual or _weight(mention) < _FEW or (absent and meant):
            continue
        own = _best(mention, [one for one in known if one.role == role], fits, _CARRIED)
        # a party that the text doesn't know fits in no part of its own
        against = [one for one in known if one.role in rivals and one.words.text]
        among = [one._replace(part=mention.part) if absent else one for one in against]
        other = _best(mention, among, fits, _RIVAL)
        clear = other >= (_SURE if mention.part == "has" else _CLEAR) and other - own > _PLAIN
        judged.append(_Judged(rivals | {role}, _weight(mention), other - own, clear))
    return any(one.clear and _gains(one.pair, judged) for one in judged)


def _gains(pair: frozenset[str], judged: Sequence[_Judged]) -> bool:
    """Whether the exchange of two parties does not lose more elsewhere in the claim than it gains."""
    same = [one for one in judged if not one.pair.isdisjoint(pair)]
    return sum(one.weight * one.gain for one in same) > -_MARGIN * sum(one.weight for one in same)


def _weight(mention: Mention) -> float:
    return sum(token.weight for token in mention.words if token.value is None)


def _fits(claim: Statement, known: Sequence[KnownMention]) -> dict[int, float]:
    """How like the claim each statement is, 0.4 … 1, by identity."""
    tokens = _content(list(claim.tokens))
    total = sum(token.weight for token in tokens) or 1.0
    found: dict[int, float] = {}
    for statement in {id(one.statement): one.statement for one in known}.values():
        around = tuple(surroundings(statement))
        held = sum(token.weight * max(weight * bag.holds(token) for weight, bag in around) for token in tokens)
        found[id(statement)] = 0.4 + 0.6 * held / total
    return found


def _best(mention: Mention, known: Sequence[KnownMention], fits: dict[int, float], carried: float) -> float:
    return max((_likeness(mention, one, carried) * fits[id(one.statement)] for one in known), default=0.0)


def _likeness(mention: Mention, known: KnownMention, carried: float) -> float:
    """How much of what a claim says of a party a text says of one; ``carried``: what its going on counts."""

    def held(token: Token) -> float:
        return max(known.words.holds(token), carried * known.more.holds(token), 0.2 * known.statement.bag.holds(token))

    weighted = [(token.weight, token) for token in mention.words] + [(_AFTER * one.weight, one) for one in mention.more]
    shared = sum(weight * held(token) for weight, token in weighted) / sum(weight for weight, _ in weighted)
    return shared * (1.0 if mention.part == known.part else _PARTS.get((mention.part, known.part), _OTHER_PART))
