"""What a parsed source hands on: plain frozen records, before versions are worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

RULES = 1
"""Raised with every change of what the same records come to, so that stores work them out anew at the next run."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one snapshot; ``number`` is canonical (``185-3``), ``text`` as published."""

    number: str
    text: str
    path: tuple[str, ...]
    ordinal: int


@dataclass(frozen=True, slots=True)
class LawRecord:
    """One record of the official file. ``effective`` is ``OPEN`` for the file's 99991231 and None when empty."""

    pcode: str
    name: str
    level: str
    category: str
    modified: date
    effective: date | None
    effective_note: str
    repealed: bool
    english_name: str
    histories: str
    foreword: str
    articles: tuple[Article, ...]
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record with the day of the release it stood in; None for the base state of the history file.

    ``sha256`` is the record's, so that two of one day have an order of their own.
    """

    seen: date | None
    record: LawRecord
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as it came: canonical JSON, its SHA-256, and the day of the release it stood in.

    ``modified`` is ``YYYYMMDD``; together with the names and ``repealed`` it says what other texts call the law.
    """

    pcode: str
    name: str
    sha256: str
    seen: date | None
    body: bytes
    modified: str = ""
    former_names: tuple[str, ...] = ()
    repealed: bool = False
