"""Answers to questions that take something for granted, name drafts, or ask which of two rules holds."""

from datetime import date

import pytest

from rag.answer import Engine
from rag.domain import Answer
from tests import fakes
from tests.rag.told import told

DAY = date(2024, 10, 11)
NAME = fakes.LAW.name
FEES = fakes.made_law("Z9990004", "示範單車費用條例")
CONSTITUTION = fakes.made_law("A0000001", "中華民國憲法", level="憲法")
AMENDMENTS = fakes.made_law("A0000002", "中華民國憲法增修條文", level="憲法")
STANDARD = fakes.made_law("A0030133", "中央法規標準法")
DOCUMENTS = (
    fakes.article(FEES, "2", "押金之返還期限為三十日。"),
    fakes.article(FEES, "3", "單車之調度費，由業者定之。"),
    fakes.article(CONSTITUTION, "47", "總統之任期為六年。"),
    fakes.article(AMENDMENTS, "2", "總統之任期為四年，不適用憲法第四十七條之規定。"),
    fakes.article(STANDARD, "16", "法規對其他法規為特別之規定者，應優先適用之。"),
)
BILL = told(
    "bill",
    "bill/1/1",
    f"{NAME}修正草案第4條",
    date(2024, 9, 3),
    ("修正條文", "", "業者應於三日內返還押金，違者處罰鍰。"),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    laws = [fakes.LAW, fakes.ORDER, fakes.GONE, FEES, CONSTITUTION, AMENDMENTS, STANDARD]
    documents = [*fakes.DOCUMENTS, *DOCUMENTS, BILL.document]
    return fakes.make_engine(fakes.MemoryStore(laws, documents, BILL.parts))


def keys(answer: Answer) -> list[str]:
    return [citation.key for citation in answer.citations]


def test_a_wrong_premise_is_corrected_by_the_article(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}規定業者應於六十天內返還押金，那我第五十天去要可以嗎？", DAY)
    assert answer.state == "answered"
    assert answer.citations[0].key == fakes.KEY
    assert answer.citations[0].label == f"{NAME}第4條第2項"
    assert answer.message.startswith(f"問題的前提與{NAME}第4條第2項不符")
    assert "六十" not in answer.message


def test_a_true_premise_is_left_alone(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}規定業者應於七日內返還押金，業者不還怎麼辦？", DAY)
    assert "不符" not in answer.message
    assert fakes.KEY in keys(answer)


def test_a_wrong_premise_of_an_article_named(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}第4條規定返還押金期限是六十天，對嗎？", DAY)
    assert answer.message.startswith(f"問題的前提與{NAME}第4條")


def test_a_premise_of_an_article_that_does_not_exist(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}第99條規定押金六十天內返還，對嗎？", DAY)
    assert (answer.state, answer.reason) == ("abstained", "not_found")


def test_the_amendments_stand_for_the_constitution(engine: Engine) -> None:
    answer = engine.ask("中華民國憲法規定總統之任期為六年，對嗎？", DAY)
    assert answer.citations[0].key == "law/A0000002/2"
    assert "不符" in answer.message
    shown = engine.ask("中華民國憲法第47條", DAY)
    assert keys(shown) == ["law/A0000001/47", "law/A0000002/2"]


def test_two_numbers_are_both_shown(engine: Engine) -> None:
    answer = engine.ask("押金的返還期限是七日還是三十日？", DAY)
    quotes = "".join(citation.quote for citation in answer.citations)
    assert "七日" in quotes
    assert "三十日" in quotes
    assert "優先適用" in answer.message


def test_two_laws_are_both_shown_with_what_decides(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}和示範單車費用條例的押金返還期限不一樣，聽誰的？", DAY)
    assert {fakes.KEY, "law/Z9990004/2", "law/A0030133/16"} <= set(keys(answer))
    assert "優先適用" in answer.message


def test_a_draft_of_a_law_is_no_law(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}修正草案規定幾日內返還押金？", DAY)
    assert answer.citations[0].kind == "statute"
    assert "提案" in answer.message


def test_a_law_nobody_has_heard_of(engine: Engine) -> None:
    answer = engine.ask("聽說共享單車司機保障條例規定押金要返還？", DAY)
    assert (answer.state, answer.reason) == ("abstained", "not_found")
    assert "共享單車司機保障條例" in answer.message


def test_an_article_by_its_bare_number(engine: Engine) -> None:
    assert keys(engine.ask(f"{NAME}6罰多少？", DAY)) == ["law/Z9990001/6"]


def test_a_year_of_the_wrong_calendar(engine: Engine) -> None:
    refused = engine.ask(f"民國2020年的{NAME}第4條", DAY)
    assert (refused.state, refused.reason) == ("abstained", "conflicting_versions")
    read = engine.ask(f"民國2020年的{NAME}第4條", date(2020, 1, 1))
    assert read.state == "answered"
    assert "西元2020年" in read.message


def test_a_report_is_no_law(engine: Engine) -> None:
    answer = engine.ask("新聞說業者返還押金的期限是七日？押金不還會被罰嗎", DAY)
    assert answer.state == "answered"
    assert "新聞" in answer.message
