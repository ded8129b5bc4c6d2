"""The tables of what people call what an article rules: each row sound, and each word a way to its article."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from rag.colloquial import load_colloquial
from rag.index.contexts import Contexts

TABLES = sorted((Path(rag.__file__).parent / "data" / "colloquial").glob("*.tsv"))
WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9]{2,10}")


def rows(table: Path) -> Iterator[tuple[str, str, str]]:
    for line in table.read_text(encoding="utf-8").splitlines():
        law, article, words = line.split("\t")
        yield law, article, words


@pytest.mark.parametrize("table", TABLES, ids=[table.stem for table in TABLES])
def test_each_row_is_an_article_with_words_none_twice(table: Path) -> None:
    for law, article, words in rows(table):
        assert re.fullmatch("[A-Z][0-9]{7}", law), law
        assert law.lower().startswith(table.stem[:4])
        assert re.fullmatch("[0-9]+(-[0-9]+)?", article), (law, article)
        own = words.split("|")
        assert all(map(WORD.fullmatch, own)), (law, article, words)
        assert len(own) == len(set(own)), (law, article, words)


def test_no_article_is_in_two_tables() -> None:
    keys = [f"law/{law}/{article}" for table in TABLES for law, article, _ in rows(table)]
    assert len(keys) == len(set(keys)) == len(load_colloquial())


def test_its_words_are_a_field_of_the_article() -> None:
    key, words = next(iter(load_colloquial().items()))
    assert Contexts().of(key) == {"colloquial": words}
    assert Contexts().of("law/Z9999999/1") == {}
