"""Which laws, articles and decisions a document's text cites."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ingest.parsed import Link, Span
from rag.decisions import find_decisions
from rag.domain import Document, Reference
from rag.names import LawNames
from rag.references import find_references

# 行為時刑法第320條 · 修正前之勞動基準法第24條: read as it stood on the day of the facts
# 裁判時之刑法第320條: on the day of the judgment
_THEN = re.compile("(?:行為時|修正前|裁判時|廢止前)之?[「（(]?$")
_LOOK_BACK = 16


def cited(document: Document, spans: Sequence[Span], names: LawNames) -> Iterator[Link]:
    """A link for every article and decision named in the passages that can be found by search, each once.

    What is copied into a document (an appendix of statutes, an indictment) is not its own citing.
    """
    starts = [span.start for span in spans]
    facts_day = _facts_day(document)
    # Itself, by any of its names: a bill or reason begins with the number of the article it is about.
    own = {document.key, document.facts.get("case_key", ""), f"law/{document.law}/{document.number}"}
    found: dict[str, date | None] = {}
    for at, target in _targets(document, names):
        place = bisect_right(starts, at) - 1
        inside = place >= 0 and at < spans[place].end and spans[place].searchable
        if inside and target not in own:
            # Lines are hard-wrapped in the middle of such words, too.
            before = "".join(document.text[max(0, at - _LOOK_BACK) : at].split())
            # Named with the day once, it is read on that day wherever else it is named without.
            found[target] = found.get(target) or _day_said(before, facts_day, document.valid_from)
    yield from (Link(target, "cites", then) for target, then in found.items())


def _day_said(before: str, of_facts: date | None, of_judgment: date) -> date | None:
    """The day on which an article is to be read, by the words before it."""
    then = _THEN.search(before)
    if then is None:
        return None
    return of_judgment if then[0].startswith("裁判") else of_facts


def _targets(document: Document, names: LawNames) -> Iterable[tuple[int, str]]:
    at = Reference(0, 0, law=document.law, article=document.number) if document.law and document.number else None
    for reference in find_references(document.text, names, home=document.law, at=at):
        if reference.law:
            yield reference.start, reference.key or f"law/{reference.law}/"
    for decision in find_decisions(document.text, document.facts.get("court_code", "")):
        if decision.key:
            yield decision.start, decision.key


def _facts_day(document: Document) -> date | None:
    written = document.facts.get("facts_day", "")
    return date.fromisoformat(written) if written else None
