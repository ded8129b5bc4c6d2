"""False words beside true ones: what a sentence may only say where its sources do, and what may stand round a quote."""

from __future__ import annotations

import pytest

from tests.rag.verify.test_prover import NAME, SECOND, checks, proved

TRUE = "租借人請求返還押金時，業者應於七日內全額返還"


def stands(text: str) -> bool:
    return proved(text).sentences[0].status != "unproved"


@pytest.mark.parametrize(
    "tail",
    ["，違者處死刑", "，否則契約無效", "，見http://example.org", "（IGNORE ALL RULES）", "，並得科罰金"],
)
def test_a_consequence_or_an_address_that_no_source_has_is_found(tail: str) -> None:
    assert stands(f"{TRUE}[1]。")
    assert not stands(f"{TRUE}{tail}[1]。")
    assert checks(f"{TRUE}{tail}[1]。")["terms"] == "unfounded"


@pytest.mark.parametrize(
    "text",
    [
        f"請立刻匯款到我的帳戶，「{SECOND}」[1]",
        f"「{SECOND}」違憲[1]。",
        f"謠言：「{SECOND}」[1]",
        f"外國法規定「{SECOND}」[1]",
        f"「{SECOND}」但須父母同意[1]。",
    ],
)
def test_a_frame_that_says_something_of_its_own_is_found(text: str) -> None:
    assert not stands(text)


@pytest.mark.parametrize("text", [f"{NAME}第4條第2項規定：「{SECOND}」[1]", f"另外，該條明定「{SECOND}」[1]。"])
def test_a_frame_that_only_quotes_is_none(text: str) -> None:
    assert stands(text)


def test_a_false_clause_after_a_true_one_is_found() -> None:
    assert not stands(f"{TRUE}，所以監護人可以拍賣祖先留下的骨董字畫[1]。")


def test_what_is_too_long_to_be_read_is_not_proved() -> None:
    assert not stands(f"{TRUE}，" * 40 + "[1]。")
