"""The frame of a record of the Legislative Yuan (which meeting, when, under whom) and the items of its minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from ingest.chunk import pieces
from ingest.parsed import Span
from rag.numerals import parse_number

_N = "[0-9○〇零一二三四五六七八九十百]"
# 立法院第8屆第1會期某某委員會第23次全體委員會議紀錄 · 立法院第9屆第3會期第3次臨時會第1次會議議事錄
_TITLE = re.compile(
    rf"^[^\S\n]*(?P<meeting>立法院第 ?(?P<term>{_N}{{1,3}}) ?屆第 ?(?P<session>{_N}{{1,4}}) ?會期"
    rf"(?:第{_N}{{1,3}}次臨時會)?(?:立法院)?(?P<committee>[^\n第「]{{0,40}})"
    rf"(?:第 ?(?P<sitting>{_N}{{1,4}}) ?次)?[^\n]{{0,60}}?"
    r"(?P<form>[記紀]錄|議事錄|會議|公聽會))[^\S\n]*$",
    re.MULTILINE,
)
# 時　　間：中華民國101年5月14日（星期一）上午9時 … (next line) 5月17日（星期四）… · 繼續開會　101年4月25日
_TIME = re.compile(
    r"^(?:時[^\S\n]*間[：:\s]|繼續開會[^\S\n]*(?=[^\n]*日))(.*?)(?=^(?:地[^\S\n]*點|主[^\S\n]*席|出席)|\Z)",
    re.MULTILINE | re.DOTALL,
)
_DAY = re.compile(
    rf"(?:(?P<year>{_N}{{1,5}}) ?年 ?)?(?P<month>{_N}{{1,3}}) ?月 ?(?P<day>{_N}{{1,3}}) ?日"
    r"(?:（星期(?P<weekday>[一二三四五六日]))?"
)
# 地　　點　本院紅樓101會議室
_VENUE = re.compile(r"^地[^\S\n]*點[：:\s]+([^\n]+)", re.MULTILINE)
# 主　　席　王委員大明 · 主　　席 (next lines) 院長 / 王大明（9月3日） / 副院長 / …
_CHAIR = re.compile(
    r"^主[^\S\n]+席[：:\s]*(.*?)(?=^(?:[列紀記出請專報討質主]|[^\n]{1,14}：)|\Z)", re.MULTILINE | re.DOTALL
)
# 立法院公報　第101卷　第30期　委員會紀錄
_ISSUE = re.compile(r"公報[^\S\n]*第 ?([0-9]{1,3}) ?卷[^\S\n]*第 ?([0-9]{1,3}) ?期")
_BRACKETS = re.compile("[（(][^（）()]*[）)]")
_SPACES = re.compile(r"\s+")
_LONGEST = 100
_HEAD = 8_000
"""Characters after the title: the frame stands at the beginning, before the lists of those present end."""

# 報告事項 · 討　論　事　項 · 臨時提案： · 本次會議各項記名表決結果名單： · 散會
_HEADING = (
    r"(?P<heading>(?:[報討審質選其臨][^\S\n]*[告論查詢舉他時])[^\S\n]*[事提][^\S\n]*[項案]"
    r"|本(?:次會議|案)[^\n：]{0,16}表決結果名單|散會)(?:（[^\n（）]{1,30}）)?[：:]?[^\S\n]*$"
)
# 決定：確定。 · 決議：照案通過。 · 審查結果： · （本案暫不予處理）
_DECIDED = (
    r"(?P<decided>[^\n：]{0,14}?(?:決[ \u3000]?[議定]|審查結果|協商結論)[：:]|（[^\n（）]{0,20}處理[^\n（）]{0,6}）)"
)
# 一、… · 甲、… · 壹、… · (1)「討論事項第1案…」部分： · 另通過臨時提案2案：
_NUMBERED = (
    r"(?P<numbered>[一二三四五六七八九十百○〇零]{1,5}、|[甲乙丙丁戊壹貳參肆伍陸柒捌玖拾]、|[(（][0-9]{1,2}[)）]「|"
    r"另?通過[^\n：]{0,12}[案項]：)"
)
_LINES = re.compile(f"^(?:{_HEADING}|{_DECIDED}|{_NUMBERED})", re.MULTILINE)
# (tab) allans=0: left behind by a converter at the end of a file.
_LEFTOVER = re.compile(r"\s*allans=[0-9]+\s*\Z")


class Frame(NamedTuple):
    """``facts`` in the record's own words: ``{"meeting": …, "date": "2012-05-17", "committee": …, "chair": …}``.

    The title begins at ``start``: what lies before it is the shell of a web page, or nothing.
    """

    start: int
    day: date | None
    facts: Mapping[str, str]
    minutes: bool


def frame(text: str) -> Frame | None:
    """What the first lines of a record, or of minutes, say of the meeting; ``None`` when they name none.

    ``frame("立法院第8屆第1會期內政委員會第2次會議紀錄\\n時　　間　中華民國101年5月7日").day == date(2012, 5, 7)``.
    """
    title = _TITLE.search(text)
    if not title:
        return None
    head = text[title.start() : title.end() + _HEAD]
    days = tuple(_days(head))
    chair, venue, issue = _CHAIR.search(head), _VENUE.search(head), _ISSUE.search(text[: title.end() + _HEAD])
    facts = {
        "meeting": title["meeting"],
        "date": days[0].isoformat() if days else "",
        "days": "、".join(day.isoformat() for day in days) if len(days) > 1 else "",
        "term": title["term"],
        "session": title["session"],
        "committee": title["committee"],
        "sitting": title["sitting"] or "",
        "chair": _names(chair[1][:300])[:_LONGEST] if chair else "",
        "venue": venue[1].strip()[:_LONGEST] if venue else "",
        "volume": issue[1] if issue else "",
        "issue": issue[2] if issue else "",
    }
    said = {name: fact for name, fact in facts.items() if fact}
    return Frame(title.start(), days[0] if days else None, said, title["form"] == "議事錄")


def minutes_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The passages of minutes: each item with its decision, under the heading it stands under; nobody speaks.

    The lists of those present and the closing line are not searchable.
    """
    stop = len(text) if end is None else end
    leftover = _LEFTOVER.search(text, max(start, stop - 100), stop)
    for left, right, section in _items(text, start, leftover.start() if leftover else stop):
        for piece in pieces(text, left, right):
            yield Span(*piece, section=section or "出列席", searchable=section not in ("", "散會"))


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """``(start, end, heading)``: an item goes on to the next number after its decision, a question to the next."""
    at, section, decided = start, "", True
    for line in _LINES.finditer(text, start, end):
        if line["heading"]:
            yield at, line.start(), section
            at, section, decided = line.end(), _SPACES.sub("", line["heading"]), True
        elif line["decided"]:
            decided = True
        elif section and (decided or section == "質詢事項"):
            yield at, line.start(), section
            at, decided = line.start(), False
    yield at, end, section


def _days(head: str) -> Iterator[date]:
    """Each day named at 時間, once; a day without a year is in that of the day before."""
    time = _TIME.search(head)
    year, seen = 0, set()
    for found in _DAY.finditer(time[1][:600] if time else ""):
        year = (parse_number(found["year"]) or 0) + 1911 if found["year"] else year
        day = _day(year, parse_number(found["month"]) or 0, parse_number(found["day"]) or 0, found["weekday"])
        if day and day not in seen:
            seen.add(day)
            yield day


def _day(year: int, month: int, day: int, weekday: str | None) -> date | None:
    """The day; where it was another day of the week than written, the one a year off that fits: a slip in the year."""
    days = []
    for near in (year, year + 1, year - 1):
        with suppress(ValueError):
            days.append(date(near, month, day))
    fitting = [one for one in days if "一二三四五六日"[one.weekday()] == weekday]
    return next((one for one in fitting or days), None)


def _names(written: str) -> str:
    """The chairs, no times: ``"院　長\\n王大明（9月3日）\\n副院長\\n李小華" → "院長王大明、副院長李小華"``."""
    people: list[str] = []
    for line in _BRACKETS.sub("", written).split("\n"):
        name = _SPACES.sub("", line)
        if people and people[-1].endswith("長"):
            people[-1] += name
        elif name:
            people.append(name)
    return "、".join(people)
