"""The names of the sources."""

from __future__ import annotations

DOCUMENTS = ("judgments", "interpretations", "gazette-ly", "ly-laws", "bills", "gazette-ey", "news", "passages")
"""Sources whose documents come whole; the versions of laws are worked out from all their records."""

SOURCES = ("laws", "law-history", *DOCUMENTS)

PURGE = "purge"
"""What stands in the place of a source for a job that takes documents back."""
