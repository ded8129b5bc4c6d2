import re
from importlib.resources import files

import pytest

from rag.segment import fold
from rag.thesaurus import HINTS, TERMS, domains, load_general, load_hints, load_terms

EVERY = [(kind, name) for kind in (TERMS, HINTS) for name in domains(kind)]


def rows(kind: str, name: str) -> list[list[str]]:
    text = (files("rag") / "data" / kind / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_table_is_well_formed(kind: str, name: str) -> None:
    table = rows(kind, name)
    assert len({fold(word) for word, _ in table}) == len(table) > 200
    assert all(word == word.strip() and all(targets.split("|")) for word, targets in table)


@pytest.mark.parametrize("kind", [TERMS, HINTS])
def test_no_entry_is_a_whole_question(kind: str) -> None:
    words = [word for name in domains(kind) for word, _ in rows(kind, name)]
    assert max(map(len, words)) <= 10
    assert not [word for word in words if re.search("[？?！!。，,]", word)]


def test_the_row_of_a_domain_counts_before_the_general_one() -> None:
    general, merged = load_general(), load_terms()
    assert general.keys() <= merged.keys()
    changed = [word for word in general if merged[word] != tuple(map(fold, general[word]))]
    assert changed
    assert all(
        any(word in {fold(row[0]) for row in rows(TERMS, name)} for name in domains(TERMS)[1:]) for word in changed
    )


def test_every_domain_is_read() -> None:
    assert len(load_terms()) > 15_000
    assert len(load_hints()) > 4_000
    assert load_terms()["押金"]
