from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import pytest

from rag.numerals import search_key
from rag.support.concepts import lexicon

TABLES = ["synonyms.tsv", "parties.tsv", "modals.tsv", "char_weights.tsv", "opposites.tsv"]


def rows(name: str) -> Iterator[list[str]]:
    text = (files("rag") / "data" / name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines())


def words(text: str) -> list[tuple[str, str]]:
    return [(token.text, token.modal) for token in lexicon().tokens(search_key(text))]


def test_everyday_words_are_statutory_concepts() -> None:
    [landlord] = lexicon().tokens("房東")
    [lessor] = lexicon().tokens("出租人")
    assert landlord.concepts & lessor.concepts
    assert landlord.role == lessor.role == "出租人"
    assert "承租人" in lexicon().rivals[landlord.role]


@pytest.mark.parametrize(
    ("text", "modals"),
    [
        ("雇主不得拒絕", ["forbid", "anti"]),
        ("房客不可以轉租", ["forbid"]),
        ("承租人得終止契約", ["may"]),
        ("不動產所得", []),
        ("不當得利", []),
        ("未成年人", []),
        ("應有部分", []),
        ("相應之措施", []),
        ("診所得開業", ["may"]),
        ("無須說明理由", ["exempt"]),
        ("始得為之", ["only"]),
    ],
)
def test_modals_and_words_that_only_look_like_them(text: str, modals: list[str]) -> None:
    assert [modal for _, modal in words(text) if modal] == modals


def test_numbers_come_before_words() -> None:
    values = [token.value for token in lexicon().tokens("於三十日內繳新台幣二萬元") if token.value]
    assert [value.number for value in values] == [30, 20000]
    assert not any(token.value for token in lexicon().tokens("第三人"))


def test_frames_say_nothing() -> None:
    assert [token.text for token in lexicon().tokens("也就是說") if token.weight > 0] == []


def test_tokens_do_not_overlap() -> None:
    text = search_key("承租人非經出租人承諾，不得將租賃物於三十日內轉租於他人。")
    tokens = lexicon().tokens(text)
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    assert all(text[token.start : token.end] == token.text for token in tokens)


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_well_formed(name: str) -> None:
    table = list(rows(name))
    columns = 1 if name == "synonyms.tsv" else 2
    assert table
    assert {len(row) for row in table} == {columns}
    assert all(cell.strip() == cell and cell for row in table for cell in row)


def test_a_modal_has_one_meaning() -> None:
    seen: dict[str, set[str]] = {}
    for kind, text in rows("modals.tsv"):
        if kind not in ("plain", "empty"):
            for word in text.split():
                seen.setdefault(word, set()).add(kind)
    assert {word: kinds for word, kinds in seen.items() if len(kinds) > 1} == {}
