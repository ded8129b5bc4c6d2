"""Days in text: ROC and Western dates, and the day a question is about.

ROC year = Western year - 1911; 民國前 1 年 is 1911. Read are 「民國106年6月3日」 「一百十二年二月十七日」 「112年3月」
「112/02/17」 「112.02.17」 「1120217」 「2017-06-03」 「去年底」 「昨天」 「三年前」. Not read are lengths of time
(「三年以下有期徒刑」, 「期滿一個月前」), fiscal years (「109年度」) and the year in a case number
(「111年憲判字第1號」).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from rag.domain import OPEN
from rag.numerals import CHINESE_DIGITS, parse_number

Precision = Literal["day", "month", "year"]


class FoundDay(NamedTuple):
    """``text[start:end]`` names the days ``first`` to ``last``, both included."""

    start: int
    end: int
    first: date
    last: date
    precision: Precision


_N = rf"(?:[0-9０-９]{{1,4}}|[{CHINESE_DIGITS}元]{{1,8}})"
# 民國106年6月3日, 中華民國一百十二年二月十七日, 112 年 3 月, 2017年, 民國前1年, 去年的3月, 112年初
_WRITTEN = re.compile(
    rf"(?:(?:(?P<era>(?:中華)?\s?民國|西元|公元)\s?(?P<before>前)?\s{{0,2}})?(?P<year>(?<![0-9０-９.]){_N})\s{{0,2}}年"
    rf"|(?P<named>大前年|前年|去年|今年|本年|明年)(?!度))"
    rf"(?:\s{{0,2}}的?(?P<month>{_N})\s{{0,2}}月(?:份)?(?:\s{{0,2}}(?P<day>{_N})\s{{0,2}}[日號])?"
    rf"|年?(?P<edge>[初底末尾](?![審步次犯級中選任始診期])))?"
)
# 2015~2018年, 民國110至112年間: the year that comes first
_SPAN = re.compile(
    r"(?:(?P<era>(?:中華)?\s?民國|西元|公元)\s?)?(?P<before>)(?P<year>(?<![0-9０-９.字第])[0-9０-９]{2,4})"
    r"(?=\s?[~～至到–—-]\s?(?:民國|西元)?[0-9０-９]{2,4}\s?年(?!度))"
)
# 三年前, 大約兩年多前, 半年前, 一年半前, 6個月前; not 期滿一個月前, 要一個月前通知
_AGO = re.compile(
    rf"(?<![第{CHINESE_DIGITS}0-9０-９國元滿屆期會休職產庭止亡效審行束始訴舉票要應須前提早晚遲])"
    r"(?P<count>半|[0-9０-９]{1,2}|[一二兩三四五六七八九]?十[一二三四五六七八九]?|[一二兩三四五六七八九])[多幾]?\s?"
    r"(?P<unit>年|個(?:多|半)?月)(?P<more>半)?多?[以之]?前"
    r"(?![段述揭開項條款科後]|\s?(?:要|應|須|通知|預告|告知|公告|申報|送達|提出|以書面))"
)
# 112/02/17, 112.02.17, 2017-06-03
_SEPARATED = re.compile(
    r"(?<![0-9A-Za-z./-])(?P<year>[0-9]{2,4})(?P<sep>[/.-])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"(?![0-9A-Za-z/-]|\.[0-9])"
)
# 1120217, 20170603
_COMPACT = re.compile(
    r"(?<![0-9A-Za-z第字#./-])(?P<year>[01][0-9]{2}|(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3][0-9])"
    r"(?![0-9A-Za-z號元萬./-])"
)
_RELATIVE = re.compile(r"大前天|前天|昨[天日]|今[天日]|明[天日]|上個?月|這個月|本月(?![0-9０-９])")
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1}
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1}

# after 「109年」: a fiscal year, a length of time, a case number
_LAST_ROC = 200  # years; no law of ours is so old that a Western year could be below it
_NO_YEAR = re.compile(r"度|以[上下內]|之?[內久]|[來期多餘半份級齡資次]|有期|又|[一-鿿()（）]{1,8}字第")
_MONTHS_OF_EDGE = {"初": 1, "底": 12, "末": 12, "尾": 12}
_NAMES_A_YEAR = re.compile(r"[間底初末版起]|[一-鿿]{0,2}(?:修正|修法|制定|公布|施行|訂定)|當時|那時|年代")
_DECREE = re.compile(r"\s?[一-鿿()（）]{0,16}字\s?第")  # 101年5月21日法律字第10103103830號函
_OF_A_PERSON = re.compile(r"[一-鿿]{0,2}(?:出生|生日|生的|到職|入職|任職|就職|受[僱雇])|生(?!效)")
_MAKES_LAW = re.compile(r"[一-鿿]{0,4}(?:修正|修法|制定|公布|訂定|版)")
# 95年7月1日前, 105年以前, 98年修正施行前: the law that was left behind is meant
_BEFORE = re.compile(
    r"\s?(?:[一-鿿]{0,4}(?:修正|修法|施行|公布|生效|上路|訂定|制定))?(?:公布|施行|生效)?[以之]?前"
    r"(?![段述揭開項條款往後夫妻男女任雇公房員老同配])"
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST = OPEN - timedelta(days=1)
_IN_FORCE_AFTER = timedelta(days=2)  # 中央法規標準法 §13: from the third day, that of promulgation counted


def day_given(text: str) -> date:
    """``day_given("2024-07-31") == date(2024, 7, 31)``: a day that laws can be asked of.

    Raises ``ValueError``, one line for the user: another form, no such day, or ``OPEN``, when nothing holds any more.
    """
    if not _ISO.fullmatch(text):
        raise ValueError(f"日期寫成 2024-07-31，不是「{text}」")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"沒有 {text} 這一天") from None
    if day > _LAST:
        raise ValueError(f"日期最晚是 {_LAST}")
    return day


def find_days(text: str, today: date) -> list[FoundDay]:
    """Every day, month and year named in ``text``, in order, none overlapping; impossible dates are left out."""
    found = sorted((*_written(text, today), *_figures(text), *_relative(text, today), *_ago(text, today)))
    kept: list[FoundDay] = []
    for day in found:
        if not kept or day.start >= kept[-1].end:
            kept.append(day)
    return kept


def as_of_day(text: str, today: date) -> date | None:
    """The day a question is about, or None: ``"車禍發生在112年3月" → 2023-03-01``.

    A month or year stands for its first day, since conduct is judged by the law at its time; the one that is running
    stands for ``today``. Where the law itself is named by a date of amendment (「112年修正」), the text it left is
    meant: the last day of the year or month, or two days after the day; with 「前」 the day before, at the latest today
    (「98年修正前」, 「105年以前」). Of a span of time the first day is taken. Numbers of decrees, birthdays and first
    working days are not what a question is about. A day followed by 「當時」 or 「時」 wins, else the first.
    """
    days = [day for day in find_days(text, today) if not _is_aside(text, day)]
    if not days:
        return None
    chosen = next((day for day in days if re.match(r"\s?(?:當時|時|那時|發生)", text[day.end : day.end + 4])), days[0])
    if chosen.first > date.min and _BEFORE.match(text, chosen.end):
        return min(chosen.first - timedelta(days=1), today)
    if _MAKES_LAW.match(text, chosen.end):
        return chosen.last + _IN_FORCE_AFTER if chosen.precision == "day" else chosen.last
    if chosen.first <= today <= chosen.last:
        return today
    return chosen.first


def _is_aside(text: str, day: FoundDay) -> bool:
    return bool(_DECREE.match(text, day.end) or _OF_A_PERSON.match(text, day.end))


def _written(text: str, today: date) -> Iterator[FoundDay]:
    for match in _WRITTEN.finditer(text):
        year = _year_of(match, today)
        if year is None or (match["month"] is None and not _is_a_year(text, match, year)):
            continue
        if match["month"] is not None and not match["era"] and year < 1911 + (10 if match["day"] else 38):
            continue
        month = _MONTHS_OF_EDGE[match["edge"]] if match["edge"] else _number(match["month"])
        yield from _found(match, year, month, _number(match["day"]))
    for match in _SPAN.finditer(text):
        year = _year_of(match, today)
        if year is not None and (match["era"] or (_number(match["year"]) or 0) >= 80):
            yield from _found(match, year, None, None)


def _figures(text: str) -> Iterator[FoundDay]:
    for pattern in (_SEPARATED, _COMPACT):
        for match in pattern.finditer(text):
            figure = int(match["year"])
            year = figure if figure >= 1900 else figure + 1911
            if 30 <= figure < 200 or 1900 <= figure < 2100:
                yield from _found(match, year, int(match["month"]), int(match["day"]))


def _relative(text: str, today: date) -> Iterator[FoundDay]:
    for match in _RELATIVE.finditer(text):
        offset = _DAYS.get(match[0])
        if offset is not None:
            day = today + timedelta(days=offset)
            yield FoundDay(match.start(), match.end(), day, day, "day")
        else:
            yield from _months_from(match, today, -1 if match[0].startswith("上") else 0)


def _ago(text: str, today: date) -> Iterator[FoundDay]:
    """「三年前」 is the month so long before today: nobody means the day."""
    for match in _AGO.finditer(text):
        count = 0 if match["count"] == "半" else _number(match["count"])
        if count is None:
            continue
        half = match["count"] == "半" or match["more"] is not None
        yield from _months_from(match, today, -(12 * count + 6 * half if match["unit"] == "年" else count))


def _months_from(match: re.Match[str], today: date, months: int) -> Iterator[FoundDay]:
    year, month = divmod(12 * today.year + today.month - 1 + months, 12)
    yield from _found(match, year, month + 1, None)


def _year_of(match: re.Match[str], today: date) -> int | None:
    """The Western year, or None where the figure can't be one."""
    if match.groupdict().get("named"):
        return today.year + _YEARS[match["named"]]
    figure = _number(match["year"])
    if figure is None or figure == 0:
        return None
    if match["before"]:
        return 1912 - figure
    # 民國2023年, 西元112年: the figure tells the calendar, whichever is named.
    return figure if figure >= 1000 or (match["era"] in ("西元", "公元") and figure >= _LAST_ROC) else figure + 1911


def _is_a_year(text: str, match: re.Match[str], year: int) -> bool:
    """Whether a year without a month is a point in time; a bare two-figure one only where a word after it says so."""
    if _NO_YEAR.match(text, match.end()):
        return False
    if match["era"] or match["named"]:
        return True
    if (_number(match["year"]) or 0) >= 100:
        return year > 1900
    return year >= 1911 + 30 and bool(match["edge"] or _NAMES_A_YEAR.match(text, match.end()))


def _number(figure: str | None) -> int | None:
    if figure is None:
        return None
    return 1 if figure == "元" else parse_number(figure)


def _found(match: re.Match[str], year: int, month: int | None, day: int | None) -> Iterator[FoundDay]:
    """The days meant, or nothing where the calendar has no such day or no law of ours could know it."""
    if not 1800 < year < 2200:
        return
    precision: Precision = "day" if match.groupdict().get("day") else "month" if month is not None else "year"
    try:
        first = date(year, month or 1, day if day is not None else 1)
    except ValueError:
        return
    last = first
    if precision == "month":
        last = first.replace(day=monthrange(first.year, first.month)[1])
    elif precision == "year":
        last = date(year, 12, 31)
    yield FoundDay(match.start(), match.end(), first, last, precision)
