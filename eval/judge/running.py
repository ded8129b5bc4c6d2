"""A judge over a run: what no check decided is asked about, and told as far as the judge was validated.

``judged.jsonl`` has every claim with the layer that decided it, ``judge.json`` who judged, how well, and the figures
that may be told. Neither is read by the gate: only a judge that may gate puts its shares among the scores.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eval.errors import NotEnoughData
from eval.folder import RunFolder
from eval.judge.judge import Judging, Verdict, judge_all
from eval.judge.probes import Probed, probe
from eval.judge.rates import Rates, Support, rates
from eval.judge.shares import shares, with_shares
from eval.judge.undecided import LAYERS, Unit, units
from eval.judge.validation import Label, Validation, validate
from eval.report import write_lines
from eval.summary import summarise
from eval.tier import LibraryOpener, cluster

_VERSION = "scorer_judge"  # runs that different judges scored can't be compared
_PROBED = 100  # pairs: each is asked about a dozen times


class Options(NamedTuple):
    """``model``: the judge's name, for its family. ``probed``: pairs that the probes are made of, 0 for none."""

    concurrency: int = 4
    model: str = ""
    probed: int = _PROBED
    allow_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of a run: ``rates`` None where there is nothing to tell, or it may not be told (``shown``)."""

    judge: Mapping[str, object]
    layers: Mapping[str, int]
    asked: int
    held: int
    levels: Mapping[str, int]
    validation: Validation
    rates: Rates | None
    shown: bool
    probes: tuple[Probed, ...]

    @property
    def exit_code(self) -> int:
        """0: what was asked is told; 3: labels or verdicts are lacking; 1: people don't agree with the judge."""
        if not self.shown:
            return NotEnoughData.exit_code if self.validation.lacking else 1
        return NotEnoughData.exit_code if self.asked and self.rates is None else 0

    def as_record(self) -> dict[str, object]:
        return {
            "judge": dict(self.judge),
            "layers": dict(self.layers),
            "asked": self.asked,
            "errors": self.levels.get("error", 0),
            "validation": self.validation.as_record(),
            "levels": dict(self.levels) if self.shown else None,
            "rates": self.rates.as_record() if self.rates else None,
            "synthetic": self.shown and not self.validation.reports,
            "probes": [one.as_record() for one in self.probes],
        }


def judge_run(
    folder: RunFolder, open_library: LibraryOpener, judge: Judging, labels: Sequence[Label], options: Options
) -> Judgement:
    """Every claim of the run that is left for a judge, judged; the result lies in the folder, too.

    :raises UsageError: the folder is no run.
    :raises ModelUnreachable: the judge does not answer.
    """
    claims, clusters = _claims(folder, open_library)
    left = [unit for unit in claims if unit.pair]
    found = judge_all(judge, (unit.pair for unit in left if unit.pair), options.concurrency)
    on_labels = judge_all(judge, (label.pair for label in labels), options.concurrency)
    validation = validate(labels, on_labels)
    shown = validation.reports or (options.allow_synthetic and validation.shows)
    support = [Support(clusters[unit.id], verdict) for unit, verdict in zip(left, found, strict=True)]
    counted = Counter(unit.layer for unit in claims)
    judgement = Judgement(
        judge=judge.record,
        layers={layer: counted[layer] for layer in LAYERS if counted[layer]},
        asked=len(left),
        held=sum(verdict.held for verdict in found),
        levels=dict(sorted(Counter(verdict.level for verdict in found).items())),
        validation=validation,
        rates=_rates(support, labels, on_labels) if shown else None,
        shown=shown,
        probes=tuple(_probes(judge, labels, options)),
    )
    verdicts = dict(zip(((unit.id, unit.repeat, unit.sentence) for unit in left), found, strict=True))
    write_lines(folder.path / "judged.jsonl", (_record(unit, verdicts) for unit in claims))
    write_lines(folder.path / "judge.json", [judgement.as_record()])
    _put_shares(folder, judge, left, found, validation.gates)
    return judgement


def _claims(folder: RunFolder, open_library: LibraryOpener) -> tuple[list[Unit], dict[str, str]]:
    """All claims of a run, and the cluster of each question."""
    asked = {question.id: question for question in folder.questions()}
    outputs = [output for output in folder.outputs() if output.id in asked]
    with open_library() as library:
        found = [unit for output in outputs for unit in units(asked[output.id], output, library)]
    return found, {id: cluster(question) for id, question in asked.items()}


def _rates(run: Sequence[Support], labels: Sequence[Label], verdicts: Sequence[Verdict]) -> Rates | None:
    try:
        return rates(run, labels, verdicts)
    except NotEnoughData:
        return None


def _probes(judge: Judging, labels: Sequence[Label], options: Options) -> list[Probed]:
    """Over pairs from all parts of the file."""
    if not (labels and options.probed):
        return []
    step = max(1, len(labels) // options.probed)
    pairs = [label.pair for label in labels[::step][: options.probed]]
    return probe(judge, pairs, options.model, options.concurrency)


def _record(unit: Unit, verdicts: Mapping[tuple[str, int, int], Verdict]) -> dict[str, object]:
    place = {"id": unit.id, "repeat": unit.repeat, "sentence": unit.sentence, "layer": unit.layer}
    if unit.pair is None:
        return place | {"holds": unit.layer == "quoted"}
    verdict = verdicts[unit.id, unit.repeat, unit.sentence]
    said = {"level": verdict.level, "why": verdict.why}
    return place | said | {"claim": unit.pair.claim, "passages": list(unit.pair.passages)}


def _put_shares(folder: RunFolder, judge: Judging, left: Sequence[Unit], found: Sequence[Verdict], gates: bool) -> None:
    """The shares of a judge that may gate, among the scores; those of a judge that may not are taken out again."""
    manifest = folder.manifest()
    versions = {name: version for name, version in manifest.versions.items() if name != _VERSION}
    if gates:
        versions[_VERSION] = hashlib.sha256(json.dumps(judge.record, sort_keys=True).encode()).hexdigest()[:12]
    elif versions == manifest.versions:
        return
    by_answer: dict[tuple[str, int], list[Verdict]] = defaultdict(list)
    for unit, verdict in zip(left, found, strict=True):
        by_answer[unit.id, unit.repeat].append(verdict)
    items = [with_shares(item, shares(by_answer[item.id, item.repeat]) if gates else {}) for item in folder.items()]
    manifest = manifest.model_copy(update={"versions": versions})
    folder.put_items(items)
    folder.put_summary(summarise(items, folder.outputs(), manifest))
    folder.put_manifest(manifest)
