import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.spans import Number, Span, parse_spans, squeeze

numbers = st.builds(Number, st.integers(1, 1225), st.integers(0, 30))


def shown(spans: tuple[Span, ...]) -> list[str]:
    one = lambda number: f"{number.main}-{number.sub}" if number.sub else str(number.main)  # noqa: E731
    return [one(first) if first == last else f"{one(first)}～{one(last)}" for first, last in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("修正公布第4條條文", ["4"]),
        ("第8、14、32～36條條文", ["8", "14", "32～36"]),
        ("第4-1、7-1～7-3、9條條文", ["4-1", "7-1～7-3", "9"]),
        ("第14～15-2條", ["14～15-2"]),
        ("第5條、第6條及第7條條文", ["5", "6", "7"]),
        ("第185條之3條文", ["185-3"]),
        ("第2條、第5條之1及第7條", ["2", "5-1", "7"]),
        ("第23條至第57條條文", ["23～57"]),
        ("第36條之1至第40條", ["36-1～40"]),
        ("第13條至15條、第17條", ["13～15", "17"]),
        ("第1、2及4條", ["1", "2", "4"]),
        ("第24、27、條條文", ["24", "27"]),
        ("修正公布第122、127；並刪除第129條", ["122", "127", "129"]),
        ("第三十三條條文", ["33"]),
        ("第五條之一、第十二條條文", ["5-1", "12"]),
        ("第一、八、九條", ["1", "8", "9"]),
        ("第三十六條至第四十三條之一", ["36～43-1"]),
        ("第993994條條文", ["993", "994"]),
        ("第3、2529、33-1條", ["3", "25", "29", "33-1"]),
        ("第99100條", ["99", "100"]),
        ("第39-141-1條", ["39-1", "41-1"]),
        ("增訂之224-1條", ["224-1"]),
        ("第160條第1項條文", ["160"]),
        ("修正第3項", []),
        ("第1章、第二節", []),
        ("第10點", []),
        ("第11000001891號令", []),
        ("第99999999999999條", []),
        ("", []),
    ],
)
def test_numbers_as_histories_write_them(text: str, expected: list[str]) -> None:
    assert shown(parse_spans(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第5條第2項", []),
        ("第12條第3、5～8項", []),
        ("第7條第1項第2款及第9條", ["9"]),
        ("第143-4～143-6、149條條文及第168條第4項規定", ["143-4～143-6", "149"]),
        ("第七條第一項條文", []),
    ],
)
def test_an_article_of_which_only_a_part_is_named_can_be_left_out(text: str, expected: list[str]) -> None:
    assert shown(parse_spans(text, parts=False)) == expected


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12))
def test_what_is_written_is_read(pairs: list[tuple[Number, Number]]) -> None:
    spans = tuple(Span(min(pair), max(pair)) for pair in pairs)
    assert parse_spans(f"第{'、'.join(shown(spans))}條條文") == spans


@given(numbers, numbers, numbers)
def test_a_span_holds_what_lies_between_its_ends(one: Number, other: Number, number: Number) -> None:
    span = Span(min(one, other), max(one, other))
    assert span.holds(span.first)
    assert span.holds(span.last)
    if span.holds(number):
        assert span.first.main <= number.main <= span.last.main


@given(st.integers(1, 1000), st.integers(0, 200), st.integers(1, 9))
def test_a_range_of_whole_numbers_leaves_the_inserted_articles_out(first: int, more: int, sub: int) -> None:
    span = Span(Number(first), Number(first + more))
    assert span.holds(Number(first + more // 2))
    assert not span.holds(Number(first + more // 2, sub))


@given(st.text(alphabet="第條之項款0123456789一二三十百、，～至及或- \r\n", max_size=300))
def test_any_text_is_read_without_complaint(text: str) -> None:
    assert all(span.first.main >= 0 for span in parse_spans(text))


@pytest.mark.parametrize(
    "text", ["第" + "1" * 20_000, "第1、" * 20_000, "第" + "1～" * 20_000 + "條", "第" + "一" * 20_000]
)
def test_long_runs_are_read_once(text: str) -> None:
    # Quadratic reading would take minutes here; the suite would be stopped.
    assert len(parse_spans(text)) <= 20_000


def test_white_space_carries_no_meaning() -> None:
    assert squeeze("第 160  條第 1\r\n  項\u3000條文") == "第160條第1項條文"
