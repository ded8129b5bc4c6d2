import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.support.clauses import claim_statement
from rag.support.lexical import nearest
from rag.support.parties import swapped
from rag.support.roles import mentions, turned_on_itself

SALE = "出賣人應向買受人說明物之瑕疵。買受人發現瑕疵時，應即通知出賣人。"
CARE = "雇主使勞工於高處工作者，應供給護具。"
CASES = "勞工有下列情形之一者，雇主得終止契約：\n一、毆打同事。\n二、竊取公司財物。"


def exchanged(claim: str, text: str) -> bool:
    said = claim_statement(claim)
    near = nearest(said, [text])
    return swapped(said, near.mentions, near.habits, near.share)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("雇主應給付勞工工資", [("雇主", "acts"), ("勞工", "suffers")]),
        ("由出租人負擔", [("出租人", "acts")]),
        ("應通知承租人", [("承租人", "suffers")]),
        ("承租人之同居人", [("承租人", "has")]),
        ("雇主得請求勞工賠償", [("雇主", "acts"), ("勞工", "asked")]),
        ("勞工被雇主解僱", [("勞工", "suffers"), ("雇主", "acts")]),
        ("證明勞工濫用權利", [("勞工", "acts")]),
        ("公立學校教師應到職", [("教師", "acts")]),
        ("訴請法院裁判", [("法院", "asked")]),
        ("應以雇主為投保單位", [("雇主", "acts")]),
        ("費用承租人自行負擔", [("承租人", "acts")]),
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
        ("學徒要供給護具，老闆不必。", CARE, False),
        ("員工使老闆在高處工作，就要給護具。", CARE, True),
        ("員工毆打同事，老闆可以終止契約。", CASES, False),
        ("老闆毆打同事，員工可以終止契約。", CASES, True),
    ],
)
def test_a_claim_that_fits_better_the_other_way_round(claim: str, text: str, expected: bool) -> None:
    assert exchanged(claim, text) is expected


def test_a_party_the_text_leaves_out_is_no_swap() -> None:
    assert not exchanged("老闆應該把薪水全額付給員工。", "工資應全額給付勞工。")
    assert exchanged("老闆可以申請退休。", "勞工年滿六十歲者，得申請退休。")


SUIT = "檢察官為證人之利益，亦得聲請。證人不服者，得請求檢察官聲請。"
SCHOOL = "教師應尊重學生。學生之成績，學校非依規定不得洩漏。"
OFFICE = "公務員因過失侵害人民之名譽者，國家應負賠償責任。"
LEAVE = "受僱人任職滿半年後，得申請進修假。\n雇主應准許之。"
BASE = "企業經營者應給消費者五日之猶豫期間。"


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        ("檢察官為了證人的利益，可以聲請。", SUIT, False),
        ("證人不服的話，可以請求檢察官聲請。", SUIT, False),
        ("老師應該尊重學生。", SCHOOL, False),
        ("學生應該尊重老師。", SCHOOL, True),
        ("公務員過失害到民眾名譽，國家要負責賠償。", OFFICE, False),
        ("員工做滿半年，可以申請進修假。", LEAVE, False),
        ("老闆任職滿半年，可以申請進修假。", LEAVE, True),
        ("業者要給客人五天的猶豫期間。", BASE, False),
        ("業者要給企業經營者五天的猶豫期間。", BASE, True),
    ],
)
def test_any_two_parties_of_a_text_can_be_swapped(claim: str, text: str, expected: bool) -> None:
    assert exchanged(claim, text) is expected


def test_a_clause_that_names_one_party_twice() -> None:
    assert turned_on_itself(claim_statement("業者要給企業經營者三十天").clauses) == {"企業經營者"}
    assert turned_on_itself(claim_statement("業者要給消費者三十天").clauses) == frozenset()


def test_parties_of_one_kin_are_not_told_apart() -> None:
    text = "醫療機構應向病人說明病情。護理師得陪同病人。"
    assert not exchanged("醫生要跟病人說明病情。", text)
    assert exchanged("病人要向醫生說明病情。", text)


@given(
    st.text(alphabet="雇主勞工應得向給由被之的，。不請求法院於者", max_size=80),
    st.text(alphabet="雇主勞工應給由之，。請求者", max_size=80),
)
def test_any_text_is_read(claim: str, text: str) -> None:
    assert exchanged(claim, text) in (True, False)
    for clause in claim_statement(claim).clauses:
        for one in mentions([clause]):
            assert clause.text[one.token.start : one.token.end] == one.token.text


@given(st.sampled_from([SALE, CARE, SUIT, SCHOOL, OFFICE, LEAVE, BASE]))
def test_a_text_does_not_contradict_itself(text: str) -> None:
    assert not any(exchanged(sentence, text) for sentence in text.split("。"))
