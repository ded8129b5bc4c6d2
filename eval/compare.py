"""Two runs over the same questions: what became better, what worse, and whether it is more than chance.

Items are aligned by id and repeat. Where the runs can't be compared (other items, another corpus, another scorer) that
is an error, not a figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.changes import Change, Pairs, changes, corrected
from eval.errors import NotEnoughData
from eval.folder import Manifest, RunFolder
from eval.report import markdown
from eval.scores import Item, Metric
from eval.stats.holm import holm
from eval.stats.ratio import in_order
from rag.door import line
from rag.errors import UsageError

# What may differ when it is said so: with another corpus, runs differ in what there was to be found, too.
ALLOWABLE = frozenset({"corpus"})
_SAME = "沒有差可測"


@dataclass(frozen=True, slots=True)
class Slice:
    """The same among the items of one slice, untested: ``by="kind"``, ``value="lay"``."""

    by: str
    value: str
    n: int
    changes: tuple[Change, ...]

    def as_record(self) -> dict[str, Any]:
        return {"by": self.by, "value": self.value, "n": self.n, "changes": [one.as_record() for one in self.changes]}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left_out``: measures that only one of the runs has. ``noted``: differences that were allowed."""

    n: int
    clusters: int
    changes: tuple[Change, ...]
    slices: tuple[Slice, ...] = ()
    left_out: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    def change(self, name: str) -> Change | None:
        return next((one for one in self.changes if one.metric.name == name), None)

    def as_record(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "clusters": self.clusters,
            "changes": [one.as_record() for one in self.changes],
            "slices": [one.as_record() for one in self.slices],
            "left_out": list(self.left_out),
            "noted": list(self.noted),
        }


def compare(
    before: RunFolder, after: RunFolder, metrics: Iterable[Metric], allow: Collection[str] = (), seed: int = 0
) -> Comparison:
    """Two runs on the disk; measures that are not among ``metrics`` are left out.

    :param allow: differences to overlook, of ``ALLOWABLE``.
    :raises UsageError: they can't be compared, and why.
    :raises NotEnoughData: no item, or no measure that both have.
    """
    noted = comparable(before.manifest(), after.manifest(), allow)
    return compare_items(before.items(), after.items(), metrics, noted, seed)


def comparable(before: Manifest, after: Manifest, allow: Collection[str] = ()) -> tuple[str, ...]:
    """The differences that are overlooked, as in :func:`compare`.

    :raises UsageError: there is a difference that is not among ``allow``.
    """
    unknown = sorted(set(allow) - ALLOWABLE)
    if unknown:
        raise UsageError(f"不能略過 {line(unknown[0])} 的不同；可以略過的有：{'、'.join(sorted(ALLOWABLE))}")
    differing = differences(before, after)
    grave = [why for what, why in differing.items() if what not in allow]
    if grave:
        raise UsageError(f"兩次評測無法比較：{'；'.join(grave)}")
    return tuple(differing.values())


def differences(before: Manifest, after: Manifest) -> dict[str, str]:
    """Why figures of the two would not mean the same, in Chinese, by what differs: ``sets``, ``corpus``, ``scorer``."""
    found = {}
    if before.sets != after.sets:
        found["sets"] = f"題目檔不同（{_apart(before.sets, after.sets)}）"
    if before.corpus != after.corpus:
        found["corpus"] = f"語料版本不同（{_apart(before.corpus, after.corpus)}）"
    scorers = [_scorers(one.versions) for one in (before, after)]
    if scorers[0] != scorers[1]:
        found["scorer"] = f"評分程式版本不同（{_apart(*scorers)}），請先以同一版本重新評分"
    return found


def _scorers(versions: Mapping[str, str]) -> dict[str, str]:
    return {name: version for name, version in versions.items() if name.startswith("scor")}


def _apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    return "、".join(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def compare_items(
    before: Sequence[Item],
    after: Sequence[Item],
    metrics: Iterable[Metric],
    noted: tuple[str, ...] = (),
    seed: int = 0,
) -> Comparison:
    """The same for items in memory; their order does not matter."""
    pairs = _aligned(before, after)
    wanted = tuple(metrics)
    found = changes(pairs, wanted, seed)
    if not found:
        raise NotEnoughData("兩次評測沒有共同的指標")
    chances = holm({one.metric.name: one.test.both for one in found if one.test})
    named = {name for item in (*pairs.before, *pairs.after) for name in item.shares}
    return Comparison(
        n=len(pairs.before),
        clusters=len(set(pairs.clusters)),
        changes=tuple(corrected(one, chances) for one in found),
        slices=tuple(_slices(pairs, wanted, seed)),
        left_out=tuple(sorted(named - {one.metric.name for one in found})),
        noted=noted,
    )


def _aligned(before: Sequence[Item], after: Sequence[Item]) -> Pairs:
    first, second = ({(item.id, item.repeat): item for item in in_order(items)} for items in (before, after))
    if not first and not second:
        raise NotEnoughData("兩次評測都沒有題目")
    apart = first.keys() ^ second.keys()
    if apart:
        id, repeat = min(apart)
        counts = f"只在前者的 {len(first.keys() - second.keys())} 筆，只在後者的 {len(second.keys() - first.keys())} 筆"
        raise UsageError(f"兩次評測無法比較：題目不同（{counts}，例如 {id} 第 {repeat + 1} 次）")
    return Pairs(list(first.values()), list(second.values()))


def _slices(pairs: Pairs, metrics: Sequence[Metric], seed: int) -> Iterator[Slice]:
    """Every value of every way to slice; where all items have the same, it would say nothing new."""
    by_name: dict[str, set[str]] = {}
    for item in pairs.before:
        for by, value in item.slices.items():
            by_name.setdefault(by, set()).add(value)
    for by, values in sorted(by_name.items()):
        for value in sorted(values):
            among = pairs.among(lambda item, by=by, value=value: item.slices.get(by) == value)  # type: ignore[misc]
            if len(among.before) < len(pairs.before):
                yield Slice(by, value, len(among.before), changes(among, metrics, seed, tested=False))


def as_markdown(comparison: Comparison) -> str:
    """The table of measures and, under it, what changed on which question."""
    head = ("指標", "前", "後", "差", "95 % 區間", "p（Holm）", "勝／平／負", "可測出的差")
    lines = [markdown(head, map(_row, comparison.changes))]
    for one in comparison.changes:
        for word, flips in (("變差", one.lost), ("變好", one.won)):
            if flips:
                shown = "、".join(dict.fromkeys(line(flip.id) for flip in flips))
                lines.append(f"- {one.metric.title}{word} {len(flips)} 題：{shown}")
    if all(one.is_same for one in comparison.changes):
        lines.append("- 兩次評測的每一項指標，每一題都相同：沒有差可測，也說不出這些題目能測出多小的差")
    lines += [f"- 注意：{why}" for why in comparison.noted]
    return "\n".join(lines)


def _row(change: Change) -> tuple[str, ...]:
    held, chance, least = change.interval, change.corrected, change.detectable
    return (
        change.metric.title,
        f"{change.before.value:.3f}",
        f"{change.after.value:.3f}",
        f"{change.delta:+.3f}",
        "–" if held is None else f"{held.low:+.3f} … {held.high:+.3f}",
        "–" if chance is None else f"{chance:.3f}",
        f"{len(change.won)}／{change.tied}／{len(change.lost)}",
        f"{least:.3f}" if least is not None else _SAME if change.is_same else "–",
    )
