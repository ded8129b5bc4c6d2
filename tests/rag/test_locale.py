from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.locale import leaks


def test_simplified_characters_are_found_with_taiwans() -> None:
    found = leaks("雇主应与劳工订立契約")
    assert [(one.text, one.instead, one.kind) for one in found] == [
        ("应", "應", "script"),
        ("与", "與", "script"),
        ("劳", "勞", "script"),
        ("订", "訂", "script"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "皇后與王后",
        "萬里長城只有一里",
        "臺灣的台北",
        "秘密的床",
        "群眾的村莊",
        "行政程序法的文件與設備",
        "準用、核准",
        "乾淨、干涉、幹部",
    ],
)
def test_what_taiwan_writes_is_no_leak(text: str) -> None:
    assert leaks(text) == []


@pytest.mark.parametrize(
    ("text", "instead"), [("勞動合同", "勞動契約"), ("人民法院", "法院"), ("訴訟時效", "消滅時效")]
)
def test_mainland_words_are_found_with_taiwans(text: str, instead: str) -> None:
    (found,) = leaks(f"依{text}處理")
    assert (found.text, found.kind, found.instead) == (text, "wording", instead)


def test_the_longest_word_is_told() -> None:
    assert [one.text for one in leaks("最高人民檢察院")] == ["最高人民檢察院"]


def test_what_the_question_or_a_source_says_may_be_said() -> None:
    assert leaks("勞動合同法", allowed="大陸的勞動合同法適用嗎") == []
    assert leaks("网", allowed="网") == []


@given(st.text(alphabet="勞动合同人民法院，。网abc", max_size=40), st.text(alphabet="勞动合同网", max_size=5))
def test_spans_are_those_of_the_text(text: str, allowed: str) -> None:
    found = leaks(text, allowed)
    assert all(text[one.start : one.end] == one.text and one.text not in allowed for one in found)
    assert found == sorted(found)
