"""Nuggets: what an answer should tell, and how much of it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from eval.folder import Asked
from eval.library import Library
from eval.nuggets import assigned, by, measure
from eval.outputs import Output
from eval.questions import Nugget

NO_LIBRARY = cast(Library, None)
VITAL = Nugget(text="借用人應在約定期限內返還", vital=True)
OKAY = Nugget(text="沒有約定期限時，貸與人可以催告返還", vital=False)


class Told:
    """Bears out the claims it was given."""

    def __init__(self, *told: str) -> None:
        self.told = told
        self.seen: list[Sequence[str]] = []

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        self.seen.append(evidence)
        return "ok" if claim in self.told else "unsupported"


def asked(*nuggets: Nugget) -> Asked:
    return Asked(id="q", kind="lay", question="要還嗎？", answerable=True, gold_nuggets=nuggets)


def output(**more: Any) -> Output:
    return Output(id="q", **({"state": "answered", "answer": "借用人應於約定期限內返還[1]。"} | more))


def test_the_headline_counts_vital_nuggets_alone() -> None:
    found = assigned(asked(VITAL, OKAY), output(), Told(VITAL.text))
    assert {name: (share.part, share.whole) for name, share in found.shares.items()} == {
        "nugget_vital": (1, 1),
        "nugget_all": (1, 2),
    }
    assert not found.problems


def test_a_vital_nugget_that_is_missing_is_named() -> None:
    found = assigned(asked(VITAL, OKAY), output(), Told(OKAY.text))
    assert found.shares["nugget_vital"].value == 0
    assert [VITAL.text in problem.why for problem in found.problems] == [True]


def test_without_a_vital_nugget_there_is_no_headline_and_a_problem() -> None:
    found = assigned(asked(OKAY), output(), Told(OKAY.text))
    assert found.shares.keys() == {"nugget_all"}
    assert [problem.measure for problem in found.problems] == ["nugget_vital"]


def test_a_refusal_or_an_empty_answer_tells_nothing_whoever_judges() -> None:
    for silent in (output(state="abstained"), output(state="error", answer=""), output(answer=" [1] ")):
        judge = Told(VITAL.text)
        assert assigned(asked(VITAL), silent, judge).shares["nugget_vital"].value == 0
        assert judge.seen == []


def test_marks_are_no_evidence() -> None:
    judge = Told()
    by(judge)(asked(VITAL), output(), NO_LIBRARY)
    assert judge.seen == [["借用人應於約定期限內返還。"]]


def test_a_question_without_nuggets_is_not_measured() -> None:
    assert measure(asked(), output(), NO_LIBRARY).shares == {}


def test_words_alone_tell_a_nugget_from_its_contrary() -> None:
    assert measure(asked(VITAL), output(), NO_LIBRARY).shares["nugget_vital"].value == 1
    false = output(answer="借用人不必返還。")
    assert measure(asked(VITAL), false, NO_LIBRARY).shares["nugget_vital"].value == 0
    beside = output(answer="出租人應修繕房屋。")
    assert measure(asked(VITAL), beside, NO_LIBRARY).shares["nugget_vital"].value == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_v_and_a_are_the_shares_of_what_is_told(nuggets: list[tuple[bool, bool]]) -> None:
    given_ = [Nugget(text=f"要點{number}", vital=vital) for number, (vital, _) in enumerate(nuggets)]
    told = [nugget.text for nugget, (_, is_told) in zip(given_, nuggets, strict=True) if is_told]
    found = assigned(asked(*given_), output(), Told(*told)).shares
    vital = [is_told for is_vital, is_told in nuggets if is_vital]
    assert found["nugget_all"].value == len(told) / len(nuggets)
    assert ("nugget_vital" in found) == bool(vital)
    if vital:
        assert found["nugget_vital"].value == sum(vital) / len(vital)
