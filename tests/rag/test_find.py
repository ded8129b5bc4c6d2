"""What an answer rests on when several kinds of sources speak of the same thing."""

from datetime import date

import pytest

from rag.answer import Engine
from rag.domain import Answer
from tests import fakes
from tests.rag.told import link, told

DAY = date(2024, 10, 11)
NAME = fakes.LAW.name
CONSTITUTION = fakes.made_law("A0000001", "中華民國憲法", level="憲法")
PROPERTY = fakes.article(CONSTITUTION, "15", "人民之財產權，應予保障。")
HELD = "示範共享單車租借條例第四條第一項關於押金上限之規定，與憲法第十五條保障財產權之意旨尚無牴觸。"
CASE = "聲請人主張押金上限之規定侵害業者之財產權。"
DECISION = told(
    "interpretation",
    "interpretation/701",
    "釋字第701號【單車押金案】",
    date(2023, 7, 6),
    ("解釋文", "司法院大法官", HELD),
    ("理由書", "聲請人", CASE),
)
LATER = told(
    "interpretation",
    "constitutional/113年憲判字第1號",
    "113年憲判字第1號【調度費案】",
    date(2024, 9, 1),
    ("主文", "憲法法庭", "一、示範共享單車租借條例第三條第二項關於調度費之規定，與憲法保障財產權之意旨有違。"),
    ("主文", "憲法法庭", "二、相關機關應自本判決公告之日起二年內，修正調度費之規定。"),
)
RULING = told(
    "interpretation",
    "constitutional/113年審裁字第9號",
    "113年審裁字第9號",
    date(2024, 9, 2),
    ("主文", "", "本件不受理。"),
    ("理由", "聲請人", "示範共享單車租借條例第四條第一項關於押金上限之規定違憲。"),
)
BILL = told(
    "bill",
    "bill/1/1",
    "示範共享單車租借條例修正草案第4條",
    date(2024, 9, 3),
    ("修正條文", "", "租借人請求返還押金時，業者應於三日內全額返還，違者罰鍰。"),
)
REASON = told(
    "reason",
    "reason/Z9990001/4/2024-05-01",
    f"{NAME}第4條立法理由（113年5月1日）",
    date(2024, 5, 1),
    ("立法理由", "", "一、押金返還過遲，爰縮短其期間。"),
)
SPEECH = told(
    "gazette",
    "gazette-ly/1",
    "立法院第10屆第1會期會議紀錄",
    date(2024, 9, 4),
    ("質詢", "王委員甲", "業者超額收取押金，應該罰多少？"),
)
ORDER = told(
    "gazette",
    "gazette-ey/1",
    "示範部公告：預告「示範停車柱設置準則」修正草案",
    date(2024, 9, 5),
    ("公告事項", "", "對於停車柱之草案有意見者，請於十四日內陳述。"),
)
TOLD = (DECISION, LATER, RULING, BILL, REASON, SPEECH, ORDER)
LINKS = (
    link(DECISION, fakes.KEY),
    link(DECISION, "law/A0000001/15"),
    link(RULING, fakes.KEY),
    link(LATER, "law/Z9990001/3"),
    link(REASON, fakes.KEY, "reason_of"),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    documents = [*fakes.DOCUMENTS, PROPERTY, *(one.document for one in TOLD)]
    parts = [part for one in TOLD for part in one.parts]
    return fakes.make_engine(
        fakes.MemoryStore([fakes.LAW, fakes.ORDER, fakes.GONE, CONSTITUTION], documents, parts, LINKS)
    )


def labels(answer: Answer) -> list[str]:
    assert all(sentence.status == "proved" for sentence in answer.sentences)
    return [citation.label for citation in answer.citations]


HOLDING = "司法院釋字第701號〔單車押金案〕解釋文"


@pytest.mark.parametrize("question", [f"{NAME}第4條第1項違憲嗎", f"{NAME}第4條第1項是否違反比例原則"])
def test_the_decision_on_an_article_comes_after_it_once(engine: Engine, question: str) -> None:
    answer = engine.ask(question, DAY)
    assert labels(answer) == [f"{NAME}第4條第1項", HOLDING]
    assert answer.citations[1].quote == HELD


def test_an_article_alone_is_shown_alone(engine: Engine) -> None:
    assert labels(engine.ask(f"{NAME}第4條第1項", DAY)) == [f"{NAME}第4條第1項"]


def test_a_decision_made_later_is_not_quoted(engine: Engine) -> None:
    day = date(2023, 7, 5)
    assert labels(engine.ask(f"{NAME}第4條第1項違憲嗎", day)) == [f"{NAME}第4條第1項"]
    assert HOLDING not in labels(engine.ask("業者收取押金上限的規定違憲嗎？", day))


def test_a_decision_that_tells_more_than_the_law_named_comes_first(engine: Engine) -> None:
    assert labels(engine.ask(f"{NAME}關於押金上限之規定與保障財產權之意旨尚無牴觸？", DAY))[0] == HOLDING
    assert labels(engine.ask(f"{NAME}規定業者應於幾日內返還押金？", DAY))[0].startswith(NAME)


def test_a_law_named_does_not_hide_the_decision_on_it(engine: Engine) -> None:
    assert labels(engine.ask(f"{NAME}的押金上限違憲嗎？", DAY))[0] == HOLDING


def test_what_the_constitution_says_is_in_the_constitution(engine: Engine) -> None:
    assert labels(engine.ask("中華民國憲法保障人民的財產權嗎？", DAY)) == ["中華民國憲法第15條"]


def test_whether_it_is_against_the_constitution_is_in_a_decision(engine: Engine) -> None:
    found = labels(engine.ask("單車押金上限的規定違憲嗎，抵觸中華民國憲法第15條嗎？", DAY))
    assert found[:2] == ["中華民國憲法第15條", HOLDING]


def test_the_holding_is_quoted_and_not_what_it_leads_to(engine: Engine) -> None:
    answer = engine.ask("相關機關應如何修正調度費？違憲嗎？", DAY)
    found = next(one for one in answer.citations if one.key == LATER.document.key)
    assert found.quote.startswith("一、")


def test_a_petition_dismissed_and_a_claim_are_not_quoted(engine: Engine) -> None:
    answer = engine.ask("聲請人主張押金上限之規定侵害財產權，違憲嗎？", DAY)
    assert HOLDING in labels(answer)
    assert CASE not in [one.quote for one in answer.citations]
    assert RULING.document.key not in {one.key for one in answer.citations}


@pytest.mark.parametrize("question", ["業者超額收取押金罰多少？", "租借人請求返還押金，業者應於幾日內返還？"])
def test_law_is_quoted_and_no_bill_and_no_speech(engine: Engine, question: str) -> None:
    answer = engine.ask(question, DAY)
    assert answer.citations[0].kind == "statute"
    assert {one.kind for one in answer.citations} <= {"statute", "interpretation"}


def test_a_draft_asked_for_is_named_as_one(engine: Engine) -> None:
    answer = engine.ask("停車柱的草案要在幾日內表示意見？", DAY)
    assert answer.sentences[0].text.startswith(
        "示範部公告：預告〈示範停車柱設置準則〉修正草案的公告事項（行政院公報）：「"
    )
    assert engine.ask("示範停車柱設置準則修正草案", DAY).citations[0].kind == "gazette"


@pytest.mark.parametrize("question", [f"{NAME}第4條的立法理由？", f"{NAME}第4條為什麼這樣修？"])
def test_reasons_go_with_the_article(engine: Engine, question: str) -> None:
    answer = engine.ask(question, DAY)
    assert answer.state == "answered"
    assert labels(answer) == [f"{NAME}第4條", f"{NAME}第4條立法理由（113年5月1日）"]


def test_reasons_that_are_not_stored_are_said_to_be_missing(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}第6條的立法理由？", DAY)
    assert (answer.state, answer.message) == ("partial", f"收錄的來源裡沒有{NAME}第6條的立法理由。")
    assert engine.ask(f"{NAME}第6條為什麼罰這麼多？", DAY).state == "answered"


def test_reasons_asked_for_without_naming_the_article(engine: Engine) -> None:
    answer = engine.ask("業者應於七日內全額返還押金的立法理由是什麼？", DAY)
    assert answer.citations[0].key == fakes.KEY
    assert answer.citations[-1].kind == "reason"


def test_life_abroad_is_not_answered_by_our_decisions(engine: Engine) -> None:
    answer = engine.ask("日本的單車押金上限侵害業者的財產權嗎？", DAY)
    assert (answer.state, answer.reason) == ("abstained", "outside_coverage")


def test_articles_that_go_beyond_the_limit_are_counted_alone(engine: Engine) -> None:
    small = fakes.make_engine(
        fakes.MemoryStore(
            [fakes.LAW], [*fakes.DOCUMENTS, DECISION.document], DECISION.parts, [link(DECISION, fakes.KEY)]
        ),
        max_sentences=2,
    )
    answer = small.ask(f"{NAME}第3條、第4條及第6條違憲嗎", DAY)
    assert len(answer.sentences) == 2
    assert answer.message == "問題所指共3條，這裡只列出前2條。"


def test_an_article_that_cannot_be_is_still_refused(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}第0條押金上限規定什麼？", DAY)
    assert (answer.state, answer.reason) == ("abstained", "not_found")
