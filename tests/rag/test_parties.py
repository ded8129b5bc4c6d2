import pytest

from rag.clauses import claim_statement, statements, union
from rag.parties import known_mentions, mentions, swapped

SALE = "出賣人應向買受人說明物之瑕疵。買受人發現瑕疵時，應即通知出賣人。"
CARE = "雇主使勞工於高處工作者，應供給護具。"
CASES = "勞工有下列情形之一者，雇主得終止契約：\n一、毆打同事。\n二、竊取公司財物。"


def exchanged(claim: str, text: str) -> bool:
    found = statements(text)
    return swapped(claim_statement(claim), known_mentions(found), union(one.bag for one in found))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("雇主應給付勞工工資", [("雇主", "acts"), ("勞工", "suffers")]),
        ("由出租人負擔", [("出租人", "acts")]),
        ("應通知承租人", [("承租人", "suffers")]),
        ("承租人之同居人", [("承租人", "has")]),
        ("雇主得請求勞工賠償", [("雇主", "acts"), ("勞工", "suffers")]),
    ],
)
def test_the_part_a_party_plays(text: str, parts: list[tuple[str, str]]) -> None:
    assert [(one.token.role, one.part) for one in mentions(claim_statement(text).clauses)] == parts


def test_parties_that_act_together_cannot_be_swapped() -> None:
    assert all(one.mutual for one in mentions(claim_statement("雇主與勞工約定試用期間").clauses))


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("賣家要把東西的毛病告訴買家。", SALE, False),
        ("買家發現毛病要馬上通知賣家。", SALE, False),
        ("賣家發現毛病要馬上通知買家。", SALE, True),
        ("老闆要員工在高處工作，就要給護具。", CARE, False),
        ("員工要供給老闆護具。", CARE, True),
        ("員工毆打同事，老闆可以終止契約。", CASES, False),
        ("老闆毆打同事，員工可以終止契約。", CASES, True),
    ],
)
def test_a_claim_that_fits_better_the_other_way_round(claim: str, text: str, expected: bool) -> None:
    assert exchanged(claim, text) is expected


def test_a_party_the_text_leaves_out_is_no_swap() -> None:
    assert not exchanged("老闆應該把薪水全額付給員工。", "工資應全額給付勞工。")
    assert exchanged("老闆可以申請退休。", "勞工年滿六十歲者，得申請退休。")
