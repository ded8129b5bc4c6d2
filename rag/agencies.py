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
    """``written`` is what stands in the folded text, ``name`` the official name or a court's code.

    ``tasks``: what laws call it by what it does, 國稅局 the 稽徵機關.
    """

    written: str
    name: str
    tasks: tuple[str, ...] = ()


def bodies(text: str) -> Iterator[Body]:
    """``[body.name for body in bodies("衛福部表示，最高法院已駁回")] == ["衛生福利部", "TPS"]``."""
    key = search_key(text)
    pattern, names = _agencies()
    for found in pattern.finditer(key):
        yield names[found[0]]._replace(written=found[0])
    for end in _COURT_ENDS.finditer(key):
        start, code = court_before(key, end.end())
        if code:
            yield Body(key[start : end.end()], code)


@cache
def _agencies() -> tuple[re.Pattern[str], dict[str, Body]]:
    """All names as one pattern, the longer before the shorter, and whose each is."""
    table = files("rag").joinpath("data", "agencies.tsv").read_text(encoding="utf-8")
    names: dict[str, Body] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            name, others, tasks, *_ = (line + "\t\t").split("\t")
            body = Body(name, name, tuple(map(search_key, filter(None, tasks.split("、")))))
            names |= {search_key(one): body for one in (name, *filter(None, others.split("、")))}
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True))), names
