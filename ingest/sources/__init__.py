"""The sources, one module each; these tuples are the registry."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ingest.parsed import Source

DOCUMENTS = ("judgments", "interpretations", "gazette-ly", "ly-laws", "bills", "gazette-ey", "news", "passages")
"""Sources whose documents come whole; the versions of laws are worked out from all their records."""

SOURCES = ("laws", "law-history", *DOCUMENTS)


def document_source(name: str) -> Source:
    """The module of one of ``DOCUMENTS``; imported only now: each brings its own readers of HTML, XML or feeds."""
    return cast(Source, import_module(f"ingest.sources.{name.replace('-', '_')}"))
