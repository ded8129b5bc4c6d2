"""A span of a text → passages of a size that search and reading are good with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import MOST, pieces, trimmed

texts = st.text(st.sampled_from("甲乙丙。，；：！？」』）\n 　\t、a1"), max_size=300)
bounds = st.tuples(st.integers(0, 300), st.integers(0, 300))


@given(texts, bounds, st.integers(1, 60))
def test_pieces_cover_all_but_white_space_in_order_and_are_not_too_long(
    text: str, span: tuple[int, int], most: int
) -> None:
    start, end = sorted(min(one, len(text)) for one in span)
    found = list(pieces(text, start, end, most))
    edges = [start, *(edge for one in found for edge in one), end]
    assert edges == sorted(edges)
    assert all(0 < right - left <= most for left, right in found)
    for left, right in found:
        assert text[left:right] == text[left:right].strip()
    between = zip(edges[::2], edges[1::2], strict=True)
    assert "".join(text[left:right] for left, right in between).strip() == ""


@given(texts, st.integers(2, 60))
def test_only_the_last_piece_may_be_short(text: str, most: int) -> None:
    solid = text.translate(dict.fromkeys(map(ord, " \n\t\u3000"), "甲"))
    assert all(right - left >= most // 2 for left, right in list(pieces(solid, 0, len(solid), most))[:-1])


@given(texts, bounds)
def test_a_trimmed_span_is_what_strip_leaves(text: str, span: tuple[int, int]) -> None:
    start, end = sorted(min(one, len(text)) for one in span)
    left, right = trimmed(text, start, end)
    assert text[left:right] == text[start:end].strip()
    assert start <= left <= right <= end


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("甲。乙。丙。", 4, ["甲。乙。", "丙。"]),
        ("甲乙丙丁戊己。", 4, ["甲乙丙丁", "戊己。"]),
        ("甲乙丙丁。\n戊。己庚", 8, ["甲乙丙丁。", "戊。己庚"]),
        ("甲乙丙，丁戊己庚", 6, ["甲乙丙，", "丁戊己庚"]),
        ("甲稱：「乙。」丙丁戊", 8, ["甲稱：「乙。」", "丙丁戊"]),
        ("　甲。　\n", 9, ["甲。"]),
        (" \n\t", 9, []),
        ("", 9, []),
    ],
)
def test_a_passage_ends_where_a_paragraph_a_sentence_or_a_clause_does(
    text: str, most: int, expected: list[str]
) -> None:
    assert [text[left:right] for left, right in pieces(text, 0, len(text), most)] == expected


def test_what_lies_outside_the_span_is_not_looked_at() -> None:
    text = "甲" * 400 + "。" + "乙" * 400
    assert list(pieces(text, 401, 801)) == [(401, 801)]
    assert list(pieces(text, 0, 400)) == [(0, 400)]
    assert [right - left for left, right in pieces("字" * 1201, 0, 1201)] == [MOST, MOST, 201]
