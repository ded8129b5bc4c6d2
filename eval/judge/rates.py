"""What the judge's word on a run is worth in people's: the rate it gives, and the rate they would have given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eval.errors import NotEnoughData
from eval.judge.judge import Verdict
from eval.judge.validation import Label
from eval.scores import Share
from eval.stats.correction import Corrected, Judged, ppi, rogan_gladen
from eval.stats.ratio import Estimate, estimate


class Support(NamedTuple):
    """What the judge said of one claim of a run; ``cluster``: what it stands or falls with."""

    cluster: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rates:
    """The share of claims that are fully supported: as judged, and as it would be, had people judged.

    ``at_least``, ``at_most``: were none, or all, of the ``errors`` supported.
    """

    n: int
    errors: int
    raw: Estimate
    at_least: float
    at_most: float
    rogan_gladen: Corrected | None
    ppi: Corrected | None

    def as_record(self) -> dict[str, object]:
        return {
            "n": self.n,
            "errors": self.errors,
            "raw": self.raw.as_record(),
            "at_least": self.at_least,
            "at_most": self.at_most,
            "rogan_gladen": _told(self.rogan_gladen),
            "ppi": _told(self.ppi),
        }


def rates(run: Sequence[Support], labels: Sequence[Label], verdicts: Sequence[Verdict]) -> Rates:
    """Raw and corrected rates of a run. The PPI holds for labels drawn from such runs.

    :raises NotEnoughData: the judge gave no verdict on the run.
    """
    judged = [one for one in run if one.verdict.level != "error"]
    if not judged:
        raise NotEnoughData("評審沒有判斷任何一句")
    clusters = [one.cluster for one in judged]
    said = [one.verdict.level == "full" for one in judged]
    held = [
        (verdict.level == "full", label)
        for label, verdict in zip(labels, verdicts, strict=True)
        if verdict.level != "error"
    ]
    errors, yes = len(run) - len(judged), sum(said)
    raw = estimate([Share(float(one)) for one in said], clusters)
    return Rates(
        n=len(judged),
        errors=errors,
        raw=raw,
        at_least=yes / len(run),
        at_most=(yes + errors) / len(run),
        rogan_gladen=_rogan_gladen(said, held, raw.deff or 1.0),
        ppi=_ppi([float(one) for one in said], clusters, held),
    )


def _rogan_gladen(said: Sequence[bool], held: Sequence[tuple[bool, Label]], deff: float) -> Corrected | None:
    true = [yes for yes, label in held if label.label == "full"]
    false = [yes for yes, label in held if label.label != "full"]
    test, of_true, of_false = (Judged(sum(one), len(one)) for one in (said, true, false))
    try:
        return rogan_gladen(test, of_true, of_false, max(1.0, deff))
    except NotEnoughData:
        return None


def _ppi(said: Sequence[float], clusters: Sequence[str], held: Sequence[tuple[bool, Label]]) -> Corrected | None:
    labelled = [(float(yes), float(label.label == "full")) for yes, label in held]
    try:
        return ppi(said, labelled, clusters, [label.passage for _, label in held])
    except NotEnoughData:
        return None


def _told(one: Corrected | None) -> dict[str, float] | None:
    return one and {"value": one.value, "low": one.interval.low, "high": one.interval.high}
