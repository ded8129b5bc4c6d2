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
        ("什麼是租借站", "租借站，指供人借還車輛之處所。", DUTY),
        ("租借站分成哪幾種", "租借站分為固定站及臨時站。", DUTY),
        ("這部法律的主管機關是誰", "本法之主管機關：在中央為示範部。", "主管機關應公告之。"),
        ("資遣費怎麼計算", "發給相當於一個月平均工資之資遣費。", "應發給資遣費。"),
    ],
)
def test_gives_the_kind_of_answer_asked_for(question: str, gives: str, gives_not: str) -> None:
    wanted = asked.forms(question)
    assert asked.given(wanted, gives) > asked.given(wanted, gives_not) == 0


@pytest.mark.parametrize("question", ["業者有什麼義務", "跟上訴相關的判決", "租借站在哪裡"])
def test_asks_for_no_kind_of_its_own(question: str) -> None:
    assert asked.forms(question) == ()


def test_law_for_a_group() -> None:
    assert asked.for_others("公務人員請假規則", "事假可以請幾天")
    assert not asked.for_others("公務人員請假規則", "公務人員事假可以請幾天")
    assert not asked.for_others("勞工請假規則", "事假可以請幾天")


@pytest.mark.parametrize(
    "question",
    [
        "刑法第235條違憲？",
        "這樣的規定合憲嗎",
        "押金上限是否牴觸憲法第15條",
        "醫療法第84條禁止醫療廣告，是否侵害言論自由？",
        "與訴訟權保障是否有違？",
        "寄存送達即生效力，違反正當法律程序？",
        "一律加重其刑，不符罪刑相當原則？",
    ],
)
def test_asks_what_only_the_constitutional_court_may_say(question: str) -> None:
    assert asked.of_constitution(question)


@pytest.mark.parametrize("question", ["侵害著作權會被罰多少", "工作權是什麼", "憲法第15條規定什麼", "遷徙戶籍要帶什麼"])
def test_asks_for_no_such_thing(question: str) -> None:
    assert not asked.of_constitution(question)


def test_what_the_constitution_says_is_no_conflict_with_it() -> None:
    assert asked.against_constitution("這條法律違反憲法嗎")
    assert not asked.against_constitution("憲法保障言論自由嗎")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("律師法第37條「司法人員」意涵？", True),
        ("條例所稱「月俸額」包括哪些", True),
        ("押金的意思是什麼", False),
    ],
)
def test_asks_how_a_word_is_to_be_read(question: str, expected: bool) -> None:
    assert asked.of_meaning(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("被告於校門前徒手竊取皮包", True),
        ("原告車禍後請求慰撫金", True),
        ("我被告了怎麼辦", False),
        ("會不會被告？", False),
        ("被告的話要賠多少", False),
    ],
)
def test_tells_the_facts_of_a_case(question: str, expected: bool) -> None:
    assert asked.of_case(question) is expected
