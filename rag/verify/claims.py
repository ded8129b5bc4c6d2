"""One sentence as the proof sees it, and what a layer of the proof finds in it."""

from __future__ import annotations

from typing import NamedTuple

from rag.domain import Reference
from rag.verify.given import Given
from rag.verify.quotes import Parts

GOOD = frozenset({"ok", "inherited", "said", "exact", "none_quoted"})
"""The verdicts of a sentence that stands."""


class Claim(NamedTuple):
    """A sentence as it is held against its sources.

    ``own`` are its own words without marks, quotes and the labels of what is no law; ``named`` the laws and articles
    in them, ``words`` what is left without those. ``unread`` are marks that were never given.
    """

    text: str
    said: Parts
    marks: tuple[int, ...]
    unread: tuple[int, ...]
    cited: tuple[Given, ...]
    own: str
    named: tuple[Reference, ...]
    words: str


class Finding(NamedTuple):
    """What a layer found: the verdict, and the words of the sentence it is about."""

    verdict: str
    what: str = ""
    instead: str = ""


OK = Finding("ok")
