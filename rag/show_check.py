"""A report of checked references as text for a terminal: what is wrong, each with its place, then what is right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from rag.check import CheckedReference, CheckReport
from rag.domain import Verdict
from rag.show import clean
from rag.write import roc

VERDICTS: Mapping[Verdict, str] = {
    "verified": "查核無誤",
    "wrong_content": "內容不符",
    "repealed": "已廢止",
    "deleted": "已刪除",
    "not_yet_in_force": "尚未施行",
    "superseded": "已非現行",
    "not_found": "查無此項",
    "outside_coverage": "不在收錄範圍",
}
_UNCHECKED = "無法查核"
_BOLD, _DIM, _BAD, _GOOD, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
_CODES = re.compile("\x1b\\[[0-9]+m")
_LONGEST = 80  # characters of a reference that are shown


def as_report(report: CheckReport, color: bool = False) -> str:
    """The whole report; ``color`` adds terminal codes. None ever comes from the text that was checked (``clean``)."""
    shown = "\n".join(_lines(report))
    return shown if color else _CODES.sub("", shown)


def _lines(report: CheckReport) -> Iterator[str]:
    yield f"{_BOLD}{_counts(report)}{_OFF}"
    if report.truncated:
        yield f"引用太多，只查核了前{len(report.references)}處。"
    wrong = [one for one in report.references if one.verdict != "verified"]
    # What is not stored is no fault of the text, and what names no law could not be looked up: both come later.
    for one in sorted(wrong, key=lambda one: (not one.is_checked, one.verdict == "outside_coverage")):
        yield from _wrong(one)
    right = Counter(one.label for one in report.references if one.verdict == "verified")
    if right:
        yield f"\n{_GOOD}查核無誤{_OFF}：{'、'.join(clean(_times(*one)) for one in right.items())}"
    yield f"\n{_DIM}依{roc(report.as_of)}的資料查核；沒有列出問題，不代表論述正確。本服務不是法律意見。{_OFF}"


def _counts(report: CheckReport) -> str:
    if not report.extracted:
        return "沒有找到法規、條文或裁判的引用"
    known = Counter(VERDICTS[one.verdict] for one in report.references if one.is_checked)
    told = "、".join(f"{name}{known[name]}處" for name in VERDICTS.values() if known[name])
    open_ = len(report.references) - report.checked
    rest = f"；{open_}處沒有寫明是哪一部法規，{_UNCHECKED}" if open_ else ""
    return f"找到{report.extracted}處引用，查核{report.checked}處：{told}{rest}"


def _wrong(one: CheckedReference) -> Iterator[str]:
    verdict = VERDICTS[one.verdict] if one.is_checked else _UNCHECKED
    place = f"第{one.line}行第{one.column}字"
    label = f"（{clean(one.label)}）" if one.label != one.text and one.is_checked else ""
    yield f"\n{_BAD}{verdict}{_OFF}　{_BOLD}{_brief(one.text)}{_OFF}{label}　{_DIM}{place}{_OFF}"
    if one.detail:
        yield f"    {clean(one.detail)}"
    if one.url:
        yield f"    {_DIM}{clean(one.url)}{_OFF}"


def _brief(text: str) -> str:
    line = clean(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def _times(label: str, count: int) -> str:
    return f"{label}×{count}" if count > 1 else label
