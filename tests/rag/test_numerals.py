import unicodedata

import pytest
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from rag.numerals import fold, parse_number, search_key


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("184", 184),
        ("１８４", 184),
        ("一百八十四", 184),
        ("一八四", 184),
        ("一百零五", 105),
        ("一百〇五", 105),
        ("一百○五", 105),
        ("一○五", 105),
        ("一百十二", 112),
        ("十", 10),
        ("廿三", 23),
        ("卅", 30),
        ("壹佰貳拾參", 123),
        ("一千零一十", 1010),
        ("1,000", 1000),
        (" 3 5 ", 35),
        ("三十萬五千", 305000),
        ("3萬5千", 35000),
        ("零", 0),
    ],
)
def test_reads_every_way_of_writing_a_number(text: str, number: int) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "第3", "一百八", "一千五", "3.5", "-5", "法", "十十", "百百", "萬", "9" * 30, "萬億萬"]
)
def test_leaves_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@given(st.integers(1, 9999))
def test_agrees_with_cn2an_on_chinese_numerals(number: int) -> None:
    assert parse_number(an2cn(number)) == parse_number(str(number)) == number


@given(st.text())
def test_never_raises(text: str) -> None:
    number = parse_number(text)
    assert number is None or number >= 0


def test_search_key_folds_width_variants_case_and_space() -> None:
    assert search_key("臺 北\u3000ＡＢ（１）\r\n劵") == "台北ab(1)券"


@given(st.text())
def test_fold_maps_each_character_back_to_where_it_came_from(text: str) -> None:
    folded = fold(text)
    assert folded.key == search_key(text)
    offsets = [folded.offset(at) for at in range(len(folded.key))]
    assert offsets == sorted(offsets)
    for char, offset in zip(folded.key, offsets, strict=True):
        assert char in search_key(text[offset])


def test_a_span_of_the_key_slices_back_to_the_text() -> None:
    text = "依 民\r\n法第１８４條"
    folded = fold(text)
    start = folded.key.index("民法")
    begin, end = folded.span(start, start + 2)
    assert text[begin:end] == "民\r\n法"
    assert unicodedata.normalize("NFKC", text[folded.span(4, 7)[0] : folded.span(4, 7)[1]]) == "184"
