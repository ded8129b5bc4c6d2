"""「不可以，…」: a yes or no answers the question, which no source knows; only what follows it can be proved."""

from __future__ import annotations

import re

_WORDS = (
    "(?:不?可以|不?行|不?要|不?會|不?能|可|不用|不必|不需要|不?應該|必須|不?得|沒?有|是的?|不是|不?對|不一定|算|不算)"
    "(?:的|喔|哦)?"
)
# 「不行，除非…」 leans on it.
_BEFORE = re.compile(rf"{_WORDS}[，,。](?!除非|但|不過|只有|只要|除了)")
_ALL = re.compile(rf"(?:原則上|基本上|一般來說|通常)?[，,]?{_WORDS}[，,。！!]*")
_FEWEST = 8  # letters of what states anything


def without(text: str) -> str:
    """A sentence without the yes or no it begins with: ``"可以，員工得請病假[1]。"`` → ``"員工得請病假[1]。"``."""
    found = _BEFORE.match(text)
    states = found is not None and sum(map(str.isalnum, text[found.end() :])) >= _FEWEST
    return text[found.end() :] if found and states else text


def is_all(words: str) -> bool:
    """Whether a sentence's own words say no more than yes or no: ``「原則上不可以。」``."""
    return _ALL.fullmatch(words.strip()) is not None
