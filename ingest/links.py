"""Which articles name which other laws: the links that say how much a law is leaned on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.domain import Document
from rag.names import LawNames
from rag.numerals import parse_number

_NUMERAL = "[0-9〇零一二三四五六七八九十百千]+"
# 民法第一百八十四條 · 刑法第一百八十五條之三: read where a name ends
_ARTICLE = re.compile(rf"\s*第\s*({_NUMERAL})\s*條(?:\s*之\s*({_NUMERAL}))?")


def links(documents: Iterable[Document], names: LawNames) -> Iterator[tuple[str, str, str]]:
    """``(key, version, target)`` for every other law named in a text; the target is an article when one follows.

    A target without an article ends in a slash: ``law/B0000001/``.
    """
    for document in documents:
        targets = set(_targets(document, names))
        yield from ((document.key, document.version, target) for target in sorted(targets))


def _targets(document: Document, names: LawNames) -> Iterator[str]:
    for found in names.find(document.text):
        law = found.pcodes[0]
        if law != document.law:
            article = _ARTICLE.match(document.text, found.end)
            yield f"law/{law}/{_number(article) if article else ''}"


def _number(article: re.Match[str]) -> str:
    main, sub = parse_number(article[1]), parse_number(article[2]) if article[2] else None
    if main is None:
        return ""
    return f"{main}-{sub}" if sub else str(main)
