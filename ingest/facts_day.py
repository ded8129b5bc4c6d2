"""The day of the facts a judgment is about, where it says so plainly: by it the version of an article is chosen."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.numerals import parse_number

# 於民國101年3月5日 · 於108年8月3日13時50分許 · 於中華民國九十九年一月二日
_N = "(?:[0-9０-９]{1,3}|[〇○零一二三四五六七八九十百廿卅]{1,6})"
_EVENT = re.compile(rf"[於在](?:中華)?(?:民國)?({_N})年({_N})月({_N})日(?P<hour>[^，。；]{{0,6}}?{_N}時)?")
# 前因竊盜案件，…判處有期徒刑5月確定，於100年7月31日執行完畢: what came before, not the facts
_BEFORE = re.compile(
    "確定|執行|前因|假釋|判處|裁定|釋放|戒治|保護管束|出監|入監|出所|公布|施行|修正|鑑定|報案|查獲|自首|檢舉"
)
# 嗣於100年8月2日凌晨3時許，行經…為警攔查: how it came out; but 嗣於…見乙離開，竟徒手竊取 is a fact
_CAME_OUT = re.compile(
    "(?:(?![見趁竟竊搶奪毆撞騙]|基於)[^。；]){0,80}?(?:為警|[經由]警|員警|警[^，。]{0,6}(?:盤查|攔查|查扣)|報警|返家|返回住處|發覺|供出|尋獲)"
)
# 於104年3月15日起，將房屋出租予乙 · 於106年6月1日經醫院收治 · 於99年間受僱: how it came to that
_BACKGROUND = re.compile("起，?將[^。；]{0,60}?租|[^，。；]{0,24}?(?:收治|受僱|任職|結婚)")
_SENTENCE = re.compile(r"[^。；]+")
_APART = timedelta(days=366)


def facts_day(text: str, decided: date, timed: bool = False) -> date | None:
    """The first day in a statement of facts; None where it names none, or days more than a year apart.

    ``facts_day("甲於民國101年3月5日竊取乙之機車。", date(2012, 9, 1)) == date(2012, 3, 5)``.

    :param text: without white space. ``decided``: no fact is later than the judgment.
    :param timed: only days with an hour count, as in the account of a party.
    """
    found: list[date] = []
    for sentence in _SENTENCE.finditer(text):
        if _BEFORE.search(sentence[0]):
            continue
        for event in _EVENT.finditer(sentence[0]):
            day = _day(event)
            if day and day <= decided and (event["hour"] or not timed) and not _aside(sentence[0], event):
                found.append(day)
    if not found or max(found) - min(found) > _APART:
        return None
    return found[0]


def _aside(sentence: str, event: re.Match[str]) -> bool:
    """Whether a day is that of a discovery or of what came before, not of what is judged."""
    later = "嗣" in sentence[: event.start()] and _CAME_OUT.match(sentence, event.end())
    return bool(later or _BACKGROUND.match(sentence, event.end()))


def _day(event: re.Match[str]) -> date | None:
    numbers = [parse_number(event[part]) for part in (1, 2, 3)]
    try:
        return date(*(int(number or 0) + (1911 if at == 0 else 0) for at, number in enumerate(numbers)))
    except ValueError:
        return None
