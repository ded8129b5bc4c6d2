"""What becomes a word, and how texts are cut into words."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from eval.training.embedding_vocabulary import UNKNOWN, encode, make_tokenizer
from rag.segment import fold

VERBS = ("收取", "返還", "拒絕", "催討", "公告")
PEOPLE = ("出租人", "承租人", "主管機關")
THINGS = ("押金", "租金", "房屋", "書面契約")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    choice = Random(0)
    loose = "其於就為以如若亦並皆"
    rows = [[choice.choice(kind) for kind in (loose, PEOPLE, loose, VERBS, loose, THINGS, loose)] for _ in range(2000)]
    return ["".join(row) + "之損害。臺北" for row in rows]


@pytest.fixture(scope="module")
def tokenizer(texts: list[str]) -> Tokenizer:
    return make_tokenizer(texts, ["房東", "二房東討債公司", "K歌"], 60)


def test_words_are_what_is_used_in_many_places(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("出租人其收取押金").tokens == ["出租人", "其", "收取", "押金"]
    assert "之損害" not in tokenizer.get_vocab()


def test_everyday_words_are_there_whole_unless_long(tokenizer: Tokenizer) -> None:
    words = tokenizer.get_vocab()
    assert {"房東", "k歌"} <= words.keys()
    assert "二房東討債公司" not in words


def test_nothing_else_is_a_word(tokenizer: Tokenizer, texts: list[str]) -> None:
    assert words_of(tokenizer) <= {fold(text[i:j]) for text in {*texts[:500]} for i in range(20) for j in range(i, 20)}
    assert tokenizer.get_vocab_size() <= 60


def words_of(tokenizer: Tokenizer) -> set[str]:
    return set(tokenizer.get_vocab()) - {UNKNOWN, "房東", "k歌", "房", "東", "k", "歌"}


def test_the_same_texts_make_the_same_words(tokenizer: Tokenizer, texts: list[str]) -> None:
    assert make_tokenizer(texts, ["K歌", "房東", "二房東討債公司"], 60).to_str() == tokenizer.to_str()


def test_what_is_unknown_is_number_0(tokenizer: Tokenizer) -> None:
    assert list(encode(tokenizer, ["🙂", "押金", ""])) == [[[0], [tokenizer.token_to_id("押金")], []]]


@given(st.text("出租人押金臺台ＡＢab，🙂 ", max_size=20))
def test_words_joined_are_the_folded_text(tokenizer: Tokenizer, text: str) -> None:
    assert "".join(tokenizer.encode(text).tokens) == fold(text)
