from datetime import date

import pytest

from rag.domain import Reference
from rag.retrieve import without
from tests import fakes

DAY = date(2024, 10, 11)
STORE = fakes.memory_store()
RETRIEVER = fakes.make_retriever(STORE)
NAME = fakes.LAW.name


def numbers(question: str, day: date = DAY) -> list[str]:
    return [one.reference.article for one in RETRIEVER.exact(question, day)]


def test_each_reference_once_in_its_order() -> None:
    assert numbers(f"{NAME}第6條、第4條與{NAME}第6條") == ["6", "4"]


def test_range_gives_the_articles_there_are() -> None:
    assert numbers(f"{NAME}第4條至第6條") == ["4", "5", "5-1", "6"]


def test_range_keeps_an_end_that_is_not_there() -> None:
    assert numbers(f"{NAME}第6條至第30條") == ["6", "7", "30"]


def test_list_is_no_range() -> None:
    assert numbers(f"{NAME}第4條、第6條") == ["4", "6"]


def test_range_of_paragraphs_is_left_alone() -> None:
    named = RETRIEVER.exact(f"{NAME}第6條第1項至第2項", DAY)
    assert [one.reference.units for one in named] == [(("項", 1),), (("項", 2),)]


def test_version_of_the_day() -> None:
    texts = [RETRIEVER.exact(f"{NAME}第4條", day)[0].text for day in (date(2024, 6, 30), date(2024, 7, 1))]
    assert "十四日" in texts[0]
    assert "十四日" not in texts[1]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("113年6月30日押金多久要退", date(2024, 6, 30)),
        ("押金多久要退", DAY),
        ("中華民國九十六年罪犯減刑條例第3條", DAY),
    ],
)
def test_day_of_a_question(question: str, expected: date) -> None:
    law = fakes.made_law("Z9990020", "中華民國九十六年罪犯減刑條例")
    retriever = fakes.make_retriever(fakes.MemoryStore([law, fakes.LAW], fakes.DOCUMENTS))
    assert retriever.day(question, DAY) == expected


def test_of_same_name_laws_the_one_of_the_day() -> None:
    older = fakes.made_law(
        "Z9990021", "示範法（舊 90.01.01 制定）", enacted=date(2001, 1, 1), repealed=date(2010, 1, 1)
    )
    newer = fakes.made_law("Z9990022", "示範法（新 99.01.01 制定）", enacted=date(2010, 1, 1))
    documents = [
        fakes.article(older, "1", "舊文。", since=date(2001, 1, 1)),
        fakes.article(newer, "1", "新文。", since=date(2010, 1, 1)),
    ]
    retriever = fakes.make_retriever(fakes.MemoryStore([older, newer], documents))
    assert retriever.exact("示範法第1條", date(2005, 1, 1))[0].text == "舊文。"
    assert retriever.exact("示範法第1條", DAY)[0].text == "新文。"


def test_search_puts_the_article_named_first_and_none_twice() -> None:
    hits = RETRIEVER.search("押金依第6條", DAY, 5, RETRIEVER.exact(f"{NAME}第6條", DAY))
    keys = [hit.document.key for hit in hits]
    assert hits[0].lane == "exact"
    assert keys[0] == f"law/{fakes.LAW.pcode}/6"
    assert len(keys) == len(set(keys)) <= 5


def test_the_kind_of_answer_asked_for_comes_first() -> None:
    assert RETRIEVER.similar("超額收取押金", DAY, 1)[0].document.number == "6"
    assert RETRIEVER.similar("業者返還押金罰多少", DAY, 1)[0].document.number == "6"
    assert RETRIEVER.similar("業者返還押金", DAY, 1)[0].document.number != "6"


def test_law_for_others_comes_later() -> None:
    general = fakes.made_law("Z9990023", "示範請假規則")
    special = fakes.made_law("Z9990024", "示範公務人員請假規則")
    documents = [fakes.article(special, "1", "事假，准給七日。"), fakes.article(general, "1", "事假，准給五日。")]
    retriever = fakes.make_retriever(fakes.MemoryStore([general, special], documents))
    assert retriever.similar("事假幾天", DAY, 1)[0].document.law == general.pcode
    assert retriever.similar("公務人員事假幾天", DAY, 1)[0].document.law == special.pcode


def test_within_looks_in_these_laws_alone() -> None:
    hits = RETRIEVER.within("押金返還", DAY, 5, [fakes.ORDER.pcode])
    assert {hit.document.law for hit in hits} == {fakes.ORDER.pcode}
    assert RETRIEVER.within("押金返還", date(2010, 1, 1), 5, [fakes.ORDER.pcode]) == []


def test_hits_are_sorted_and_carry_the_score_of_their_terms() -> None:
    hits = RETRIEVER.similar("押金返還罰多少", DAY, 10)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.text_score <= hit.score for hit in hits if hit.document.number == "6")
    assert RETRIEVER.similar("", DAY, 10) == []


def test_blanking_keeps_the_length() -> None:
    question = "依民法第3條，可以嗎"
    assert without(question, [Reference(1, 6)]) == "依　　　　　，可以嗎"


def test_the_number_of_a_decision_is_no_article_and_no_day() -> None:
    question = "釋字第748號、最高法院104年度台上字第472號及111年憲判字第1號"
    assert RETRIEVER.exact(question, DAY) == []
    assert RETRIEVER.day(question, DAY) == DAY
    assert [one.decision.key for one in RETRIEVER.decided(question, DAY)] == [
        "interpretation/748",
        "case/TPS/104/台上/472",
        "constitutional/111年憲判字第1號",
    ]
