"""The numbers a text states, each with what it counts, and on which side of it one has to be.

``[one.value for one in stated("三十日內處新臺幣2萬元以下")] == [(30, "日"), (20000, "元")]``, with the bounds
``WITHIN`` and ``MOST``. Units that measure the same are one: 一週 is 7 日, 一年 12 月, 百分之二十 and 兩成 0.2 比, 半數
0.5 比. A day is ``(20230101, "曆日")`` in either calendar, while 三年 is a length of time. What is written as a number
and comes to none, 5月32日, is ``(0, "=5月32日")``: it is known only where it stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rag import figures
from rag.bounds import agree, bound
from rag.counters import ALSO, SAME, UNITS, WORDS
from rag.figures import number
from rag.numerals import CHINESE_DIGITS, search_key

_D = f"0-9{CHINESE_DIGITS}"
# 2萬, 1億5千萬, 一百零五, 1,000, 0.25; as much as there is, so that a long row of figures is read once
_N = rf"[{_D}](?:[{_D}萬億]|[.,點](?=[{_D}])){{0,24}}"
_VALUE = re.compile(
    r"(?P<date>(?<![0-9./-])[0-9]{2,4}(?P<sep>[./-])[0-9]{1,2}(?P=sep)[0-9]{1,2}(?![0-9./-]))"
    rf"|百分之(?P<share>{_N})"
    rf"|(?P<under>萬|{_N})分之(?P<over>{_N})"
    r"|(?<![0-9./])(?P<top>[0-9]{1,3})/(?P<bottom>[0-9]{1,3})(?![0-9./])"
    rf"|(?P<era>民國|西元|公元)(?P<before>前)?(?P<in_era>元|{_N})年(?:(?P<era_month>{_N})月(?:(?P<era_day>{_N})日)?)?"
    rf"|(?P<year>{_N})年(?P<month>{_N})月(?:(?P<day>{_N})日)?"
    rf"|(?<![第{_D}])(?P<of_month>{_N})月(?P<of_day>{_N})日"
    rf"|(?P<n>{_N})(?P<half>半)?(?P<unit>{UNITS})(?P<more>半)?"
    rf"|(?<=早上|上午|中午|下午|午後|晚上|夜間|凌晨)(?P<clock>{_N})點"
    rf"|(?P<words>一半|[減折]半|半數|半年|半個月|半個?小時|半[天日]|加倍|雙倍|[各過]半(?=[數的之]))"
    rf"|(?<![第{_D}])(?P<open>{_N})(?=[至到、或~-]{_N})"
    rf"|(?P<bare>(?!千萬)[{_D}][{_D}.,]{{0,12}}[萬億]|[0-9]{{1,24}}+(?:[.,][0-9]{{1,9}}+){{0,9}})"
)
# 每日, 逐月; 每萬元; numerals of any kind, 第三順位
_IMPLIED = re.compile(rf"(?:[每逐]?(?P<round>[萬億])|[每逐]|(?P<n>{_N}))(?P<unit>{UNITS})?")
# What is worded as a number and is none: 十分重要, 第三人, 兩個人一起, and 一個 where it only says that there is one
_NO_NUMBER = re.compile("十分(?![鐘之])|一時(?!許)|第三人|[兩二2]個?人(?=一起|都|之間|互相|[的間])")
# Once more, and that one time: 再領一次, 最後一次
_AGAIN = re.compile("(?:[再重另][^，。；,;]{0,6}|[這那同某後前上下每第])[一1]$")
_SOME = re.compile("(?<!第)一[個種名位件筆類項](?!半?月|工作|小時|鐘頭|星期|禮拜)")
_NUMERAL = "〇零一二三四五六七八九十百0-9０-９"
_LIST_HEAD = re.compile(
    r"(?:^|(?<=[：；，、。,;:]))[^\S\n]*(?:[0-9０-９]{1,2}[.．、](?![0-9０-９])|[（(][0-9０-９]{1,2}[)）])|[①-⒛]"
    rf"|^[^\S\n]*(?:[（(]?[{_NUMERAL}]{{1,4}}(?:、|．|[)）])|[0-9０-９]{{1,3}}\.(?![0-9])|第[一二三四五六七八九十]類[：:])",
    re.MULTILINE,
)
_GAP = re.compile(r"(?<=[0-9０-９])[^\S\n]+(?=[0-9０-９])")
_ROUND = {"百": 100.0, "千": 1_000.0, "萬": 10_000.0, "億": 100_000_000.0}
_HALF = (0.5, "比")
_UNTIL = frozenset(("至", "到", "起至", "起到"))


class Value(NamedTuple):
    """A number and its unit; ``unit`` is "" where none is written: the 1955 of a telephone line."""

    number: float
    unit: str


class Stated(NamedTuple):
    """A value as a text states it: ``written`` folded, ``bound`` "" where there is none."""

    value: Value
    written: str
    bound: str = ""


class Located(NamedTuple):
    """Where in the folded text a value stands; ``is_implied`` where the text says it without the number."""

    stated: Stated
    start: int
    end: int
    is_implied: bool = False


@dataclass(slots=True)
class Known:
    """The values that texts hold, to compare others with."""

    bounds: dict[Value, set[str]] = field(default_factory=dict)
    numbers: set[float] = field(default_factory=set)

    def add(self, found: Iterable[Stated]) -> Known:
        for one in found:
            for value in _parts(one.value):
                self.bounds.setdefault(value, set()).add(one.bound)
            self.numbers.add(one.value.number)
        return self

    def __contains__(self, one: Stated) -> bool:
        """Whether the texts hold this number of this unit, and nothing that turns its bound round."""
        return self.has(one) and self.agrees(one)

    def has(self, one: Stated) -> bool:
        """Whether they hold the number; a year in figures alone may be meant, unless it has a bound: 97年內."""
        if one.value.unit == "":
            return one.value.number in self.numbers
        if one.value in self.bounds:
            return True
        is_year = one.value.unit in ("月", figures.YEAR)
        return not (is_year and one.bound) and any(map(self.bounds.__contains__, readings(one.value)))

    def agrees(self, one: Stated) -> bool:
        """False where the texts bound the number, and only the other way: 以下 for 以上."""
        held = self.bounds.get(one.value)
        return not held or any(agree(one.bound, side) for side in held)


def values(text: str) -> Iterator[Value]:
    """Every number that counts something, in order; a Chinese numeral without a unit (一般, 第一) counts nothing."""
    return (one.value for one in stated(text))


def stated(text: str) -> list[Stated]:
    """The same with how each is written and bounded; the numbers of a list (一、 …) count nothing."""
    return list(_stated(text))


@lru_cache(maxsize=256)
def _stated(text: str) -> tuple[Stated, ...]:
    return tuple(one.stated for one in located(folded(text)))


def held(text: str) -> list[Stated]:
    """What a text states, and what may be said of it besides: 每日 is 一日, 每萬元 一萬元, 第三順位 3."""
    return [one.stated for one in told(folded(text))]


def folded(text: str) -> str:
    """The search key that numbers are read from: without the numbers of a list."""
    # A line of the official files may end in the middle of a number, so lines are joined but where a list goes on.
    return search_key(_GAP.sub("；", _LIST_HEAD.sub("；", text)))


def unfounded(found: Iterable[Stated], *known: Known) -> list[Stated]:
    """Those that no text holds, or that all texts bound the other way."""
    return [one for one in found if not any(one in texts for texts in known)]


def located(key: str) -> Iterator[Located]:
    """The values of a folded text with where each stands in it."""
    waiting: list[tuple[float, re.Match[str]]] = []  # 三十至五十日: the first takes the unit of the second
    since: re.Match[str] | None = None  # 5月1日至31日: the second is of the same month
    for match in _VALUE.finditer(key):
        if _is_none(key, match) or _SOME.match(key, match.start()):
            continue
        if match["open"]:
            count = number(match["open"])
            waiting += [(count, match)] if count is not None else []
            continue
        value = _until(since, match, key) or _value(match)
        if value is None:
            continue
        since = match if match["of_day"] else None
        scale = SAME.get(match["unit"] or "", (1, value.unit))
        yield from (Located(Stated(_scaled(count, scale), one[0]), *one.span()) for count, one in waiting)
        waiting = []
        yield Located(Stated(value, match[0], bound(key, *match.span())), *match.span())


def _until(since: re.Match[str] | None, match: re.Match[str], key: str) -> Value | None:
    if since is None or match["unit"] != "日" or key[since.end() : match.start()] not in _UNTIL:
        return None
    found = figures.dated(["", since["of_month"], match["n"]], era="")
    return Value(*found) if found else None


def told(key: str) -> list[Located]:
    """The same for a folded text, with what it only implies: what has no number, or a number without a unit."""
    found = list(located(key))
    return [*found, *_implied(blanked(key, found))]


def blanked(key: str, found: Iterable[Located]) -> str:
    """A folded text with spaces where its values stand, as long as it was."""
    left, at = [], 0
    for one in found:
        left += [key[at : one.start], " " * (one.end - one.start)]
        at = one.end
    return "".join(left) + key[at:]


def _implied(key: str) -> Iterator[Located]:
    for match in _IMPLIED.finditer(key):
        unit = match["unit"] or ""
        count = number(match["n"]) if match["n"] else _ROUND.get(match["round"] or "", 1.0)
        if count is not None and (unit or match["n"]) and not _is_none(key, match):
            yield Located(
                Stated(_scaled(count, SAME.get(unit, (1, unit))), match[0]), *match.span(), match["n"] is None
            )


def _is_none(key: str, match: re.Match[str]) -> bool:
    """Whether what is worded as a number is none."""
    if match["unit"] == "次" and _AGAIN.search(key[max(0, match.start() - 8) : match.end() - 1]):
        return True
    return bool(_NO_NUMBER.match(key, match.start()) or _NO_NUMBER.match(key, max(0, match.start() - 1)))


def _value(match: re.Match[str]) -> Value | None:
    """What is written comes to; a Chinese numeral that comes to nothing counts nothing (一千一), figures do."""
    return _day(match) or _share(match) or _counted(match) or _unreadable(match)


def _day(match: re.Match[str]) -> Value | None:
    if match["year"]:
        found = figures.dated([match["year"], match["month"], match["day"]], era="")
        return Value(*found) if found else _duration(match)
    if match["date"]:
        found = figures.dated(match["date"].split(match["sep"]), era="")
    elif match["era"]:
        parts = [match["in_era"], match["era_month"], match["era_day"]]
        found = figures.dated(parts, match["era"] + (match["before"] or ""))
    else:
        found = figures.dated(["", match["of_month"], match["of_day"]], era="") if match["of_day"] else None
    return Value(*found) if found else None


def _share(match: re.Match[str]) -> Value | None:
    over, under = (match[one] or "" for one in (("over", "under") if match["over"] else ("top", "bottom")))
    if match["share"]:
        over, under = match["share"], "百"
    top, bottom = number(over), _ROUND.get(under) or number(under)
    return Value(round(top / bottom, 9), "比") if top is not None and bottom else None


def _unreadable(match: re.Match[str]) -> Value | None:
    is_number = match["of_day"] or match["over"] or match["share"] or not match[0].isalpha()
    return Value(0, f"={match[0]}") if is_number else None


def _counted(match: re.Match[str]) -> Value | None:
    if match["words"]:
        return Value(*WORDS.get(match["words"], _HALF))
    count, unit = number(match["bare"] or match["clock"] or match["n"] or ""), match["unit"]
    if count is None or unit is None:
        return Value(count, "時" if match["clock"] else "") if count is not None else None
    if unit == "年" and count >= 1800:
        return Value(count, figures.YEAR)
    half = 0.5 if match["half"] or match["more"] or unit == "個半月" else 0.0
    return _scaled(count + half, (1, "月") if unit == "個半月" else SAME.get(unit, (1, unit)))


def _duration(match: re.Match[str]) -> Value | None:
    """三年六月: a length of time."""
    years, months = number(match["year"]), number(match["month"])
    return None if years is None or months is None or match["day"] else Value(years * 12 + months, "月")


def _parts(value: Value) -> Iterator[Value]:
    """A value and what it holds: a day is of a month, of a year, and a day of the calendar."""
    yield value
    if value.unit == figures.DAY:
        yield Value(value.number % 10_000, figures.DAY_OF_YEAR)
        value = Value(value.number // 100, figures.MONTH)
        yield value
    if value.unit == figures.MONTH:
        yield Value(value.number // 100, figures.YEAR)


def readings(value: Value) -> Iterator[Value]:
    """What else may be meant: 112年 is 民國112年, too, and four 個 may be persons."""
    years = value.number / 12
    if value.unit == "月" and years > 30 and figures.is_roc(years):
        yield Value(figures.western(int(years)), figures.YEAR)
    since = value.number - figures.western(0)
    if value.unit == figures.YEAR and figures.is_roc(since):
        yield Value(since * 12, "月")
    if value.unit in ALSO:
        yield from (Value(round(value.number * times, 9), unit) for unit, times in ALSO[value.unit].items())


def _scaled(number: float, scale: tuple[float, str]) -> Value:
    return Value(round(number * scale[0], 9), scale[1])
