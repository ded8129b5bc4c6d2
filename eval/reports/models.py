"""Several runs over the same questions, usually of several models: one a column, what matters of each below."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from eval.compare import comparable
from eval.report import markdown as as_table
from eval.reports.markdown import code
from eval.reports.run import Figure, Run, figure, span
from eval.scores import Metric
from rag.errors import UsageError

ROWS = (
    *("attempted", "state_ok"),
    *("supported", "citation_recall", "citation_precision", "exists", "quote_invented", "quote_altered", "values"),
    *("leak_script", "leak_wording", "must_not"),
    *("refusal_recall", "refusal_precision", "over_refusal"),
    "error",
)
"""How much is answered, whether it is grounded, what leaks, whether it abstains; times come last."""
_TIMES = (("p50", "一半在幾毫秒內"), ("p95", "95 % 在幾毫秒內"))


class Cell(NamedTuple):
    value: str
    interval: str = ""


class Line(NamedTuple):
    """A measure, and its figure in each run."""

    title: str
    cells: tuple[Cell, ...]


class Table(NamedTuple):
    """``head``: of each run the model and, where it is another word, the run's own name."""

    head: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def table(runs: Sequence[Run], metrics: Sequence[Metric], allow: Collection[str] = ()) -> Table:
    """The runs in their order; a measure that no run has a figure for is left out.

    :raises UsageError: no run, or runs that can't be compared.
    """
    if not runs:
        raise UsageError("沒有可以比較的評測")
    for run in runs[1:]:
        comparable(runs[0].manifest, run.manifest, allow)
    titles = {one.name: f"{one.title}（{one.name}）{'↓' if one.better == 'lower' else '↑'}" for one in metrics}
    known = [name for name in ROWS if any(name in _figures(run) for run in runs)]
    return Table(
        head=tuple((model, run.name if run.name != model else "") for run in runs for model in [_model(run)]),
        lines=(
            Line("回答", tuple(Cell(f"{len(run.items):,}") for run in runs)),
            *(Line(titles.get(name, name), tuple(_cell(run, name) for run in runs)) for name in known),
            *(Line(title, tuple(_time(run, name) for run in runs)) for name, title in _TIMES),
        ),
    )


def as_markdown(found: Table) -> str:
    head = ("", *(code(model) + (f" {code(name)}" if name else "") for model, name in found.head))
    return as_table(head, ((line.title, *map(_plain, line.cells)) for line in found.lines)) + "\n"


def as_html(found: Table) -> str:
    """One page that needs nothing besides."""
    # Only here: a table for a pull request needs no templates.
    from eval.reports.html import render

    return render("models.html", table=found)


def _model(run: Run) -> str:
    return run.manifest.model or run.name


def _cell(run: Run, name: str) -> Cell:
    record = _figures(run).get(name)
    if record is None:
        return Cell("–")
    found = Figure.of(record)
    return Cell(figure(found.value), span(found.interval))


def _time(run: Run, name: str) -> Cell:
    times = run.summary.get("all", {}).get("latency_ms", {})
    return Cell(f"{times[name]:,.0f}" if name in times else "–")


def _figures(run: Run) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = run.summary.get("all", {}).get("metrics", {})
    return found


def _plain(cell: Cell) -> str:
    return f"{cell.value}（{cell.interval}）" if cell.interval else cell.value
