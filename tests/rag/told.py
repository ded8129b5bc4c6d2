"""Made-up documents of the sources that are no law, for a store in memory."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from rag.domain import OPEN, Document, Hit, Kind, Passage
from rag.store import LinkRow

SOURCES: dict[Kind, str] = {
    "statute": "laws",
    "interpretation": "interpretations",
    "judgment": "judgments",
    "reason": "ly-laws",
    "gazette": "gazette-ey",
    "bill": "bills",
    "news": "news",
    "text": "passages",
}


class Told(NamedTuple):
    """A document and its passages."""

    document: Document
    parts: tuple[Passage, ...]

    def hit(self, score: float = 1.0, text_score: float | None = None, part: int = 0) -> Hit:
        return Hit(self.parts[part], self.document, score, "sparse", score if text_score is None else text_score)


def told(kind: Kind, key: str, title: str, day: date, *parts: tuple[str, str, str]) -> Told:
    """A document made of ``(section, speaker, text)``, each a passage."""
    text = "\n".join(part for _, _, part in parts)
    document = Document(
        key=key,
        version=day.isoformat(),
        source=SOURCES[kind],
        kind=kind,
        title=title,
        text=text,
        valid_from=day,
        valid_to=OPEN,
    )
    passages, at = [], 0
    for section, speaker, part in parts:
        passages.append(Passage(key, document.version, at, at + len(part), part, section, speaker))
        at += len(part) + 1
    return Told(document, tuple(passages))


def link(one: Told, target: str, relation: str = "cites") -> LinkRow:
    return LinkRow(one.document.key, one.document.version, target, relation, one.document.valid_from)
