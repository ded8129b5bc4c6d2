import pytest

from rag.support.amounts import exchanged, known_amounts
from rag.support.clauses import claim_statement, statements

NOTICE = "應依下列期間通知：\n一、租期未滿一年者，七日前。\n二、租期一年以上者，十五日前。"
FINE = "在湖邊生火者，處二千元以上八千元以下罰鍰；在船上生火者，處四千元以上二萬元以下罰鍰。"


def elsewhere(claim: str, text: str) -> bool:
    return exchanged(claim_statement(claim), known_amounts(statements(text)))


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("租期不到一年的，要在七天前通知。", NOTICE, False),
        ("租期不到一年的，要在十五天前通知。", NOTICE, True),
        ("租期一年以上的，要在十五天前通知。", NOTICE, False),
        ("租期一年以上的，要在七天前通知。", NOTICE, True),
        ("在湖邊生火，罰二千元到八千元。", FINE, False),
        ("在湖邊生火，最多罰八千元。", FINE, False),
        ("在湖邊生火，最少罰八千元。", FINE, True),
        ("在船上生火，最多可罰二萬元。", FINE, False),
        ("在湖邊生火，最多可罰二萬元。", FINE, True),
        ("通知要在九十天前。", NOTICE, False),
        ("應該事先通知。", NOTICE, False),
    ],
)
def test_a_number_belongs_to_its_case(claim: str, text: str, expected: bool) -> None:
    assert elsewhere(claim, text) is expected


def test_bounds() -> None:
    bounds = {one.value.number: one.bound for one in known_amounts(statements(FINE))}
    assert bounds == {2000: "least", 8000: "most", 4000: "least", 20000: "most"}


def test_a_text_without_numbers_has_none() -> None:
    assert known_amounts(statements("應即通知。")) == []
    assert not elsewhere("三日內通知。", "應即通知。")
