"""Text → sentences: the same however a stream was cut, and nothing lost."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import Splitter, is_finished, only_marks, plain, split, with_marks

TEXTS = st.text(
    st.sampled_from("雇主應預告得請求。。！？；;?\n\n「」『』（）()[]［］【】12３,、 *_`#-.。"), max_size=120
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n ", []),
        ("雇主應預告[1]。勞工得請假[2]。", ["雇主應預告[1]。", "勞工得請假[2]。"]),
        ("雇主應預告。[1]勞工得請假。[2]", ["雇主應預告。[1]", "勞工得請假。[2]"]),
        ("雇主應預告。[1][2] 勞工得請假。【3】", ["雇主應預告。[1][2]", "勞工得請假。【3】"]),
        ("雇主應預告。 ［1、2］\n勞工得請假！[ 3 ]", ["雇主應預告。 ［1、2］", "勞工得請假！[ 3 ]"]),
        ("雇主應預告\n勞工得請假", ["雇主應預告", "勞工得請假"]),
        ("雇主應預告。\n[1]\n勞工得請假。", ["雇主應預告。\n[1]", "勞工得請假。"]),
        ("雇主應預告。\n[1] 民法第1條", ["雇主應預告。", "[1] 民法第1條"]),
        ("雇主應預告。[甲]說", ["雇主應預告。", "[甲]說"]),
        ("可以嗎？！不行……對。", ["可以嗎？！", "不行……對。"]),
        # a clause ends only with marks of its own
        ("雇主應預告；勞工得請假。[1]", ["雇主應預告；勞工得請假。[1]"]),
        ("雇主應預告[1]；勞工得請假[2]。", ["雇主應預告[1]；", "勞工得請假[2]。"]),
        ("雇主應預告；[1]勞工得請假。[2]", ["雇主應預告；[1]", "勞工得請假。[2]"]),
        # brackets
        ("規定：「甲應預告。乙得請假。」[1]所以成立。", ["規定：「甲應預告。乙得請假。」[1]", "所以成立。"]),
        ("規定：「甲應預告。」[1]，所以成立[1]。", ["規定：「甲應預告。」[1]，所以成立[1]。"]),
        ("規定：「甲應預告。」之意旨[1]。", ["規定：「甲應預告。」之意旨[1]。"]),
        ("規定：「甲應預告。」。乙得請假。", ["規定：「甲應預告。」。", "乙得請假。"]),
        ("規定：「甲應預告。\n乙得請假。」[1]", ["規定：「甲應預告。\n乙得請假。」[1]"]),
        ("規定：「甲應預告。」[1]\n乙得請假。", ["規定：「甲應預告。」[1]", "乙得請假。"]),
        ("雇主（含代理人。以下同）應預告。", ["雇主（含代理人。以下同）應預告。"]),
        ("規定：「甲應預告。乙得請假[1]。\n\n丙得請求[2]。", ["規定：「甲應預告。", "乙得請假[1]。", "丙得請求[2]。"]),
        ("規定：「甲應預告。乙得請假[1]。", ["規定：「甲應預告。", "乙得請假[1]。"]),
        ("甲」應預告。乙得請假。", ["甲」應預告。", "乙得請假。"]),
        # numbers, addresses
        ("罰1,000.5元，見第3.1點。", ["罰1,000.5元，見第3.1點。"]),
        ("見 https://example.tw/a?b=1;c=2 一頁。", ["見 https://example.tw/a?b=1;c=2 一頁。"]),
        ("可以嗎?可以!", ["可以嗎?", "可以!"]),
        # lists and Markdown
        (
            "## 結論\n- **雇主**應預告[1]\n• 勞工得`請假`[2]",
            ["結論", "雇主應預告[1]", "勞工得請假[2]"],
        ),
        (
            "一、甲應預告。[1]\n（一）乙得請假。[2]\n1. 丙得請求。[3]",
            ["一、甲應預告。[1]", "（一）乙得請假。[2]", "1. 丙得請求。[3]"],
        ),
        ("**雇主應預告。**[1] 勞工得請假。", ["雇主應預告。[1]", "勞工得請假。"]),
        ("> 引用\n---\n***\n完。", ["引用", "完。"]),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_bracket_that_never_closes_takes_no_more_than_a_few_sentences() -> None:
    text = "規定：「甲應預告。" + "乙得請假[1]。" * 200
    assert split(text)[1:] == ["乙得請假[1]。"] * 200


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("雇主應預告。", True),
        ("雇主應預告。[1]", True),
        ("雇主應預告[1]", True),
        ("規定：「甲應預告。」", True),
        ("雇主應預告；", True),
        ("雇主應預", False),
        ("雇主應預告[1", False),
        ("依民法第184條規定：", False),
        ("", False),
    ],
)
def test_is_finished(sentence: str, expected: bool) -> None:
    assert is_finished(sentence) is expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("甲。乙。", [0, 0]),
        ("甲。\n乙。", [0, 1]),
        ("甲。\n[1]\n乙。", [0, 1]),
        ("\n\n甲。乙\n丙。", [2, 2, 3]),
        ("「甲。\n乙。」丙。丁。", [0, 0]),
        ("甲。「乙。\n\n丙。丁。", [0, 0, 2, 2]),
    ],
)
def test_the_line_a_sentence_begins_on(text: str, lines: list[int]) -> None:
    splitter = Splitter()
    assert [one.number for one in (*splitter.feed(text), *splitter.close())] == lines


@pytest.mark.parametrize(
    ("sentence", "marks", "expected"),
    [
        ("雇主應預告。", [1], "雇主應預告[1]。"),
        ("雇主應預告", [1, 3], "雇主應預告[1][3]"),
        ("規定：「應預告。」", [2], "規定：「應預告。」[2]"),
        ("雇主應預告！", [], "雇主應預告！"),
    ],
)
def test_with_marks(sentence: str, marks: list[int], expected: str) -> None:
    assert with_marks(sentence, marks) == expected


@pytest.mark.parametrize(
    ("sentence", "kept", "expected"),
    [
        ("甲[1][2]。", {1}, "甲[1]。"),
        ("甲[1, 2]。", {2}, "甲[2]。"),
        ("甲【1、2】。", {1, 2}, "甲【1、2】。"),
        ("甲【１、２、３】乙［４］。", {1, 3}, "甲[1][3]乙。"),
        ("甲[1]。", set(), "甲。"),
    ],
)
def test_only_marks(sentence: str, kept: set[int], expected: str) -> None:
    assert only_marks(sentence, kept) == expected


@given(TEXTS, st.lists(st.integers(0, 120), max_size=12))
def test_any_way_of_cutting_gives_the_same(text: str, cuts: list[int]) -> None:
    splitter = Splitter()
    at = [0, *sorted(cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(at)]
    found = [sentence for piece in pieces for sentence in splitter.feed(piece)]
    whole = Splitter()
    assert [*found, *splitter.close()] == [*whole.feed(text), *whole.close()]


@given(st.one_of(TEXTS, st.text(max_size=60)))
def test_nothing_is_lost(text: str) -> None:
    assert _words("".join(split(text))) == _words(text)


@given(TEXTS)
def test_every_sentence_is_plain_and_on_its_own(text: str) -> None:
    for sentence in split(text):
        assert sentence == sentence.strip()
        assert not re.search(r"\*|__|`", sentence)
        assert plain(sentence).endswith(sentence[-1])


@pytest.mark.parametrize(
    "unit", ["「", "」", "（", "[", "【1", "。", "。[1]", "\n", "*", "；[", "「。」[1]", "甲", " ", "「\n"]
)
def test_long_odd_text_is_read_in_pieces_of_any_size(unit: str) -> None:
    text = unit * 20_000
    splitter = Splitter()
    found = [sentence for char in text for sentence in splitter.feed(char)]
    assert _words("".join(one.text for one in (*found, *splitter.close()))) == _words(text)


def _words(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
