"""How far people agree with a judge, and what may be made of its word: nothing, a report, or a gate.

A judge is validated on pairs that at least two people labelled: κ ≥ 0.60 over at least 300 of them, from several kinds
of source, opens the report, κ ≥ 0.70 the gate. A judge that gives no verdict disagrees. Labels made by a program
open nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from eval.errors import NotEnoughData
from eval.judge.judge import Verdict
from eval.judge.prompt import LEVELS, Pair
from eval.records import Record, Text, read_records
from eval.stats.agreement import Agreement, cohen, krippendorff
from eval.stats.wilson import Interval, wilson

Given = Literal["full", "partial", "none"]

LABELS, LABELLERS, STRATA, IN_STRATUM = 300, 2, 2, 30
TO_REPORT, TO_GATE = 0.60, 0.70


class By(Record):
    """What one person said."""

    by: Text
    level: Given


class Label(Record):
    """A labelled pair: ``label`` is what holds in the end. ``stratum``: the kind of source; ``synthetic``: no one's."""

    id: Text
    claim: Text
    passage: Text
    label: Given
    labels: tuple[By, ...] = ()
    adjudicated: bool = False
    stratum: str = ""
    synthetic: bool = False
    source: str = ""

    @property
    def pair(self) -> Pair:
        """As the judge is asked about a run: the passage under the name of its source, which labellers see as well."""
        return Pair(self.id, self.claim, (f"{self.source}：{self.passage}" if self.source else self.passage,))

    @property
    def labellers(self) -> frozenset[str]:
        return frozenset(one.by for one in self.labels)


class Rate(NamedTuple):
    """A share of ``n``, with its interval."""

    value: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class Validation:
    """Of one judge on one file of labels; what could not be computed is None.

    ``kappa``: errors of the judge are a level that nobody else gives. ``weighted``: linear, over what it did judge.
    ``people``: α of the labellers among themselves, the most that can be asked of a judge.
    """

    n: int
    errors: int
    synthetic: int
    strata: dict[str, int]
    kappa: Agreement | None
    weighted: Agreement | None
    people: Agreement | None
    sensitivity: Rate | None
    specificity: Rate | None
    lacking: tuple[str, ...]

    @property
    def reports(self) -> bool:
        """Whether a figure of this judge may be told."""
        return not self.lacking and self.kappa is not None and self.kappa.value >= TO_REPORT

    @property
    def gates(self) -> bool:
        """Whether a run may fail by it."""
        return self.reports and self.kappa is not None and self.kappa.value >= TO_GATE

    @property
    def shows(self) -> bool:
        """Whether labels that are all synthetic would let a figure be shown, as a demonstration and no more."""
        return 0 < self.synthetic == self.n and self.kappa is not None and self.kappa.value >= TO_REPORT

    @property
    def why(self) -> tuple[str, ...]:
        """What stands in the way of a report, in Chinese; nothing where the report is open."""
        if self.lacking or self.reports:
            return self.lacking
        value = "無法計算" if self.kappa is None else f"{self.kappa.value:.2f}"
        return (f"評審與人工的 κ 為 {value}，未達 {TO_REPORT:.2f}",)

    def as_record(self) -> dict[str, object]:
        counts = {"n": self.n, "errors": self.errors, "synthetic": self.synthetic, "strata": self.strata}
        agreement = {"kappa": self.kappa, "weighted": self.weighted, "people": self.people}
        rates = {"sensitivity": self.sensitivity, "specificity": self.specificity}
        told = {name: _told(one) for name, one in (agreement | rates).items()}
        return counts | told | {"reports": self.reports, "gates": self.gates, "why": list(self.why)}


def read_labels(path: Path) -> tuple[Label, ...]:
    """:raises UsageError: one line, ``file:line`` first, for what can't be read; ``NotEnoughData``: no label."""
    labels = read_records(path, Label, lambda label: label.id)
    if not labels:
        raise NotEnoughData(f"{path}：沒有標註")
    return labels


def validate(labels: Sequence[Label], verdicts: Sequence[Verdict]) -> Validation:
    """The judge's verdicts on the pairs of the labels, in their order, held against people's."""
    people = [label.label for label in labels]
    judge = [verdict.level for verdict in verdicts]
    both = list(zip(people, judge, strict=True))
    # Claims about one passage are understood or misunderstood together.
    passages = [label.passage for label in labels]
    judged = [(pair, passage) for pair, passage in zip(both, passages, strict=True) if pair[1] != "error"]
    said = [pair for pair, _ in judged]
    return Validation(
        n=len(labels),
        errors=len(labels) - len(judged),
        synthetic=sum(label.synthetic for label in labels),
        strata=dict(sorted(Counter(label.stratum for label in labels).items())),
        kappa=_kappa(both, (*LEVELS, "error"), passages, weighted=False),
        weighted=_kappa(said, LEVELS, [passage for _, passage in judged], weighted=True),
        people=_among_people(labels),
        sensitivity=_rate([one == "full" for truth, one in said if truth == "full"]),
        specificity=_rate([one != "full" for truth, one in said if truth != "full"]),
        lacking=_lacking(labels),
    )


def _lacking(labels: Sequence[Label]) -> tuple[str, ...]:
    """What the labels themselves lack, whoever is held against them. Those of a program are not counted."""
    by_people = [label for label in labels if not label.synthetic]
    twice = [label for label in by_people if len(label.labellers) >= LABELLERS]
    strata = Counter(label.stratum for label in twice if label.stratum)
    large = sum(count >= IN_STRATUM for count in strata.values())
    found = []
    if len(by_people) < len(labels):
        found.append(f"有 {len(labels) - len(by_people)} 筆合成標註，不是人工標的，不能用來驗證評審")
    if len(twice) < LABELS:
        found.append(f"由至少 {LABELLERS} 人標註的只有 {len(twice)} 筆，要 {LABELS} 筆")
    if large < STRATA:
        found.append(f"至少要有 {STRATA} 種來源各 {IN_STRATUM} 筆標註，只有 {large} 種")
    return tuple(found)


def _kappa(
    pairs: Sequence[tuple[str, str]], levels: Sequence[str], clusters: Sequence[str], weighted: bool
) -> Agreement | None:
    try:
        return cohen(pairs, levels, "linear" if weighted else "none", clusters)
    except NotEnoughData:
        return None


def _among_people(labels: Sequence[Label]) -> Agreement | None:
    names = sorted({one.by for label in labels for one in label.labels})
    units = [[{one.by: one.level for one in label.labels}.get(name) for name in names] for label in labels]
    try:
        return krippendorff(units, LEVELS, "ordinal", [label.passage for label in labels])
    except NotEnoughData:
        return None


def _rate(right: Sequence[bool]) -> Rate | None:
    return Rate(sum(right) / len(right), wilson(sum(right), len(right)), len(right)) if right else None


def _told(one: Agreement | Rate | None) -> dict[str, float] | None:
    return one and {"value": one.value, "low": one.interval.low, "high": one.interval.high, "n": one.n}
