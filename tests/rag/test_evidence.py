from datetime import date

import pytest

from rag import evidence
from rag.domain import Hit
from rag.expand import Everyday, Expander, QueryTerms
from rag.segment import Grams
from tests import fakes
from tests.rag.told import told

EXPANDER = Expander(Grams(), {})


def hit(text: str, text_score: float = 30.0, title: str = fakes.LAW.name) -> Hit:
    document = fakes.article(fakes.made_law("Z9990009", title), "1", text, since=date(2016, 3, 2))
    return Hit(fakes.whole(document), document, text_score, "sparse", text_score)


def covered(question: str, *texts: str, terms: QueryTerms | None = None) -> float:
    return evidence.covered(question, terms or EXPANDER.expand(question), [hit(text) for text in texts])


def test_a_question_whose_words_all_stand_there_is_covered() -> None:
    assert covered("押金返還期限", "押金之返還期限為七日。") == 1.0
    assert covered("火鍋燒烤甜點", "押金之返還期限為七日。") == 0.0


def test_several_passages_count_together() -> None:
    assert covered("押金返還期限", "押金應返還。", "其期限為七日。") > covered("押金返還期限", "押金應返還。")


def test_question_words_and_numbers_say_nothing() -> None:
    assert covered("押金多少", "收取押金者。") == covered("押金三百二十五", "收取押金者。") == 1.0
    assert covered("三百二十五乘以四十八", "第二百二十五條、第三百四十八條") < 0.5


def test_an_everyday_word_is_covered_by_what_statutes_say_for_it() -> None:
    terms = QueryTerms({}, {}, (Everyday(0, 2, ("出租人",)),))
    assert covered("房東離開", "出租人得終止契約。", terms=terms) == 0.5
    assert covered("房東離開", "承租人得終止契約。", terms=terms) == 0.0


def test_a_latin_word_is_one_sign_however_long() -> None:
    assert covered("Internationalization 押金", "押金。") == pytest.approx(2 / 3)


def test_the_law_and_its_headings_count_as_well() -> None:
    assert covered("單車租借", "業者應投保。") == 1.0


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("會被罰嗎", 2),
        ("要負賠償責任嗎", 2),
        ("可以提前嗎", 1),
        ("明天下雨", 0),
        ("跟喜歡的人告白", 0),
        ("告訴我火鍋店", 0),
        ("國旗長什麼樣子", 2),
        ("監察院做什麼", 2),
        ("商標權從哪天算", 2),
        ("國家公園好玩嗎", 0),
    ],
)
def test_norms(question: str, most: int) -> None:
    assert evidence.norms(question) == most


def own(text: str, text_score: float = 30.0) -> Hit:
    return told("text", "paragraph/1", "渡船", date(2020, 1, 1), ("", "", text)).hit(text_score)


def test_a_text_of_ones_own_has_to_account_for_the_question_by_itself() -> None:
    question = "銀色渡船由誰設計"
    terms = EXPANDER.expand(question)
    whole = own("銀色渡船由甲設計。")
    halves = [own("銀色的船很多。"), own("渡船設計不易。")]
    assert evidence.strength(question, terms, [whole]) > evidence.ENOUGH > evidence.strength(question, terms, halves)


def test_the_wording_of_a_question_tells_nothing_of_a_text_of_ones_own() -> None:
    question = "木星最大的衛星是哪一顆"
    terms, said = EXPANDER.expand(question), "木衛三是木星最大的一顆衛星。"
    assert evidence.strength(question, terms, [hit(said)]) < evidence.ENOUGH
    assert evidence.strength(question, terms, [own(said)]) > evidence.ENOUGH
    assert evidence.strength(question, terms, [own(said)], in_law=True) == evidence.strength(
        question, terms, [hit(said, title="渡船")], in_law=True
    )


def test_strength_grows_with_each_sign() -> None:
    weak = evidence.strength("燒烤", EXPANDER.expand("燒烤"), [hit("押金")])
    question = "押金可以要求返還嗎"
    strong = evidence.strength(question, EXPANDER.expand(question), [hit("請求返還押金時，應於七日內返還。", 60.0)])
    assert weak < evidence.ENOUGH < strong
    assert evidence.strength(question, EXPANDER.expand(question), []) == 0.0


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("　　的內容是什麼？", False),
        ("請問　　規定", False),
        ("　　", False),
        ("　　規定加班費怎麼算", True),
        ("", False),
    ],
)
def test_a_question_that_only_names_a_law(question: str, says: bool) -> None:
    assert evidence.says_something(question) is says
