"""What the thesaurus teaches: texts in everyday words, everyday words as texts."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eval.training.embedding_pairs import Pair
from eval.training.embedding_words import Everyday, counted, thesaurus_pairs
from tests.eval.training.embedding_store import ARTICLES, THESAURUS


def test_statutory_words_are_said_in_everyday_ones() -> None:
    everyday = Everyday(THESAURUS)
    assert everyday.spoken("出租人應將押金返還承租人。", Random(0), 1.0) == "房東應將押金返還房客。"
    assert everyday.spoken("出租人ＡＢ", Random(0), 0.0) == "出租人ab"


def test_some_are_left_as_they_are() -> None:
    said = [Everyday(THESAURUS).spoken("雇主", Random(seed)) for seed in range(50)]
    assert set(said) == {"雇主", "老闆"}


def test_an_everyday_word_is_about_the_articles_that_say_most_of_it() -> None:
    found = thesaurus_pairs(THESAURUS, ARTICLES)
    assert Pair("加班費", 4, "thesaurus") in found
    assert Pair("房客", 1, "thesaurus") in found
    assert {pair.article for pair in found if pair.text == "房東"} == {0, 1, 2}
    assert thesaurus_pairs({"公告": ("沒有這個詞",)}, ARTICLES) == []


def test_a_common_term_alone_tells_no_article() -> None:
    many = [ARTICLES[3]._replace(key=str(number)) for number in range(60)]
    assert thesaurus_pairs({"老闆": ("雇主",)}, many) == []
    assert len(thesaurus_pairs({"欠薪": ("雇主", "積欠工資")}, many)) == 3


@given(st.lists(st.lists(st.integers(0, 4), max_size=8), max_size=6))
def test_words_are_counted_row_by_row(texts: list[list[int]]) -> None:
    dense = [[text.count(number) if number else 0 for number in range(5)] for text in texts]
    assert np.array_equal(counted(texts, 5).toarray(), np.array(dense).reshape(len(texts), 5))
