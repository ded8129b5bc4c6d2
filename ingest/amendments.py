"""``LawHistories`` → amendments: which articles each decree touched, how, and from which day.

The field is one string of numbered entries, hard-wrapped at 32 full-width columns, several decrees to an entry. White
space carries no meaning in it, so everything below reads the text with the spaces gone.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from rag.domain import OPEN, Origin
from rag.numerals import parse_number

_N = "[0-9零〇○一二三四五六七八九十百]+"
# 中華民國一百十年一月十三日 · 民國112年5月31日 · 九十八年十一月二十三日 (the year may be 元)
_DAY_WORDS = rf"(?:中華民國|民國)?(?:元|{_N})年{_N}月{_N}日"
_DAY = re.compile(rf"(?P<y>元|{_N})年(?P<m>{_N})月(?P<d>{_N})日")
# a decree opens with its own day: 中華民國一百十年一月十三日總統華總一義字第 11000001891 號令修正公布…; a day after 自, 至,
# 於 or inside brackets belongs to the sentence before it
_DECREE = re.compile(rf"(?<![自於至起迄（(，、「依以年按據])中華民國(?:元|{_N})年{_N}月{_N}日(?!施行|生效|起|前|後|以)")
# one number of a list: 8 · 1030-1 · 32～36 · 165-1～165-4 · 14～15-2
_ITEM = re.compile(r"(\d+)(?:-(\d+))?(?:[～~至](?:第)?(\d+)(?:-(\d+))?)?")
# a list: 第8、14、32～36條 · 第22-1、23條條文
_LIST = re.compile(r"第(\d+(?:-\d+)?(?:[、，～~及至或]+第?\d+(?:-\d+)?)*)條(?:之(\d+))?")
_LIST_ZH = re.compile(r"第([一二三四五六七八九十百]+)條(?:之([一二三四五六七八九十]+))?")
_VERB = re.compile(r"增訂|增列|刪除|修正|制定|訂定|公布|發布")
_ASIDE = re.compile(r"名稱|附[表件圖錄則]|編制表|[表圖]|格式|[編章節]名|法規類別")
_WHOLE = re.compile(r"(?:(?<=[布、，；及])(?P<part>[一-龥]{1,4}?)編)?(?:條文)?全文")
# not amendments: changes of the competent agency, which name articles only to say whose business they are now
_AGENCY = re.compile(r"管轄|改由.{0,40}(?:掌理|承受)|權責事項")
_PENDING = r"施行(?:日期|期間)?，?(?:之日)?[，由以]*[^；。，]{0,24}?(?:另?以命令)?(?:另定之|定之|定其施行日期|另定)"
_SPAN = rf"(?:(?P<years>{_N})年)?(?:(?P<months>{_N})個?月)?(?:(?P<days>{_N})[日天])?"
_IN_FORCE = re.compile(
    rf"(?P<day>{_DAY_WORDS})起?(?:施行|生效|實施)|(?P<same_year>同年{_N}月{_N}日)起?(?:施行|生效|實施)"
    rf"|(?P<after>[公發]布(?:日|之日)?後{_SPAN}(?:（[^）]*）)?(?:起)?(?:施行|生效|實施))"
    rf"|(?P<now>自(?:公發布|公布|發布|即|同)(?:之)?日起?(?:施行|生效|實施)|同日(?:施行|生效))"
    rf"|(?P<pending>{_PENDING})"
)
# 除第11、17條條文… · 但第166-1條… · ；第22條修正條文…: the words before a clause that name whom it concerns
_SUBJECT = re.compile(r"[；。]|除|但|惟|其餘|餘")


class Number(NamedTuple):
    """An article number in order of the law: ``185-3`` is ``Number(185, 3)``."""

    main: int
    sub: int = 0


class Span(NamedTuple):
    first: Number
    last: Number

    def holds(self, number: Number) -> bool:
        if self.first == self.last or self.first.sub or self.last.sub:
            return self.first <= number <= self.last
        # 1092～1101 written in whole numbers leaves the 條之 between them to lists of their own
        return number.sub == 0 and self.first.main <= number.main <= self.last.main


class Effect(NamedTuple):
    """From which day the articles in ``spans`` (all of the decree's when empty) apply; ``OPEN``: not fixed."""

    spans: tuple[Span, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Amendment:
    """One decree. ``whole`` re-enacts everything, or only what stands under the headings in ``parts``.

    ``aside`` marks one that names what is not an article: a title, an annex, a table of posts.
    """

    day: date
    touched: tuple[Span, ...] = ()
    added: tuple[Span, ...] = ()
    whole: bool = False
    parts: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    first: bool = False
    repeals: bool = False
    aside: bool = False

    @property
    def silent(self) -> bool:
        """True when the decree doesn't say what it touched: it may have been anything."""
        return not self.touched and not self.whole and not self.aside

    def names(self, number: Number, path: tuple[str, ...] = ()) -> bool:
        if any(span.holds(number) for span in self.touched):
            return True
        if not self.whole:
            return False
        return not self.parts or any(part in heading for part in self.parts for heading in path)

    def starts(self, number: Number) -> date:
        """The day from which this decree's text of the article applies; ``OPEN`` when it was left to be fixed."""
        day = self.day
        for effect in self.effects:
            if not effect.spans:
                day = effect.day
        for effect in self.effects:
            if any(span.holds(number) for span in effect.spans):
                day = effect.day
        return day

    def origin(self, number: Number) -> Origin:
        if any(span.holds(number) for span in self.added):
            return Origin.ADDED
        return Origin.ENACTED if self.first and self.whole else Origin.AMENDED


def parse_histories(text: str) -> tuple[Amendment, ...]:
    """All decrees of a ``LawHistories`` field, oldest first; later decrees that fix a day are folded into the earlier."""
    amendments: list[Amendment] = []
    for decree in _decrees(text):
        _fold(amendments, decree)
    amendments.sort(key=lambda amendment: amendment.day)
    return tuple(amendments)


def parse_day(text: str) -> date | None:
    """The first day written in a text, ROC years: ``一百十年一月十三日`` → 2021-01-13."""
    found = _DAY.search(text)
    return _to_day(found["y"], found["m"], found["d"]) if found else None


def parse_spans(text: str) -> tuple[Span, ...]:
    """The article numbers named in a text without white space: ``第8、32～36條`` → two spans."""
    spans = [span for found in _LIST.finditer(text) for span in _items(found[1], found[2])]
    for found in _LIST_ZH.finditer(text):
        main, sub = parse_number(found[1]), parse_number(found[2]) if found[2] else 0
        if main is not None and sub is not None:
            spans.append(Span(Number(main, sub), Number(main, sub)))
    return tuple(spans)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _decrees(text: str) -> Iterator[str]:
    """Entries are numbered; inside one, every decree opens with its own day."""
    for entry in _entries(text):
        cuts = [found.start() for found in _DECREE.finditer(entry)] or [0]
        for start, end in zip(cuts, [*cuts[1:], len(entry)], strict=True):
            yield entry[start:end]


def _entries(text: str) -> Iterator[str]:
    entry = ""
    for line in text.splitlines():
        numbered = re.match(r"\s*\d+\.\s*", line)
        if numbered:
            if entry:
                yield squeeze(entry)
            entry = line[numbered.end() :]
        else:
            entry += line
    if entry:
        yield squeeze(entry)


def _fold(amendments: list[Amendment], decree: str) -> None:
    day = parse_day(decree)
    if day is None:
        return
    body = _body(decree)
    if _fixes_a_day(body):
        _fix(amendments, parse_spans(body), _effects(body, day))
    elif _VERB.search(body) and not _AGENCY.search(body):
        amendments.append(_amendment(day, body, first=not amendments))
    elif not amendments:
        amendments.append(Amendment(day, whole=True, first=True))
    elif "廢止" in body or "停止適用" in body:
        amendments.append(Amendment(day, repeals=True, whole=True))


def _body(decree: str) -> str:
    """What stands after the decree's own number: 總統華總一義字第11000001891號令修正公布… → 修正公布…"""
    found = re.search(r"號(?:令|函|公告)?", decree)
    return decree[found.end() :] if found else decree


def _fixes_a_day(body: str) -> bool:
    """公布第22條修正條文定自九十八年一月一日施行: it changes no text, it says from when an earlier one applies."""
    fixed = re.search(r"定(?:於|自)", body)
    return bool(fixed) and not re.search(r"修正[公發]布|增訂|刪除|制定|訂定|並定自|全文", body)


def _fix(amendments: list[Amendment], spans: tuple[Span, ...], effects: tuple[Effect, ...]) -> None:
    """Apply a fixed day to the newest decree that had left it open."""
    days = [effect.day for effect in effects if effect.day != OPEN]
    if not days:
        return
    for at in range(len(amendments) - 1, -1, -1):
        old = amendments[at]
        if any(effect.day == OPEN for effect in old.effects):
            amendments[at] = replace(old, effects=_closed(old.effects, spans, days[0]))
            return


def _closed(effects: tuple[Effect, ...], spans: tuple[Span, ...], day: date) -> tuple[Effect, ...]:
    if spans:
        return (*effects, Effect(spans, day))
    return tuple(Effect(effect.spans, day) if effect.day == OPEN else effect for effect in effects)


def _amendment(day: date, body: str, first: bool) -> Amendment:
    main = body[: _tail(body)]
    whole = _WHOLE.findall(main)
    parts = tuple(part for part in whole if part)
    return Amendment(
        day,
        touched=parse_spans(main),
        added=_added(main),
        whole=bool(whole) or (first and not parse_spans(main)),
        parts=parts if len(parts) == len(whole) else (),
        effects=_effects(body, day),
        first=first,
        repeals="廢止" in main,
        aside=bool(_ASIDE.search(main)),
    )


def _tail(body: str) -> int:
    """Where the sentence on entry into force starts; the articles named there are not all that was touched."""
    found = re.search(r"[；，。：](?:並|除|但|惟|其餘|本(?:法|條例|辦法|規則|細則|標準)?|施行)?(?=[^；。]*(?:施行|生效|實施))", body)
    return found.start() if found else len(body)


def _added(main: str) -> tuple[Span, ...]:
    return tuple(
        span
        for clause in re.split(r"；|並(?=增訂|刪除|修正)", main)
        if re.search(r"增[訂列]", clause)
        for span in parse_spans(clause[clause.index("增") :])
    )


def _effects(body: str, day: date) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    start = 0
    for found in _IN_FORCE.finditer(body):
        subject = _subject(body[start : found.start()])
        start = found.end()
        if subject is not None:
            effects.append(Effect(subject, _start_day(found, day)))
    return tuple(effects)


def _subject(before: str) -> tuple[Span, ...] | None:
    """Whom a clause concerns: ``()`` everything, ``None`` a 項 or 款 alone (the article as a whole isn't deferred)."""
    opening = [found.start() for found in _SUBJECT.finditer(before)]
    clause = before[opening[-1] :] if opening else before
    if re.search(r"修正[公發]布|增訂|刪除|制定|訂定", clause):
        return ()
    if re.search(r"條[^、]*第\d+[項款目]|附[表件]", clause):
        return None
    return parse_spans(clause)


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
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=parse_number(days or "") or 0)


def _to_day(year: str, month: str, day: str) -> date | None:
    numbers = 1 if year == "元" else parse_number(year), parse_number(month), parse_number(day)
    try:
        return date((numbers[0] or -9999) + 1911, numbers[1] or 0, numbers[2] or 0)
    except ValueError:
        return None


def _items(text: str, sub: str | None) -> Iterator[Span]:
    for found in _ITEM.finditer(text):
        first = Number(int(found[1]), int(found[2] or 0))
        last = Number(int(found[3]), int(found[4] or 0)) if found[3] else first
        if sub and found.end() >= len(text.rstrip("、，及")):
            last = Number(last.main, int(sub))
            first = first if found[3] else last
        yield from _unglued(first, last)


def _unglued(first: Number, last: Number) -> Iterator[Span]:
    """An unwrapped list can lose a comma (993⏎994 → 993994): a number beyond any law's is two of the same length."""
    digits = str(first.main)
    if first.main > 9999 and len(digits) % 2 == 0:
        half = len(digits) // 2
        for part in (digits[:half], digits[half:]):
            yield Span(Number(int(part)), Number(int(part)))
    else:
        yield Span(first, last)
