"""Plots as SVG: curves, and dots with intervals. They take the colour of the text around
them, so they read in the dark.

A plot has a title and says in its description what it shows; series differ by their dashes as well as by their colour
(``.s0`` and ``.s1`` of the style sheet). 1 unit is about 1 pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import NamedTuple
from xml.etree import ElementTree as ET

from eval.reports.run import visible
from eval.stats.wilson import Interval

_WIDTH, _HEIGHT = 360.0, 230.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 14.0, 38.0, 40.0
_ROW = 20.0
_LABELS = 128.0  # what the names of rows may take
_LONGEST = 20  # half-width characters of a name, of which a Chinese one is two
_TICKS = tuple(step / 4 for step in range(5))


class Text(NamedTuple):
    """``name`` is unique in the page; ``told`` says in words what is drawn."""

    name: str
    title: str
    told: str


class Series(NamedTuple):
    name: str
    points: Sequence[tuple[float, float]]


class Dot(NamedTuple):
    """A row: its figure with the interval, and the same of the run held against; rows of one group stand together."""

    group: str
    name: str
    value: float
    interval: Interval | None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """``ticks`` are values on it; ``place`` gives 0 … 1 for a value."""

    title: str
    ticks: Sequence[tuple[float, str]]
    place: Callable[[float], float]


def shares(title: str, top: float = 1.0) -> Axis:
    """An axis from 0 % to ``top``."""
    return Axis(
        title, [(tick * top, f"{tick * top:.3g}" if top < 1 else f"{tick:g}") for tick in _TICKS], lambda v: v / top
    )


def times(title: str, values: Sequence[float]) -> Axis:
    """A logarithmic axis of milliseconds over the values; below 1 ms all is one."""
    low, high = _decade(min(values), 0), _decade(max(values), 1)
    decades = range(low, max(high, low + 1) + 1)

    def place(value: float) -> float:
        return (log10(max(value, 10.0**low)) - low) / (decades[-1] - low)

    return Axis(title, [(10.0**power, _time(10.0**power)) for power in decades], place)


def lines(text: Text, across: Axis, up: Axis, series: Sequence[Series]) -> str:
    """Lines over two axes, each named where there are several."""
    root = _root(text, _HEIGHT)
    frame = _Frame(across, up)
    frame.draw(root)
    for at, one in enumerate(series):
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.place, one.points))
        _add(root, "polyline", points=places, fill="none", **{"class": f"s{at}"})
        if len(one.points) == 1:
            x, y = frame.place(one.points[0])
            _add(root, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="3", **{"class": f"s{at}"})
        if len(series) > 1:
            _key(root, at, one.name)
    return _written(root)


def dots(text: Text, rows: Sequence[Dot], low: float = 0.0, high: float = 1.0) -> str:
    """A row for each figure: a dot on its interval, hollow for the run held against, and the figure in words."""
    groups = dict.fromkeys(row.group for row in rows if row.group)
    height = 12 + _ROW * (len(rows) + len(groups)) + 24
    root = _root(text, height)
    left, right = _LABELS + 4, _WIDTH - 48

    def place(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    for tick in _TICKS:
        value = low + tick * (high - low)
        x = f"{place(value):.1f}"
        _add(root, "line", x1=x, x2=x, y1="8", y2=f"{height - 20:.1f}", **{"class": "grid"})
        _label(root, place(value), height - 6, f"{value:g}", "middle")
    y, group = 12 + _ROW / 2, ""
    for row in rows:
        if row.group != group:
            group = row.group
            _label(root, 2, y + 4, group, "start")
            y += _ROW
        _dot(root, row, y, place)
        y += _ROW
    return _written(root)


class _Frame:
    def __init__(self, across: Axis, up: Axis) -> None:
        self._across, self._up = across, up

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y = self._across.place(point[0]), self._up.place(point[1])
        return _LEFT + x * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - y * (_HEIGHT - _TOP - _BOTTOM)

    def draw(self, root: ET.Element) -> None:
        right, low = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        for value, name in self._up.ticks:
            y = self.place((self._across.ticks[0][0], value))[1]
            _add(root, "line", x1=f"{_LEFT:.1f}", x2=f"{right:.1f}", y1=f"{y:.1f}", y2=f"{y:.1f}", **{"class": "grid"})
            _label(root, _LEFT - 5, y + 4, name, "end")
        for value, name in self._across.ticks:
            _label(root, self.place((value, 0))[0], low + 15, name, "middle")
        _label(root, (_LEFT + right) / 2, _HEIGHT - 6, self._across.title, "middle")
        _label(root, 2, 14, self._up.title, "start")


def _dot(root: ET.Element, row: Dot, y: float, place: Callable[[float], float]) -> None:
    _label(root, _LABELS - 2, y + 4, _short(row.name), "end", row.name)
    if row.interval:
        ends = {"x1": f"{place(row.interval.low):.1f}", "x2": f"{place(row.interval.high):.1f}"}
        _add(root, "line", **ends, y1=f"{y:.1f}", y2=f"{y:.1f}", **{"class": "s0"})
    if row.before is not None:
        _add(root, "circle", cx=f"{place(row.before):.1f}", cy=f"{y:.1f}", r="4", fill="none", **{"class": "s1"})
    _add(root, "circle", cx=f"{place(row.value):.1f}", cy=f"{y:.1f}", r="3.5", **{"class": "s0 dot"})
    _label(root, _WIDTH - 4, y + 4, f"{row.value:.3f}", "end")


def _root(text: Text, height: float) -> ET.Element:
    root = ET.Element("svg", viewBox=f"0 0 {_WIDTH:g} {height:g}", role="img")
    root.set("aria-labelledby", f"{text.name}-title")
    root.set("aria-describedby", f"{text.name}-told")
    ET.SubElement(root, "title", id=f"{text.name}-title").text = visible(text.title)
    ET.SubElement(root, "desc", id=f"{text.name}-told").text = visible(text.told)
    return root


def _add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, tag, attributes)


def _label(root: ET.Element, x: float, y: float, words: str, anchor: str, whole: str = "") -> None:
    made = _add(root, "text", x=f"{x:.1f}", y=f"{y:.1f}", **{"text-anchor": anchor})
    made.text = visible(words)
    if whole and whole != words:
        _add(made, "title").text = visible(whole)


def _key(root: ET.Element, at: int, name: str) -> None:
    """What a line stands for, at the top on the right, one below the other."""
    y, right = 14 + 15 * at, _WIDTH - _RIGHT
    _label(root, right - 26, y, _short(name), "end", name)
    _add(root, "line", x1=f"{right - 22:.1f}", x2=f"{right:.1f}", y1=f"{y - 4}", y2=f"{y - 4}", **{"class": f"s{at}"})


def _short(name: str) -> str:
    width = 0
    for at, sign in enumerate(name):
        width += 1 if sign.isascii() else 2
        if width > _LONGEST:
            return name[:at] + "…"
    return name


def _decade(value: float, up: int) -> int:
    """The power of ten at or next to a time, 1 ms at the least."""
    power = 0
    while 10.0 ** (power + 1 - up) <= value and 10.0**power < value:
        power += 1
    return power


def _time(ms: float) -> str:
    return f"{ms:g} ms" if ms < 1000 else f"{ms / 1000:g} s"


def _written(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode")
