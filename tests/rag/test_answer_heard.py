"""Questions that are not worded as they are meant: what the answer says of how it was read."""

from datetime import date

from rag.domain import Answer
from tests import fakes

ENGINE = fakes.make_engine(fakes.memory_store())
NAME = fakes.LAW.name


def ask(question: str) -> Answer:
    return ENGINE.ask(question, date(2024, 10, 11))


def cited(answer: Answer) -> list[str]:
    return [citation.label for citation in answer.citations]


def test_a_question_in_simplified_characters_is_answered_as_its_traditional_wording() -> None:
    answer = ask("订定示范图书馆规则要公告吗？")
    plain = ask("訂定示範圖書館規則要公告嗎？")
    assert answer.question == "订定示范图书馆规则要公告吗？"
    assert answer.rewritten == "訂定示範圖書館規則要公告嗎？"
    assert cited(answer) == cited(plain)
    assert (answer.state, answer.reason) == (plain.state, plain.reason)


def test_a_mainland_law_in_passing_is_told_not_to_apply() -> None:
    answer = ask(f"朋友拿婚姻法第6條給我看，在臺灣{NAME}第4條怎麼規定？")
    assert cited(answer) == [f"{NAME}第4條"]
    assert answer.message == "問題提到的「婚姻法」是中國大陸的法律，在臺灣不適用；以下是臺灣的規定。"
    assert answer.rewritten == ""


def test_what_only_a_mainland_law_says_is_refused() -> None:
    answer = ask("婚姻法第6條怎麼規定？")
    assert (answer.state, answer.reason) == ("abstained", "not_found")


def test_who_answers_is_told_from_the_configuration_without_passages() -> None:
    answer = ask("你是哪家公司做的？")
    assert (answer.state, answer.reason) == ("abstained", "outside_coverage")
    assert "有據" in answer.message
    assert answer.found == ()
    assert answer.citations == ()
