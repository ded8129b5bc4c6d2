"""What is put in order: kept apart from the arithmetic, so that naming it loads none."""

from __future__ import annotations

from typing import NamedTuple

from rag.domain import Hit
from rag.index.seam import ScoredId


class Candidate(NamedTuple):
    """A passage found, and how the index scored it."""

    hit: Hit
    scored: ScoredId
