"""Multiple choice, as the bar examination asks it: which option an answer takes, and who takes one without a model.

``choice`` is 1 for the option of the official key. A key of several letters takes any of them, and ``#`` is a question
struck out later, for which any option counts. What option is taken is told by a strict rule, never guessed: an answer
from which it can't be told is wrong, and is named as a problem.

``Supported`` is a baseline that reads: it takes the option best borne out by what is found for it. ``majority`` takes
the letter that is right most often elsewhere, and reads nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from eval.folder import Asked
from eval.library import Library
from eval.outputs import Output
from eval.questions import Question
from eval.scores import Found, Metric, Problem, Share
from rag.domain import Hit
from rag.support import covered

METRICS = (Metric("choice", "higher", "選擇題答對"),)
_STRUCK_OUT = "#"
# 「答案：C」「答案為(C)」「故應選 C」「Answer: C」; 「答案不是C」 takes none
_SAID = re.compile(
    r"(?:答案|正解|(?<!不)應選|故選|answer)\s{0,4}(?:應?[為是]|is\b)?\s{0,4}[::]?\s{0,4}[(「]?\s{0,4}([A-Z])(?![A-Za-z])",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\s*[(「]?\s*([A-Za-z])\s*[)」]?\s*[.。]?\s*")
# 「下列敘述何者錯誤？」 asks for the option that the law does not bear out.
_ASKS_FOR_FALSE = re.compile(r"(?:錯誤|不正確|有誤|不成立|不屬於|不包括|不得|不符|非)[^。？?]{0,12}[？?]?\s*$")
_DEPTH = 5  # passages read for each option


class Searcher(Protocol):
    """What finds the passages: at most ``limit``, best first."""

    def search(self, question: str, limit: int = 10) -> tuple[Hit, ...]: ...


def measure(question: Asked, output: Output, library: Library) -> Found:
    """``choice`` of an answer whose question has options and a key."""
    if not question.options or not question.answer:
        return Found()
    taken = picked(question, output)
    is_right = taken in (question.options if _STRUCK_OUT in question.answer else question.answer) if taken else False
    problem = Problem("choice", None, "看不出選了哪一個選項")
    return Found({"choice": Share(float(is_right))}, () if taken else (problem,))


def picked(question: Question, output: Output) -> str:
    """The letter of the option taken, "" where none or more than one is.

    ``choice`` goes before the text; in the text, the letter alone, or after 「答案是」 and its like, always the same.
    """
    if output.choice.strip():
        found = {_letter(output.choice)}
    else:
        text = unicodedata.normalize("NFKC", output.answer)
        found = {_letter(text)} if _letter(text) else {one.upper() for one in _SAID.findall(text)}
    return next(iter(found)) if len(found) == 1 and found <= question.options.keys() else ""


def _letter(text: str) -> str:
    alone = _ALONE.fullmatch(unicodedata.normalize("NFKC", text))
    return alone[1].upper() if alone else ""


def majority(questions: Iterable[Question]) -> str:
    """The letter that is right most often, the first of those; "" without a question."""
    counts = Counter(letter for one in questions for letter in one.answer or "" if letter in one.options)
    return min(counts, key=lambda letter: (-counts[letter], letter), default="")


class Supported:
    """Takes the option that the passages found for it bear out best, or least where what is false is asked for."""

    def __init__(self, searcher: Searcher, depth: int = _DEPTH) -> None:
        self._searcher = searcher
        self._depth = depth

    def answer(self, question: Question) -> Output:
        """The option taken, with what was read. Of options borne out alike the first is taken."""
        found = {letter: self._found(question, text) for letter, text in question.options.items()}
        borne = {letter: _borne(question.options[letter], hits) for letter, hits in found.items()}
        sign = -1 if _ASKS_FOR_FALSE.search(question.question) else 1
        taken = min(borne, key=lambda letter: (-sign * borne[letter], letter))
        read = tuple(dict.fromkeys(hit.document.key for hits in found.values() for hit in hits))
        return Output(id=question.id, state="answered", choice=taken, read=read, model="supported")

    def _found(self, question: Question, option: str) -> tuple[Hit, ...]:
        return self._searcher.search(f"{question.question}{option}", limit=self._depth)


def _borne(option: str, hits: Sequence[Hit]) -> float:
    """The greatest share of an option's words, by weight, that stands in one statement of what was found: 0 … 1."""
    return max((covered(option, hit.passage.text) for hit in hits), default=0.0)
