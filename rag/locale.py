"""Whether words are Taiwan's: characters that only Simplified script has, and legal words that only the mainland uses.

It finds, and never converts: a converter turns 行政程序法 into 行政程式法. A character is Simplified-only when OpenCC's
table changes it and Traditional script doesn't use it, too; a word when no article of Taiwan's law has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

# Characters that the table changes although Traditional script, or Taiwan's habit, has them: 皇后, 萬里, 牛仔褲的扣子 …
_BOTH = set(
    "㐹万丑丰么于云亘仆价伙余佣党准几凶划占厂厘台叶吁吃后咨咸唇坏夸尸岩岳峰帘干广床征愿挂据斗朴杠杰极柜涂涌淀"
    "游灶熏痴皂确种秘筑粽群胜腊腌膻苧苹范荐虫蚝蜡蝎跖辟适郁采里雇"
)
_IDEOGRAPHS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))


class Leak(NamedTuple):
    """``text`` stands at ``[start, end)`` and isn't Taiwan's; ``instead`` is what Taiwan writes, to tell a person."""

    start: int
    end: int
    text: str
    kind: Literal["script", "wording"]
    instead: str


def leaks(text: str, allowed: str = "") -> list[Leak]:
    """What of a text isn't Taiwan's, in order.

    ``leaks("劳动契约")`` finds 劳, 动 and 约; ``leaks("勞動合同")`` the word.

    :param allowed: the question and the sources: what stands there may be said, for the question may be about it.
    """
    found = [*_script(text, allowed), *_wording(text, allowed)]
    return sorted(found)


def _script(text: str, allowed: str) -> list[Leak]:
    simplified = _simplified()
    return [
        Leak(at, at + 1, sign, "script", simplified[sign])
        for at, sign in enumerate(text)
        if sign in simplified and sign not in allowed
    ]


def _wording(text: str, allowed: str) -> list[Leak]:
    pattern, terms = _terms()
    return [
        Leak(found.start(), found.end(), found[0], "wording", terms[found[0]])
        for found in pattern.finditer(text)
        if found[0] not in allowed
    ]


@cache
def _simplified() -> Mapping[str, str]:
    from opencc import OpenCC

    signs = "".join(chr(code) for block in _IDEOGRAPHS for code in block)
    changed = OpenCC("s2t").convert(signs)
    assert len(changed) == len(signs), "a character becomes a character"
    return {sign: other for sign, other in zip(signs, changed, strict=True) if sign != other and sign not in _BOTH}


@cache
def _terms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The words as one pattern, the longer before the shorter, and Taiwan's word for each."""
    terms = mainland_terms()
    return re.compile("|".join(sorted(map(re.escape, terms), key=len, reverse=True))), terms


@cache
def mainland_terms() -> Mapping[str, str]:
    """The words that only the mainland's law has, each with Taiwan's."""
    lines = (files("rag") / "data" / "mainland_terms.tsv").read_text("utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))
