"""From which day an amendment applies, and to which of its articles: the sentence on entry into force.

中央法規標準法 §13 adds two days to 「自公布日施行」; the official database counts from the day itself, and so do we.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ingest.spans import Span, parse_spans
from rag.domain import OPEN
from rag.numerals import parse_number

# Bounded: no year or number of days is longer, and a run of digits must not be read again from each of its own.
_N = "[0-9零〇○一二三四五六七八九十百]{1,9}"
# 中華民國一百十年一月十三日 · 民國112年5月31日 · 九十八年十一月二十三日 (the year may be 元)
_DAY_WORDS = rf"(?:中華民國|民國)?(?:元|{_N})年{_N}月{_N}日"
_DAY = re.compile(rf"(?P<y>元|{_N})年(?P<m>{_N})月(?P<d>{_N})日")
_PENDING = (
    r"施行(?:日期|期間)?，?(?:之日)?[，由以]{0,3}[^；。，]{0,24}?(?:另?以命令)?(?:另?[定訂]之|定其施行日期|另[定訂])"
)
_SPAN = rf"(?:(?P<years>{_N})年)?(?:(?P<months>{_N})個?月)?(?:(?P<days>{_N})[日天])?"
_IN_FORCE = re.compile(
    rf"(?P<day>{_DAY_WORDS})起?(?:施行|生效|實施)|(?P<same_year>同年{_N}月{_N}日)起?(?:施行|生效|實施)"
    rf"|(?P<after>[公發]布(?:日|之日)?後{_SPAN}(?:（[^）]{{0,40}}）)?(?:起)?(?:施行|生效|實施))"
    rf"|(?P<now>自(?:公發布|公布|發布|即|同)(?:之)?日起?(?:施行|生效|實施)|同日(?:施行|生效))"
    rf"|(?P<pending>{_PENDING})"
)
# 除第11、17條條文… · 但第166-1條… · ；第22條修正條文…: the words before a clause that name whom it concerns
_SUBJECT = re.compile(r"[；。]|(?<![刪廢免扣解])除|但(?!書)|惟|其餘|餘")
_PART = re.compile(r"附[表件]|第[\d一二三四五六七八九十]+[項款目]")
_REST = re.compile(r"^外|其?餘[^；。]*$")
# 修正公布第4條條文，自…: the decree as a whole; 增訂之第17-1條、第42條之刪除 are articles of it
_DECREES = re.compile(r"(?<!之)(?:修正[公發]布|增訂|刪除|制定|訂定)(?!之)")
# 除第79條條文外，餘皆定於…: whom the clause does not concern
_EXCEPT = re.compile(r"(?<![刪廢免扣解])除(?P<whom>[^除；。]{1,200}?)外")
# 除第5條自某公司設置條例施行之日施行外: a day that this text doesn't give
_UNKNOWN = re.compile(r"[定訂]之|另[定訂]|施行|生效|實施")
# 九十八年一月二十三日修正公布之第16條: which decree a later one speaks of
_MADE_ON = re.compile(rf"(?P<day>{_DAY_WORDS})(?:修正)?[公發]布")


class Effect(NamedTuple):
    """From which day the articles in ``spans`` (all of the decree's when empty) apply; ``OPEN``: not fixed."""

    spans: tuple[Span, ...]
    day: date


class Fixing(NamedTuple):
    """A later decree's word on entry into force; ``made`` is the day of the decree it speaks of, where it says so."""

    effects: tuple[Effect, ...]
    made: date | None


def parse_day(text: str) -> date | None:
    """The first day written in a text, ROC years: ``一百十年一月十三日`` → 2021-01-13."""
    found = _DAY.search(text)
    return _to_day(found["y"], found["m"], found["d"]) if found else None


def states_a_day(body: str) -> bool:
    """True when a text names a day of entry into force: 發布自九十年一月一日起施行."""
    return any(found["day"] for found in _IN_FORCE.finditer(body))


def effects_of(body: str, day: date) -> tuple[Effect, ...]:
    """The effects a decree of ``day`` states for its own articles."""
    effects: list[Effect] = []
    for found, before in _clauses(body):
        subject = _subject(before)
        if subject is not None:
            _state(effects, Effect(subject, _start_day(found, day)), _REST.search(before) is not None)
        effects.extend(_excepted(before, day))
    return tuple(effects)


def _state(effects: list[Effect], effect: Effect, for_the_rest: bool) -> None:
    """Add an effect; a second one for everything takes the place of the first only where it says it is for the rest.

    It may also give the day that the first left open. Any other has a subject that was not understood: 第十四級船之…
    """
    general = [at for at, old in enumerate(effects) if not old.spans]
    if effect.spans or not general:
        effects.append(effect)
    elif for_the_rest or effects[general[0]].day == OPEN:
        effects[general[0]] = effect


def fixing_of(body: str, day: date) -> Fixing:
    """What a decree of ``day`` fixes for an earlier one: 發布第12條定自一百十年七月一日施行; no effects: nothing.

    Articles it excepts stay ``OPEN``, and come first so that what fixes them may override.
    """
    fixed: list[Effect] = []
    for found, before in _clauses(body):
        start = _start_day(found, day)
        concerned = _EXCEPT.sub("", before)
        named = parse_spans(concerned, parts=False)
        if start == OPEN or (parse_spans(concerned) and not named):
            continue
        fixed.append(Effect(named, start))
        if not named:
            fixed[:0] = _excepted(before, OPEN)
    made = _MADE_ON.search(body)
    return Fixing(tuple(fixed), parse_day(made["day"]) if made else None)


def _clauses(body: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every statement of a day of entry into force, with what stands before it up to the one before."""
    start = 0
    for found in _IN_FORCE.finditer(body):
        yield found, body[start : found.start()]
        start = found.end()


def _excepted(before: str, day: date) -> Iterator[Effect]:
    for found in _EXCEPT.finditer(before):
        spans = parse_spans(found["whom"], parts=False)
        if spans:
            yield Effect(spans, OPEN if _UNKNOWN.search(found["whom"]) else day)


def _subject(before: str) -> tuple[Span, ...] | None:
    """Whom a clause concerns: ``()`` everything, ``None`` a 項 or 款 alone (the article as a whole isn't deferred)."""
    before = _EXCEPT.sub("", before)
    opening = [found.start() for found in _SUBJECT.finditer(before)]
    clause = before[opening[-1] :] if opening else before
    if "修正前" in clause:
        return None
    singled_out = clause.startswith(("除", "但", "惟"))
    if _DECREES.search(clause) and not singled_out:
        return ()
    named = parse_spans(clause, parts=False)
    if not named and (singled_out or parse_spans(clause) or _PART.search(clause)):
        return None
    return named


def _start_day(found: re.Match[str], day: date) -> date:
    if found["pending"]:
        return OPEN
    if found["now"]:
        return day
    if found["day"]:
        return parse_day(found["day"]) or day
    if found["same_year"]:
        return parse_day(f"{day.year - 1911}{found['same_year'][1:]}") or day
    written = parse_day(found["after"])
    return written or _later(day, found["years"], found["months"], found["days"])


def _later(day: date, years: str | None, months: str | None, days: str | None) -> date:
    """公布後六個月 · 公布後一年六個月: the same day of the month, or the month's last."""
    ahead = 12 * (parse_number(years or "") or 0) + (parse_number(months or "") or 0)
    year, month = divmod(day.year * 12 + day.month - 1 + ahead, 12)
    try:
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)) + timedelta(days=parse_number(days or "") or 0)
    except (ValueError, OverflowError):  # no decree is deferred beyond the calendar: it was misread
        return day


def _to_day(year: str, month: str, day: str) -> date | None:
    numbers = 1 if year == "元" else parse_number(year), parse_number(month), parse_number(day)
    try:
        return date((numbers[0] or -9999) + 1911, numbers[1] or 0, numbers[2] or 0)
    except (ValueError, OverflowError):
        return None
