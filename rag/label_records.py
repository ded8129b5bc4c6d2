"""What there is to be said of labels: a claim with its passage, what people said of it, how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from rag.kappa import Kappa

Level = Literal["full", "partial", "none"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""In their order: the passage bears out all of the claim, a part of it, nothing of it."""
JUDGES = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the passage it is to rest on. ``key``: the document of the passage; ``label``: what people call it.

    ``stratum`` is the kind of source; ``verdict`` is what the program said of it, which labellers are not shown.
    """

    claim: str
    passage: str
    key: str
    label: str
    stratum: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A pair as labellers see it; ``id`` is a hash of what it says."""

    id: str
    claim: str
    passage: str
    key: str
    label: str


class Said(NamedTuple):
    """What one labeller (the id of a key) said of a task; ``note`` may say why."""

    labeller: str
    level: Level
    note: str


class Dispute(NamedTuple):
    """A task on which the two differ; in an order that tells nothing of who they are."""

    task: Task
    said: tuple[Said, ...]


class Last(NamedTuple):
    """The label that somebody gave last."""

    task: str
    level: Level
    adjudication: bool


class Settled(NamedTuple):
    """A task with all that is known of it; ``level`` is what the two agree on, or what the third decided."""

    task: Task
    batch: str
    stratum: str
    verdict: str
    said: tuple[Said, ...]
    decision: Said | None
    level: Level

    @property
    def record(self) -> dict[str, Any]:
        """A line of a file of labels; people gave these, so they are not ``synthetic``."""
        return {
            "id": self.task.id,
            "claim": self.task.claim,
            "passage": self.task.passage,
            "label": self.level,
            "labels": [{"by": one.labeller, "level": one.level, "note": one.note} for one in self.said],
            "adjudicated": self.decision is not None,
            "stratum": self.stratum,
            "synthetic": False,
            "source": self.task.label,
            "key": self.task.key,
            "verdict": self.verdict,
            "batch": self.batch,
        }


class Progress(NamedTuple):
    """How far it is: of ``tasks``, how many ``begun`` by one, ``paired`` by two, and of those ``disputed`` (still open)
    and ``adjudicated``; ``to_judge`` and ``to_decide`` are for who asks. ``plain`` and ``weighted`` (linearly) are κ
    over all pairs, before any was decided; None where it can't be told yet."""

    tasks: int
    begun: int
    paired: int
    disputed: int
    adjudicated: int
    to_judge: int
    to_decide: int
    plain: Kappa | None
    weighted: Kappa | None
