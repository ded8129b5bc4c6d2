"""A run as a spreadsheet: CSV of answers × measures that Excel reads as UTF-8, and in which no text is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from eval.reports.run import Run, known_metrics, visible
from eval.scores import Item, Metric

# Those of full width are formulas, too, where a spreadsheet takes them for the narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(run: Run, metrics: Sequence[Metric]) -> bytes:
    """The file, with the mark by which Excel knows UTF-8; a measure that does not apply is an empty cell."""
    known = known_metrics(metrics, run.items)
    slices = sorted({name for item in run.items for name in item.slices} - {"set"})
    head = ["set", "id", "repeat", "cluster", *slices, "state", "reason", "ms", *(one.name for one in known)]
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(map(harmless, [*head, "problems", "question", "answer"]))
    writer.writerows(_row(run, item, slices, known) for item in run.items)
    return file.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """``harmless("=1+1") == "'=1+1"``: text that no spreadsheet works out; an empty one stays empty."""
    seen = visible(text)
    return f"'{seen}" if seen.lstrip(" \n\u3000").startswith(_FORMULA) or text.startswith(_FORMULA) else seen


def _row(run: Run, item: Item, slices: Iterable[str], metrics: Iterable[Metric]) -> Iterator[str | float]:
    asked, output = run.questions.get(item.id), run.outputs.get((item.id, item.repeat))
    yield from map(harmless, (run.set_of(item), item.id))
    yield item.repeat
    yield from map(harmless, (item.cluster, *(item.slices.get(name, "") for name in slices), item.state, item.reason))
    yield item.ms
    yield from (item.shares[one.name].value if one.name in item.shares else "" for one in metrics)
    yield harmless("\n".join(f"{one.measure}：{one.why}" for one in item.problems))
    yield harmless(asked.question if asked else "")
    yield harmless(output.answer if output else "")
