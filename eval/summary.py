"""The scores of a run in one record, byte for byte the same for the same answers: no clock and no path is in it.

``{"n", "metrics", "states", "latency_ms", "problems", "risk_coverage"}`` of all answers and of each set, beside the
corpus, the scorer and the seed; slices have ``n`` and ``metrics``. Each metric has its micro and macro average, of what
it is a share (``part`` of ``whole``), over how many answers (``n``) in how many clusters, and its 95 % interval.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from eval.abstention import area, risk_coverage
from eval.errors import NotEnoughData
from eval.folder import Manifest
from eval.measures.percentile import percentile
from eval.outputs import Output
from eval.scores import Item
from eval.stats.noise import noise
from eval.stats.ratio import Estimate, estimates

_DIGITS = 6
_SLICED = ("kind", "source", "wording", "as_of", "judged_by")
_POINTS = 101  # of a curve, at most

Certainty = Mapping[tuple[str, int], float]


def summarise(items: Sequence[Item], outputs: Iterable[Output], manifest: Manifest) -> dict[str, Any]:
    """:raises NotEnoughData: no item."""
    if not items:
        raise NotEnoughData("沒有可以計分的回答")
    sure = certainty(outputs)
    whole = _group(items, sure, manifest.seed)
    return _rounded_all(
        {
            "system": manifest.system,
            "model": manifest.model,
            "corpus": manifest.corpus,
            "scorer": manifest.versions.get("scorer", ""),
            "seed": manifest.seed,
            "sets": manifest.sets,
            "all": whole | {"noise": _noise(items)},
            "by_set": {
                name: whole if len(held) == len(items) else _group(held, sure, manifest.seed)
                for name, held in sorted(_by(items, "set").items())
            },
            "slices": {by: _slices(items, by, manifest.seed) for by in _SLICED},
        }
    )


def certainty(outputs: Iterable[Output]) -> dict[tuple[str, int], float]:
    """How sure a system was of each answer: what it says itself, else the score of the best passage it found."""
    found: dict[tuple[str, int], float] = {}
    for output in outputs:
        if output.confidence is not None:
            found[output.id, output.repeat] = output.confidence
        elif output.retrieved and (score := output.retrieved[0].score) is not None:
            found[output.id, output.repeat] = score
    return found


def _group(items: Sequence[Item], sure: Certainty, seed: int) -> dict[str, Any]:
    return _slice(items, seed) | {
        "states": dict(sorted(Counter(item.state for item in items).items())),
        "latency_ms": _latency(items),
        "problems": dict(sorted(Counter(problem.measure for item in items for problem in item.problems).items())),
        "risk_coverage": _risk(items, sure),
    }


def _slices(items: Sequence[Item], by: str, seed: int) -> dict[str, Any]:
    """Nothing where all are alike: it would say again what is said of all."""
    found = _by(items, by)
    return {value: _slice(found[value], seed) for value in sorted(found)} if len(found) > 1 else {}


def _slice(items: Sequence[Item], seed: int) -> dict[str, Any]:
    found = estimates(items, seed)
    return {"n": len(items), "metrics": {name: _metric(items, name, one) for name, one in found.items()}}


def _metric(items: Sequence[Item], name: str, found: Estimate) -> dict[str, object]:
    shares = [item.shares[name] for item in items if name in item.shares]
    return {
        "micro": found.value,
        "macro": fmean(share.value for share in shares),
        "part": sum(share.part for share in shares),
        **{name: value for name, value in found.as_record().items() if name != "value"},
    }


def _latency(items: Sequence[Item]) -> dict[str, float]:
    """Of what was answered: an error may be quick."""
    times = [item.ms for item in items if item.ms > 0 and item.state != "error"]
    return {f"p{p}": percentile(times, p) for p in (50, 95, 99)} if times else {}


def _risk(items: Sequence[Item], sure: Certainty) -> dict[str, Any]:
    """The share of wrong answers among the surest ones; refusals answer nothing, and so add neither."""
    told = [
        (sure[item.id, item.repeat], item.shares["state_ok"].value == 1)
        for item in items
        if item.state in ("answered", "partial") and (item.id, item.repeat) in sure and "state_ok" in item.shares
    ]
    if not told:
        return {}
    curve = risk_coverage(told)
    return {"n": len(told), "aurc": area(curve), "points": [list(point) for point in _thinned(curve)]}


def _thinned(curve: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    if len(curve) <= _POINTS:
        return curve
    return [curve[round(at * (len(curve) - 1) / (_POINTS - 1))] for at in range(_POINTS)]


def _noise(items: Sequence[Item]) -> dict[str, Any]:
    """How often two askings of one question differ, by measure; nothing where each was asked once."""
    if all(item.repeat == 0 for item in items):
        return {}
    names = sorted({name for item in items for name in item.shares})
    found = {name: noise(items, name) for name in names}
    return {name: {"flips": one.flips, "band": one.band()} for name, one in found.items() if one}


def _by(items: Iterable[Item], by: str) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if by in item.slices:
            found[item.slices[by]].append(item)
    return found


def _rounded_all(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in record.items()}


def _rounded(value: Any) -> Any:
    """The last digits of a figure may depend on the machine; they are left out."""
    if isinstance(value, float):
        return round(value, _DIGITS) + 0.0
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
