"""Exact match and character F1, held against the definitions of the reference scripts, written out anew."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.folder import Asked
from eval.library import Library
from eval.outputs import Output
from eval.reading import f1, longest, measure, shared, tokens

words = st.text(alphabet="甲乙丙丁戊ab1 ，。「」（）-:", max_size=14)
NO_LIBRARY = cast(Library, None)
_PUNCTUATION = set("-:_*^/\\~`+=，。：？！“”；’《》…·、「」（）－～『』 ")


def reference(golds: list[str], said: str) -> tuple[float, float, float]:
    """EM, bag F1 and LCS F1 the slow way: character by character, a table for the common stretch."""

    def cut(text: str) -> list[str]:
        found, run = [], ""
        for sign in text.lower() + "。":
            if sign.isascii() and sign.isalnum():
                run += sign
                continue
            found += [run] if run else []
            run = ""
            found += [] if sign in _PUNCTUATION else [sign]
        return found

    def best(common: list[int]) -> float:
        sides = [(len(cut(gold)), len(cut(said))) for gold in golds]
        return max((2 * n / (a + b) if a + b else 1.0) for n, (a, b) in zip(common, sides, strict=True))

    bags = [sum(min(cut(gold).count(one), cut(said).count(one)) for one in set(cut(gold))) for gold in golds]
    runs = [SequenceMatcher(None, cut(gold), cut(said), autojunk=False).find_longest_match().size for gold in golds]
    return float(cut(said) in [cut(gold) for gold in golds]), best(bags), best(runs)


def asked(*answers: str) -> Asked:
    return Asked(id="q", kind="reading", question="問？", answerable=True, answers=answers)


@given(st.lists(words, min_size=1, max_size=3), words)
def test_the_measures_equal_the_reference(golds: list[str], said: str) -> None:
    found = measure(asked(*golds), Output(id="q", answer=said, state="answered"), NO_LIBRARY).shares
    em, bag, lcs = reference(golds, said)
    assert [found[name].value for name in ("em", "f1_bag", "f1_lcs")] == pytest.approx([em, bag, lcs], abs=1e-9)


@given(words, words)
def test_a_stretch_in_one_piece_is_never_more_than_what_is_shared(one: str, other: str) -> None:
    assert longest(one, other) <= shared(one, other) <= min(len(one), len(other))
    assert longest(one, other) == longest(other, one)


@given(words)
def test_width_marks_and_punctuation_do_not_count(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    assert tokens(f"「{wide}」[1]。") == tokens(text)


def test_letters_and_digits_are_one_token_a_run() -> None:
    assert tokens("民國１１２年[1]，ＡＢ型。𠮷") == ["民", "國", "112", "年", "ab", "型", "𠮷"]


def test_an_answer_that_holds_the_span_contains_it() -> None:
    long = Output(id="q", answer="依所載，該社成立於1968年，設於臺北[1]。", state="answered")
    found = measure(asked("1968年", "昭和"), long, NO_LIBRARY).shares
    assert (found["contains"].value, found["em"].value) == (1.0, 0.0)
    assert 0 < found["f1_lcs"].value < 0.5


def test_who_refuses_says_nothing() -> None:
    refused = Output(id="q", answer="1968年的資料不在收錄範圍。", state="abstained")
    assert {one.value for one in measure(asked("1968年"), refused, NO_LIBRARY).shares.values()} == {0.0}
    assert measure(asked(), refused, NO_LIBRARY).shares == {}


def test_nothing_against_nothing_is_the_same() -> None:
    assert f1(0, [], []) == 1.0
    assert f1(0, ["甲"], []) == 0.0
