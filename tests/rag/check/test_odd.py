import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.check.odd import after_law, decisions, longer_name

LAW = "示範法"


@pytest.mark.parametrize(
    "written",
    ["第123456條", "第0條", "第零條", "第-1條", "第1e9條", "第二百萬條", "12345678條", "第184條第0項", "第3條之0"],
)
def test_what_stands_after_a_law_as_its_article(written: str) -> None:
    assert after_law(f"依{LAW}{written}，應賠償", 1 + len(LAW)) == written


@pytest.mark.parametrize("text", ["示範法的條文", "示範法，第3條", "示範法第三條例", "示範法共有100條"])
def test_what_is_no_article(text: str) -> None:
    assert after_law(text, len(LAW)) == ""


@pytest.mark.parametrize(
    ("text", "more"), [("示範法施行法第1條", "施行法"), ("示範法施行細則", "施行細則"), ("示範法施行後", "")]
)
def test_what_goes_on_from_a_name(text: str, more: str) -> None:
    assert longer_name(text, len(LAW)) == more


@pytest.mark.parametrize("text", ["釋字第99999999號", "1040年度台上字第472號", "104年度台上字第99999999號"])
def test_numbers_that_no_decision_has(text: str) -> None:
    (one,) = decisions(f"參照{text}意旨", [])
    assert (one.text, one.start, one.end) == (text, 2, 2 + len(text))
    assert list(decisions(f"參照{text}意旨", [(0, 4)])) == []


@pytest.mark.parametrize("text", ["釋字第748號", "104年度台上字第472號", "民國104年", "電話字第12345678號"])
def test_numbers_that_one_may_have(text: str) -> None:
    assert list(decisions(text, [])) == []


@given(st.text("示範法第0123條之項e-釋字年度台上號施行細則", max_size=60), st.integers(0, 60))
def test_any_text_is_read_and_spans_fit(text: str, at: int) -> None:
    assert after_law(text, at) in text
    assert longer_name(text, at) in text
    assert all(text[one.start : one.end] == one.text for one in decisions(text, []))
