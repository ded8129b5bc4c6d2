"""What an evaluation raises on top of ``rag.errors``."""

from __future__ import annotations

from rag.errors import YoujuError


class NotEnoughData(YoujuError):
    """Nothing to measure: no question, or none that the measure applies to."""

    exit_code = 3
