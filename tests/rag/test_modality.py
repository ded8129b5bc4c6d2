import pytest

from rag.clauses import claim_statement, statements
from rag.modality import condition, norms, reworded


def modals(text: str) -> list[str]:
    return [norm.effective for norm in norms(claim_statement(text).clauses) if norm.effective]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雇主應給付工資", ["must"]),
        ("雇主得不給付工資", ["exempt"]),
        ("雇主不得拒絕", ["must"]),
        ("雇主不得不給付", ["must"]),
        ("法院應不予認可", ["forbid"]),
        ("沒有別的方法可以獲得賠償", ["not", "forbid"]),
        ("未得同意可以轉租", ["not", "may"]),
        ("不能向雇主要資遣費", ["forbid", "must?"]),
    ],
)
def test_modals_are_joined(text: str, expected: list[str]) -> None:
    assert modals(text) == expected


def test_a_modal_goes_on_into_the_next_clause() -> None:
    made = norms(claim_statement("出租人應於租約終止後，返還押金").clauses)
    assert [(norm.modal, norm.soft) for norm in made][-1] == ("", "must")


def test_a_new_subject_ends_it() -> None:
    made = norms(claim_statement("出租人應返還押金，承租人遷出房屋").clauses)
    assert made[-1].soft == ""


def test_a_denial_ends_with_its_attribute() -> None:
    made = norms(claim_statement("個人得利用非供公眾使用之機器重製著作").clauses)
    assert [norm.modal for norm in made] == ["", "may", "not", "may"]


def test_the_condition_of_a_norm() -> None:
    made = norms(claim_statement("非經出租人同意，不得轉租").clauses)
    assert [token.text for token in condition(made, made[-1])] == ["出租人", "同意"]


def test_a_modal_at_the_end_speaks_of_what_is_before() -> None:
    made = norms(claim_statement("致一方之給付全部不能").clauses)
    assert "給付" in [token.text for token in made[-1].governed]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("承租人得將房屋轉租於他人", True),
        ("承租人將房屋轉租於他人", True),
        ("承租人不得將房屋轉租於他人", False),
        ("承租人應將房屋還給出租人", False),
    ],
)
def test_a_clause_that_differs_in_its_modal_alone(claim: str, expected: bool) -> None:
    assert reworded(claim_statement(claim), statements("承租人不得將房屋轉租於他人。")) is expected
