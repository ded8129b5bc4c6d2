"""Sixty made-up laws, and the door of the analyst as a function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rag.settings import Settings, load_settings
from tests.ingest.official import article, decree, histories, law

ENACTED = date(2010, 1, 6)
HISTORY = histories(decree(ENACTED, "制定公布全文 1  條"))
LAWS = [law(f"Z{number:07}", ENACTED, [article("1", f"第{number}號。")], HISTORY) for number in range(60)]


class Said(NamedTuple):
    """What a command returned and printed."""

    code: int
    out: str
    err: str


Say = Callable[..., Said]


def at(data: Path) -> Settings:
    return load_settings(data=data)
