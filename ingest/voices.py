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
    DECIDED,
    ENDED,
    FINDING,
    ISSUES,
    JUDGED,
    LISTS,
    PLAIN,
    RELIEF,
    SAID,
    SOFT,
    SURE,
    VIEW,
    Opening,
    answers,
    concludes,
    finds,
    opened,
    replies,
)
from ingest.items import QUOTATION, TOP, Item, items
from ingest.quotes import ANSWERED, Quote, mention, quote, reports
from ingest.sections import Joined

Kind = Literal["", "claim", "view"]

_HEAD = 120
_REST = 16
_PREFIX = 20
_CLAUSE = 40
_AHEAD = 12
_SENTENCE = re.compile(rf"(?:[^。「]++|{QUOTATION}|「)++。?[」』）)]?|。")


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
        stack.append(speech.level())


class _Speech:
    """One paragraph, sentence by sentence.

    ``state`` is who has the floor; ``closed``: the party's words have ended; ``firm``: its own 「查」 and 「按」 don't
    end them; ``pleads``: it answers in a numbered paragraph of its own, and goes on after 等語. Up to ``until`` the
    court repeats the words of ``quoted``; ``pending``: it repeats words whose end nothing tells, until it answers.
    """

    def __init__(self, text: str, item: Item, above: _Level) -> None:
        self.text, self.item, self.view = text, item, above.view
        self.court = above.speaker == COURT
        # A list below a paragraph of which nobody knows whose it is: what it finds may be what a party finds.
        self.open = above.speaker == "" and above.rank >= TOP
        self.state = above.speaker
        if not self.state and not self.open and concludes(text, item.start + item.token, item.end):
            self.state = COURT
        self.closed, self.firm, self.pending = False, not self.court, False
        self.pleads = above.speaker not in ("", COURT)
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

    def level(self) -> _Level:
        """What holds for the numbered paragraphs below this one."""
        start, end = self.sentences[-1][0], self.item.end
        speaker = self.state or self.floor
        repeats = self.pending or (not self.firm and speaker not in ("", COURT))
        open_ = speaker not in (COURT, BOTH_SIDES) and not self.pleads and not self.open
        if (open_ or self.pending) and ISSUES.search(self.text, start, end):
            speaker = COURT
        elif (open_ and self.closed) or (repeats and LISTS.match(self.text, start, end)):
            speaker = ""
        return _Level(self.item.rank, speaker, self.view)

    def _turn(self, at: int, start: int, end: int) -> None:
        """Who goes on with this sentence."""
        head = self.text[start : min(end, start + _HEAD)]
        view = VIEW.match(head)
        if view:
            self._judges()
            self.view = True
            party = opened(head[view.end() :], heading=False)
            self._hears(at, start + view.end(), end, party if party.who != BOTH_SIDES else Opening())
        elif self.state == BOTH_SIDES:
            return
        elif SURE.match(head):
            self._judges()
        else:
            self._go_on(at, start, end, opened(head, heading=not self.court))

    def _go_on(self, at: int, start: int, end: int, party: Opening) -> None:
        if party.side:
            self._takes(party)
        elif not party.who and self.state == COURT and CLAIMS.match(self.text, start, end):
            self.state, self.closed = "", True
        elif not party.who and self.state == COURT and RELIEF.match(self.text, start, end):
            self.pending = not finds(self.text, start, end)
        elif self.state == COURT and (self.court or at):
            self._hears(at, start, end, party)
        elif party.who and not self._answered(party):
            self._takes(party)
        elif CLAIMS.match(self.text, start, end):
            # 並聲明：… goes on with the words of the party that had the floor.
            self.closed = True
        elif self.state == "" or self.closed or not self.firm:
            self._doubt(start, end)

    def _answered(self, party: Opening) -> bool:
        """Whether a party that has the floor only mentions what another says: ㈠原告主張…云云，並不可採."""
        other = self.state not in ("", party.who) and not self.closed
        return self.pleads and other and not (party.colon or party.plea)

    def _judges(self) -> None:
        self.state, self.pleads, self.pending = COURT, False, False

    def _takes(self, party: Opening) -> None:
        """A party has the floor: 「原告主張：」 is its own account, 「原告主張其受傷等情」 may be the court's."""
        self.state, self.closed, self.floor = party.who, False, party.who
        if party.side:
            self.court, self.view, self.firm = False, False, True
        self.pleads |= (party.colon or party.plea or party.side) and not self.court and self.item.rank >= 0

    def _hears(self, at: int, start: int, end: int, party: Opening) -> None:
        """The court goes on; or repeats what a party says, up to 等語 here or later, or until it answers."""
        if not party.who or (party.who == BELOW and not party.colon):
            self.pending = self.pending and not finds(self.text, start, end)
            return
        self.until, self.quoted = self._runs_to(at, start), party.who
        # 被告供稱：「…」 tells by its own marks where it ends.
        told = self.until > 0 or self.text.find("：「", start, end) >= 0
        self.pending = not (told or party.colon or finds(self.text, start, end))
        if party.colon and not told:
            self.state, self.closed, self.firm = party.who, False, party.plea

    def _runs_to(self, at: int, start: int) -> int:
        """Where words that a sentence opened end, if nobody else comes in before; 0 when that is not told."""
        until = 0
        for begin, end in self.sentences[at : at + _AHEAD]:
            said = ENDED.search(self.text, max(begin, start), end)
            told = mention(self.text, begin, said.start() if said else end) is not None
            answer = ANSWERED.search(self.text, max(begin, start), said.start() if said else end)
            if begin > start and (told or answers(self.text, begin, end)):
                return until
            if answer:
                return answer.end()
            if until and not said:
                return until
            if said:
                until = end if said.end() == end - 1 else said.end()
                if until < end or begin <= start:
                    return until
        return until

    def _doubt(self, start: int, end: int) -> None:
        """After a party's words, or where nobody's were: the court goes on if it says so."""
        sentence = self.text[start:end]
        if self.open:
            return
        soft = not self.closed and SOFT.match(sentence) and FINDING.search(sentence)
        if not self.pleads and (soft or PLAIN.match(sentence)):
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
        if self.state == COURT and not self.pending:
            yield from self._reported(at, start, end)
        elif self.state not in ("", COURT):
            yield from self._party(start, end)
        else:
            yield Voice(start, end, "")

    def _party(self, start: int, end: int) -> Iterator[Voice]:
        first, last = self._said(start, end)
        if last or (self.state == BELOW and JUDGED.search(self.text, start, end)):
            self.closed = True
        decides = last > 0 and self._decides(last, end)
        if not last or (not decides and (end - last <= _REST or replies(self.text, last, end))):
            first = last = end
        yield Voice(start, first, self.state, "claim" if self.firm else "")
        if first < last:
            yield Voice(first, last, "")
        if last < end:
            yield Voice(last, end, COURT if decides else "")
        if self.closed and self.court and not self.firm:
            self.state = COURT

    def _said(self, start: int, end: int) -> tuple[int, int]:
        """Where words that were said end first and last, 0 if nowhere; a party that pleads may quote others, too."""
        marks = (SAID if self.pleads else ENDED).finditer(self.text, start, end)
        found = [said.end() for said in marks] if self.state != BOTH_SIDES else []
        return (found[-1] if self.pleads else found[0], found[-1]) if found else (0, 0)

    def _decides(self, start: int, end: int) -> bool:
        """Whether what follows 等語 is the court's: a party that pleads finds things 無理由 and 有據, too."""
        if DECIDED.search(self.text, start, end):
            self.pleads = False
            return True
        return not self.pleads and not replies(self.text, start, end) and bool(FINDING.search(self.text, start, end))

    def _reported(self, place: int, start: int, end: int) -> Iterator[Voice]:
        """A sentence of the court's, the words of others that it repeats apart."""
        kind: Kind = "view" if self.view else ""
        at = start
        before = self.quoted if start == self.until and not ANSWERED.match(self.text, start - 1) else ""
        for left, right, who in reports(self.text[start:end], before):
            if start + left - at >= _PREFIX:
                yield Voice(at, start + left, COURT, kind)
                at = start + left
            stop = end if start + right == end - 1 else start + right
            yield Voice(at, stop, who)
            at = stop
        told = quote(self.text, at, end)
        if told and (told.sure or self._runs_to(place + 1, end)):
            yield from self._quoted(place, at, end, told, kind)
        elif at > start or answers(self.text, start, end):
            yield from self._court(at, end, kind)
        else:
            yield from self._mixed(start, end, kind)

    def _court(self, start: int, end: int, kind: Kind) -> Iterator[Voice]:
        if start < end:
            yield Voice(start, end, COURT, kind)

    def _quoted(self, place: int, start: int, end: int, told: Quote, kind: Kind) -> Iterator[Voice]:
        """…，證人乙○○證稱：伊看見被告。被告沒有付款等語: the words of another, over the end of the sentence."""
        yield from self._court(start, told.start, kind)
        yield Voice(told.start, end, told.who)
        self.until, self.quoted = max(self.until, self._runs_to(place + 1, end)), told.who
        self.pending = self.until <= end

    def _mixed(self, start: int, end: int, kind: Kind) -> Iterator[Voice]:
        """A sentence in which what a party claims and what the court makes of it may not be told apart."""
        told = mention(self.text, start, end)
        clause = end if told is None else self.text.rfind("，", start, told) + 1
        if clause - start >= _CLAUSE or clause == end:
            yield Voice(start, clause, COURT, kind)
            start = clause
        if start < end:
            yield Voice(start, end, "")
