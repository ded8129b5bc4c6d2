"""Texts and the articles they are about, read from a small store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eval.training.embedding_pairs import Pair, Shelf, make_pairs
from eval.training.embedding_texts import SOURCES, Article, corpus, missing, read_articles, read_texts
from rag.names import LawNames
from rag.store import Store
from tests.eval.training.embedding_store import ARTICLES, RENT, made_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with made_store(tmp_path_factory.mktemp("store")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pairs(store: Store) -> list[Pair]:
    return make_pairs(store, ARTICLES, read_texts(store), LawNames(store.law_names()), seed=0)


def test_articles_in_force_are_read_in_order(store: Store) -> None:
    assert read_articles(store) == ARTICLES
    assert ARTICLES[0].shown == "示範租賃住宅條例\n出租人收取押金，不得逾二個月之租金總額。"


def test_what_the_store_lacks_is_named(store: Store) -> None:
    assert missing(store) == [SOURCES["interpretations"], SOURCES["gazette-ly"]]
    assert len(list(corpus(ARTICLES, list(read_texts(store))))) == len(ARTICLES) + 4


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("caption", "押金上限", 0),
        ("caption", "押金返還", 1),
        ("bill", "一、房客常拿不回押金，爰明定期限。", 1),
        ("reason", "一、條次變更。二、為保障勞工生活，雇主積欠薪水或遲發加班費者應予處罰，以收嚇阻之效。", 3),
        ("citation", "原告主張被告屆期仍未退還擔保金額，爰依　規定請求被告如數退還。", 1),
    ],
)
def test_what_is_said_about_an_article_is_paired_with_it(pairs: list[Pair], kind: str, text: str, number: int) -> None:
    assert Pair(text, number, kind) in pairs


def test_what_says_nothing_is_left_out(pairs: list[Pair]) -> None:
    assert sorted(pair.kind for pair in pairs) == ["bill", "caption", "caption", "citation", "reason"]


def test_an_article_too_unlike_its_former_self_has_no_heir() -> None:
    shelf = Shelf(ARTICLES)
    assert shelf.heir(RENT.pcode, "1", "主管機關應每年公告統計資料。") is None
    assert shelf.heir(RENT.pcode, "9", ARTICLES[2].text) == 2
    assert shelf.heir("Z0000000", "1", ARTICLES[2].text) is None
    assert shelf.heir(RENT.pcode, "1", "") is None


def test_of_an_article_cited_everywhere_some_windows_are_taken(store: Store) -> None:
    ruling = next(text for text in read_texts(store) if text.kind == "judgment")
    many = [ruling._replace(key=str(number), text=f"第{number}號：{ruling.text}") for number in range(60)]
    articles: list[Article] = ARTICLES[:3]
    found = make_pairs(store, articles, many, LawNames(store.law_names()), seed=1)
    assert sum(pair.kind == "citation" for pair in found) == 40
    assert found == make_pairs(store, articles, many, LawNames(store.law_names()), seed=1)
