from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.segment import Grams, Words, dimension, fold

CHARACTERS = st.sampled_from("法律之人民第條項〇臺台1８9aＡz，。 \n﨎\ue001㈠½\U00020001\U0002a6d6")
TEXTS = st.text(CHARACTERS, max_size=12)
GRAMS = Grams()


def test_terms_of_mixed_text() -> None:
    assert GRAMS.terms("侵權行為 A1") == ["侵", "權", "行", "為", "侵權", "權行", "行為", "a1"]


def test_terms_do_not_reach_over_punctuation_or_digits() -> None:
    assert set(GRAMS.terms("民法，第184條")) == {"民", "法", "民法", "第", "184", "條"}


@pytest.mark.parametrize("text", ["", "，。！", "\r\n"])
def test_no_terms_in_text_without_words(text: str) -> None:
    assert GRAMS.terms(text) == []


def test_one_spelling_for_width_case_and_variant() -> None:
    assert fold("ＡＢ臺北１") == "ab台北1"
    assert GRAMS.terms("臺北市") == GRAMS.terms("台北市")


@given(TEXTS)
def test_fold_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS, TEXTS)
def test_a_break_parts_texts(left: str, right: str) -> None:
    assert sorted(GRAMS.terms(f"{left}\n{right}")) == sorted(GRAMS.terms(left) + GRAMS.terms(right))


@given(TEXTS)
def test_batch_is_terms_of_each(text: str) -> None:
    assert GRAMS.batch([text, text]) == [GRAMS.terms(text)] * 2


def test_dimension_of_basic_plane_terms_is_their_code() -> None:
    assert dimension("法") == 0x6CD5
    assert dimension("民法") == 0x6C116CD5


@given(st.lists(st.text(st.characters(min_codepoint=0x3007, max_codepoint=0xD7FF), min_size=1, max_size=2)))
def test_basic_plane_terms_never_share_a_dimension(terms: list[str]) -> None:
    assert len({dimension(term) for term in terms}) == len(set(terms))


@given(st.text("0123456789abcz:\U00020001法", min_size=3, max_size=12))
def test_hashed_terms_stay_clear_of_codes(term: str) -> None:
    assert 1 << 16 <= dimension(term) < 0x3007 << 16


class FakeModel:
    """Cuts every text into words of so many characters."""

    name = "fake"

    def __init__(self, length: int = 3) -> None:
        self._length = length

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        return [[text[i : i + self._length] for i in range(0, len(text), self._length)] for text in texts]


def test_words_of_three_characters_and_more_stand_beside_the_grams() -> None:
    assert Words(FakeModel()).terms("勞動契約書，A1") == [*GRAMS.terms("勞動契約書，A1"), "勞動契"]
    assert Words(FakeModel(5)).terms("勞動契約書，A1") == [*GRAMS.terms("勞動契約書，A1"), "勞動契約書"]


@given(TEXTS, st.integers(1, 2))
def test_words_of_two_characters_are_pairs_already(text: str, length: int) -> None:
    assert Words(FakeModel(length)).terms(text) == GRAMS.terms(text)


@given(st.lists(TEXTS, max_size=4), st.integers(1, 6))
def test_a_model_adds_words_of_the_text_and_takes_nothing_away(texts: list[str], length: int) -> None:
    words = Words(FakeModel(length))
    for text, terms in zip(texts, words.batch(texts), strict=True):
        grams = GRAMS.terms(text)
        assert terms[: len(grams)] == grams
        assert all(len(term) > 2 and term in fold(text) for term in terms[len(grams) :])
        assert words.terms(text) == terms


def test_words_are_named_after_their_model() -> None:
    assert Words(FakeModel()).name == "words-2/fake"
