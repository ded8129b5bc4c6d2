"""``LawHistories`` → amendments: which articles each decree touched, how, and from which day.

The field is one string of numbered entries, hard-wrapped at 32 full-width columns, several decrees to an entry. White
space carries no meaning in it, so everything below reads the text with the spaces gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ingest.effects import Effect, Fixing, effects_of, fixing_of, parse_day, states_a_day
from ingest.spans import Number, Span, parse_spans, squeeze
from rag.domain import OPEN, Origin

_N = "[0-9零〇○一二三四五六七八九十百]{1,9}"
# a decree opens with its own day: 中華民國一百十年一月十三日總統華總一義字第 11000001891 號令修正公布…; a day after
# 自, 至, 於 or inside brackets belongs to the sentence before it
_DECREE = re.compile(
    rf"(?<![自於至起迄（(，、「依以年按據])中華民國?(?:元|{_N})年{_N}月{_N}日"
    r"(?!施行|生效|起|前|後|以|(?:修正|增訂|制定|訂定)(?:[公發]布)?之)"
)
_ENTRY = re.compile(r"\s*\d+\.\s*")
_VERB = re.compile(r"增訂|增列|刪除|修正|制定|訂定|公布|發布")
_ASIDE = re.compile(r"名稱|「|附[表件圖錄則]|編制表|[表圖]|格式|[編章節]名|法規類別")
_WHOLE = re.compile(r"(?:(?<=[布、，；及])(?P<part>[一-龥]{1,4}?)編)?(?:條文)?全文")
# not amendments: changes of the competent agency, which name articles only to say whose business they are now
_AGENCY = re.compile(r"管轄|改由.{0,40}(?:掌理|承受)|權責事項")
# 發布定自一百十年七月一日施行 · 會同發布第14條，定自… · 發布自九十年一月一日起施行: decrees that only fix a day
_FIXES = re.compile(r"(?<!規)定[自於]")
_ANNOUNCES = re.compile(r"(?:、[^；。]{0,80}令)?(?:會[同銜]|核定)?[發公]布(?!全文|名稱)")
_ENACTS = re.compile(r"並(?:定|溯)?自|全文|名稱|編制表|廢止|停止適用")
# ；並刪除第129條條文自公布日施行: what is touched, and from when, in one breath
_CHANGES = re.compile(r"並?(?:增[訂列]|刪除|修正)第[^，：自]*(?=[，：自])")
_APPLIES = re.compile(r"施行|生效|實施")


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

    @property
    def open(self) -> bool:
        """True while the day from which some of it applies is not fixed."""
        return any(effect.day == OPEN for effect in self.effects)

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
    """All decrees of a ``LawHistories`` field, oldest first; later ones that fix a day are folded into the earlier."""
    amendments: list[Amendment] = []
    for decree in _decrees(text):
        _fold(amendments, decree)
    amendments.sort(key=lambda amendment: amendment.day)
    return tuple(amendments)


def _decrees(text: str) -> Iterator[str]:
    """Entries are numbered; inside one, every decree opens with its own day."""
    for entry in _entries(text):
        cuts = [found.start() for found in _DECREE.finditer(entry)] or [0]
        for start, end in zip(cuts, [*cuts[1:], len(entry)], strict=True):
            yield entry[start:end]


def _entries(text: str) -> Iterator[str]:
    entry: list[str] = []
    for line in text.splitlines():
        numbered = _ENTRY.match(line)
        if numbered:
            if entry:
                yield squeeze("".join(entry))
            entry = [line[numbered.end() :]]
        else:
            entry.append(line)
    if entry:
        yield squeeze("".join(entry))


def _fold(amendments: list[Amendment], decree: str) -> None:
    day = parse_day(decree)
    if day is None:
        return
    body = _body(decree)
    if _fixes_a_day(body):
        _fix(amendments, fixing_of(body, day))
    elif _VERB.search(body) and not _AGENCY.search(body):
        amendments.append(_amendment(day, body, first=not amendments))
    elif not amendments:
        amendments.append(Amendment(day, whole=True, first=True))
    elif "廢止" in body or "停止適用" in body:
        amendments.append(Amendment(day, repeals=True, whole=True))


def _body(decree: str) -> str:
    """What stands after the decree's own number: 總統華總一義字第11000001891號令修正公布… → 修正公布…"""
    found = re.search(r"號(?:令|函|公告)?|(?<=日)[^；。，號]{0,30}?令(?=[發公]布)", decree)
    return decree[found.end() :] if found else decree


def _fixes_a_day(body: str) -> bool:
    """公布第22條修正條文定自九十八年一月一日施行: it changes no text, it says from when an earlier one applies."""
    if _ENACTS.search(body):
        return False
    if _ANNOUNCES.match(body):
        return bool(_FIXES.search(body)) or states_a_day(body)
    return bool(_FIXES.search(body)) and not re.search(r"修正[公發]布|增訂|刪除|制定|訂定", body)


def _fix(amendments: list[Amendment], fixing: Fixing) -> None:
    """Apply a fixed day to the decree it speaks of: by its day, else by the articles named, else the newest open."""
    if not fixing.effects:
        return
    named = [span.first for effect in fixing.effects for span in effect.spans if effect.day != OPEN]
    waiting = [at for at, old in enumerate(amendments) if old.open] or [
        at for at, old in enumerate(amendments) if not old.effects and not old.repeals
    ]
    spoken_of = [at for at in waiting if amendments[at].day == fixing.made]
    naming = [at for at in waiting if any(amendments[at].names(number) for number in named)]
    for at in (spoken_of or naming or waiting)[-1:]:
        amendments[at] = replace(amendments[at], effects=_closed(amendments[at].effects, fixing.effects))


def _closed(effects: tuple[Effect, ...], fixed: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The excepted come first, so that days they have or get win; a day for the rest takes the place of ``OPEN``."""
    excepted = tuple(effect for effect in fixed if effect.day == OPEN)
    for effect in fixed:
        if effect.spans and effect.day != OPEN:
            effects = (*effects, effect)
        elif not effect.spans:
            whole = () if any(not old.spans for old in effects) else (effect,)
            effects = whole + tuple(Effect(old.spans, effect.day) if old.day == OPEN else old for old in effects)
    return excepted + effects


def _amendment(day: date, body: str, first: bool) -> Amendment:
    main = body[: _tail(body)]
    whole = _WHOLE.findall(main)
    parts = tuple(part for part in whole if part)
    touched = parse_spans(main)
    return Amendment(
        day,
        touched=touched,
        added=_added(main),
        whole=bool(whole) or (first and not touched),
        parts=parts if len(parts) == len(whole) else (),
        effects=effects_of(body, day),
        first=first,
        repeals="廢止" in main,
        aside=bool(_ASIDE.search(main)),
    )


def _tail(body: str) -> int:
    """Where the sentence on entry into force starts; the articles named there are not all that was touched."""
    for clause in re.finditer(r"[^；。]+", body):
        applies = [found.start() for found in _APPLIES.finditer(clause[0])]
        changes = _CHANGES.match(clause[0]) if applies else None
        if changes:
            return clause.start() + changes.end()
        if applies and clause.start():
            return clause.start() - 1
        comma = re.search(r"[，：]", clause[0][: applies[-1]]) if applies else None
        if comma:
            return comma.start()
    return len(body)


def _added(main: str) -> tuple[Span, ...]:
    clauses = re.split(r"(?=增[訂列]|刪除|修正)|；", main)
    return tuple(span for clause in clauses if clause.startswith("增") for span in parse_spans(clause))
