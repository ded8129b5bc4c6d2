"""The records that travel through Youju: frozen values, standard library only.

Days are ``datetime.date``; a validity is half open, ``[valid_from, valid_to)``, and ``OPEN`` (9999-12-31, the official
files' own mark for "not fixed") stands for "no end known" in ``valid_to`` and "no day fixed yet" in ``valid_from``.
Offsets are Python string indices into the text as published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

OPEN = date.max

Kind = Literal["statute", "judgment", "interpretation", "gazette", "reason", "bill", "news", "text"]
Reason = Literal[
    "not_found", "no_evidence", "outside_coverage", "false_premise", "conflicting_versions", "needs_lawyer"
]
Proof = Literal["proved", "supported", "unproved"]
State = Literal["answered", "partial", "abstained"]
UnitKind = Literal["項", "款", "目", "類"]
Verdict = Literal[
    "verified",
    "wrong_content",
    "repealed",
    "deleted",
    "not_yet_in_force",
    "superseded",
    "not_found",
    "outside_coverage",
]
DecisionKind = Literal["interpretation", "constitutional", "case", "letter", "resolution"]


class Status(StrEnum):
    """What a version of a document is on one day; ``REVERSED`` is a judgment that a higher court has set aside."""

    IN_FORCE = "in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    DELETED = "deleted"
    REPEALED = "repealed"
    SUPERSEDED = "superseded"
    REVERSED = "reversed"


class Origin(StrEnum):
    """How a version came to be: ``ENACTED`` and ``ADDED`` say that nothing stood there before.

    ``EDITORIAL``: the publisher changed the form (the width of brackets), no decree touched it.
    """

    ENACTED = "enacted"
    ADDED = "added"
    AMENDED = "amended"
    EDITORIAL = "editorial"
    UNKNOWN = "unknown"


def sha256(text: str) -> str:
    """The fingerprint of a text, as hex: ``sha256("法") == "5ab0…"``."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Law:
    """One law or order, as its newest stored record describes it."""

    pcode: str
    name: str
    level: str
    category: str
    modified: date
    enacted: date | None = None
    repealed: date | None = None
    english_name: str = ""
    effective_note: str = ""
    former_names: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode={self.pcode}"


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one citable unit; for a law, of one article.

    ``version`` is the ISO day of the amendment that made the text: with ``key`` it names the version for ever.
    ``path`` holds the headings above it (編, 章, 節 …), outermost first; ``law`` is the PCode where it is of one law.
    ``facts`` are what a reader filters and cites by, in the source's own words: ``{"court": …, "number": …}``.
    """

    key: str
    version: str
    source: str
    kind: Kind
    title: str
    text: str
    valid_from: date
    valid_to: date
    origin: Origin = Origin.UNKNOWN
    deleted: bool = False
    path: tuple[str, ...] = ()
    law: str = ""
    number: str = ""
    ordinal: int = 0
    level: str = ""
    url: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.valid_from > self.valid_to:
            raise ValueError(f"{self.key}@{self.version}: valid_from {self.valid_from} after valid_to {self.valid_to}")

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day < self.valid_to

    @property
    def whole(self) -> Passage:
        """All of it as one passage."""
        return Passage(self.key, self.version, 0, len(self.text), self.text)


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one document version: ``document.text[start:end] == text``, always.

    ``section`` is the part of the document it stands in (主文, 理由, 爭點 …), ``speaker`` whose words it holds (法院,
    原告, 黃委員昭順 …), ``place`` where a reader finds it (a page, a paragraph number); each "" where there is none.
    What is not ``searchable`` is kept and shown, but no question finds it.
    """

    key: str
    version: str
    start: int
    end: int
    text: str
    section: str = ""
    speaker: str = ""
    place: str = ""
    searchable: bool = True

    @property
    def id(self) -> str:
        return f"{self.key}@{self.version}#{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Unit:
    """項, 款 or 目 inside an article: ``path`` is ``((項, 1), (款, 3))``; the span covers all below it, too."""

    path: tuple[tuple[UnitKind, int], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A legal reference found in a text, with the span it was read from.

    ``text[start:end]`` is the whole reference, law name included. ``law`` is a PCode, or "" when the name is unknown
    (``name`` then holds what was written). ``article`` is canonical (``"185-3"``), "" when a law is named alone.
    ``units`` goes from 項 down; ``tail`` is 前段, 後段, 但書 … or "".
    """

    start: int
    end: int
    name: str = ""
    law: str = ""
    article: str = ""
    units: tuple[tuple[UnitKind, int], ...] = ()
    tail: str = ""
    inherited: bool = False

    @property
    def key(self) -> str:
        return f"law/{self.law}/{self.article}" if self.law and self.article else ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A reference to a decision found in a text; ``text[start:end]`` is what was read.

    ``key``: ``interpretation/748``, ``constitutional/111年憲判字第1號``, ``case/<court>/<year>/<字別>/<number>`` (of
    one or more judgments; court "" where the text doesn't tell), ``letter/<字號>``,
    ``resolution/<court>/<year>/<no>/<庭>``.
    """

    start: int
    end: int
    kind: DecisionKind
    key: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, best first; ``lane`` says by identity (exact) or by similarity (sparse).

    ``text_score`` is the part of ``score`` that comes from shared terms alone.
    """

    passage: Passage
    document: Document
    score: float
    lane: Literal["exact", "sparse"]
    text_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Citation:
    """What a mark in an answer points to: a quote with its span, version and the hash of the text it was checked in."""

    mark: int
    key: str
    label: str
    kind: Kind
    version: str
    status: Status
    quote: str
    start: int
    end: int
    sha256: str
    url: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with one verdict per layer of the proof (``checks``)."""

    text: str
    status: Proof
    checks: Mapping[str, str]
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A text an answer cites that reads otherwise on another day.

    ``changed_since``: the text cited gave way on ``day``, the first when it read otherwise; ``will_change``: it is to
    on ``day`` (``OPEN`` where none is fixed yet). ``version`` is that of the text ``after``, "" where nothing took its
    place. ``before`` and ``after`` are the 項 that differ, verbatim, one a line, "" where one side has none.
    """

    mark: int
    key: str
    label: str
    kind: Literal["changed_since", "will_change"]
    day: date
    version: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer object: the same in the terminal, in JSON and over HTTP."""

    question: str
    as_of: date
    state: State
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    model: str
    coverage: Mapping[str, object]
    request_id: str
    reason: Reason | None = None
    message: str = ""
    found: tuple[Citation, ...] = ()
    rewritten: str = ""
    changes: tuple[Change, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
