"""What is asked of a run, and what it reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """``given``: files, folders and addresses; none means the official address. ``without``: fields not to index.

    ``public_only``: whoever asks is not at this machine, so nothing of the network it stands in may be read for him.
    """

    source: str
    given: Sequence[str] = ()
    without: Sequence[str] = ()
    allow_fewer: bool = False
    public_only: bool = False

    @property
    def paths(self) -> list[Path]:
        return [Path(one) for one in self.given if "://" not in one]

    @property
    def urls(self) -> list[str]:
        return [one for one in self.given if "://" in one]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did. ``records`` came, ``written`` counts rows of the store: 0 means that nothing had changed.

    ``private_use`` counts the private-use characters of law files, and how many different ones. ``documents`` were read
    in what is new, ``skipped`` counts those not taken in by reason, ``failed`` has the reason for each that should have
    been; ``masked`` counts by kind the personal data that no question can find.
    """

    source: str
    records: int
    written: int
    indexed: int
    private_use: tuple[int, int] = (0, 0)
    documents: int = 0
    removed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    masked: Mapping[str, int] = field(default_factory=dict)
