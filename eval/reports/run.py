"""A run as its reports need it: the items in the order of the questions, set by set, and the figures of each set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from eval.changes import Change
from eval.compare import comparable, compare_items
from eval.errors import NotEnoughData
from eval.folder import Asked, Manifest, RunFolder
from eval.judge.told import Judgements, read
from eval.outputs import Output
from eval.scores import Item, Metric
from eval.stats.wilson import Interval

Key = tuple[str, int]
_JUDGED_BY = {"people": "人工", "model": "模型", "derived": "由其他資料推得"}

# Controls but tab and line ends (which all become one), marks that turn the direction of writing or have no width,
# halves of characters.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Run:
    """``questions`` by id, ``outputs`` by id and repeat; a blessed baseline keeps neither, only items and figures.

    ``judged`` is what a judge said, if one was asked.
    """

    name: str
    manifest: Manifest
    questions: Mapping[str, Asked]
    outputs: Mapping[Key, Output]
    items: tuple[Item, ...]
    summary: Mapping[str, Any]
    judged: Judgements

    def set_of(self, item: Item) -> str:
        asked = self.questions.get(item.id)
        return asked.set if asked else item.slices.get("set", "")

    @property
    def sets(self) -> list[str]:
        return list(dict.fromkeys(map(self.set_of, self.items)))

    @property
    def judged_by(self) -> str:
        """Who said which documents are relevant: ``人工 30 題、未註明 2 題``; "" of a run without any gold."""
        golden = [one for one in self.questions.values() if one.gold or one.gold_all]
        found = Counter(_JUDGED_BY.get(one.judged_by or "", "未註明") for one in golden)
        return "、".join(f"{who} {found[who]:,} 題" for who in (*_JUDGED_BY.values(), "未註明") if found[who])

    def among(self, name: str) -> list[Item]:
        """The items of one set."""
        return [item for item in self.items if self.set_of(item) == name]

    def group(self, name: str) -> Mapping[str, Any]:
        """The figures of one set (``eval.summary``)."""
        found: Mapping[str, Any] = self.summary.get("by_set", {}).get(name) or self.summary.get("all", {})
        return found


class Figure(NamedTuple):
    """A figure of the summary, its interval, and of how many answers it is."""

    value: float
    interval: Interval | None
    n: int

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Figure:
        low, high = record.get("low"), record.get("high")
        return cls(record["micro"], None if low is None or high is None else Interval(low, high), record["n"])


class Row(NamedTuple):
    """A measure in one set, and its change from the run held against, if there is one and it has the measure."""

    metric: Metric
    figure: Figure
    change: Change | None


Tables = Mapping[str, Sequence[Row]]


def load(folder: RunFolder) -> Run:
    """:raises UsageError: no run, or a broken one."""
    asked = folder.questions() if (folder.path / "questions.jsonl").is_file() else ()
    outputs = folder.outputs() if (folder.path / "outputs.jsonl").is_file() else ()
    places = {one.id: at for at, one in enumerate(asked)}
    items = sorted(folder.items(), key=lambda item: (places.get(item.id, len(places)), item.id, item.repeat))
    run = Run(
        name=folder.path.resolve().name,
        manifest=folder.manifest(),
        questions={one.id: one for one in asked},
        outputs={(one.id, one.repeat): one for one in outputs},
        items=tuple(items),
        summary=folder.summary(),
        judged=read(folder),
    )
    return replace(run, items=tuple(sorted(items, key=run.set_of)))


def tables(run: Run, against: Run | None, metrics: Sequence[Metric], allow: Collection[str] = ()) -> Tables:
    """The figures of each set, in the order of ``metrics``; a measure not among them comes last, by its own name.

    :param allow: differences to overlook between the runs (``eval.compare.ALLOWABLE``).
    :raises UsageError: the runs can't be compared, and why.
    """
    if against is not None:
        comparable(against.manifest, run.manifest, allow)
    known = known_metrics(metrics, run.items)
    return {name: list(_rows(run, against, known, name)) for name in run.sets}


def whole(run: Run, against: Run | None, metrics: Sequence[Metric]) -> list[Row]:
    """The same of all sets together."""
    return list(_rows(run, against, known_metrics(metrics, run.items), None))


def known_metrics(metrics: Sequence[Metric], items: Iterable[Item]) -> list[Metric]:
    """The metrics that the items have; a name that nobody describes stands for itself, and more of it is better."""
    found = {name for item in items for name in item.shares}
    strange = sorted(found - {one.name for one in metrics})
    return [one for one in metrics if one.name in found] + [Metric(name, "higher", name) for name in strange]


def _rows(run: Run, against: Run | None, metrics: Sequence[Metric], name: str | None) -> Iterable[Row]:
    found = (run.summary.get("all", {}) if name is None else run.group(name)).get("metrics", {})
    items = run.items if name is None else run.among(name)
    changed = _changes(items, against.items, metrics, run.manifest.seed) if against else {}
    for metric in metrics:
        if metric.name in found:
            yield Row(metric, Figure.of(found[metric.name]), changed.get(metric.name))


def _changes(items: Sequence[Item], others: Sequence[Item], metrics: Sequence[Metric], seed: int) -> dict[str, Change]:
    ids = {item.id for item in items}
    # Without slices, of which each would be compared, too.
    before = [replace(other, slices={}) for other in others if other.id in ids]
    after = [replace(item, slices={}) for item in items]
    try:
        held = compare_items(before, after, metrics, seed=seed)
    except NotEnoughData:
        return {}
    return {one.metric.name: one for one in held.changes}


def figure(value: float) -> str:
    """``figure(0.9717) == "0.972"``; small ones get a digit more."""
    return f"{value:.4f}" if 0 < abs(value) < 0.01 else f"{value:.3f}"


def span(held: Interval | None) -> str:
    """``"0.951–0.985"``; "–" where no interval can be told."""
    return "–" if held is None else f"{figure(held.low)}–{figure(held.high)}"


def odd_parts(text: str) -> Iterable[tuple[str, str]]:
    """The text in pieces, each with the code of the odd character behind it: ``[("a", "U+202E"), ("b", "")]``."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    at = 0
    for found in _ODD.finditer(text):
        yield text[at : found.start()], f"U+{ord(found[0]):04X}"
        at = found.end()
    yield text[at:], ""


def visible(text: str) -> str:
    """Its odd characters as their codes: ``"a[U+202E]b"``; what is left may stand in any XML file."""
    return "".join(piece + (f"[{code}]" if code else "") for piece, code in odd_parts(text))
