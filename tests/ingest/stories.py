"""Made-up laws whose whole life is known, and the official records that would have shown it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from ingest.records import Snapshot
from ingest.sources.laws import record_of
from rag.domain import OPEN, Document
from tests.ingest.official import article, decree, histories, law, roc

PCODE = "Z0000001"
ENACTED = date(2010, 1, 1)
GONE = "（刪除）"


@dataclass(frozen=True)
class Change:
    """One decree of a made-up law: the texts it made and the day from which each applies."""

    day: date
    texts: dict[int, str]
    starts: dict[int, date]
    fixed_on: date | None = None
    added: frozenset[int] = frozenset()

    @property
    def pending(self) -> list[int]:
        return [number for number, start in self.starts.items() if start == OPEN]


@dataclass(frozen=True)
class Story:
    """A law's whole life as decreed; ``repealed`` ends it."""

    changes: tuple[Change, ...]
    repealed: date | None = None
    noise: random.Random = field(default_factory=lambda: random.Random(0), compare=False)

    def text(self, number: int, day: date) -> tuple[int, str] | None:
        """What really applied: the newest decree whose text of the article had come into force."""
        if self.repealed and day >= self.repealed:
            return None
        held = [at for at, one in enumerate(self.changes) if number in one.texts and one.starts[number] <= day]
        return (held[-1], self.changes[held[-1]].texts[number]) if held else None

    def snapshot(self, made: date) -> Snapshot:
        """The official record as it stood on a day: every text promulgated, in force or not."""
        known = [one for one in self.changes if one.day <= made]
        texts: dict[int, str] = {}
        for one in known:
            texts |= one.texts
        gone = self.repealed is not None and self.repealed <= made
        pending = [one for one in known if one.pending and not (one.fixed_on and one.fixed_on <= made)]
        note = "；".join(
            f"{one.day.year - 1911}.{one.day:%m.%d} 修正之{_listed(one.pending)}施行日期另定之" for one in pending
        )
        fields = law(
            PCODE,
            self.repealed if gone and self.repealed else known[-1].day,
            [article(str(number), self._wrapped(text)) for number, text in sorted(texts.items())],
            histories(
                *self._entries(known, made), *([decree(self.repealed, "公布廢止")] if gone and self.repealed else [])
            ),
            LawEffectiveDate="99991231" if pending else "",
            LawEffectiveNote=note,
            LawAbandonNote="廢" if gone else "",
        )
        return Snapshot(made, record_of(fields, PCODE), f"{made}")

    def __repr__(self) -> str:
        return f"Story({self.changes}, {self.repealed})"

    def seen_in(self, snapshots: Iterable[date]) -> set[tuple[int, int]]:
        """Which decree's text of which article the snapshots show."""
        shown = set()
        for made in snapshots:
            latest: dict[int, int] = {}
            for at, one in enumerate(self.changes):
                if one.day <= made:
                    latest |= dict.fromkeys(one.texts, at)
            shown |= {(number, at) for number, at in latest.items()}
        return shown

    def _entries(self, known: Sequence[Change], made: date) -> list[str]:
        entries = []
        for at, one in enumerate(known):
            text = decree(one.day, _decreed(one, enacts=at == 0, made=made))
            if one.fixed_on and one.fixed_on <= made:
                day = next(start for start in one.starts.values() if start not in (OPEN, one.day))
                text += decree(one.fixed_on, f"發布定自{roc(day)}施行")
            entries.append(text)
        return entries

    def _wrapped(self, text: str) -> str:
        at = self.noise.randrange(len(text))
        return text[:at] + self.noise.choice(["", "\r\n", "  ", "\r\n    "]) + text[at:]


def _listed(numbers: Iterable[int]) -> str:
    return f"第 {'、'.join(map(str, sorted(numbers)))}  條條文"


def _decreed(one: Change, enacts: bool, made: date) -> str:
    amended = [number for number in one.texts if number not in one.added]
    main = f"制定公布全文 {len(one.texts)}  條" if enacts else ""
    if not enacts:
        main = f"修正公布{_listed(amended)}" if amended else "公布"
        main += f"；增訂{_listed(one.added)}" if one.added else ""
    if one.fixed_on:
        return f"{main}；施行日期，由行政院定之"
    deferred: dict[date, list[int]] = {}
    for number, start in one.starts.items():
        if start != one.day:
            deferred.setdefault(start, []).append(number)
    if not deferred:
        return f"{main}；並自公布日施行"
    clauses = [
        f"{_listed(numbers)}施行日期由行政院定之" if start == OPEN else f"{_listed(numbers)}自{roc(start)}施行"
        for start, numbers in sorted(deferred.items())
    ]
    return f"{main}；除{'，'.join(clauses)}外，自公布日施行"


@st.composite
def stories(draw: st.DrawFn) -> Story:
    count = draw(st.integers(1, 4))
    day = ENACTED
    changes = [
        Change(day, {n: f"第{n}條原來之文字。" for n in range(1, count + 1)}, dict.fromkeys(range(1, count + 1), day))
    ]
    for at in range(draw(st.integers(0, 5))):
        day += timedelta(days=draw(st.integers(2, 400)))
        deleted = {number for one in changes for number, text in one.texts.items() if text == GONE}
        if standing := set(range(1, count + 1)) - deleted:
            changes.append(_change(draw, at + 1, day, standing, count))
            count += len(changes[-1].added)
    repealed = day + timedelta(days=draw(st.integers(700, 900))) if draw(st.booleans()) else None
    return Story(tuple(changes), repealed, random.Random(draw(st.integers(0, 99))))


def _change(draw: st.DrawFn, at: int, day: date, standing: set[int], count: int) -> Change:
    touched = draw(st.sets(st.sampled_from(sorted(standing)), min_size=1))
    added = frozenset(range(count + 1, count + 1 + draw(st.integers(0, 1))))
    gone = draw(st.sets(st.sampled_from(sorted(touched)), max_size=1))
    texts = {n: GONE if n in gone else f"第{n}條第{numeral_of(at)}次修正之文字。" for n in sorted(touched | added)}
    how = draw(st.sampled_from(["now", "later", "some later", "open", "fixed"]))
    later = day + timedelta(days=draw(st.integers(3, 500)))
    some = draw(st.sets(st.sampled_from(sorted(texts)), min_size=1))
    if how == "fixed":
        return Change(day, texts, dict.fromkeys(texts, later), day + timedelta(days=1), added)
    start = {"now": day, "later": later, "some later": later, "open": OPEN}[how]
    concerned = set(texts) if how == "later" else some
    return Change(day, texts, {n: start if n in concerned else day for n in texts}, None, added)


def numeral_of(at: int) -> str:
    return "一二三四五六七八九"[at - 1]


def made_on(story: Story, picks: Iterable[int]) -> list[date]:
    """Days of snapshots, the last of them after everything: a snapshot of the present is always there."""
    days = [one.day + timedelta(days=1) for one in story.changes]
    last = (story.repealed or days[-1]) + timedelta(days=600)
    return [*sorted({days[pick % len(days)] for pick in picks}), last]


def numbers(story: Story) -> set[int]:
    return {number for one in story.changes for number in one.texts}


def turns(story: Story, documents: Iterable[Document]) -> list[date]:
    """Every day on which anything may change, with the day before and after it."""
    days = {start for one in story.changes for start in (one.day, *one.starts.values())}
    days |= {day for one in documents for day in (one.valid_from, one.valid_to)} | {story.repealed or ENACTED}
    return sorted({day + timedelta(days=by) for day in days if date.min < day < OPEN for by in (-1, 0, 1)})
