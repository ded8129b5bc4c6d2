import pytest

from rag.support.clauses import claim_statement, statements
from rag.support.contrary import contradicted
from rag.support.known import known_norms

CONSENT = "使用人非經管理人同意，不得變更外牆。但因緊急危險所必要者，不在此限。"
CASES = "除有下列情形之一者外，機關不得拒絕閱覽：\n一、涉及營業秘密。\n二、有害公共安全。"
DUTIES = "業者應告知消費者下列事項：\n一、退貨之期限。\n二、申訴之方式。"
LIMIT = "會員之任期，不得逾三年。逾三年者，縮短為三年。"
EXEMPT = "設攤應申請許可。但下列情形不在此限：\n一、婚喪活動。\n二、宗教活動。"
OPEN = "機關應提供文件影本，不得無故拖延或拒絕。"
REVOKE = "贈與經公證者，不適用前項規定。"
FOLLOWS = "管理員審酌住戶狀況，得延長之。"
BAN = "公司不得有下列情事：\n一、違反員工之意思留置證件。\n二、徵人而未公開薪資。"
PENALTY = "船主不儘速修復船舶，致生危險者，處罰鍰。"


def against(claim: str, text: str) -> bool:
    return contradicted(claim_statement(claim), known_norms(statements(text)))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("沒有管理人同意，使用人不能改外牆。", CONSENT),
        ("管理人同意的話，使用人可以變更外牆。", CONSENT),
        ("有緊急危險必要時，使用人可以變更外牆。", CONSENT),
        ("機關原則上不能拒絕閱覽，但涉及營業秘密的例外。", CASES),
        ("業者應該告訴消費者退貨的期限。", DUTIES),
        ("會員任期最長三年。", LIMIT),
        ("設攤要申請許可，但宗教活動不用。", EXEMPT),
        ("文件影本機關要給，不能拖延也不能拒絕。", OPEN),
        ("公證過的贈與不適用這個規定。", REVOKE),
        ("管理員可以審酌住戶狀況。", FOLLOWS),
        ("公司不能違反員工的意思留置證件。", BAN),
        ("公司徵人要公開薪資。", BAN),
    ],
)
def test_what_agrees(claim: str, text: str) -> None:
    assert not against(claim, text)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("沒有管理人同意，使用人可以改外牆。", CONSENT),
        ("有緊急危險必要時，使用人不得變更外牆。", CONSENT),
        ("業者可以告訴消費者退貨的期限。", DUTIES),
        ("業者不必告訴消費者申訴的方式。", DUTIES),
        ("會員任期可以超過三年。", LIMIT),
        ("文件影本機關不必提供，不能拖延也不能拒絕。", OPEN),
        ("管理員不得審酌住戶狀況。", FOLLOWS),
        ("公司可以違反員工的意思留置證件。", BAN),
        ("公司徵人不必公開薪資。", BAN),
        ("贓物之收受人可以負賠償責任。", "收受贓物者，應將其返還。收受人並負賠償責任。"),
    ],
)
def test_what_does_not(claim: str, text: str) -> None:
    assert against(claim, text)


def test_the_same_applies() -> None:
    text = "遺失證件者，應申請補發。證件毀損者，亦同。"
    assert not against("證件毀損時應該申請補發。", text)
    assert against("證件毀損時不必申請補發。", text)


def test_nothing_contradicts_an_empty_text() -> None:
    assert not against("業者應該告知。", "")
