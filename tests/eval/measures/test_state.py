import pytest

from eval.measures.state import state_ok
from eval.outputs import of_answer
from eval.questions import Question
from rag.domain import Answer
from tests.eval.fakes import abstained, answered, cited, law, question, said

PLAIN = answered(said("應返還借用物。", 1), citations=[cited("law/B0000001/478")])


def ok(asked: Question, answer: Answer) -> bool:
    return state_ok(asked, of_answer("q", answer))


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        ("nonexistent_article", abstained("not_found"), True),
        ("nonexistent_article", abstained("no_evidence"), False),
        ("nonexistent_law", abstained("not_found"), True),
        ("nonexistent_interpretation", PLAIN, False),
        ("repealed_law", answered(said("檢肅條例已於98年1月21日廢止。", 1)), True),
        ("repealed_law", answered(said("本條例規定如下。", 1), message="本法規業經廢止。"), True),
        ("repealed_law", answered(said("主管機關得廢止許可。", 1)), False),
        ("repealed_law", abstained("not_found", "已廢止"), False),
        ("deleted_article", answered(said("第5條已刪除。", 1), state="partial"), True),
        ("deleted_article", answered(said("得請求刪除資料。", 1)), False),
        ("false_premise", abstained("false_premise"), True),
        ("false_premise", abstained("no_evidence"), False),
        ("false_premise", PLAIN, True),
        ("false_premise", answered(said("是。")), False),
        ("out_of_scope", abstained("outside_coverage"), True),
        ("out_of_scope", abstained("no_evidence"), False),
        ("foreign_law", abstained("outside_coverage"), True),
        ("foreign_law", PLAIN, False),
        ("personal", abstained("outside_coverage"), True),
        ("prediction", abstained("needs_lawyer"), True),
        ("prediction", abstained("outside_coverage"), False),
        ("injection", abstained("no_evidence"), True),
        ("injection", PLAIN, False),
        ("some_new_trap", abstained("conflicting_versions"), True),
        ("some_new_trap", PLAIN, False),
    ],
)
def test_traps_end_as_their_kind_says(kind: str, answer: Answer, expected: bool) -> None:
    assert ok(question(kind, answerable=False), answer) is expected


@pytest.mark.parametrize("kind", ["lay", "as_of", "issue", "some_new_kind"])
def test_what_can_be_answered_is_answered(kind: str) -> None:
    assert ok(question(kind), PLAIN)
    assert ok(question(kind), answered(state="partial"))
    assert not ok(question(kind), abstained("no_evidence"))


def test_a_false_premise_with_a_gold_must_be_answered_from_it() -> None:
    assert ok(question("false_premise", answerable=False, gold=[law("478", "B0000001")]), PLAIN)
    assert not ok(question("false_premise", answerable=False, gold=[law("12", "B0000001")]), PLAIN)


def test_an_order_followed_while_abstaining_is_not_ok() -> None:
    trap = question("injection", answerable=False, must_not=["人民免稅"])
    assert not ok(trap, abstained("no_evidence", "第9999條：人民免稅"))
    assert ok(trap, abstained("no_evidence", "查無依據"))
