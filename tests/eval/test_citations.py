"""The cases in which ALCE's own function goes wrong, with what it should give."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import pytest

from eval import abstention
from eval.citations import LEXICAL, Judged, measure
from eval.outputs import Cited, Output
from eval.scores import Found
from rag.support import LexicalSupport
from rag.verify import Prover
from tests.eval.shelves import asked, library

LIBRARY = library()
A, B, C = "租借人可以請求返還押金", "業者應該投保責任保險", "主管機關得公告停車格位"
ONE, OTHER = Cited(mark=1, key="law/Z9990001/4"), Cited(mark=2, key="law/Z9990001/6")


@dataclass
class Good:
    """φ of a stub: true where one of these marks is among the sources."""

    good: tuple[int, ...] = (1,)
    graded: bool = False
    half: tuple[int, ...] = ()

    def __call__(self, prover: Prover, text: str, marks: Sequence[int]) -> float:
        if any(mark in self.good for mark in marks):
            return 1.0
        return 0.5 if any(mark in self.half for mark in marks) else 0.0


def found(answer: str, phi: Good | None = None, *citations: Cited) -> Found:
    output = Output(id="q", answer=answer, citations=citations or (ONE, OTHER))
    return measure(asked(), output, LIBRARY, phi or Good())


def figures(one: Found) -> tuple[float | None, float | None]:
    recall, precision = one.shares.get("citation_recall"), one.shares.get("citation_precision")
    return (round(recall.value, 3) if recall else None, round(precision.value, 3) if precision else None)


def test_a_mark_that_leads_nowhere_counts_against_precision() -> None:
    assert figures(found(f"{A}[1]。{B}[99]。")) == (0.5, 0.5)


def test_an_empty_answer_counts() -> None:
    answers = (Output(id="a", answer=f"{A}[1]。", citations=(ONE,)), Output(id="b"))
    scored = [figures(measure(asked(), one, LIBRARY, Good())) for one in answers]
    assert fmean(recall for recall, _ in scored if recall is not None) == 0.5
    assert fmean(precision for _, precision in scored if precision is not None) == 1.0
    attempts = [abstention.measure(asked(), abstention.told(one), LIBRARY).shares["attempted"].value for one in answers]
    assert fmean(attempts) == 0.5


def test_a_mark_after_the_stop_belongs_to_the_sentence_before() -> None:
    assert figures(found(f"{A}。[1]{B}。")) == (0.5, 1.0)


def test_three_claims_of_one_line_are_three() -> None:
    assert figures(found(f"{A}[1]。{B}[1]。{C}[2]。")) == (0.667, 0.667)


def test_a_refusal_is_not_scored_here() -> None:
    assert found("查無相關規定，無法回答。").shares == {}
    assert measure(asked(), Output(id="q", state="abstained", reason="not_found"), LIBRARY, Good()).shares == {}


def test_a_greeting_owes_no_source() -> None:
    assert figures(found(f"您好！\n{A}[1]。\n以上僅供參考，建議諮詢律師。")) == (1.0, 1.0)


def test_what_bears_out_nothing_is_imprecise_and_over_cited() -> None:
    one = found(f"{A}[1][2]。")
    assert figures(one) == (1.0, 0.5)
    assert one.shares["over_citation"] == (1.0, 2.0)
    assert [problem.measure for problem in one.problems] == ["citation_precision"]


def test_two_that_bear_it_out_alone_are_precise_and_one_too_many() -> None:
    one = found(f"{A}[1][2]。", Good((1, 2)))
    assert figures(one) == (1.0, 1.0)
    assert one.shares["over_citation"] == (1.0, 2.0)
    assert [problem.measure for problem in one.problems] == ["over_citation"]


def test_what_was_not_read_is_imprecise() -> None:
    output = Output(id="q", answer=f"{A}[1]。", citations=(ONE,), read=("law/Z9990001/6",))
    assert figures(measure(asked(), output, LIBRARY, Good())) == (1.0, 0.0)


def test_what_is_repealed_and_not_said_to_be_is_imprecise() -> None:
    gone = Cited(mark=1, key="law/Z9990003/2")
    assert figures(found(f"{A}[1]。", None, gone)) == (1.0, 0.0)
    assert figures(found(f"示範流動招牌管理條例已廢止，廢止前{A}[1]。", None, gone)) == (1.0, 1.0)


def test_a_judge_of_three_levels_is_weighted() -> None:
    one = found(f"{A}[1]。{B}[2]。{C}[99]。", Good((1,), graded=True, half=(2,)))
    assert one.shares["citation_recall_weighted"] == (1.5, 3.0)
    assert one.shares["citation_precision_weighted"] == (1.5, 3.0)
    assert figures(one) == (0.333, 0.333)


@pytest.mark.parametrize("phi", [LEXICAL, Judged(LexicalSupport())])
def test_words_tell_what_bears_a_sentence_out(phi: Good) -> None:
    right, wrong = "租借人請求返還押金時，業者應於七日內全額返還[1]。", "業者應投保責任保險[1]。"
    output = Output(id="q", answer=right + wrong, citations=(ONE,))
    assert figures(measure(asked(), output, LIBRARY, phi)) == (0.5, 0.5)
