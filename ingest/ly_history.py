"""The Legislative Yuan's records of a law → its versions: who changed what, when, by which steps and why.

Two shapes are read: a record of the law system (one version of a law, with captions) and the rows of one law in the
LYAPI (all its versions, no captions, no days of promulgation).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rag.errors import SourceChanged
from rag.references import canonical_article

ENDED = ("廢止", "期滿廢止", "停止適用")
"""What ends a law, in the words of the law system."""
MADE = ("制定", "全文修正")
"""What gives every article of a law its text."""

# 中華民國106年5月26日修正 · 中華民國106年6月14日公布 · 中華民國80年5月1日
_DATED = re.compile(r"中華民國([0-9]{1,3})年([0-9]{1,2})月([0-9]{1,2})日(.{0,8})")
# 1051014 · 720507
_ROC = re.compile(r"([0-9]{2,3})([0-9]{2})([0-9]{2})")
# 第二章  國防體制及權責 · 第 三 節之一
_HEADING = re.compile(r"第.{1,8}?([編章節款目])")
_DEPTH = "編章節款目"
# (立法目的) · （罰則）
_BRACKETS = re.compile(r"[(（](.*)[)）]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the legislative process; ``day`` as a reader writes it (105年10月14日), "" where none is recorded."""

    stage: str
    day: str
    record: str
    link: str
    proposer: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a version has it: its number as written and canonical ("" for a preamble), caption, headings."""

    written: str
    number: str
    caption: str
    path: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a law. ``act`` is 制定, 修正, 全文修正, 廢止 …; ``promulgated`` is None where nobody says when."""

    title: str
    act: str
    passed: date
    promulgated: date | None
    dates: tuple[str, ...]
    articles: tuple[Article, ...]
    repeal_reason: str = ""
    steps: tuple[Step, ...] = field(default=())

    @property
    def day(self) -> date:
        return self.promulgated or self.passed


@dataclass(frozen=True, slots=True)
class History:
    """A law by its number in the law system, with those of its versions that are known, oldest first."""

    number: str
    title: str
    changes: tuple[Change, ...]


def _joined(value: Any) -> Any:
    """A list of names as one text: the LYAPI gives some fields either way."""
    return "、".join(str(one) for one in value) if isinstance(value, list) else value or ""


_Text = Annotated[str, BeforeValidator(lambda value: value or "")]
_Names = Annotated[str, BeforeValidator(_joined)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True)


class _Line(_Strict):
    """An article, or a heading between articles."""

    note: _Text = ""
    rule_no: str | None = None
    section_name: _Text = ""


class _Stage(_Strict):
    stage: _Text = Field("", alias="進度")
    day: _Text = Field("", alias="會議日期")
    record: _Text = Field("", alias="立法紀錄")
    link: _Text = Field("", alias="立法紀錄連結")
    proposer: _Names = Field("", alias="主提案")
    papers: list[Any] | None = Field(None, alias="關係文書")


class _Record(_Strict):
    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,20}$")]
    title: Annotated[str, Field(min_length=1)]
    versions: Annotated[list[str], Field(min_length=1)]
    law_data: list[_Line]
    law_reasons: dict[str, str] = {}
    deprecated_reason: _Text = ""
    law_history: list[_Stage] = []


class _Law(_Strict):
    number: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,20}$")] = Field(alias="法律編號")
    title: Annotated[str, Field(min_length=1)] = Field(alias="名稱")


class _Version(_Strict):
    id: str = Field(alias="版本編號")
    day: _Text = Field("", alias="日期")
    act: _Text = Field("", alias="動作")
    history: list[_Stage] | None = Field(None, alias="歷程")


class _Row(_Strict):
    version: str = Field(alias="版本編號")
    order: int = Field(0, alias="順序")
    rule: _Text = Field("", alias="條號")
    heading: _Text = Field("", alias="章名")
    text: _Text = Field("", alias="內容")
    reason: _Text = Field("", alias="立法理由")


class _Rows(_Strict):
    law: _Law
    versions: list[_Version]
    contents: list[_Row]


def read_history(body: bytes) -> History:
    """A record of the law system, or ``{"law": …, "versions": […], "contents": […]}`` from the LYAPI.

    :raises SourceChanged: neither.
    """
    try:
        if b'"law_data"' in body:
            return _of_record(_Record.model_validate_json(body))
        return _of_rows(_Rows.model_validate_json(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SourceChanged(f"立法院法律系統的格式已變：{place or '這一筆'} {first['msg']}") from error


def _of_record(record: _Record) -> History:
    dated = [found for text in record.versions if (found := _DATED.fullmatch(text.strip()))]
    if len(dated) != len(record.versions):
        raise SourceChanged(f"{record.id}：不認得的版本 {'、'.join(record.versions)[:60]}")
    days = [(_roc_day(found), found[4]) for found in dated]
    promulgated = next((day for day, act in days[1:] if act == "公布"), None)
    change = Change(
        title=record.title,
        act=days[0][1],
        passed=days[0][0],
        promulgated=promulgated,
        dates=tuple(record.versions),
        articles=tuple(_articles(_of_lines(record.law_data), record.law_reasons)),
        repeal_reason=record.deprecated_reason,
        steps=tuple(map(_step, record.law_history)),
    )
    return History(record.id, record.title, (change,))


def _of_lines(lines: Iterable[_Line]) -> Iterator[tuple[str | None, str]]:
    for line in lines:
        yield (None, line.section_name) if line.rule_no is None else (line.rule_no, line.note)


def _articles(lines: Iterable[tuple[str | None, str]], reasons: Mapping[str, str]) -> Iterator[Article]:
    """Articles in their order, then those that have a reason though their text is gone."""
    path: list[tuple[int, str]] = []
    left = dict(reasons)
    for written, note in lines:
        if written is None:
            heading = " ".join(note.split())
            found = _HEADING.match(heading.replace(" ", ""))
            depth = _DEPTH.index(found[1]) if found else 0
            path = [above for above in path if above[0] < depth] + [(depth, heading)]
        else:
            yield _article(written, note, tuple(text for _, text in path), left.pop(written, ""))
    for written, reason in left.items():
        yield _article(written, "", (), reason)


def _article(written: str, note: str, path: tuple[str, ...], reason: str) -> Article:
    found = _BRACKETS.fullmatch(note.strip())
    caption = found[1].strip() if found else note.strip()
    return Article(written.strip(), canonical_article(written) or "", caption, path, reason)


def _step(stage: _Stage) -> Step:
    written = stage.day.strip()
    found = _ROC.fullmatch(written)
    day = f"{int(found[1])}年{int(found[2])}月{int(found[3])}日" if found else written
    kinds = [paper[0] if isinstance(paper, list) and paper else "" for paper in stage.papers or ()]
    papers = dict.fromkeys(kind for kind in kinds if isinstance(kind, str) and kind not in ("", "null"))
    return Step(stage.stage, day, stage.record, stage.link, stage.proposer, tuple(papers))


def _of_rows(rows: _Rows) -> History:
    """Each reason goes to the oldest version that has it: the LYAPI repeats it for as long as the article stands."""
    contents: dict[str, list[_Row]] = {}
    for row in sorted(rows.contents, key=lambda row: row.order):
        contents.setdefault(row.version, []).append(row)
    seen: set[tuple[str, str, str]] = set()
    changes = []
    for version in sorted(rows.versions, key=lambda version: (version.day, version.id)):
        changes.append(_change(version, contents.get(version.id, []), rows.law.title, seen))
    return History(rows.law.number, rows.law.title, tuple(changes))


def _change(version: _Version, rows: Sequence[_Row], title: str, seen: set[tuple[str, str, str]]) -> Change:
    named = next((row.text for row in rows if row.rule == "法律名稱"), title)
    reasons: dict[str, str] = {}
    lines: list[tuple[str | None, str]] = []
    for row in rows:
        if row.rule == "法律名稱":
            continue
        lines.append((row.rule, "") if row.rule else (None, row.heading))
        told = (row.rule, row.text, row.reason)
        if row.rule and row.reason and told not in seen:
            reasons[row.rule] = row.reason
        seen.add(told)
    return Change(
        title=named,
        act=version.act,
        passed=_iso_day(version.day, version.id),
        promulgated=None,
        dates=(f"{version.day}{version.act}",),
        articles=tuple(_articles(lines, reasons)),
        steps=tuple(map(_step, version.history or ())),
    )


def _roc_day(found: re.Match[str]) -> date:
    try:
        return date(int(found[1]) + 1911, int(found[2]), int(found[3]))
    except ValueError as error:
        raise SourceChanged(f"不是日期：{found[0]}") from error


def _iso_day(text: str, id: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SourceChanged(f"{id[:40]}：不是日期 {text[:20]!r}") from error
