"""On which side of a number one has to be: 三年以上, 逾三年, 三年以下 (未滿, 至多), 三年內 (不得超過)."""

from __future__ import annotations

import re

LEAST, MORE, MOST, WITHIN = "以上", "超過", "以下", "以內"

_AFTER = re.compile("(?:有期徒刑|人|元)?(?:(?P<least>以上)|(?P<most>以下|未滿)|(?P<within>以內|之內|內))")
_MAY_NOT = "(?:不得|不可以?|不能|不應|不)"
_NOT_YET = "(?:未|不|沒有?)"
_OVER, _UNDER = "(?:超過|逾|超出|高於|多於|大於|長於)", "(?:少於|低於|短於|小於)"
_BEFORE = re.compile(
    f"(?:(?P<within>(?:{_MAY_NOT}|{_NOT_YET}){_OVER}|{_MAY_NOT}[^,。;]{{1,12}}[或及]{_OVER})"
    f"|(?P<least>{_MAY_NOT}(?:{_UNDER}|未滿|不足)|至少|最少|最低|最輕|最短|起碼|下限|(?<![未不沒有])滿)"
    f"|(?P<most>{_NOT_YET}滿|(?:未|沒有?)達到?|不足|不到|至多|最多|最高|最重|最長|頂多|上限|{_UNDER})|(?P<more>{_OVER}))"
    "(?:[為是達約以可也都仍要會得應須有只處判罰滿請休給付繳領發收延]|週年|年息|達到|[只才]能|每[人日月年次件週]|新?台幣){0,4}$"
)
_WINDOW = 30  # characters before a number in which its bound may stand
# Which bound in a text bears out which: 「超過八小時」 speaks of the limit that 「不得超過八小時」 sets.
_BORNE_OUT = {LEAST: {LEAST, MORE}, MORE: {MORE, LEAST, WITHIN}, MOST: {MOST, WITHIN}, WITHIN: {WITHIN, MOST, MORE}}


def bound(key: str, start: int, end: int) -> str:
    """The bound of the number ``key[start:end]``, "" for none."""
    after = _AFTER.match(key, end)
    before = _BEFORE.search(key[max(0, start - _WINDOW) : start])
    for found in filter(None, (after, before)):
        if found["least"]:
            return LEAST
        if found["most"]:
            return MOST
        if found["within"]:
            return WITHIN
    return MORE if before else ""


def agree(said: str, held: str) -> bool:
    """Whether a text that bounds a number in one way (``held``) bears out a sentence that does so in another."""
    return not said or not held or held in _BORNE_OUT[said]
