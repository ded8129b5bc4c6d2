"""Of which time the law is that a text speaks of: 「修正前民法第12條」, 「八十九年二月二日公布之…第5條」, a draft."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Literal, NamedTuple

from rag.numerals import parse_number

GAP = r"[」』》〉*_`\s]{0,4}(?:[（(][^（）()]{0,60}[）)])?[*_`\s]{0,4}"
"""What may stand between a reference and what is said of it: 」, （下稱土污法）."""
LED = 40  # characters before a reference that tell of its time
_ROC, _CENTURY = 1911, 200
_OLD = re.compile(r"(?:(?:修正|修法|施行|廢止)前[^。；「」]{0,8}|[舊原][之的]?)[「《〈]?$")
_AS_IT_WAS = re.compile(
    "(?:(?:行為時|當時|裁判時|斯時)(?:之|的|有效之?|適用之?)?|(?:增[列訂]|新增|修正|移列|改列為?|[制訂]定|[公發]布)[之的]?)[「《〈]?$"
)
# 八十九年二月二日制定公布之…
_N = "[0-9０-９〇零一二三四五六七八九十百]{1,5}"
_MADE_ON = re.compile(
    rf"(?P<year>{_N})年(?P<month>{_N})月(?P<day>{_N})日[^，。；「」]{{0,12}}(?:[制訂]定|修正|增訂|[公發]布|施行)[^，。；「」前]{{0,5}}$"
)
_TO_BE = re.compile("(?:擬具|擬|提案|研議)?(?:增[列訂]|新增)$")
_DRAFT = re.compile(rf"{GAP}[^。；]{{0,120}}?(?:草案|修正案|提案)")
_OLD_AFTER = re.compile(rf"{GAP}(?:[於在][^，。]{{0,16}})?[之的]?(?:修正|修法)(?:施行|公布)?前")


class Time(NamedTuple):
    """``old``: before an amendment; ``then``: at another time, or as amended on a day; ``draft``: only proposed."""

    kind: Literal["", "old", "then", "draft"] = ""
    made_on: date | None = None


PRESENT = Time()


def time_of(lead: str, after: str) -> Time:
    """Of which time the law is that a reference speaks of."""
    if made_on := _made_on(lead):
        return Time("then", made_on)
    if _OLD.search(lead) or _OLD_AFTER.match(after):
        return Time("old")
    if _DRAFT.match(after) or _TO_BE.search(lead):
        return Time("draft")
    return Time("then") if _AS_IT_WAS.search(lead) else PRESENT


def _made_on(lead: str) -> date | None:
    made = _MADE_ON.search(lead)
    numbers = [parse_number(made[part]) or 0 for part in ("year", "month", "day")] if made else [0, 0, 0]
    with suppress(ValueError):
        return date(numbers[0] + (_ROC if numbers[0] < _CENTURY else 0), numbers[1], numbers[2])
    return None
