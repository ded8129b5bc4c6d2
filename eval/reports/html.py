"""A run as one page that needs nothing besides: figures, plots, every answer with its evidence, and a run beside it.

All text from outside is escaped, and the page's own policy allows no script but its own, no address, no picture: what
would slip through could do nothing. Without scripts all of it can be read; with them it can be filtered.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eval.reports.items import Drawer, Turn, View
from eval.reports.plots import curves, slices
from eval.reports.run import Key, Row, Run, Tables, figure, known_metrics, odd_parts, span, visible, whole
from eval.scores import Metric
from rag.sentences import MARK, NUMBER

if TYPE_CHECKING:
    from eval.library import Library

_NUMBER = re.compile(NUMBER)
_HERE = Path(__file__).parent
STATES = {"answered": "作答", "partial": "部分作答", "abstained": "拒答", "error": "沒有回覆"}
CHANGES = {"lost": "變差", "won": "變好", "other": "回答不同", "same": "回答相同"}


def as_html(
    run: Run, tables: Tables, metrics: Sequence[Metric], against: Run | None = None, library: Library | None = None
) -> str:
    """The page; ``library`` has the passages that are cited, without one their quotes stand alone."""
    rows = whole(run, against, metrics)
    lower = {one.name for one in metrics if one.better == "lower"}
    drawer = Drawer(run, against, library, _turned(rows), lower)
    views = [drawer.view(item) for item in run.items]
    titles = {one.name: one.title for one in known_metrics(metrics, run.items)}
    return render(
        "report.html",
        run=run,
        against=against,
        rows=rows,
        tables=tables,
        turns={word: [at for at, view in enumerate(views) if word in view.change] for word in CHANGES},
        curves=curves(run, against),
        slices=slices(run, against, titles),
        problems=_problems(views),
        views=views,
        options=_options(views),
        titles=titles,
        script=asset("report.js"),
    )


def render(template: str, **values: Any) -> str:
    """A template of this folder, with the style sheet and a policy that admits ``script`` alone."""
    digest = base64.b64encode(hashlib.sha256(values.get("script", "").encode()).digest()).decode()
    scripts = f"script-src 'sha256-{digest}'"
    policy = f"default-src 'none'; style-src 'unsafe-inline'; {scripts}; base-uri 'none'; form-action 'none'"
    return _templates().get_template(template).render(style=asset("report.css"), policy=policy, **values)


def asset(name: str) -> Markup:
    """A file of ours that stands in the page as it is."""
    return Markup((_HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def shown(text: str) -> Markup:
    """The text, escaped, its odd characters as their codes: no text turns the words around it."""
    *odd, (rest, _) = odd_parts(str(text))
    parts = (escape(piece) + Markup('<span class="odd">{}</span>').format(code) for piece, code in odd)
    return Markup().join(parts) + escape(rest) if odd else escape(rest)


def marked(text: str, view: int, marks: Iterable[int]) -> Markup:
    """A sentence, its marks leading to the cards of its sources."""
    known = set(marks)
    parts: list[Markup] = []
    at = 0
    for found in MARK.finditer(text):
        number = int(_NUMBER.findall(found[1])[0])
        if number in known:
            link = Markup('<a href="#i{}-{}">{}</a>').format(view, number, found[0])
            parts += [shown(text[at : found.start()]), link]
            at = found.end()
    return Markup().join([*parts, shown(text[at:])])


def _turned(rows: Iterable[Row]) -> Mapping[Key, Sequence[Turn]]:
    """By answer: the measures on which it became worse, then those on which it became better."""
    found: dict[Key, list[Turn]] = {}
    for is_loss in (True, False):
        for row in rows:
            flips = () if row.change is None else row.change.lost if is_loss else row.change.won
            for flip in flips:
                turn = Turn(row.metric.name, flip.before, flip.after, is_loss)
                found.setdefault((flip.id, flip.repeat), []).append(turn)
    return found


def _problems(views: Sequence[View]) -> Sequence[tuple[str, int, int]]:
    """``(measure, problems, answers)``, the most frequent first."""
    counts: dict[str, tuple[int, int]] = {}
    for view in views:
        names = [one.measure for one in view.item.problems]
        for name in dict.fromkeys(names):
            problems, answers = counts.get(name, (0, 0))
            counts[name] = problems + names.count(name), answers + 1
    return sorted(((name, *count) for name, count in counts.items()), key=lambda one: (-one[1], one[0]))


def _options(views: Sequence[View]) -> Mapping[str, Mapping[str, int]]:
    """What can be filtered by; in the page each is a number, so that no name stands in a rule."""
    named: dict[str, dict[str, None]] = {"set": {}, "kind": {}, "state": {}, "problem": {}, "change": {}}
    for view in views:
        named["set"][view.set] = None
        named["kind"][_kind(view)] = None
        named["state"][view.item.state] = None
        named["problem"] |= dict.fromkeys(one.measure for one in view.item.problems)
        named["change"] |= dict.fromkeys(view.change)
    return {by: {name: at for at, name in enumerate(sorted(names))} for by, names in named.items()}


def _kind(view: View) -> str:
    return view.asked.kind if view.asked else view.item.slices.get("kind", "")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"shown": shown, "figure": figure, "span": span, "visible": visible, "kind": _kind}
    made.globals |= {"marked": marked, "STATES": STATES, "CHANGES": CHANGES}
    return made
