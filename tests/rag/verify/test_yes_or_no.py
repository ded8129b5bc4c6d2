import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify.yes_or_no import is_all, without


@pytest.mark.parametrize("word", ["可以", "不可以", "不行", "要", "不會", "有", "是的", "不一定", "不用"])
def test_a_yes_or_no_before_what_is_stated_is_left_out(word: str) -> None:
    assert without(f"{word}，員工生病時得請病假[1]。") == "員工生病時得請病假[1]。"


@pytest.mark.parametrize(
    "text",
    [
        "不行，除非經過房東同意。",
        "可以，但要先申請並經過許可[1]。",
        "不可以。",
        "可以，如下。",
        "要約經拒絕者，失其拘束力[1]。",
        "有人住的房子，房東不得擅自進入[1]。",
        "可以延長的期間，最多為三個月[1]。",
    ],
)
def test_what_leans_on_it_or_is_none_stays(text: str) -> None:
    assert without(text) == text


@pytest.mark.parametrize("words", ["可以。", "原則上不可以。", "不行", "不用的。"])
def test_what_says_no_more_than_yes_or_no(words: str) -> None:
    assert is_all(words)


@pytest.mark.parametrize("words", ["不予處罰。", "無效。", "得延長。", ""])
def test_a_short_sentence_may_state_something(words: str) -> None:
    assert not is_all(words)


@given(st.text("可以不行要會能，。除非但員工得請假[1]原則上", max_size=40))
def test_nothing_but_the_beginning_is_left_out(text: str) -> None:
    assert text.endswith(without(text))
    assert len(text) - len(without(text)) <= 6
