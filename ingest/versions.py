"""Snapshots of one law → the versions of each of its articles, each with the days it holds.

A pure function of the *set* of snapshots: it doesn't matter which source brought them or in which order, so a re-run
changes nothing, and a history loaded after the bulk file gives the same store as one loaded before it.

Texts say *that* something changed, ``LawHistories`` says *when*. Where two known texts have an unknown one between
them (two decrees, one snapshot), the days between stay uncovered rather than guessed; a text that is the same after
decrees nobody saw the text of counts as never gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ingest.amendments import Amendment, parse_histories
from ingest.effects import parse_day
from ingest.records import Article, LawRecord, Snapshot
from ingest.spans import Number, Span, parse_spans, squeeze
from rag.domain import OPEN, Document, Law, Origin

_DELETED = re.compile(r"[（(]\s*刪\s*除\s*[）)]")
# 本法 112.06.09 修正之第 13、21、40 條條文，施行日期由行政院定之
_NOTE_DAY = re.compile(r"(\d{2,3})\.(\d{1,2})\.(\d{1,2})")
# 一百十一年十一月三日修正之第 1、3 條規定，自…施行之日施行
_NOTE_MADE = re.compile(r"[0-9零〇○一二三四五六七八九十百年月]{5,20}日(?=修正|增訂|[制訂]定|[公發]布)")
# 自一百零五年一月一日停止適用 · 自104年9月5日起當然廢止
_ENDS = re.compile(r"自(?P<day>[^；。，自]{6,24}日)起?(?:停止適用|當然廢止|廢止|失效|生效|施行|不再適用)")


@dataclass(slots=True)
class _Draft:
    """A version in the making; ``closed`` is the day a later decree took its place, known or not what followed."""

    made: date
    start: date
    origin: Origin
    article: Article
    closed: date = OPEN


@dataclass(frozen=True, slots=True)
class _Timeline:
    """When each decree's text applies, for one law."""

    amendments: tuple[Amendment, ...]
    open_spans: tuple[Span, ...]
    is_open: bool
    note_day: date | None
    note_effect: date | None

    def touching(self, article: Article, after: date, until: date) -> list[Amendment]:
        """Decrees of ``(after, until]`` that changed the article: those that name it, else those that name nothing."""
        number = number_of(article)
        within = [one for one in self.amendments if after < one.day <= until and not one.repeals]
        named = [one for one in within if one.names(number, article.path)]
        silent = [one for one in within if one.silent]
        if not named:
            return silent
        return named + [one for one in silent if one.day > named[-1].day]

    def start(self, amendment: Amendment, article: Article) -> date:
        number = number_of(article)
        day = amendment.starts(number)
        if self._noted(amendment, number) and (day == OPEN or not amendment.effects):
            return self.note_effect or day
        return amendment.day if day == OPEN and not self._outstanding(number) else day

    def over(self, article: Article, touching: Sequence[Amendment], seen: date) -> date:
        """The day on which a text that these decrees changed no longer applies, whichever of them came into force."""
        return min((self.start(one, article) for one in touching), default=seen)

    def _outstanding(self, number: Number) -> bool:
        return self.is_open and (not self.open_spans or any(span.holds(number) for span in self.open_spans))

    def _noted(self, amendment: Amendment, number: Number) -> bool:
        return self.note_day == amendment.day and any(span.holds(number) for span in self.open_spans)


def law_versions(snapshots: Iterable[Snapshot]) -> tuple[Law, tuple[Document, ...]]:
    """One law as its newest snapshot describes it, and all versions of all its articles in the order of the law.

    :param snapshots: records of one PCode, in any order; at least one.
    """
    ordered = sorted(snapshots, key=lambda one: (one.record.modified, one.seen or date.min, one.sha256))
    newest = ordered[-1].record
    timeline = _timeline(newest)
    law = _law(newest, timeline.amendments)
    views = [_seen(one) for one in ordered]
    documents: list[Document] = []
    for number in _numbers(views):
        drafts = _drafts(number, views, timeline)
        documents += _documents(newest, drafts, law.repealed)
    return law, tuple(documents)


def _law(newest: LawRecord, amendments: tuple[Amendment, ...]) -> Law:
    return Law(
        pcode=newest.pcode,
        name=newest.name,
        level=newest.level,
        category=newest.category,
        modified=newest.modified,
        enacted=amendments[0].day if amendments else None,
        repealed=repeal_day(newest),
        english_name=newest.english_name,
        effective_note=squeeze(newest.effective_note),
        former_names=newest.former_names,
    )


def repeal_day(record: LawRecord) -> date | None:
    """The day from which a law marked 廢 no longer applies; None for the others."""
    if not record.repealed:
        return None
    tail = squeeze(record.histories)[-200:]
    ends = [day for found in _ENDS.finditer(tail) if (day := parse_day(found["day"])) is not None]
    later = [day for day in ends if day >= record.modified]
    if later:
        return later[-1]
    return record.effective if record.effective not in (None, OPEN) else record.modified


def number_of(article: Article) -> Number:
    main, _, sub = article.number.partition("-")
    return Number(int(main), int(sub or 0)) if main.isdigit() and (sub or "0").isdigit() else Number(0)


def same_text(one: str, other: str) -> bool:
    """True when two texts differ in white space only: line wraps, indents, padded numbers."""
    return one == other or squeeze(one) == squeeze(other)


def _same_reading(one: str, other: str) -> bool:
    """True when two texts differ in form only: white space and the width of brackets and digits."""
    return squeeze(unicodedata.normalize("NFKC", one)) == squeeze(unicodedata.normalize("NFKC", other))


def _timeline(record: LawRecord) -> _Timeline:
    note = squeeze(record.effective_note)
    note_day = _note_day(note)
    spans = () if re.search(r"條[^、]*第\d+[項款目]", note) else parse_spans(note)
    return _Timeline(parse_histories(record.histories), spans, record.effective == OPEN, note_day, record.effective)


def _note_day(note: str) -> date | None:
    """The day of the decree that a note speaks of; one that is no day at all is left aside."""
    found = _NOTE_DAY.search(note)
    if found:
        return parse_day(f"{found[1]}年{found[2]}月{found[3]}日")
    made = _NOTE_MADE.search(note)
    return parse_day(made[0]) if made else None


class _Seen(NamedTuple):
    """What one snapshot shows: when its law was last modified, and its articles by number."""

    modified: date
    articles: Mapping[str, Article]


def _seen(snapshot: Snapshot) -> _Seen:
    record = snapshot.record
    articles = {article.number: article for article in record.articles}
    return _Seen(record.modified, articles)


def _numbers(views: Sequence[_Seen]) -> list[str]:
    """Every article number ever seen, in the order of the newest snapshot that has it."""
    ordinals: dict[str, int] = {}
    for view in views:
        ordinals.update((number, article.ordinal) for number, article in view.articles.items())
    return sorted(ordinals, key=lambda number: (ordinals[number], number))


def _drafts(number: str, views: Sequence[_Seen], timeline: _Timeline) -> list[_Draft]:
    drafts: list[_Draft] = []
    before = date.min
    for view in views:
        last = drafts[-1] if drafts and drafts[-1].closed == OPEN else None
        article = view.articles.get(number)
        if article is None:
            _close(last, before, view, timeline)
        elif last and _unchanged(last, article, before, view):
            # The newest wording of one version wins: line wraps and corrections of the publisher are no amendment.
            last.article = article
        else:
            drafts.append(_changed(last, article, before, view, timeline))
        before = view.modified
    return drafts


def _unchanged(last: _Draft, article: Article, before: date, view: _Seen) -> bool:
    if same_text(last.article.text, article.text):
        return True
    return before == view.modified and (
        last.made >= view.modified or not _same_reading(last.article.text, article.text)
    )


def _close(last: _Draft | None, before: date, view: _Seen, timeline: _Timeline) -> None:
    if last:
        last.closed = timeline.over(last.article, timeline.touching(last.article, before, view.modified), view.modified)


def _changed(last: _Draft | None, article: Article, before: date, view: _Seen, timeline: _Timeline) -> _Draft:
    touching = timeline.touching(article, before, view.modified)
    if last and not touching and _same_reading(last.article.text, article.text):
        last.closed = view.modified
        return _Draft(view.modified, view.modified, Origin.EDITORIAL, article)
    if last:
        last.closed = timeline.over(article, touching, view.modified)
    return _draft(article, touching, view.modified, timeline)


def _draft(article: Article, touching: list[Amendment], now: date, timeline: _Timeline) -> _Draft:
    if not touching:
        return _Draft(now, now, Origin.UNKNOWN, article)
    maker = touching[-1]
    origin = maker.origin(number_of(article)) if not maker.silent else Origin.UNKNOWN
    return _Draft(maker.day, timeline.start(maker, article), origin, article)


def _documents(law: LawRecord, drafts: list[_Draft], repealed: date | None) -> list[Document]:
    documents: list[Document] = []
    seen: dict[date, int] = {}
    limit = repealed or OPEN
    for at, draft in enumerate(drafts):
        # A later text may apply earlier: its own decree's day comes, or that of one which took its place unseen.
        end = min([draft.closed, limit, *(min(later.start, later.closed) for later in drafts[at + 1 :])])
        start = min(draft.start, limit)
        seen[draft.made] = seen.get(draft.made, 0) + 1
        version = draft.made.isoformat() + (f"-{seen[draft.made]}" if seen[draft.made] > 1 else "")
        documents.append(_document(law, draft, version, start, max(start, end)))
    return documents


def _document(law: LawRecord, draft: _Draft, version: str, start: date, end: date) -> Document:
    article = draft.article
    return Document(
        key=f"law/{law.pcode}/{article.number}",
        version=version,
        source="laws",
        kind="statute",
        title=law.name,
        text=article.text,
        valid_from=start,
        valid_to=end,
        origin=draft.origin,
        deleted=bool(_DELETED.fullmatch(article.text.strip())),
        path=article.path,
        law=law.pcode,
        number=article.number,
        ordinal=article.ordinal,
        level=law.level,
        url=f"https://law.moj.gov.tw/LawClass/LawSingle.aspx?pcode={law.pcode}&flno={article.number}",
    )
