import pytest

from rag import asked

PENALTY = "處新臺幣三萬元以上十五萬元以下罰鍰。"
DUTY = "業者應公告租借費用。"


@pytest.mark.parametrize(
    ("question", "gives", "gives_not"),
    [
        ("超收押金罰多少", PENALTY, DUTY),
        ("偷東西會被判幾年", "處五年以下有期徒刑。", "竊取他人之物者，為竊盜。"),
        ("押金多久要退", "應於七日內返還。", "應即返還。"),
        ("押金最多收多少", "不得超過新臺幣一千元。", "不得超過公告之數額。"),
        ("資遣費怎麼計算", "發給相當於一個月平均工資之資遣費。", "應發給資遣費。"),
    ],
)
def test_gives_the_kind_of_answer_asked_for(question: str, gives: str, gives_not: str) -> None:
    wanted = asked.forms(question)
    assert asked.given(wanted, gives) > asked.given(wanted, gives_not) == 0


@pytest.mark.parametrize("question", ["業者有什麼義務", "跟上訴相關的判決", "什麼是租借站"])
def test_asks_for_no_kind_of_its_own(question: str) -> None:
    assert asked.forms(question) == ()


def test_law_for_a_group() -> None:
    assert asked.for_others("公務人員請假規則", "事假可以請幾天")
    assert not asked.for_others("公務人員請假規則", "公務人員事假可以請幾天")
    assert not asked.for_others("勞工請假規則", "事假可以請幾天")
