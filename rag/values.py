"""The numbers a text states, each with what it counts: days, amounts, ages, articles.

``set(values("三十日內處新臺幣2萬元")) == {(30, "日"), (20000, "元")}``. A year is the same in either calendar,
``(2023, "西元年")`` for 民國112年1月 and for 2023年, while 三年 is a length of time, ``(3, "年")``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import NamedTuple

from rag.numerals import CHINESE_DIGITS, parse_number, search_key

# 2萬, 1億5千萬, 一百零五, 1,000, 0.25
_N = rf"[0-9{CHINESE_DIGITS}](?:[0-9{CHINESE_DIGITS}萬億]|[.,](?=[0-9]))*"
_UNITS = (
    "平方公尺|立方公尺|個月|小時|分鐘|公里|公尺|公分|公斤|公克|毫克|星期|工作天|年|月|日|天|週|時|分|秒|歲|元|圓|倍|人|次|條|項|款|目|類|號|"
    "個|%|成|級|種|戶|名|位|筆|件|字|編|章|節|趴"
)
_VALUE = re.compile(
    rf"百分之(?P<share>{_N})"
    rf"|(?P<under>{_N})分之(?P<over>{_N})"
    rf"|(?P<era>民國|西元|公元)?(?P<n>{_N})(?P<unit>{_UNITS})"
    rf"|(?<![第0-9{CHINESE_DIGITS}])(?P<bare>{_N})(?=[至到、或~-])"
)
_SAME = {"天": "日", "工作天": "日", "圓": "元", "星期": "週", "趴": "%"}
_ROC = 1911


class Value(NamedTuple):
    """A number and its unit; ``unit`` is "" where it is written further on: the 三十 of 三十至五十日."""

    number: float
    unit: str


def values(text: str) -> Iterator[Value]:
    """Every number that counts something, in order; a Chinese numeral without a unit (一般, 第一) counts nothing."""
    key = search_key(text)
    for match in _VALUE.finditer(key):
        value = _value(key, match)
        if value is not None:
            yield value


def unfounded(stated: Iterator[Value], known: Set[Value]) -> list[Value]:
    """The values stated that are not among the known; a missing unit on either side is no difference."""
    numbers = {value.number for value in known}
    open_ended = {value.number for value in known if not value.unit}
    return [
        value
        for value in stated
        if value not in known and value.number not in (numbers if not value.unit else open_ended)
    ]


def _value(key: str, match: re.Match[str]) -> Value | None:
    if match["share"]:
        return _made(match["share"], "%")
    if match["over"]:
        over, under = _number(match["over"]), _number(match["under"])
        return Value(over / under, "分之") if over is not None and under else None
    if match["unit"] == "年":
        return _year(key, match)
    return _made(match["bare"] or match["n"], match["unit"] or "")


def _year(key: str, match: re.Match[str]) -> Value | None:
    """A year of either calendar, or so many years."""
    number = _number(match["n"])
    if number is None:
        return None
    if match["era"] == "民國":
        return Value(number + _ROC, "西元年")
    if match["era"] or number >= 1800:
        return Value(number, "西元年")
    dated = re.match(rf"{_N}月", key[match.end() : match.end() + 6])
    return Value(number + _ROC, "西元年") if dated and number > 30 else Value(number, "年")


def _made(written: str, unit: str) -> Value | None:
    number = _number(written)
    return None if number is None else Value(number, _SAME.get(unit, unit))


def _number(written: str) -> float | None:
    whole = parse_number(written)
    if whole is not None:
        return whole
    try:
        return float(written.replace(",", ""))
    except ValueError:
        return None
