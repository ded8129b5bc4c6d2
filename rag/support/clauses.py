"""A legal text as statements: what holds (the predicate), under which modal, of whom, and when.

Each 款 is read together with the line that announces it, each 但書 together with the sentence it excepts from, so that
a statement can be compared with a sentence that says the same in other words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.numerals import search_key
from rag.support.concepts import Concept, Token, lexicon
from rag.values import Value

_COUNT = "[〇一二三四五六七八九十百]{1,5}"
_ITEM = re.compile(
    rf"\s*(?:{_COUNT}\s?[、．]|[（(﹙]\s?{_COUNT}\s?[）)﹚]|第{_COUNT}類[：:]|[㈠-㈩]|[0-9]{{1,2}}[.、])"
)
_DEEPER = re.compile(r"\s*[（(﹙㈠-㈩]")
LISTED = re.compile("[下左]列|如[下左]")
_COLON = re.compile("[：:︰]\\s*$")
_SENTENCE = re.compile("[^。；！？;!?]{1,600}[。；！？;!?]*")  # no longer, so that work grows with the text alone
_BREAK = re.compile("[，：,:︰。；;！？!?]+|(?<![因反從進然])而(?![且言已])")
CASES = re.compile("(?:情形|情事|行為|款|事由|原因)之一")  # what is listed are conditions
EXCEPTS = re.compile("不在此限|除外|例外|不適用(?![^。]{0,20}(?:規定|準用))")
LONGEST_CLAIM = 600  # characters of a claim that are read
_LONGEST = 30_000  # characters of one text that are read; no article comes near


@dataclass(slots=True)
class Bag:
    """What a stretch of text speaks of."""

    text: str = ""
    concepts: set[Concept] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    values: set[Value] = field(default_factory=set)

    def holds(self, token: Token) -> float:
        """How much of a token stands here, 0 … 1: its concept or its letters whole, else by the characters."""
        if token.value is not None:
            return float(token.value in self.values)
        if not token.concepts.isdisjoint(self.concepts) or token.text in self.text:
            return 1.0
        shared = covered = 0
        for at, char in enumerate(token.text):
            if char in self.characters:
                shared += 1
                covered += token.text[at : at + 2] in self.text or (at > 0 and token.text[at - 1 : at + 1] in self.text)
        return (0.4 * shared + 0.6 * covered) / len(token.text)


def union(bags: Iterable[Bag]) -> Bag:
    """All that several stretches speak of."""
    held = list(bags)
    return Bag(
        "\n".join(one.text for one in held),
        {concept for one in held for concept in one.concepts},
        {char for one in held for char in one.characters},
        {value for one in held for value in one.values},
    )


def _bag(tokens: Iterable[Token], text: str) -> Bag:
    found = {token.value for token in tokens if token.value is not None}
    return Bag(text, lexicon().concepts(text), set(text), found)


def bag_of(tokens: Iterable[Token]) -> Bag:
    """What a few words of a text speak of, those inside longer words too."""
    held = list(tokens)
    return _bag(held, "\n".join(token.text for token in held))


class Clause(NamedTuple):
    """What stands between two commas."""

    text: str
    tokens: tuple[Token, ...]


@dataclass(slots=True)
class Statement:
    """A sentence or a part of one up to a semicolon; ``lead`` is what announces it, ``before`` what it goes on from."""

    text: str
    clauses: tuple[Clause, ...]
    line: int
    bag: Bag
    lead: Statement | None = None
    before: Statement | None = None
    below: Bag | None = None

    @property
    def tokens(self) -> Iterator[Token]:
        return (token for clause in self.clauses for token in clause.tokens)


def surroundings(one: Statement, below: bool = False) -> Iterator[tuple[float, Bag]]:
    """What a statement is to be read with, itself first, and how much each part counts."""
    yield 1.0, one.bag
    if below and one.below is not None:
        yield 0.9, one.below
    if one.lead is not None:
        yield 0.9, one.lead.bag
        if one.lead.before is not None:
            yield 0.6, one.lead.before.bag
    if one.before is not None:
        yield 0.8, one.before.bag
        if one.before.before is not None:
            yield 0.6, one.before.before.bag


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a text in their order: ``statements("甲應付款。但無力者，不在此限。")`` gives two."""
    found: list[Statement] = []
    leads: list[Statement] = []
    for number, line in enumerate(_lines(text[:_LONGEST])):
        depth = 0 if not _ITEM.match(line) else 2 if _DEEPER.match(line) else 1
        del leads[depth:]
        before: Statement | None = None
        lead: Statement | None = None
        for part in _SENTENCE.findall(_ITEM.sub("", line, count=1)):
            made = _statement(part, number, leads[-1] if leads else None, before)
            if made is None:
                continue
            found.append(made)
            before = made
            lead = lead if lead is not None and LISTED.search(lead.text) else made
        if lead is not None and (LISTED.search(lead.text) or _COLON.search(line)):
            leads += [lead] * (depth + 1 - len(leads))
    below: dict[int, list[Bag]] = {}
    for one in found:
        if one.lead is not None:
            below.setdefault(id(one.lead), []).append(one.bag)
    for one in found:
        one.below = union(below[id(one)]) if id(one) in below else None
    return tuple(found)


def claim_statement(text: str) -> Statement:
    """The whole of a claim as one statement."""
    return _statement(text[:LONGEST_CLAIM], 0, None, None) or Statement("", (), 0, Bag())


def _statement(part: str, line: int, lead: Statement | None, before: Statement | None) -> Statement | None:
    clauses = tuple(made for piece in _pieces(part) if (made := Clause(piece, tuple(lexicon().tokens(piece)))).tokens)
    if not clauses:
        return None
    text = search_key(part)
    return Statement(
        text, clauses, line, _bag((token for clause in clauses for token in clause.tokens), text), lead, before
    )


def _pieces(part: str) -> Iterator[str]:
    """The clauses of a sentence; what 、 parts stays one."""
    return (piece for piece in _BREAK.split(search_key(part)) if piece)


def _lines(text: str) -> Iterator[str]:
    """The lines, those joined that were wrapped: a line goes on unless a stop ends it or an item begins the next."""
    held = ""
    for line in text.splitlines():
        if held and (_ITEM.match(line) or held[-1] in "。：；︰:;！？!?」"):
            yield held
            held = ""
        held += line.strip()
    if held:
        yield held
