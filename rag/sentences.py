"""Text → sentences of Chinese law text, whole or as it streams in.

``split("雇主應預告[1]。勞工得請假。[2]") == ["雇主應預告[1]。", "勞工得請假。[2]"]``. 。！？ and a line break end a
sentence; ； ends one where marks stand at it, since without marks of its own a clause rests on those at the end of the
whole. Nothing ends inside 「」『』（）, unless they stay open for too long. Marks right after the stop belong to the
sentence before it. Markdown is taken off.

One character at a time is looked at, so the sentences do not depend on how a stream was cut.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

NUMBER = "[0-9０-９]{1,3}"
MARK = re.compile(rf"[\[［【]\s{{0,4}}({NUMBER}(?:\s{{0,4}}[,，、]\s{{0,4}}{NUMBER}){{0,20}})\s{{0,4}}[\]］】]")
"""[1] · ［1］ · 【12】 · [1, 2]"""

_MARK_BEGUN = re.compile(r"[\[［【][0-9０-９,，、\s]{0,120}")
_STOPS = "。！？!?｡"
_CLAUSE_STOPS = "；;"
_PAIRS = {"「": "」", "『": "』", "（": "）", "(": ")"}
_CLOSERS = "」』）)”’"
_TOO_LONG = 600  # characters in brackets; what stays open longer was likely never meant to close
_LONG_TAIL = 200  # characters; no sentence has so many marks
# What belongs to a sentence that has ended, on its line: stops, closing brackets, emphasis, marks
_TAIL = re.compile(rf"(?:[{_STOPS}{_CLOSERS}*_`]|[^\S\n]|{MARK.pattern})*")
_MARKS = re.compile(rf"(?:{MARK.pattern}[^\S\n]{{0,4}})+")
_MARKED_END = re.compile(rf"{MARK.pattern}[^\S\n]{{0,4}}$")
# 「…。」[1]之規定, 「…。」[1]，故
_GOES_ON = "，、：；之的等,:;"
_FINISHED = re.compile(rf"[{_STOPS}{_CLAUSE_STOPS}][{_CLOSERS}]{{0,4}}$")
_LINE_HEAD = re.compile(r"(?:\s*+(?:#{1,6}\s|>|[-+*•‧·●○▪]\s))+")
_MARKDOWN = re.compile(r"\*+|__+|`+")
_WORD = re.compile(r"\w")
_LAST_STOP = re.compile(rf"[{_STOPS}{_CLAUSE_STOPS}]$")


class Line(NamedTuple):
    """A sentence, and which line of the text it begins on: those of one paragraph are on one."""

    text: str
    number: int


def split(text: str) -> list[str]:
    """The sentences of a text in order; nothing with a word in it is left out."""
    splitter = Splitter()
    return [one.text for one in (*splitter.feed(text), *splitter.close())]


def with_marks(sentence: str, marks: Sequence[int]) -> str:
    """``with_marks("雇主應預告。", [1, 2]) == "雇主應預告[1][2]。"``."""
    stop = _LAST_STOP.search(sentence)
    end = stop.start() if stop else len(sentence)
    return sentence[:end] + "".join(f"[{mark}]" for mark in marks) + sentence[end:]


def only_marks(sentence: str, kept: Container[int]) -> str:
    """``only_marks("雇主應預告[1, 2]。", [2]) == "雇主應預告[2]。"``; a mark of kept numbers alone stays as it is."""

    def cut(found: re.Match[str]) -> str:
        numbers = re.findall(NUMBER, found[0])
        left = [number for number in numbers if int(number) in kept]
        return found[0] if left == numbers else "".join(f"[{int(number)}]" for number in left)

    return MARK.sub(cut, sentence)


def is_finished(sentence: str) -> bool:
    """Whether a sentence ends in a stop or a mark; a model that was cut off leaves one that doesn't."""
    end = sentence.rstrip()[-_LONG_TAIL:]
    return _MARKED_END.search(end) is not None or _FINISHED.search(end) is not None


def plain(text: str) -> str:
    """Without Markdown and white space at the ends: ``plain("- **雇主**應預告") == "雇主應預告"``."""
    head = _LINE_HEAD.match(text)
    return _MARKDOWN.sub("", text[head.end() :] if head else text).strip()


class Splitter:
    """Sentences of a text that comes in pieces: ``feed`` every piece, then ``close``."""

    def __init__(self) -> None:
        self._held: list[str] = []  # the sentence so far
        self._open: list[tuple[str, int]] = []  # the closing brackets waited for, and where in it each was opened
        self._after: str | None = None  # what has come since it ended; None while it goes on
        self._needs_mark = False  # it ended only if a mark comes
        self._in_brackets = True  # False: brackets are read as any character
        self._lines = 0
        self._begun = 0  # the line on which the sentence so far begins

    def feed(self, piece: str) -> Iterator[Line]:
        """The sentences that this piece of text completes."""
        return iter([sentence for char in piece for sentence in self._take(char)])

    def close(self) -> Iterator[Line]:
        """What is left when the text is over; :func:`is_finished` tells whether the last was cut off."""
        found: list[Line] = []
        while self._held or self._after is not None:
            if self._open:
                found += self._give_up()
            elif self._after is not None:
                found += self._settle(is_over=True)
            else:
                found += self._cut()
        return iter(found)

    def _take(self, char: str) -> list[Line]:
        if self._after is not None:
            self._after += char
            return self._settle(is_over=False)
        if char == "\n" and not self._open:
            if "".join(self._held).strip():
                return self._end("\n")
            self._lines += 1
            return self._cut()
        self._begun = self._begun if self._held else self._lines
        self._held.append(char)
        if self._in_brackets and self._bracket(char):
            return self._give_up() if self._is_open_too_long(char) else []
        if char.isascii() and (len(self._held) < 2 or self._held[-2].isascii()):
            return []  # the ? of an address
        if char in _STOPS:
            return self._end()
        if char in _CLAUSE_STOPS:
            return self._end(needs_mark=not _MARKED_END.search("".join(self._held[-_LONG_TAIL:-1])))
        return []

    def _end(self, after: str = "", needs_mark: bool = False) -> list[Line]:
        self._after, self._needs_mark = after, needs_mark
        return []

    def _bracket(self, char: str) -> bool:
        """Keep count of brackets; whether the character stands between two, or is one of them."""
        if char in _PAIRS:
            self._open.append((_PAIRS[char], len(self._held)))
            return True
        waiting = [closing for closing, _ in self._open[-_TOO_LONG:]]
        if char in waiting:
            del self._open[len(self._open) - 1 - waiting[::-1].index(char) :]
            if not self._open and self._held[-2] in _STOPS:
                self._end(needs_mark=True)
        return bool(waiting)

    def _is_open_too_long(self, char: str) -> bool:
        if not self._open:
            return False
        is_blank_line = char == "\n" and "".join(self._held[-3:]).replace("\r", "").endswith("\n\n")
        return is_blank_line or len(self._held) - self._open[0][1] > _TOO_LONG

    def _give_up(self) -> list[Line]:
        """Read what came since the first open bracket again, as if there were no brackets."""
        start = self._open[0][1]
        again = self._held[start:]
        del self._held[start:]
        self._open.clear()
        self._in_brackets = False
        found = [sentence for char in again for sentence in self._take(char)]
        self._in_brackets = True
        return found

    def _settle(self, is_over: bool) -> list[Line]:
        """Once it can be told how much of what came after the end belongs to the sentence, part the two."""
        after = self._after or ""
        end = _tail_end(after, is_over or len(after) > _LONG_TAIL)
        if end is None:
            return []
        tail, rest = after[:end], after[end:]
        self._after = None
        self._held += tail
        found = self._cut() if not self._needs_mark or _closes(tail, rest) else []
        return found + [sentence for char in rest for sentence in self._take(char)]

    def _cut(self) -> list[Line]:
        sentence = plain("".join(self._held))
        self._held.clear()
        return [Line(sentence, self._begun)] if _WORD.search(sentence) else []


def _tail_end(after: str, is_over: bool) -> int | None:
    """How much of ``after`` belongs to the sentence before it; None while more has to come to tell."""
    match = _TAIL.match(after)
    end = match.end() if match else 0
    if not after[end:].startswith("\n"):
        return end if is_over or not _may_be_mark(after[end:]) else None
    begin = len(after) - len(after[end:].lstrip())
    alone = _MARKS.match(after, begin)
    stop = alone.end() if alone else begin
    if not is_over and _may_be_mark(after[stop:]):
        return None
    return stop if alone and after[stop : stop + 1] in ("", "\n") else end


def _may_be_mark(rest: str) -> bool:
    return not rest or _MARK_BEGUN.fullmatch(rest) is not None


def _closes(tail: str, rest: str) -> bool:
    """Whether the sentence is over that was to end only with a mark."""
    if any(stop in tail for stop in _STOPS) or rest.startswith("\n"):
        return True
    return MARK.search(tail) is not None and rest[:1] not in _GOES_ON
