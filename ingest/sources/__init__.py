"""The readers of the sources, one module each."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ingest.parsed import Source


def document_source(name: str) -> Source:
    """The module of one of ``DOCUMENTS``; imported only now: each brings its own readers of HTML, XML or feeds."""
    return cast(Source, import_module(f"ingest.sources.{name.replace('-', '_')}"))
