"""The gate: may this run take the place of the baseline? Yes, no, or: these questions can't tell.

A baseline is a folder that somebody blessed, saying why. A measure fails when it became worse by more than its margin,
and not by chance (one-sided, Holm over the measures of the gate), or when a bar that holds for every run is broken. A
margin that these questions can't show, or that lies within the noise of asking again, is refused.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from eval.changes import Change
from eval.compare import Comparison, compare
from eval.folder import RunFolder
from eval.records import Record
from eval.report import markdown
from eval.scores import Item, Metric
from eval.stats.holm import holm
from eval.stats.noise import Noise, noise
from eval.stats.power import ALPHA, detectable, needed
from eval.stats.wilson import none_of
from rag.causes import cause
from rag.door import line
from rag.errors import UsageError

Status = Literal["pass", "regression", "refused", "insufficient"]
EXIT: dict[Status, int] = {"pass": 0, "regression": 1, "refused": 2, "insufficient": 3}
# Which one a gate ends with when its rules end differently: a rule that can't be applied voids the whole.
_GRAVEST: tuple[Status, ...] = ("refused", "regression", "insufficient", "pass")
_SAID: dict[Status, str] = {"pass": "通過", "regression": "退步", "refused": "拒絕", "insufficient": "資料不足"}
_BLESSING = "blessed.json"
_EQUAL = 1e-9  # 0.75 − 0.70 is a hair more than 0.05
_KEPT = ("run.json", "scores.jsonl", "summary.json")


class Rule(Record):
    """What is asked of one measure: at most ``margin`` worse than the baseline (0.05: five points), or a bar.

    ``at_most`` and ``at_least`` hold for the run by itself: ``at_most = 0`` for what must never happen.
    """

    metric: str
    margin: float | None = None
    at_most: float | None = None
    at_least: float | None = None


class Rules(Record):
    """``discordance``: the share of questions two runs are reckoned to disagree on, before either is known.

    From it follows what so many questions can show, the same in every run; repeats that differ more often raise it.
    """

    rules: tuple[Rule, ...]
    alpha: float = Field(default=ALPHA, gt=0, lt=1)
    discordance: float = Field(default=0.1, ge=0, le=1)


class Blessing(Record):
    """Who made a run the baseline, when and why; ``files``: the SHA-256 of each, so that it stays what was blessed."""

    who: str
    why: str
    when: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one rule. ``detectable``: the least margin these questions allow; ``chance``: one-sided, after Holm."""

    rule: Rule
    status: Status
    why: str
    change: Change | None = None
    detectable: float | None = None
    chance: float | None = None
    noise: Noise | None = None

    def as_record(self) -> dict[str, Any]:
        return {
            "rule": self.rule.model_dump(exclude_none=True),
            "status": self.status,
            "why": self.why,
            "delta": self.change and self.change.delta,
            "detectable": self.detectable,
            "p_worse_holm": self.chance,
            "noise": self.noise and {"flips": self.noise.flips, "band": self.noise.band()},
        }


@dataclass(frozen=True, slots=True)
class Gate:
    status: Status
    verdicts: tuple[Verdict, ...]
    comparison: Comparison
    blessing: Blessing

    @property
    def exit_code(self) -> int:
        return EXIT[self.status]

    def as_record(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "exit_code": self.exit_code,
            "baseline": self.blessing.model_dump(),
            "verdicts": [one.as_record() for one in self.verdicts],
            "comparison": self.comparison.as_record(),
        }


def bless(run: RunFolder, into: Path, who: str, why: str, when: datetime) -> Blessing:
    """Make a run the baseline: copy its scores and summary, and note who says so and why. Nothing does so by itself.

    :raises UsageError: nobody or no reason is named, the run is not whole or its own
        baseline, or it can't be written.
    """
    if not who.strip() or not why.strip():
        raise UsageError("設為基準要寫明理由（--bless 理由）與是誰（--who 姓名）")
    if into.resolve() == run.path.resolve():
        raise UsageError(f"{into}：基準要放在別的資料夾，不能是這次評測自己")
    run.manifest(), run.items(), run.summary()
    RunFolder.make(into)
    try:
        (into / _BLESSING).unlink(missing_ok=True)
        for name in _KEPT:
            shutil.copyfile(run.path / name, into / name)
        blessing = Blessing(who=who, why=why, when=when.isoformat(timespec="seconds"), files=_files(into))
        # Last: a copy that broke off is blessed by nobody.
        text = json.dumps(blessing.model_dump(), ensure_ascii=False, indent=2, sort_keys=True)
        (into / _BLESSING).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{into}：無法寫入（{cause(error)}）") from None
    return blessing


def blessing_of(baseline: Path) -> Blessing:
    """:raises UsageError: nobody blessed it, or it is not what was blessed."""
    try:
        blessing = Blessing.model_validate_json((baseline / _BLESSING).read_text(encoding="utf-8"))
        files = _files(baseline)
    except FileNotFoundError:
        raise UsageError(f"{baseline}：不是經認可的基準；認可一次評測用 --bless 理由 --who 姓名") from None
    except (OSError, ValueError):
        raise UsageError(f"{baseline / _BLESSING}：不是有效的認可紀錄") from None
    if blessing.files != files:
        raise UsageError(f"{baseline}：基準在認可之後被更動過")
    return blessing


def _files(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _KEPT}


def gate(run: RunFolder, baseline: Path, rules: Rules, metrics: Sequence[Metric], seed: int = 0) -> Gate:
    """Hold a run against a blessed baseline.

    :raises UsageError: no rule, a rule of nothing, no blessed baseline, or the two can't be compared.
    :raises NotEnoughData: no item, or no measure in common.
    """
    _check(rules, {metric.name for metric in metrics})
    blessing = blessing_of(baseline)
    comparison = compare(RunFolder(baseline), run, metrics, seed=seed)
    verdicts = judge(comparison, run.items(), rules)
    found = {one.status for one in verdicts}
    return Gate(next(status for status in _GRAVEST if status in found), verdicts, comparison, blessing)


def _check(rules: Rules, known: AbstractSet[str]) -> None:
    if not rules.rules:
        raise UsageError("門檻設定裡沒有任何一項")
    for rule in rules.rules:
        if rule.metric not in known:
            raise UsageError(f"門檻設定：沒有 {rule.metric} 這項指標")
        if rule.margin is None and rule.at_most is None and rule.at_least is None:
            raise UsageError(f"門檻設定：{rule.metric} 沒有 margin、at_most 或 at_least")


def judge(comparison: Comparison, items: Sequence[Item], rules: Rules) -> tuple[Verdict, ...]:
    """A verdict on each rule, in their order. ``items`` are those of the run."""
    compared = {rule.metric: comparison.change(rule.metric) for rule in rules.rules if rule.margin is not None}
    chances = {name: one.chance for name, one in compared.items() if one is not None and one.chance is not None}
    corrected = holm(chances)
    return tuple(_verdict(rule, compared.get(rule.metric), items, rules, corrected) for rule in rules.rules)


def _verdict(
    rule: Rule, change: Change | None, items: Sequence[Item], rules: Rules, corrected: Mapping[str, float]
) -> Verdict:
    """A rule with both a bar and a margin is told by its bar, unless that holds."""
    barred = rule.at_most is not None or rule.at_least is not None
    bar = _bar(rule, items) if barred else None
    if rule.margin is None or (bar and bar.status != "pass"):
        assert bar, "a rule of something"
        return bar
    return _margin(rule, change, items, rules, corrected)


def _bar(rule: Rule, items: Sequence[Item]) -> Verdict:
    shares = [item.shares[rule.metric] for item in items if rule.metric in item.shares]
    if not shares:
        return Verdict(rule, "insufficient", "這次評測沒有這項指標的資料")
    part, whole = (sum(column) for column in zip(*shares, strict=True))
    value = part / whole
    if rule.at_most is not None and value > rule.at_most + _EQUAL:
        return Verdict(rule, "regression", f"{value:.4f} 高於上限 {rule.at_most:g}（{part:g}／{whole:g}）")
    if rule.at_least is not None and value < rule.at_least - _EQUAL:
        return Verdict(rule, "regression", f"{value:.4f} 低於下限 {rule.at_least:g}（{part:g}／{whole:g}）")
    seen = f"{whole:g} 個中 0 個，95 % 上限 {none_of(whole):.2%}" if part == 0 else f"{value:.4f}"
    return Verdict(rule, "pass", seen)


def _margin(
    rule: Rule, change: Change | None, items: Sequence[Item], rules: Rules, corrected: Mapping[str, float]
) -> Verdict:
    margin, chance = rule.margin or 0.0, corrected.get(rule.metric)
    if change is None or chance is None:
        return Verdict(rule, "insufficient", "兩次評測的共同資料不足以檢定", change)
    repeats = noise(items, rule.metric)
    discordance = max(rules.discordance, repeats.square if repeats else 0.0)
    n, deff = min(change.before.n, change.after.n), max(1.0, change.before.deff or 1.0)
    least = detectable(n, discordance, deff, alpha=rules.alpha)

    def verdict(status: Status, why: str) -> Verdict:
        return Verdict(rule, status, why, change, least, chance, repeats)

    if margin < least:
        enough = f"要 {needed(margin, discordance, deff, alpha=rules.alpha):,} 筆" if margin > 0 else "多少筆都不夠"
        return verdict("refused", f"{n:,} 筆最少只能測出 {least:.3f} 的差，門檻 {margin:g} 更小（{enough}）")
    # The most that a test of so few clusters can say.
    if 0.5 ** min(change.before.clusters, change.after.clusters) > rules.alpha / max(1, len(corrected)):
        return verdict("insufficient", f"只有 {change.after.clusters} 個群集，怎樣的差都不會顯著")
    if change.worsening > margin + _EQUAL and chance <= rules.alpha:
        return verdict("regression", f"變差 {change.worsening:.3f}，超過 {margin:g}（p = {chance:.4f}）")
    return verdict("pass", f"差 {change.delta:+.3f}（容許變差 {margin:g}，p = {chance:.3f}）")


def as_markdown(found: Gate) -> str:
    """The verdict, and a table of the rules."""
    head = ("指標", "結果", "說明", "可測出的差", "重問時不同")
    blessed = found.blessing
    return "\n".join(
        [
            f"門檻：{_SAID[found.status]}（基準：{line(blessed.who)}，{line(blessed.when)}，{line(blessed.why)}）",
            "",
            markdown(head, map(_row, found.verdicts)),
        ]
    )


def _row(verdict: Verdict) -> tuple[str, ...]:
    least, again = verdict.detectable, verdict.noise
    return (
        verdict.rule.metric,
        _SAID[verdict.status],
        verdict.why,
        "–" if least is None else f"{least:.3f}",
        "–" if again is None else f"{again.flips:.1%}（±{again.band():.3f}）",
    )
