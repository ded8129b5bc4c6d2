"""Reading comprehension: what an answer says against the spans people marked, as exact match and F1 over characters.

Both sides are brought to one form (NFKC, lower case, no punctuation, no white space, no marks) and cut into tokens: a
Chinese character each, a run of letters or digits as one. Two F1 are in use and differ, so both are given:

* ``f1_bag``: shared tokens wherever they stand, as SQuAD counts them;
* ``f1_lcs``: the longest stretch that both have in one piece, as CMRC 2018 counts it.

An answer that says nothing scores 0. Of several right answers the best match counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from eval.folder import Asked
from eval.library import Library
from eval.outputs import Output
from eval.scores import Found, Metric, Share
from rag.sentences import MARK

METRICS = (
    Metric("em", "higher", "逐字相同"),
    Metric("f1_bag", "higher", "字元 F1（共有字元）"),
    Metric("f1_lcs", "higher", "字元 F1（最長共同片段）"),
    Metric("contains", "higher", "答案含標準片段"),
)
_TOKEN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]|[^\W_㐀-鿿豈-﫿\U00020000-\U0003ffff]+")


def measure(question: Asked, output: Output, library: Library) -> Found:
    """``em``, ``f1_bag``, ``f1_lcs`` and ``contains`` of an answer whose question has ``answers``."""
    if not question.answers:
        return Found()
    said = tokens(output.answer) if output.state != "abstained" else []
    golds = [tokens(gold) for gold in question.answers]
    return Found(
        {
            "em": Share(float(said in golds)),
            "f1_bag": Share(max(f1(shared(gold, said), gold, said) for gold in golds)),
            "f1_lcs": Share(max(f1(longest(gold, said), gold, said) for gold in golds)),
            "contains": Share(float(any(gold and longest(gold, said) == len(gold) for gold in golds))),
        }
    )


def tokens(text: str) -> list[str]:
    """``tokens("民國112年[1]，ＡＢ型。") == ["民", "國", "112", "年", "ab", "型"]``."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", MARK.sub("", text)).lower())


def f1(common: int, gold: Sequence[str], said: Sequence[str]) -> float:
    """The harmonic mean of the shares of both sides that are common; 1 where both say nothing."""
    if not gold and not said:
        return 1.0
    return 2 * common / (len(gold) + len(said))


def shared(gold: Iterable[str], said: Iterable[str]) -> int:
    """How many tokens both have, each as often as in the side that has it less often."""
    return (Counter(gold) & Counter(said)).total()


def longest(gold: Sequence[str], said: Sequence[str]) -> int:
    """How many tokens the longest stretch has that stands in both: ``longest("abcd", "xbcy") == 2``."""
    letters = {token: chr(number) for number, token in enumerate(dict.fromkeys([*gold, *said]), start=0xF0000)}
    short, long = sorted(("".join(map(letters.__getitem__, side)) for side in (gold, said)), key=len)
    low, high = 0, len(short)
    # Where a stretch of some length is common, shorter ones are too.
    while low < high:
        length = (low + high + 1) // 2
        if any(short[at : at + length] in long for at in range(len(short) - length + 1)):
            low = length
        else:
            high = length - 1
    return low
