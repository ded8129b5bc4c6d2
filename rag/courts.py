"""Courts: their codes (the first three letters of a JID), names, and the short names people write.

A 簡易庭 has a code of its own while its 字號 run with those of its district court: 臺灣臺北地方法院106年度北簡字第1號
is filed under TPE. ``numbering_court`` gives the court that both have in common.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from rag.numerals import search_key


class _Court(NamedTuple):
    name: str
    numbering: str
    others: tuple[str, ...]


def court_name(code: str) -> str:
    """The official name, "" for a code we don't know: ``court_name("TPS") == "最高法院"``."""
    court = _courts().get(code)
    return court.name if court else ""


def numbering_court(code: str) -> str:
    """The court whose 字號 a court shares: ``numbering_court("STE") == "TPD"``; any other code is its own."""
    court = _courts().get(code)
    return court.numbering if court and court.numbering else code


def court_before(key: str, end: int) -> tuple[int, str]:
    """Where the longest court name that ends at ``end`` of a folded text starts, and its code; ``(end, "")`` else."""
    codes, longest = _codes(), _longest()
    for start in range(max(0, end - longest), end - 1):
        code = codes.get(key[start:end])
        if code:
            return start, code
    return end, ""


@cache
def _courts() -> dict[str, _Court]:
    table = files("rag").joinpath("data", "courts.tsv").read_text(encoding="utf-8")
    rows = ((line + "\t\t").split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: _Court(row[1], row[2], tuple(filter(None, row[3].split("、")))) for row in rows}


@cache
def _codes() -> dict[str, str]:
    """Folded name → code."""
    return {search_key(name): code for code, court in _courts().items() for name in (court.name, *court.others)}


@cache
def _longest() -> int:
    return max(map(len, _codes()))
