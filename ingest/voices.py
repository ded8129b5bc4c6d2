"""Whose words a judgment holds where: the court's own, or those of a party, a witness, the court below that it repeats.

「法院認為」 may rest on the court's own words alone. So the court is named only where the text shows it; between a
party and the court, "" or the party is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ingest.cues import (
    BELOW,
    BOTH_SIDES,
    CLAIMS,
    COURT,
    ENDED,
    FINDING,
    JUDGED,
    PLAIN,
    SOFT,
    SURE,
    VIEW,
    Opening,
    mention,
    opened,
    quote,
    reports,
)
from ingest.items import TOP, Item, items
from ingest.sections import Joined

Kind = Literal["", "claim", "view"]

_HEAD = 120
_REST = 16
_PREFIX = 20
_CLAUSE = 40
_AHEAD = 12
_SENTENCE = re.compile(r"(?:[^。「]++|「[^」]{0,3000}+」|「)++。?[」』）)]?|。")


class Voice(NamedTuple):
    """``text[start:end]`` holds the words of ``speaker``, "" where it is open whose they are.

    ``kind``: "claim" for a party that has the floor (not one the court repeats to answer it), "view" for the court
    under a heading such as 本院之判斷. ``rank``: that of the numbered paragraph which begins here, -1 for none.
    """

    start: int
    end: int
    speaker: str
    kind: Kind = ""
    rank: int = -1


class _Level(NamedTuple):
    rank: int
    speaker: str
    view: bool


def voices(text: Joined, start: int, end: int, court: bool) -> Iterator[Voice]:
    """Who speaks in ``text.text[start:end]``, a section of facts or reasons; together the voices cover all of it.

    :param court: words nobody is named for are the court's (a criminal case), not open (a civil one).
    """
    stack = [_Level(-2, COURT if court else "", False)]
    for item in items(text.text, start, end, text.lines):
        while stack[-1].rank >= item.rank and len(stack) > 1:
            stack.pop()
        speech = _Speech(text.text, item, stack[-1])
        yield from speech.voices()
        stack.append(_Level(item.rank, speech.state or speech.floor, speech.view))


class _Speech:
    """One paragraph, sentence by sentence.

    ``state`` is who has the floor; ``closed``: the party's words have ended; ``firm``: its own 「查」 and 「按」 don't
    end them. Up to ``until`` the court repeats the words of ``quoted``.
    """

    def __init__(self, text: str, item: Item, above: _Level) -> None:
        self.text, self.item, self.view = text, item, above.view
        self.court = above.speaker == COURT
        # A list below a paragraph of which nobody knows whose it is: what it finds may be what a party finds.
        self.open = above.speaker == "" and above.rank >= TOP
        body = text[item.start + item.token : item.end]
        self.state = above.speaker or (COURT if FINDING.search(body) and not self.open else "")
        self.closed, self.firm = False, not self.court
        self.until, self.quoted = 0, ""
        # Of the paragraphs below, unless they say otherwise: a list goes on although one of its points ends with 等語.
        self.floor = above.speaker if above.speaker != COURT else ""
        self.sentences = [found.span() for found in _SENTENCE.finditer(text, item.start, item.end)]

    def voices(self) -> Iterator[Voice]:
        token, rank = self.item.token, self.item.rank
        for at, (start, end) in enumerate(self.sentences):
            if start >= self.until:
                self._turn(at, start + token, end)
            for voice in self._split(at, start, end):
                yield voice._replace(rank=rank)
                token, rank = 0, -1

    def _turn(self, at: int, start: int, end: int) -> None:
        """Who goes on with this sentence."""
        head = self.text[start : min(end, start + _HEAD)]
        if VIEW.match(head):
            self.state, self.view = COURT, True
        elif self.state == BOTH_SIDES:
            return
        elif SURE.match(head):
            self.state = COURT
        else:
            self._go_on(at, start, end, opened(head, heading=not self.court))

    def _go_on(self, at: int, start: int, end: int, party: Opening) -> None:
        if not party.who and self.state == COURT and CLAIMS.match(self.text, start, end):
            self.state, self.closed = "", True
        elif self.state == COURT and (self.court or at):
            if party.who and (party.who != BELOW or party.colon):
                self._repeat(at, start, end, party)
        elif party.who:
            self.state, self.closed, self.floor = party.who, False, party.who
        elif CLAIMS.match(self.text, start, end):
            # 並聲明：… goes on with the words of the party that had the floor.
            self.closed = True
        elif self.state == "" or self.closed or not self.firm:
            self._doubt(start, end)

    def _repeat(self, at: int, start: int, end: int, party: Opening) -> None:
        """The court repeats what a party says: up to 等語, in this sentence or a later one, or until it answers."""
        self.until, self.quoted = self._runs_to(at, start), party.who
        if not self.until and party.colon:
            self.state, self.closed, self.firm = party.who, False, party.plea

    def _runs_to(self, at: int, start: int) -> int:
        """Where words that a sentence opened end, if nobody else comes in before; 0 when that is not told."""
        until = 0
        for begin, end in self.sentences[at : at + _AHEAD]:
            said = ENDED.search(self.text, max(begin, start), end)
            told = mention(self.text, begin, said.start() if said else end) is not None
            if begin > start and (told or self._answers(begin, end)):
                return until
            if until and not said:
                return until
            if said:
                until = end if said.end() == end - 1 else said.end()
                if until < end or begin <= start:
                    return until
        return until

    def _answers(self, start: int, end: int) -> bool:
        head = self.text[start : min(end, start + _HEAD)]
        return bool(PLAIN.match(head) or SURE.match(head) or VIEW.match(head))

    def _doubt(self, start: int, end: int) -> None:
        """After a party's words, or where nobody's were: the court goes on if it says so."""
        sentence = self.text[start:end]
        if self.open:
            return
        if PLAIN.match(sentence) or (not self.closed and SOFT.match(sentence) and FINDING.search(sentence)):
            self.state = COURT
        elif self.closed:
            self.state = ""

    def _split(self, at: int, start: int, end: int) -> Iterator[Voice]:
        if start < self.until:
            stop = min(end, self.until)
            yield Voice(start, stop, self.quoted)
            start = stop
        if start == end:
            return
        if self.state == COURT:
            yield from self._reported(at, start, end)
        elif self.state:
            yield from self._party(start, end)
        else:
            yield Voice(start, end, "")

    def _party(self, start: int, end: int) -> Iterator[Voice]:
        said = max(self.text.rfind(word, start, end) for word in ("等語", "云云"))
        said = -1 if self.state == BOTH_SIDES else said
        if said >= 0 or (self.state == BELOW and JUDGED.search(self.text, start, end)):
            self.closed = True
        if said < 0 or end - said - 2 <= _REST or CLAIMS.match(self.text, said + 3):
            yield Voice(start, end, self.state, "claim")
        else:
            yield Voice(start, said + 2, self.state, "claim")
            yield Voice(said + 2, end, COURT if FINDING.search(self.text, said, end) else "")
        if said >= 0 and self.court and not self.firm:
            self.state = COURT

    def _reported(self, place: int, start: int, end: int) -> Iterator[Voice]:
        """A sentence of the court's, the words of others that it repeats apart."""
        kind: Kind = "view" if self.view else ""
        at = start
        before = self.quoted if start == self.until else ""
        for left, right, who in reports(self.text[start:end], before):
            if start + left - at >= _PREFIX:
                yield Voice(at, start + left, COURT, kind)
                at = start + left
            stop = end if start + right == end - 1 else start + right
            yield Voice(at, stop, who)
            at = stop
        told = quote(self.text, at, end)
        if told:
            yield from self._quoted(place, at, end, told, kind)
        elif at > start or self._answers(start, end):
            yield from self._court(at, end, kind)
        else:
            yield from self._mixed(start, end, kind)

    def _court(self, start: int, end: int, kind: Kind) -> Iterator[Voice]:
        if start < end:
            yield Voice(start, end, COURT, kind)

    def _quoted(self, place: int, start: int, end: int, told: tuple[int, str], kind: Kind) -> Iterator[Voice]:
        """…，證人乙○○證稱：伊看見被告。被告沒有付款等語: the words of another, over the end of the sentence."""
        left, who = told
        yield from self._court(start, left, kind)
        yield Voice(left, end, who)
        self.until, self.quoted = max(self.until, self._runs_to(place + 1, end)), who

    def _mixed(self, start: int, end: int, kind: Kind) -> Iterator[Voice]:
        """A sentence in which what a party claims and what the court makes of it may not be told apart."""
        told = mention(self.text, start, end)
        if told is None:
            yield Voice(start, end, COURT, kind)
            return
        clause = self.text.rfind("，", start, told) + 1
        if clause - start >= _CLAUSE:
            yield Voice(start, clause, COURT, kind)
            start = clause
        yield Voice(start, end, "")
