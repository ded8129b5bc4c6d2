"""A run in a comment on a pull request: a table for each set, and what changed behind a fold.

Names from outside stand as code, in which nothing is markup, a mention or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eval.changes import Flip
from eval.report import markdown
from eval.reports.run import Row, Run, Tables, figure, span, visible
from eval.scores import Metric

_MOST = 20  # flips named in one fold: a comment has an end


def as_markdown(run: Run, tables: Tables, against: Run | None = None) -> str:
    """The tables of a run; with ``against``, each figure's change from it, and the questions that changed."""
    made = run.manifest
    head = [
        f"## 評測 {code(run.name)}",
        "",
        f"系統 {code(made.system)}" + (f"，模型 {code(made.model)}" if made.model else ""),
    ]
    if against:
        head[-1] += f"；與 {code(against.name)} 比較"
    if run.judged_by:
        head += ["", f"標準依據出自：{run.judged_by}"]
    return (
        "\n".join([*head, *(line for name, rows in tables.items() for line in _set(name, rows, against is not None))])
        + "\n"
    )


def code(text: str) -> str:
    """``code("a`b\\nc") == "`a'b c`"``: text from outside, inert."""
    return "`" + " ".join(visible(text).replace("`", "'").split()) + "`"


def _set(name: str, rows: Sequence[Row], compared: bool) -> Iterator[str]:
    head = ("指標", "值", "95 % 區間", "n", *(("差", "差的區間", "p（Holm）", "勝／平／負") if compared else ()))
    yield from ("", f"### {code(name or '未分組')}", "", markdown(head, (_row(row, compared) for row in rows)))
    if compared:
        yield from _fold(rows)


def _row(row: Row, compared: bool) -> tuple[str, ...]:
    held = row.figure
    called = _called(row.metric, f"{row.metric.title}（{row.metric.name}）")
    plain = (called, figure(held.value), span(held.interval), f"{held.n:,}")
    return plain + (_change(row) if compared else ())


def _change(row: Row) -> tuple[str, ...]:
    one = row.change
    if one is None:
        return ("–",) * 4
    way = "" if abs(one.worsening) < 1e-9 else " ▼" if one.worsening > 0 else " ▲"
    between = "–" if one.interval is None else f"{one.interval.low:+.3f} … {one.interval.high:+.3f}"
    chance = "–" if one.corrected is None else f"{one.corrected:.3f}"
    return f"{one.delta:+.3f}{way}", between, chance, f"{len(one.won)}／{one.tied}／{len(one.lost)}"


def _fold(rows: Iterable[Row]) -> Iterator[str]:
    changed = [(row, row.change) for row in rows if row.change and (row.change.won or row.change.lost)]
    if not changed:
        return
    yield from ("", "<details><summary>改變的題目</summary>", "")
    for row, one in changed:
        for word, flips in (("變差", one.lost), ("變好", one.won)):
            if flips:
                yield f"- {_called(row.metric, row.metric.title)}{word} {len(flips)} 筆：{_named(flips)}"
    yield from ("", "</details>")


def _called(metric: Metric, words: str) -> str:
    """What nobody describes is called what a file says it is called."""
    return code(metric.name) if metric.title == metric.name else words


def _named(flips: Sequence[Flip]) -> str:
    names = list(dict.fromkeys(flip.id for flip in flips))
    rest = f" 等 {len(names)} 題" if len(names) > _MOST else ""
    return "、".join(map(code, names[:_MOST])) + rest
