"""An official notice: its parts as a reader finds them, the time it gives, and whether it says a thing already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from unicodedata import normalize

from ingest.chunk import pieces
from ingest.parsed import Span
from rag.numerals import parse_number

# 刊登公報隔日起14日內 · 刊登行政院公報之日起七日內 · 刊登公報之次日起六十日內
_PERIOD = re.compile(
    r"(?:刊登|公告|公報)[^。；\n]{0,12}?(?:隔日|翌日|次日|之日|當日)起[^。；\n]{0,2}?([0-9０-９一二三四五六七八九十百]{1,4})\s*[日天]"
)
# 主　　旨：… · 公告事項：… at the start of a line
_SECTION = re.compile(r"^(主[\s\u3000]*旨|說[\s\u3000]*明|公告事項|預告事項)：", re.MULTILINE)
# 部　　長　○○○ · 主任委員　○○○　公出; 依分層負責規定授權單位主管決行 · 本案授權○○署決行
_SIGNED = re.compile(
    r"(?:^[^\n，。：；]{0,12}(?:長|委員|總裁|總統|主任)[ \u3000]+[^\n，。：；]{2,14}(?:\n|\Z))+"
    r"(?:^[^\n，；]{0,40}(?:依分層負責|決行)[^\n，；]{0,30}(?:\n|\Z)){0,2}",
    re.MULTILINE,
)
# …辦法總說明及對照表（請參見PDF）
_ELSEWHERE = re.compile(r"(?:[^\n]*[（(]?請?參[見照閱]\s?PDF\s?檔?[）)]?\n?)+", re.IGNORECASE)
# 第　二　章　總則⏎第　十六　條 · 修正條文：第八十條之一
_NUMBER = r"第[ \u3000]*[一二三四五六七八九十百零〇0-9 \u3000]{1,8}"
_ARTICLE = re.compile(
    rf"(?:^{_NUMBER}[編章節][^\n]{{0,40}}\n)*^(?:[^\n：]{{2,16}}：)?"
    rf"(?P<article>{_NUMBER}條(?:[ \u3000]*之[ \u3000]*[一二三四五六七八九十]{{1,3}})?)",
    re.MULTILINE,
)
_HEAD = 300  # characters of agencies, day and numbers that may stand before the subject
_SHORT = 30  # characters that are no passage of their own
_LONGEST = 366  # days to comment in
_SHINGLE = 6
_REPEATED = 0.8  # of what one text says stands in the other


def spans(text: str) -> Iterator[Span]:
    """Subject and legal basis in one, then the points announced, then the annex article by article.

    A line that only says which PDF holds the rest is not to be found.
    """
    for start, end, section, place in _parts(text):
        for left, right in pieces(text, start, end):
            elsewhere = _ELSEWHERE.fullmatch(text, left, right)
            yield Span(left, right, section=section, place=place, searchable=elsewhere is None)


def deadline(text: str, published: date) -> date | None:
    """The day a period ends that runs from the publication: 「刊登公報隔日起14日內」 → 14 days later.

    The day of publication doesn't count, also where it says 「之日起」 (民法 §120).
    """
    for found in _PERIOD.finditer(text):
        days = parse_number(found[1])
        if days and days <= _LONGEST:
            return published + timedelta(days=days)
    return None


def says(text: str, more: str) -> bool:
    """Whether ``text`` says what ``more`` does, but for signs, widths and a few characters."""
    whole, part = _folded(text), _folded(more)
    shingles = [part[at : at + _SHINGLE] for at in range(max(1, len(part) - _SHINGLE + 1))]
    return part in whole or sum(one in whole for one in shingles) >= _REPEATED * len(shingles)


def _folded(text: str) -> str:
    return "".join(sign for sign in normalize("NFKC", text).replace("ㄧ", "一") if sign.isalnum())


def _parts(text: str) -> Iterator[tuple[int, int, str, str]]:
    """``(start, end, section, place)`` from the first character to the last."""
    signed = _SIGNED.search(text)
    annex = signed.end() if signed else len(text)
    starts = {0: ("", "")}
    for found in _SECTION.finditer(text, 0, annex):
        name = "".join(found[1].split())
        starts[0 if name == "主旨" and found.start() < _HEAD else found.start()] = (name, "")
    if signed:
        starts[annex] = ("附件", "")
        for found in _ARTICLE.finditer(text, annex):
            starts[found.start()] = ("附件", "".join(found["article"].split()))
    kept: list[tuple[int, str, str]] = []
    for start, (section, place) in sorted(starts.items()):
        # A title or the headings of a table go with what they stand above.
        short = kept and start - kept[-1][0] < _SHORT and kept[-1][1:] == (section, "")
        kept.append((kept.pop()[0] if short else start, section, place))
    ends = [start for start, _, _ in kept[1:]]
    for (start, section, place), end in zip(kept, [*ends, len(text)], strict=True):
        yield start, end, section, place
