"""The sources, one module each; this tuple is the registry."""

from ingest.sources import law_history, laws

SOURCES = (laws.NAME, law_history.NAME)
