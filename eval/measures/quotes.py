"""quotes_verbatim and invented: every citation held against the stored text it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from rag.domain import Answer, Citation, Document, Reference, sha256

# (key, version) → the stored version a citation names, None when there is none.
Versions = Callable[[str, str], Document | None]
# (key, day) → the version in effect, None when there is none.
InEffect = Callable[[str, date], Document | None]
# text → the legal references in it.
Finder = Callable[[str], Iterable[Reference]]


def is_verbatim(citation: Citation, versions: Versions) -> bool:
    """Whether the quote stands at its span in the version named, and that text has the hash it was checked under."""
    document = versions(citation.key, citation.version)
    if document is None:
        return False
    return document.text[citation.start : citation.end] == citation.quote and sha256(document.text) == citation.sha256


def invented_citations(answer: Answer, versions: Versions) -> int:
    """How many citations name a key and version that are not in the store."""
    return sum(versions(citation.key, citation.version) is None for citation in answer.citations)


def invented_references(answer: Answer, find: Finder, in_effect: InEffect) -> int:
    """How many articles the sentences name that are neither cited nor in effect on the answer's day.

    Words inside a quote are the source's own: a statute may name an article that was renumbered since. An abstention
    may have to name what does not exist, so it is left out. The label of what is cited names it, whichever law bears
    the name today.
    """
    if answer.state == "abstained":
        return 0
    cited = {citation.key for citation in answer.citations}
    told = [words for citation in answer.citations for words in (citation.quote, citation.label)]
    named = {found.key for sentence in answer.sentences for found in find(without(sentence.text, told)) if found.key}
    return sum(in_effect(key, answer.as_of) is None for key in named - cited)


def without(text: str, quotes: Iterable[str]) -> str:
    """The text with every quote blanked out, longest first: ``without("依「甲」", ["甲"]) == "依「 」"``."""
    for quote in sorted(filter(None, quotes), key=len, reverse=True):
        text = text.replace(quote, " ")
    return text
