from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree as ET
from hypothesis import given
from hypothesis import strategies as st

from eval.reports.svg import Dot, Series, Text, dots, lines, shares, times
from eval.stats.wilson import Interval

TEXT = Text("p", "標題", "說明")


def drawn(svg: str, tag: str) -> list[Element]:
    return list(ET.fromstring(svg).iter(tag))


def test_a_plot_has_a_title_and_says_what_it_shows() -> None:
    root = ET.fromstring(lines(TEXT, shares("橫"), shares("縱"), [Series("甲", [(0, 0), (1, 1)])]))
    assert root.get("role") == "img"
    by_id = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    assert by_id[root.get("aria-labelledby")] == "標題"
    assert by_id[root.get("aria-describedby")] == "說明"
    assert {"橫", "縱"} <= {one.text for one in root.iter("text")}


def test_a_line_goes_from_corner_to_corner() -> None:
    line = drawn(lines(TEXT, shares("橫"), shares("縱"), [Series("甲", [(0, 0), (1, 1)])]), "polyline")[0]
    (left, low), (right, high) = (map(float, pair.split(",")) for pair in (line.get("points") or "").split())
    assert left < right
    assert low > high


def test_two_series_are_named_and_differ_by_class() -> None:
    series = [Series("甲", [(0, 0), (1, 0.5)]), Series("乙", [(0, 0), (1, 1)])]
    svg = lines(TEXT, shares("橫"), shares("縱"), series)
    assert [one.get("class") for one in drawn(svg, "polyline")] == ["s0", "s1"]
    assert {"甲", "乙"} <= {one.text for one in drawn(svg, "text")}


def test_a_row_is_a_dot_on_its_interval_with_its_figure_in_words() -> None:
    svg = dots(TEXT, [Dot("種類", "lay", 0.5, Interval(0.25, 0.75), 0.4), Dot("種類", "traps", 1.0, None)])
    whisker = next(one for one in drawn(svg, "line") if one.get("class") == "s0")
    before, dot, _ = drawn(svg, "circle")
    assert float(whisker.get("x1") or 0) < float(before.get("cx") or 0) < float(dot.get("cx") or 0)
    assert float(dot.get("cx") or 0) < float(whisker.get("x2") or 0)
    words = [one.text for one in drawn(svg, "text")]
    assert words.count("種類") == 1
    assert {"lay", "0.500", "traps", "1.000"} <= set(words)


def test_a_long_name_is_cut_and_told_whole() -> None:
    label = next(
        one
        for one in drawn(dots(TEXT, [Dot("", "很長的名字" * 9, 0.5, None)]), "text")
        if one.find("title") is not None
    )
    assert label.text == "很長的名字很長的名字…"
    assert label.find("title").text == "很長的名字" * 9  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.2, 0.5], ["1 ms", "10 ms"]),
        ([12.0, 80.0], ["10 ms", "100 ms"]),
        ([5.0, 1200.0], ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]),
    ],
)
def test_times_stand_between_powers_of_ten(values: list[float], ticks: list[str]) -> None:
    assert [name for _, name in times("時間", values).ticks] == ticks


@given(st.lists(st.floats(0.001, 1e7), min_size=1))
def test_every_time_has_its_place_on_the_axis(values: list[float]) -> None:
    axis = times("時間", values)
    assert all(-1e-9 <= axis.place(value) <= 1 + 1e-9 for value in values)


@given(st.text(), st.text())
def test_names_are_text_whatever_they_say(name: str, title: str) -> None:
    svg = dots(Text("p", title, name), [Dot(name, f"</text><script>{name}", 0.5, None)])
    assert not drawn(svg, "script")
