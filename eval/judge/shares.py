"""A judge's word as shares of an answer, to be summed up like those of any measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from eval.judge.judge import Verdict
from eval.judge.prompt import Level
from eval.scores import Item, Metric, Share

METRICS = (
    Metric("judged_support", "higher", "評審認為完全有據"),
    Metric("judged_support_weighted", "higher", "評審認為有據（三級加權）"),
    Metric("judge_error", "lower", "評審沒有判斷"),
)
_WEIGHTS: Mapping[Level, float] = {"full": 1.0, "partial": 0.5, "none": 0.0}


def shares(verdicts: Iterable[Verdict]) -> dict[str, Share]:
    """The measures of one answer; support is of what was judged, and what was not is told beside."""
    levels = [verdict.level for verdict in verdicts]
    judged = [level for level in levels if level != "error"]
    found = {"judge_error": Share(float(len(levels) - len(judged)), float(len(levels)))} if levels else {}
    if judged:
        weighted = sum(_WEIGHTS[level] for level in judged)
        found["judged_support"] = Share(float(judged.count("full")), float(len(judged)))
        found["judged_support_weighted"] = Share(weighted, float(len(judged)))
    return found


def with_shares(item: Item, more: Mapping[str, Share]) -> Item:
    """The item with these of a judge, and no others."""
    names = {metric.name for metric in METRICS}
    kept = {name: share for name, share in item.shares.items() if name not in names}
    return replace(item, shares=kept | dict(more))
