import pytest

from rag.support.clauses import claim_statement, statements
from rag.support.known import condition, reworded
from rag.support.modality import norms


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("屋主要讓房間保持在約定可以使用的狀態", ["must?"]),  # of the state, not of the owner
        ("當場禁止其駕駛及吊銷執照", ["forbid", "must"]),
        ("父母應禁止子女飲酒", ["forbid"]),
        ("父母不必禁止子女飲酒", ["may"]),
        ("計程車主應先繳清還沒結案的罰鍰", ["must", "not", "must"]),
        ("相對人明知其事實或可得而知者為限", []),
    ],
)
def test_what_a_modal_reaches(text: str, expected: list[str]) -> None:
    assert modals(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲應於租約終止，乙搬出房屋時，返還押金", "must"),  # a duty waits for its verb
        ("甲不得拒絕，逾期者處罰鍰", ""),
        ("甲不得以書面，預先免除責任", "forbid"),
        ("甲不得飲酒，乙駕駛車輛", ""),
    ],
)
def test_what_goes_on(text: str, expected: str) -> None:
    assert norms(claim_statement(text).clauses)[-1].effective == expected


@pytest.mark.parametrize("text", ["遲付租金的，得終止契約", "未滿六歲者，免收費用", "如果沒有約定，得終止契約"])
def test_a_condition_states_nothing(text: str) -> None:
    assert not norms(claim_statement(text).clauses)[0].states


def test_six_hours_are_no_condition() -> None:
    assert norms(claim_statement("每日不得超過六小時").clauses)[-1].states
