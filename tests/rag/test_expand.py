from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.expand import HINT, STOP, STOP_GRAMS, THESAURUS, UNIGRAM, Expander, Weights
from rag.segment import Grams, fold

CODES = {"勞動基準法": "N0030001", "勞工退休金條例": "N0030020", "民法": "B0000001"}
EXPANDER = Expander(Grams(), CODES)


def test_weights_of_the_question_itself() -> None:
    terms = EXPANDER.expand("房東可以 A1").terms
    assert terms["房東"] == 1.0
    assert terms["東"] == UNIGRAM
    assert terms["可以"] == STOP
    assert terms["a1"] == 1.0


def test_question_words_are_stop_grams() -> None:
    assert {"嗎", "怎麼", "多少", "可以", "什麼", "是不", "不是"} <= STOP_GRAMS
    assert "法律" not in STOP_GRAMS


def test_thesaurus_adds_bigrams_of_the_targets_only() -> None:
    # 打工仔 has one target, 勞工, which is one bigram.
    terms = EXPANDER.expand("打工仔").terms
    assert terms["勞工"] == THESAURUS
    assert "勞" not in terms


def test_thesaurus_shares_weight_over_targets_and_bigrams() -> None:
    # 老闆 → 雇主 | 事業單位
    terms = EXPANDER.expand("老闆").terms
    assert terms["雇主"] == pytest.approx(THESAURUS / sqrt(2 * 1))
    assert terms["事業"] == pytest.approx(THESAURUS / sqrt(2 * 3))


def test_target_already_in_the_question_is_not_added() -> None:
    assert EXPANDER.expand("頭家是雇主").terms["雇主"] == 1.0


def test_longest_entry_wins_and_uses_up_its_characters() -> None:
    # 打工仔 → 勞工; the shorter 打工 would also bring 童工.
    terms = EXPANDER.expand("打工仔").terms
    assert "勞工" in terms
    assert "童工" not in terms


def test_hint_names_the_law_by_its_code() -> None:
    assert EXPANDER.expand("老闆").laws == {"N0030001": HINT}


def test_hint_for_two_laws_is_weaker_and_the_strongest_counts() -> None:
    # 資遣 → 勞動基準法 | 勞工退休金條例
    assert EXPANDER.expand("資遣").laws == pytest.approx(dict.fromkeys(("N0030001", "N0030020"), HINT / sqrt(2)))
    assert EXPANDER.expand("老闆資遣").laws["N0030001"] == HINT


def test_hint_at_a_law_that_is_not_stored_is_left_out() -> None:
    assert Expander(Grams(), {}).expand("老闆").laws == {}


def test_what_counts_can_be_weighed_otherwise() -> None:
    found = Expander(Grams(), CODES, Weights(unigram=1.0, stop=0.0, thesaurus=0.0, hint=0.0)).expand("房東可以資遣嗎")
    assert found.terms == {
        **dict.fromkeys((*"房東可以資遣", *"房東 東可 以資 資遣 遣嗎".split()), 1.0),
        "可以": 0.0,
        "嗎": 0.0,
    }
    assert (found.laws, found.everyday) == ({}, ())


def test_question_without_terms_expands_to_nothing() -> None:
    assert not EXPANDER.expand("？！").terms


@given(st.text(max_size=40))
def test_every_weight_is_above_nothing(question: str) -> None:
    expanded = EXPANDER.expand(question)
    assert all(weight > 0 for weight in [*expanded.terms.values(), *expanded.laws.values()])


@given(st.text(st.sampled_from("老闆房東臺ａA資遣嗎"), max_size=12))
def test_spelling_does_not_matter(question: str) -> None:
    assert EXPANDER.expand(question) == EXPANDER.expand(fold(question))
