"""Numbered paragraphs of a judgment: 甲、 over 壹、 over 一、 over ㈠ over ⒈ over ⑴ over ①, line breaks or none.

Texts are those of :func:`ingest.sections.joined`, without white space.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

TOP = 2
"""The rank of 一、: what stands at it or above is a paragraph of the judgment itself."""


class Item(NamedTuple):
    """``text[start:end]`` up to the next number of any rank; ``token`` is how long its own number is."""

    start: int
    end: int
    token: int
    rank: int


# 「甲「乙」丙」, with one quotation in another; what is never closed is none.
QUOTATION = "「(?:[^「」]{1,1500}+|「[^「」]{0,1500}+」){0,30}+」"
_QUOTED = re.compile(QUOTATION)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_FORMAL = "壹貳參肆伍陸柒捌玖拾"
_PLAIN = "一二三四五六七八九十"
_TOKEN = re.compile(
    "|".join(
        (
            rf"(?P<r0>[{_STEMS}])、",
            rf"(?P<r1>[{_FORMAL}叁]{{1,3}})、",
            # 一、 and the characters of the old system for 一、 to 十五、
            rf"(?P<r2>[{_PLAIN}]{{1,3}})、|(?P<p2>[\uf6a2-\uf6b0\ue7cb])",
            # (一) · ㈠ · (十一) of the old system
            rf"[（(](?P<r3>[{_PLAIN}]{{1,3}})[）)]、?|(?P<p3>[㈠-㈩\uf65b-\uf674\uf4d7-\uf4da])",
            r"(?P<r4>[0-9０-９]{1,2})[.．、](?![0-9０-９])|(?P<p4>[⒈-⒛])",
            r"[（(](?P<r5>[0-9０-９]{1,2})[）)]、?|(?P<p5>[⑴-⒇])",
            r"(?P<p6>[①-⑳])",
        )
    )
)
_ENDS = "。：:︰；;！？!?」』）)】"
# 壹、程序部分一、被告… · 四、得心證之理由㈠按…: a heading without a full stop
_HEADS = tuple(
    """部分 部份 方面 事項 理由 主張 意旨 判斷 論斷 心證 見解 概要 聲明 陳述 答辯 抗辯 論罪 科刑 沒收 爭點 如下 如次
    """.split()
)
_NUMBERS = f"{_STEMS}{_FORMAL}叁{_PLAIN}0-9０-９（(㈠-㈩⒈-⒛⑴-⒇①-⑳\ue7cb\uf4d7-\uf4da\uf65b-\uf674\uf6a2-\uf6b0"
# Where a number may begin; a plain class of characters first, for speed.
_BEFORE = re.compile(rf"[{re.escape(_ENDS)}{''.join(sorted({head[-1] for head in _HEADS}))}](?=[{_NUMBERS}])")
# How paragraphs of the judgment itself begin, where a quoted list could go on just as well.
_OPENER = re.compile(
    "原告|被告(?!應)|被?上訴人|聲請人|相對人|抗告人|兩造|本[院件案]|得心證|經?查|[次又再末]?按|綜上|從而|訴訟費用|據上|核|爰"
)
# …願供擔保。二、被告辯稱： · 三、兩造不爭執事項：, whatever list stood before.
_FLOOR = re.compile(
    "(?:被告|被?上訴人|相對人|聲請人|原告)[^，。：；「]{0,30}?(?:則以|辯稱|答辯|抗辯|辯以|略以|主張)[^，。；]{0,6}[：:︰]"
    "|兩造[^，。：]{0,6}爭執|得心證|本院[^，。：]{0,6}判斷"
)
_LONGEST = 3000
_CUT = frozenset("第前上、至同及與或款項條，；（「『【(")


def items(text: str, start: int, end: int, lines: frozenset[int] = frozenset()) -> Iterator[Item]:
    """The paragraphs that cover ``text[start:end]``; what stands before the first number is of rank -1.

    A number that does not go on from the one before (a list inside a quoted article) opens no paragraph.
    """
    begin, token, rank = start, 0, -1
    lists = _Lists()
    for found in _tokens(text, start, end, lines):
        name = str(found.lastgroup)
        new = int(name[1])
        if not lists.goes_on(new, _number(found[name]), _plain(text, found.end())):
            continue
        if begin < found.start():
            yield Item(begin, found.start(), token, rank)
        begin, token, rank = found.start(), found.end() - found.start(), new
    if begin < end:
        yield Item(begin, end, token, rank)


def _plain(text: str, at: int) -> int:
    """How plainly a paragraph of the judgment itself begins: 2 where somebody takes the floor."""
    return 2 if _FLOOR.match(text, at) else 1 if _OPENER.match(text, at) else 0


def _tokens(text: str, start: int, end: int, lines: frozenset[int]) -> Iterator[re.Match[str]]:
    """Numbers that stand where a paragraph may begin, in order."""
    for at in _places(text, start, end, lines):
        if at == start or at in lines or text[at - 1] in _ENDS or text.endswith(_HEADS, max(start, at - 4), at):
            found = _TOKEN.match(text, at, end)
            if found:
                yield found


def _places(text: str, start: int, end: int, lines: frozenset[int]) -> Iterator[int]:
    """Where a number might stand, in order; what a quotation numbers is its own."""
    places = {start, *(found.end() for found in _BEFORE.finditer(text, start, end))}
    places.update(line for line in lines if start < line < end and text[line - 1] not in _CUT)
    shut = [found.span() for found in _QUOTED.finditer(text, start, end)]
    begins = [left for left, _ in shut]
    for at in sorted(places):
        left, right = shut[bisect_right(begins, at) - 1] if shut else (at, at)
        if not left < at < right or right - left > _LONGEST:
            yield at


class _Lists:
    """The lists that are open, by rank, and those inside an article that is quoted."""

    def __init__(self) -> None:
        self.last: dict[int, int] = {}
        self.quoted: dict[int, int] = {}

    def goes_on(self, rank: int, number: int, plain: int) -> bool:
        """Whether a number continues its list or opens one below; for ``plain`` see :func:`_plain`."""
        last, quoted = self.last.get(rank, 0), self.quoted.get(rank, 0)
        if last and (number == 1 or (number == quoted + 1 and quoted and not plain)):
            self.quoted[rank] = number
            return False
        if not (last < number <= last + 3 if last else number <= 2) and plain < 2:
            return False
        for lists in (self.last, self.quoted):
            for other in [other for other in lists if other >= rank]:
                del lists[other]
        self.last[rank] = number
        return True


# First characters of runs that count up, or down (一、 is U+F6B0, 二、 is U+F6AF).
_RUNS = ((0x3220, 1), (0x2488, 1), (0x2474, 1), (0x2460, 1))


def _number(token: str) -> int:
    sign = ord(token[0])
    if len(token) == 1:
        for first, number in _RUNS:
            if first <= sign < first + 20:
                return sign - first + number
        if 0xF6A2 <= sign <= 0xF6B0:
            return 0xF6B0 - sign + 1
        if 0xF65B <= sign <= 0xF674:
            return 0xF674 - sign + 11
        if 0xF4D7 <= sign <= 0xF4DA:
            return 0xF4DA - sign + 21
        if sign == 0xE7CB:
            return 11
    return _read(token)


def _read(token: str) -> int:
    if token.isdecimal():
        return int(token)
    if token in _STEMS:
        return _STEMS.index(token) + 1
    plain = token.replace("叁", "參").translate(str.maketrans(_FORMAL, _PLAIN))
    tens, ten, ones = plain.rpartition("十")
    if not ten:
        return _PLAIN.index(plain[-1]) + 1
    return (_PLAIN.index(tens[-1]) + 1 if tens else 1) * 10 + (_PLAIN.index(ones) + 1 if ones in _PLAIN and ones else 0)
