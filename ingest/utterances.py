"""A judgment cut into what its passages are made of: stretches of one section and one speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.cues import BELOW, COURT
from ingest.items import TOP
from ingest.sections import (
    ATTACHED,
    BOTH,
    CLOSING,
    FACTS,
    HEADER,
    MAIN,
    REASONS,
    STATUTES,
    Joined,
    Part,
    parts,
)  # fmt: skip
from ingest.voices import Voice, voices

CLAIMS, VIEW = "當事人主張", "法院見解"
PROSECUTOR = "檢察官"
_LEAST = 120
_BARE = 20  # 貳、實體部分： is no passage of its own
_NEVER_FOUND = frozenset((HEADER, CLOSING, STATUTES))
# …茲將犯罪事實及證據並所犯法條分敘如下： ends what an indictment says of its accused: name, day of birth, address
_CHARGES = re.compile(r"(?:分[敘述]|敘述|臚列|詳)如[下左][：:︰。]?|犯罪事實(?=[一壹])")
# 此致臺灣…法院中華民國…檢察官…
_ENDS = re.compile(r"(?:此致|謹狀).{0,4}(?:臺灣|台灣|福建|最高|智慧)|中華民國\S{1,24}日(?:主任)?檢察官")
_INDICTMENT = re.compile(r".{0,60}?檢察官[^。，：]{0,20}書")


class Utterance(NamedTuple):
    """``joined.text[start:end]``; ``speaker`` is "" where it is open whose words they are."""

    start: int
    end: int
    section: str = ""
    speaker: str = ""
    searchable: bool = True


def utterances(text: Joined, criminal: bool) -> Iterator[Utterance]:
    """The whole judgment but its bare headings, in order.

    :param criminal: facts are what the court found; in other cases they tell what the parties say.
    """
    for part in parts(text):
        if part.section in (FACTS, REASONS, BOTH, ""):
            court = criminal and part.section != ""
            yield from _merged(_voiced(text, part, court), text)
        elif part.section == ATTACHED and _INDICTMENT.match(text.text, part.start, part.end):
            yield from _indictment(text.text, part)
        else:
            speaker = COURT if part.section == MAIN else ""
            yield Utterance(part.start, part.end, part.section, speaker, part.section not in _NEVER_FOUND)


def _voiced(text: Joined, part: Part, court: bool) -> Iterator[tuple[Voice, str]]:
    """The voices of a part, each with its section."""
    for voice in voices(text, part.start, part.end, court):
        section = part.section
        if voice.kind == "claim" and voice.speaker != BELOW:
            section = CLAIMS
        elif voice.kind == "view":
            section = VIEW
        yield voice, section


def _merged(voiced: Iterator[tuple[Voice, str]], text: Joined) -> Iterator[Utterance]:
    """One stretch for what one speaker says on end; a paragraph 一、 begins a new one, unless the last is short."""
    last: Utterance | None = None
    for voice, section in voiced:
        new = Utterance(voice.start, voice.end, section, voice.speaker)
        if last is None:
            last = new
            continue
        length = last.end - last.start
        same = (last.section, last.speaker) == (section, voice.speaker)
        if voice.end - voice.start <= 2 or (same and not (0 <= voice.rank <= TOP and length >= _LEAST)):
            last = last._replace(end=voice.end)
        elif length <= _BARE and _heads(last, new) and "。" not in text.text[last.start : last.end]:
            last = new._replace(start=last.start)
        else:
            yield last
            last = new
    if last:
        yield last


def _heads(last: Utterance, new: Utterance) -> bool:
    """Whether a few words may go with what follows: the court's with anybody's, others' never with the court's."""
    return last.speaker == COURT or (last.speaker == "" and new.speaker != COURT)


def _indictment(text: str, part: Part) -> Iterator[Utterance]:
    """What a prosecutor charges can be found; whom it charges, and its closing, can not."""
    begins = _CHARGES.search(text, part.start, part.end)
    start = begins.end() if begins else part.start
    ends = _ENDS.search(text, start, part.end)
    stop = ends.start() if ends else part.end
    for left, right, searchable in ((part.start, start, False), (start, stop, True), (stop, part.end, False)):
        if left < right:
            yield Utterance(left, right, ATTACHED, PROSECUTOR, searchable)
