"""Clauses that say what the law is, held against made-up articles."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Hit
from rag.expand import Expander
from rag.premise.premise import BLANK, Claim, Finding, check, claims, correction, either, nearest
from rag.segment import Grams
from tests import fakes

EXPANDER = Expander(Grams(), {})
LAW = fakes.made_law("Z9990011", "示範成年法")
AGE = "滿十八歲為成年。"
DEPOSIT = "業者收取押金，不得超過新臺幣一千元。\r\n租借人請求返還押金時，業者應於七日內全額返還。"
LEAVE = "受僱人之特別休假，依下列規定：\r\n一、一年以上二年未滿者，七日。\r\n二、五年以上十年未滿者，每年十五日。"
FORBIDDEN = "業者不得預扣押金作為違約金。"


def hit(text: str, number: str = "1", score: float = 30.0) -> Hit:
    document = fakes.article(LAW, number, text, since=date(2016, 3, 2))
    return Hit(fakes.whole(document), document, score, "sparse", score)


def checked(clause: str, *texts: str, told: bool = True) -> Finding | None:
    claim = Claim(clause, told)
    hits = [hit(text, str(number)) for number, text in enumerate(texts, 1)]
    return check(claim, EXPANDER.expand(claim.subject), hits)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (f"{BLANK * 2}規定滿二十歲才成年，那十九歲的人可以簽約嗎？", [Claim("滿二十歲才成年", True)]),
        ("聽說押金上限是三千元，是真的嗎？", [Claim("押金上限是三千元", True)]),
        ("押金要在三十天內還，對吧？", [Claim("押金要在三十天內還", True)]),
        ("押金要在三十天內還，業者不還怎麼辦？", [Claim("押金要在三十天內還")]),
        ("既然押金不用還，為什麼要開收據？", [Claim("押金不用還", True)]),
        ("公司只給我七天，合法嗎？", []),
        ("我做了三年，可以領多少資遣費？", []),
        ("押金幾天內要還？", []),
        ("房東可以漲租嗎？", []),
        ("", []),
    ],
)
def test_what_a_question_takes_for_granted(question: str, expected: list[Claim]) -> None:
    assert claims(question) == expected


@pytest.mark.parametrize(
    ("clause", "text", "stated"),
    [
        ("滿二十歲才成年", AGE, "二十歲"),
        ("滿十八歲就成年", AGE, ""),
        ("押金返還期限是三十天", DEPOSIT, "三十天"),
        ("押金返還期限是七天", DEPOSIT, ""),
        ("押金返還期限是一個月", DEPOSIT, "一個月"),
        ("做滿一年就有十五天特別休假", LEAVE, "十五天"),
        ("做滿一年就有七天特別休假", LEAVE, ""),
        ("業者可以預扣押金作為違約金", FORBIDDEN, "業者可以預扣押金作為違約金"),
    ],
)
def test_the_article_says_otherwise_or_bears_it_out(clause: str, text: str, stated: str) -> None:
    found = checked(clause, text)
    assert found is not None
    assert found.stated == stated
    assert found.quote in text


def test_another_article_that_agrees_is_enough() -> None:
    found = checked("押金返還期限是三十天", DEPOSIT, "押金返還期限為三十日。")
    assert found is not None
    assert found.stated == ""
    assert found.document.number == "2"


@pytest.mark.parametrize("clause", ["火鍋要煮三十分鐘", "押金", "業者不得預扣押金", "民國112年3月1日收取押金"])
def test_what_no_article_contradicts(clause: str) -> None:
    found = checked(clause, DEPOSIT, FORBIDDEN)
    assert found is None or found.stated == ""


def test_a_clause_not_told_of_the_law_has_to_be_plain() -> None:
    assert checked("返還三十天", DEPOSIT, told=False) is None
    assert checked("業者全額返還押金三十天", DEPOSIT, told=False) is not None


def test_the_articles_a_clause_is_about() -> None:
    claim = Claim("押金返還期限是三十天", True)
    found = nearest(claim, EXPANDER.expand(claim.subject), [hit(AGE, "1"), hit(DEPOSIT, "2")], 2)
    assert [one.document.number for one in found] == ["2"]


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("押金返還期限是七天還是三十天？", [7, 30]),
        ("有人說押金要七天內還，朋友說要三十天內還，哪個對？", [7, 30]),
        ("要現金還是轉帳？", None),
        ("押金七天還是七日？", None),
    ],
)
def test_two_numbers_of_which_one_is_asked_for(question: str, numbers: list[float] | None) -> None:
    found = either(question)
    assert (found and [one.value.number for one in found.numbers]) == numbers


def test_what_is_said_does_not_repeat_what_is_wrong() -> None:
    document = fakes.article(LAW, "1", AGE)
    assert correction("示範成年法第1條", Finding(document, 0, len(AGE), "二十歲")) == (
        "問題的前提與示範成年法第1條不符，該條規定：「滿十八歲為成年。」"
    )
    long = fakes.article(LAW, "2", DEPOSIT * 3)
    assert "請看第一則引文" in correction("示範成年法第2條", Finding(long, 0, len(long.text), "三十天"))


@given(st.text(alphabet="滿二十歲才成年押金，。？、我聽說規定三日內\u3000a1", max_size=60))
def test_claims_are_parts_of_the_question(question: str) -> None:
    for claim in claims(question):
        assert claim.text.strip()
        assert len(claim.subject) == len(claim.text)
