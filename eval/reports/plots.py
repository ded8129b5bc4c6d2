"""The plots of a report: risk over coverage, how long answers took, and the figures of slices with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from eval.measures.percentile import percentile
from eval.reports.run import Figure, Run
from eval.reports.svg import Dot, Series, Text, dots, lines, shares, times

_BY = {"set": "題組", "kind": "種類", "source": "來源", "wording": "用語", "as_of": "日期", "judged_by": "判斷"}
_HEADLINES = (
    "state_ok",
    "citation_recall",
    "citation_precision",
    "ndcg@10",
    "recall@10",
    "f1_bag",
)
_STEPS = 100  # points of the curve of times


class Plot(NamedTuple):
    title: str
    told: str
    svg: Markup


def curves(run: Run, against: Run | None) -> list[Plot]:
    """Risk over coverage and times, as far as there are figures."""
    runs = [run, against] if against else [run]
    return [*_risk(runs), *_latency(runs)]


def slices(run: Run, against: Run | None, titles: Mapping[str, str]) -> list[Plot]:
    """The headline measures of every slice."""
    return list(_sliced(run, against, titles))


def _risk(runs: Sequence[Run]) -> Iterator[Plot]:
    held = [(run, run.summary.get("all", {}).get("risk_coverage")) for run in runs]
    known = [(run, curve) for run, curve in held if curve]
    if not known:
        return
    told = "；".join(f"{run.name} 曲線下面積（AURC）{curve['aurc']:.3f}，{curve['n']:,} 筆回答" for run, curve in known)
    series = [Series(run.name, [(x, y) for x, y in curve["points"]]) for run, curve in known]
    top = _round_up(max(y for one in series for _, y in one.points))
    yield _plot(
        "risk",
        "風險與涵蓋",
        f"只答最有把握的幾成時，其中答錯的比例；越低越好。{told}。",
        lambda text: lines(text, shares("作答的比例（由最有把握的起）"), shares("答錯的比例", top), series),
    )


def _latency(runs: Sequence[Run]) -> Iterator[Plot]:
    held = [(run, sorted(item.ms for item in run.items if item.ms > 0 and item.state != "error")) for run in runs]
    known = [(run, values) for run, values in held if values]
    if not known:
        return
    told = "；".join(
        f"{run.name} 一半在 {_ms(percentile(values, 50))} 以內，95 % 在 {_ms(percentile(values, 95))} 以內，"
        f"99 % 在 {_ms(percentile(values, 99))} 以內"
        for run, values in known
    )
    series = [
        Series(run.name, [(percentile(values, p), p / 100) for p in range(1, _STEPS + 1)]) for run, values in known
    ]
    axis = times("作答時間", [value for _, values in known for value in (values[0], values[-1])])
    told = f"在這個時間以內答完的比例。{told}。"
    yield _plot("latency", "作答時間", told, lambda text: lines(text, axis, shares("累計比例"), series))


def _sliced(run: Run, against: Run | None, titles: Mapping[str, str]) -> Iterator[Plot]:
    for name in _HEADLINES:
        before = dict(_rows(against.summary, name)) if against else {}
        rows = [
            Dot(*label, one.value, one.interval, before[label].value if label in before else None)
            for label, one in _rows(run.summary, name)
        ]
        if len(rows) > 1 and all(0 <= row.value <= 1 for row in rows):
            title = titles.get(name, name)
            told = "各分組的數值與 95 % 區間" + (f"；空心圓是 {against.name}" if against else "") + "。"
            words = "、".join(f"{row.name} {row.value:.3f}" for row in rows)
            yield _plot(f"slice-{name}", f"{title}（{name}）", told, partial(dots, rows=rows), words)


def _rows(summary: Mapping[str, Any], metric: str) -> Iterable[tuple[tuple[str, str], Figure]]:
    """``(("種類", "lay"), …)`` for every slice that has the measure, all answers first."""
    groups = [(("", "全部"), summary.get("all", {}))]
    sliced = {"set": summary.get("by_set", {}), **summary.get("slices", {})}
    for by in _BY:
        if len(sliced.get(by, {})) > 1:
            groups += [((_BY[by], value), held) for value, held in sliced[by].items()]
    for label, held in groups:
        if metric in held.get("metrics", {}):
            yield label, Figure.of(held["metrics"][metric])


def _plot(name: str, title: str, told: str, draw: Any, words: str = "") -> Plot:
    # Drawn as a tree of elements, so that whatever was outside text is escaped in it.
    svg = Markup(draw(Text(f"plot-{name}", title, words or told)))  # noqa: S704
    return Plot(title, told, svg)


def _ms(value: float) -> str:
    return f"{value:,.0f} 毫秒" if value < 10_000 else f"{value / 1000:,.1f} 秒"


def _round_up(risk: float) -> float:
    return next((top for top in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8) if risk <= top), 1.0)
