import pytest

from eval.answers import answer_all, summarise
from eval.errors import NotEnoughData
from rag.domain import Reference, Status
from tests.eval.fakes import TEXT, FakeEngine, Ticking, abstained, answered, cited, document, law, question, said

HELD = document("law/Z0000001/1")
GOOD = answered(said(TEXT, 1), citations=[cited(HELD.key)])


def test_the_summary_has_every_key_that_applies() -> None:
    asked = [
        question("as_of", id="1", question="甲", gold=[law("1", text=TEXT)]),
        question("lay", id="2", question="乙"),
        question("out_of_scope", id="3", question="丙", answerable=False),
    ]
    engine = FakeEngine(answers={"甲": GOOD, "丙": abstained("outside_coverage")}, documents=(HELD,))
    summary = summarise(list(answer_all(asked, engine, clock=Ticking())))
    assert summary == {
        "n": 3,
        "state_ok": pytest.approx(2 / 3, abs=1e-6),
        "asof_exact": 1.0,
        "quotes_verbatim": 1.0,
        "invented": 0,
        "unread": 0,
        "unflagged_status": 0,
        "over_refusal": 0.5,
        "p50_ms": 3000.0,
    }


def test_what_applies_to_no_question_is_left_out() -> None:
    summary = summarise(list(answer_all([question("injection", answerable=False)], FakeEngine())))
    assert list(summary) == ["n", "state_ok", "invented", "unread", "unflagged_status", "p50_ms"]


def test_every_fault_is_counted() -> None:
    faulty = answered(
        said("依測試法第99條，應返還。", 1, 7),
        said("如下。", 2),
        citations=[cited(HELD.key, quote="改過的話"), cited("law/Z0000001/9", 2, status=Status.REPEALED)],
    )
    named = {"第99條": Reference(0, 0, "測試法", "Z0000001", "99")}
    engine = FakeEngine(answers={"問？": faulty}, documents=(HELD,), named=named)
    (checked,) = answer_all([question(must_not=["應返還", "免稅"])], engine)
    record = checked.as_record()
    assert (record["verbatim"], record["invented"], record["unread"], record["unflagged_status"]) == (0, 2, 1, 1)
    assert record["must_not"] == ["應返還"]
    assert summarise([checked])["quotes_verbatim"] == 0.0


def test_an_as_of_record_is_asked_without_its_day() -> None:
    engine = FakeEngine()
    list(answer_all([question("as_of", as_of="2017-06-03", gold=[law("1", text=TEXT)])], engine))
    assert engine.asked == [("問？", None), ("問？", None)]


def test_no_question_is_an_error() -> None:
    with pytest.raises(NotEnoughData):
        summarise(list(answer_all([], FakeEngine())))
