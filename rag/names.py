"""Names of laws: which laws bear a name, and where names stand in a text.

Names are compared by their folded keys (臺/台, width and white space do not matter). One name can belong to several
laws: the official files tell re-enacted ones apart by a suffix like 「（新 84.08.09 制定）」, which no reader writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from rag.numerals import fold, search_key

OFFICIAL, FORMER, ALIAS = 0, 1, 2
REPEALED = 3
"""Ranks: the kind of the name, plus ``REPEALED`` for a law no longer in force; smaller is preferred."""

_SUFFIX = re.compile(r"[（(][新舊]?\s*([0-9]{2,3}\.[0-9]{2}\.[0-9]{2})\s*[制訂]定[）)]$")  # （新 84.08.09 制定）
_DEPENDENT = ("施行細則", "施行法", "施行條例")
_NEAR = 0.7
_SHORTEST = 2  # characters
_STEM = 5  # characters by which longer names are looked for: far fewer places to look at than by two


class LawName(NamedTuple):
    """A name of a law. ``rank``: ``OFFICIAL``, ``FORMER`` or ``ALIAS``, plus ``REPEALED``."""

    name: str
    pcode: str
    rank: int = OFFICIAL


class FoundName(NamedTuple):
    """``text[start:end]`` is a name of ``pcodes``, best first."""

    start: int
    end: int
    pcodes: tuple[str, ...]


def display_name(name: str) -> str:
    """The name without the suffix that tells same-name laws apart."""
    return _SUFFIX.sub("", name)


class LawNames:
    """All names at once; build it once per process (25 ms for 12,000 names), and renew it where laws have come."""

    def __init__(self, entries: Iterable[LawName]) -> None:
        self._ranked: dict[str, list[tuple[int, tuple[int, ...], str]]] = {}
        entries = list(entries)
        self._official = {entry.pcode: entry.name for entry in entries if entry.rank % REPEALED == OFFICIAL}
        for entry, key in zip(entries, _keys(entry.name for entry in entries), strict=True):
            self._add(key, entry)
        for entry in entries:
            if entry.rank % REPEALED != OFFICIAL:
                self._add_dependents(entry)
        self._lengths = _lengths_by_stem(self._ranked)
        self._stems = AhoCorasick(list(self._lengths))
        self._alike: dict[str, list[str]] = {}
        for key in self._ranked:
            self._alike.setdefault(key[:_SHORTEST], []).append(key)
        self._joined = "\0".join(self._ranked) + "\0"

    def renew(self, entries: Iterable[LawName]) -> None:
        """Have these names instead, from one moment to the next, for all who hold this object."""
        self.__dict__ = LawNames(entries).__dict__

    def candidates(self, name: str) -> tuple[str, ...]:
        """PCodes of the laws that bear ``name``, best first: in force before repealed, newer before older."""
        return self.named(search_key(name))

    def named(self, key: str) -> tuple[str, ...]:
        """``candidates`` for a name folded already."""
        ranked = self._ranked.get(key, ())
        return tuple(dict.fromkeys(pcode for _, _, pcode in sorted(ranked)))

    def is_alias(self, key: str) -> bool:
        """Whether a folded name is only a short name: 勞基法, 刑法."""
        return all(rank % REPEALED == ALIAS for rank, _, _ in self._ranked.get(key, [(OFFICIAL, (), "")]))

    def is_near(self, key: str) -> bool:
        """Whether a folded name is likely one of ours misspelt or cut short: 家庭暴力防制法, 資料保護法."""
        if key + "\0" in self._joined:
            return True
        alike = self._alike.get(key[:_SHORTEST], ())
        return any(SequenceMatcher(None, key, name).ratio() > _NEAR for name in alike)

    def official(self, pcode: str) -> str:
        """The official name as shown to readers, "" for an unknown PCode."""
        return display_name(self._official.get(pcode, ""))

    def find(self, text: str) -> list[FoundName]:
        """Every name in ``text`` that is not part of a longer one, with its span as published."""
        folded = fold(text)
        spans = self.spans(folded.key)
        return [FoundName(*folded.span(start, end), self.named(folded.key[start:end])) for start, end in spans]

    def spans(self, key: str) -> list[tuple[int, int]]:
        """The same in a folded text: 「獸醫師法施行細則」 is one name, not 「醫師法施行細則」.

        Where two overlap, the longer stays.
        """
        found: list[tuple[int, int]] = []
        for start, end in self._longest(key):
            while found and found[-1][1] > start and end - start > found[-1][1] - found[-1][0]:
                found.pop()
            if not found or found[-1][1] <= start:
                found.append((start, end))
        return found

    def _longest(self, key: str) -> list[tuple[int, int]]:
        """The longest name from each place where one starts."""
        found: dict[int, int] = {}
        for _, start, end in self._stems.find_matches_as_indexes(key, overlapping=True):
            for length in self._lengths[key[start:end]]:
                if key[start : start + length] in self._ranked and start + length <= len(key):
                    found[start] = max(found.get(start, 0), start + length)
                    break
        return sorted(found.items())

    def _add(self, key: str, entry: LawName) -> None:
        if len(key) < _SHORTEST:
            return
        suffix = _SUFFIX.search(entry.name) if key.endswith(")") else None
        if suffix is None:
            self._ranked.setdefault(key, []).append((entry.rank, (), entry.pcode))
            return
        newest_first = tuple(-int(part) for part in suffix[1].split("."))
        for form in (key, search_key(display_name(entry.name))):
            self._ranked.setdefault(form, []).append((entry.rank, newest_first, entry.pcode))

    def _add_dependents(self, entry: LawName) -> None:
        """勞基法施行細則, 刑訴施行法: what hangs on a law is also named after its short name."""
        official = search_key(self.official(entry.pcode))
        for tail in _DEPENDENT if official else ():
            for pcode in self.named(official + tail):
                for stem in {entry.name, entry.name.removesuffix("法")}:
                    self._add(search_key(stem + tail), LawName(stem + tail, pcode, entry.rank))


def load_aliases() -> list[tuple[str, str, str]]:
    """The project's table of short and former names: (alias, official name, PCode or "")."""
    table = files("rag").joinpath("data", "aliases.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return [(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]


def with_aliases(entries: Iterable[LawName]) -> list[LawName]:
    """``entries`` (official and former names) and after them the aliases whose official name is among them."""
    entries = list(entries)
    bearers: dict[str, LawName] = {}
    for entry in sorted(entries, key=lambda entry: entry.rank):
        if entry.rank % REPEALED == OFFICIAL:
            bearers.setdefault(display_name(entry.name), entry)
            bearers.setdefault(entry.pcode, entry)
    aliases = []
    for alias, official, pcode in load_aliases():
        bearer = bearers.get(pcode or official)
        if bearer is not None:
            aliases.append(LawName(alias, bearer.pcode, bearer.rank + ALIAS))
    return entries + aliases


def _lengths_by_stem(keys: Iterable[str]) -> dict[str, list[int]]:
    """For the first characters of a name, how long the names are that begin so, longest first."""
    lengths: dict[str, set[int]] = {}
    for key in keys:
        lengths.setdefault(key[:_STEM], set()).add(len(key))
    return {stem: sorted(found, reverse=True) for stem, found in lengths.items()}


def _keys(names: Iterable[str]) -> list[str]:
    joined = search_key("\0".join(names))
    return joined.split("\0") if joined else []
