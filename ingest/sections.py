"""The text of a judgment → its parts: 案由, 主文, 事實, 理由, 結尾, and what is appended (附錄, 附件, 附表).

Texts come hard-wrapped, with spaced headings (「主　　文」), or with every line break lost and headings inside a line.
One set of rules reads them all: over a copy without white space, whose offsets lead back to the text as published.
A heading is known by what stands before and after it, and by its turn: 主文, then 事實, then 理由.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

HEADER, MAIN, FACTS, REASONS, BOTH = "案由", "主文", "事實", "理由", "事實及理由"
CLOSING, STATUTES, ATTACHED, TABLE = "結尾", "附錄", "附件", "附表"


class Joined(NamedTuple):
    """A text without its white space. ``starts`` and ``origins`` say where its runs begin: here, and as published."""

    text: str
    starts: list[int]
    origins: list[int]
    lines: frozenset[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets here → offsets in the text as published; the span must not be empty."""
        return self._origin(start), self._origin(end - 1) + 1

    def alone(self, start: int, end: int) -> bool:
        """Whether ``text[start:end]`` has a line of its own."""
        return start in self.lines and (end in self.lines or end == len(self.text))

    def _origin(self, offset: int) -> int:
        run = bisect_right(self.starts, offset) - 1
        return self.origins[run] + offset - self.starts[run]


class Part(NamedTuple):
    """``joined.text[start:end]`` is of this section; its heading is left out where it is nothing but that."""

    start: int
    end: int
    section: str


_RUN = re.compile(r"\S+")
_DAY = r"[〇○零一二三四五六七八九十百廿卅元0-9０-９]{1,8}"
_PUNCT = "[：:︰﹕]"
_FIRST = r"(?:[一壹甲㈠⒈\uf6b0]|[（(]一[）)]|[1１][.．、])"

# …判決如下：主文… · …裁定如左：主文… · 一、主文：…
_MAIN = re.compile(rf"(?:如[下左]{_PUNCT}?|一、)主文{_PUNCT}?(?![所之欄第項])")
_LOOSE_MAIN = re.compile(rf"主文{_PUNCT}?(?![所之欄第項])")
# 事實 · 犯罪事實及理由要領 · 二、犯罪事實要旨： · 理由
_NAMES = (
    r"訴訟標的及理由(?:要領|要旨)|(?:犯罪)?事實(?:及|與|、|暨|和)?(?:證據及|證據、|法律上之?)?理由(?:要領|要旨)?"
    r"|理由(?:要領|要旨)|(?:犯罪)?事實(?:要旨|概要|摘要|及證據)?|理由"
)
_HEADING = re.compile(rf"(?:[二三]、)?(?P<name>{_NAMES})")
# 。理由本件被上訴人主張… but not 。理由如下 or 。理由欄
_PROSE = re.compile("[如是為之已略不充欄書狀中第及與亦均應所，、。；]")
_BEFORE = frozenset("。！？」』）)】]")
# 中華民國104年11月19日刑事第十八庭法官 · 中華民國九十二年五月一日書記官 · 中華民國109年1月2日（停止上班，翌日宣判）法官
_SIGNED = re.compile(
    rf"(?<![自於至迄在以])中華民國{_DAY}年{_DAY}月{_DAY}日(?=(?:[（(][^）)]{{0,60}}[）)])?[^。，]{{0,40}}?(?:法官|審判長|推事|司法事務官|書記官|庭長))"
)
# 以上正本證明與原本無異。 · 上列正本係照原本作成。
_COPY = re.compile("(?:以上|上列|右)正本(?:係照|證明與|核與|與)")
# 本案經檢察官甲○○到庭執行職務。 · 六、本案由檢察官甲○○聲請以簡易判決處刑。 before the day
_ATTENDED = re.compile(
    "(?:[一二三四五六七八九十]{1,3}、|[\uf6a2-\uf6b0])?本[案件](?:經|由)[^。]{0,30}檢察官[^。]{0,60}。?$"
)

_NUMBERED = re.compile("(?<![第、])[一壹]、")
_NUMBER = r"(?:[一二三四五六七八九十甲乙丙]{1,2}|[0-9０-９]{1,2}|[㈠-㈩]|[（(][一二三四五六七八九十0-9]{1,2}[）)])?"
_CITED = r"(?<![如詳見參之後本前上開該所依於為示同、及與和至或含即引用「（(])"
_APPENDIX = re.compile(
    "|".join(
        (
            # ※附錄本案論罪科刑法條全文※ · 附錄：… · 附論罪科刑法條 · 附註：民事訴訟法第466條之1 · 附記事項：
            rf"(?P<statutes>[※＊*◎]?附錄(?![於之所])|附(?:本案)?論罪科刑|附註{_PUNCT}(?![┌│])|附記事項{_PUNCT}?"
            # 參考法條：中華民國刑法第320條 · 所犯法條：… but not 證據並所犯法條一、 or 二、被告所犯法條：
            rf"|(?<![並及暨告、])(?:參考|所犯|論罪科刑|論罪|適用|相關)(?:之)?(?:主要)?(?:法條|條文)(?:全文|依據)?(?={_PUNCT}|中華民國|刑法))",
            # 附件：臺灣…檢察官起訴書 · 附件一： · 臺灣…檢察署檢察官聲請簡易判決處刑書107年度
            rf"(?P<attached>{_CITED}附件{_NUMBER}(?={_PUNCT}|計算|[】臺台福【〔《（(]|$)"
            r"|(?:臺灣|台灣|福建|最高)[^。，：]{0,14}檢察署?檢察官[^。，：]{0,14}書(?=\d{2,3}年))",
            # 附表：… · 附表一： · 訴訟費用計算書項目金額
            rf"(?P<table>{_CITED}附表{_NUMBER}(?={_PUNCT}|編號(?![0-9０-９一二三四五六七八九十])|[】（(【┌─－-]|$)"
            rf"|(?:訴訟費用)?計算書(?={_PUNCT}|項目))",
        )
    )
)
_TITLE = 12  # 附件： before the title of what is attached, 附錄本案 before 論罪科刑法條


def joined(text: str) -> Joined:
    """``joined("主　　文\\n上訴駁回").text == "主文上訴駁回"``, and ``.span(0, 2) == (0, 4)``."""
    runs, starts, origins, lines, length, last = [], [], [], [0], 0, 0
    for run in _RUN.finditer(text):
        starts.append(length)
        origins.append(run.start())
        if "\n" in text[last : run.start()]:
            lines.append(length)
        runs.append(run[0])
        length += run.end() - run.start()
        last = run.end()
    return Joined("".join(runs), starts, origins, frozenset(lines))


def parts(text: Joined) -> Iterator[Part]:
    """The parts of a judgment in order; what has no heading known to us is of the section ""."""
    length = len(text.text)
    main = _main(text)
    heading = _heading(text, main.end if main else 0, length)
    body = heading.start if heading else (main.end if main else 0)
    closing = _closing(text.text, body)
    if main:
        yield from _filled(0, main.start, HEADER)
        yield from _filled(main.end, heading.start if heading else closing, MAIN)
    elif heading:
        yield from _filled(0, heading.start, HEADER)
    if heading:
        yield from _reasons(text, heading, closing)
    elif not main:
        yield from _unheaded(text.text, closing)
    yield from _tail(text, closing)


def _filled(start: int, end: int, section: str) -> Iterator[Part]:
    if start < end:
        yield Part(start, end, section)


def _unheaded(text: str, closing: int) -> Iterator[Part]:
    """No heading at all (支付命令): the parties, and what begins with 一、."""
    first = _NUMBERED.search(text, 0, closing)
    yield from _filled(0, first.start() if first else 0, HEADER)
    yield from _filled(first.start() if first else 0, closing, "")


def _main(text: Joined) -> Part | None:
    found = _MAIN.search(text.text)
    if found:
        return Part(text.text.index("主文", found.start()), found.end(), MAIN)
    for loose in _LOOSE_MAIN.finditer(text.text):
        if text.alone(*loose.span()):
            return Part(*loose.span(), MAIN)
    return None


def _heading(text: Joined, start: int, end: int, only: str = "") -> Part | None:
    """The first heading of 事實, 理由 or both; the words 事實 and 理由 stand in ordinary sentences, too."""
    for found in _HEADING.finditer(text.text, start, end):
        name = found["name"]
        section = BOTH if "事實" in name and "理由" in name else FACTS if "事實" in name else REASONS
        if only in ("", section) and _is_heading(text, found, section):
            return Part(*found.span(), section)
    return None


def _is_heading(text: Joined, found: re.Match[str], section: str) -> bool:
    start, end = found.span()
    if text.alone(start, end):
        return True
    after = _AFTER.match(text.text, end)
    before = start == 0 or text.text[start - 1] in _BEFORE or start in text.lines
    if after:
        # 折算壹日犯罪事實及理由一、: at times the full stop is missing; both words together are plain enough.
        return before or section == BOTH
    return before and section == REASONS and end < len(text.text) and not _PROSE.match(text.text, end)


_AFTER = re.compile(rf"{_PUNCT}?{_FIRST}|{_PUNCT}")


def _reasons(text: Joined, heading: Part, end: int) -> Iterator[Part]:
    second = _heading(text, heading.end, end, REASONS) if heading.section == FACTS else None
    start = _body(text.text, heading.end)
    yield from _filled(start, second.start if second else end, heading.section)
    if second:
        yield from _filled(_body(text.text, second.end), end, REASONS)


def _body(text: str, start: int) -> int:
    return start + 1 if text[start : start + 1] in "：:︰﹕" else start


def _closing(text: str, start: int) -> int:
    """Where the day, the names of the judges and the clerk begin; the end of the text where they are missing."""
    found = _SIGNED.search(text, start) or _COPY.search(text, start)
    if not found:
        appended = _APPENDIX.search(text, start)
        return appended.start() if appended and appended["statutes"] else len(text)
    attended = _ATTENDED.search(text, max(start, found.start() - 120), found.start())
    return attended.start() if attended else found.start()


def _tail(text: Joined, start: int) -> Iterator[Part]:
    section = CLOSING
    for at, found in sorted(_marks(text, start)):
        if found == CLOSING and section != TABLE:
            continue
        if found != section or at - start > _TITLE:
            yield from _filled(start, at, section)
            start, section = at, found
    yield from _filled(start, len(text.text), section)


def _marks(text: Joined, start: int) -> Iterator[tuple[int, str]]:
    kinds = {"statutes": STATUTES, "attached": ATTACHED, "table": TABLE}
    for found in _APPENDIX.finditer(text.text, start):
        yield found.start(), kinds[str(found.lastgroup)]
    for found in _COPY.finditer(text.text, start):
        # What is attached has a closing of its own; a table has none, the judgment goes on after it.
        yield found.start(), CLOSING
