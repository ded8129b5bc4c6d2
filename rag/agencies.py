"""Authorities and courts that a text names: whose act or ruling it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from rag.courts import court_before
from rag.numerals import search_key

_COURT_ENDS = re.compile("[院庭會行](?!長)")


class Body(NamedTuple):
    """``written`` is what stands in the folded text, ``name`` the official name or a court's code."""

    written: str
    name: str


def bodies(text: str) -> Iterator[Body]:
    """``[body.name for body in bodies("衛福部表示，最高法院已駁回")] == ["衛生福利部", "TPS"]``."""
    key = search_key(text)
    pattern, names = _agencies()
    for found in pattern.finditer(key):
        yield Body(found[0], names[found[0]])
    for end in _COURT_ENDS.finditer(key):
        start, code = court_before(key, end.end())
        if code:
            yield Body(key[start : end.end()], code)


@cache
def _agencies() -> tuple[re.Pattern[str], dict[str, str]]:
    """All names as one pattern, the longer before the shorter, and whose each is."""
    table = files("rag").joinpath("data", "agencies.tsv").read_text(encoding="utf-8")
    rows = ((line + "\t").split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    names = {search_key(name): row[0] for row in rows for name in (row[0], *filter(None, row[1].split("、")))}
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True))), names
