"""Items of several wordings: each passes or fails, and the bare ones agree with the explicit one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eval.folder import Asked
from eval.locale_pairs import Verdict, pairs, shares
from eval.outputs import Cited, Output
from eval.questions import Expect

PRESIDENT, LAW = "law/A0000002/2", "law/A0000002/4"


def wording(number: int, **more: Any) -> Asked:
    bare = {"pair": "g-1"} if number > 1 else {}
    values: dict[str, Any] = {"group": "g", **bare, **more}
    return Asked(id=f"g-{number}", kind="deixis", question="總統怎麼產生？", answerable=True, **values)


def output(number: int, *keys: str, **more: Any) -> Output:
    cites = tuple(Cited(mark=mark, key=key) for mark, key in enumerate(keys, start=1))
    return Output(id=f"g-{number}", citations=cites, **({"state": "answered"} | more))


def verdict(*answers: tuple[Asked, Output]) -> Verdict:
    (only,) = pairs(answers)
    return only


def test_an_item_passes_whose_wordings_all_end_alike() -> None:
    found = verdict((wording(1), output(1, PRESIDENT, LAW)), (wording(2), output(2, PRESIDENT)))
    assert found == Verdict("g", "deixis", True, ())
    assert found.passed


def test_another_source_first_or_another_state_is_no_agreement() -> None:
    explicit = (wording(1), output(1, PRESIDENT))
    for other in (output(2, LAW, PRESIDENT), output(2, PRESIDENT, state="partial"), output(2, state="abstained")):
        found = verdict(explicit, (wording(2), other))
        assert found.agrees is False
        assert any(line.startswith("g-2") for line in found.failures)


def test_the_first_source_is_the_one_marked_first() -> None:
    turned = Output(id="g-2", state="answered", citations=(Cited(mark=2, key=LAW), Cited(mark=1, key=PRESIDENT)))
    assert verdict((wording(1), output(1, PRESIDENT)), (wording(2), turned)).passed


def test_one_wording_that_fails_fails_the_item() -> None:
    wanted = Expect(states=("answered",), cites=((PRESIDENT,),))
    both = [(wording(n, expect=wanted), output(n, LAW if n == 2 else PRESIDENT)) for n in (1, 2)]
    found = verdict(*both)
    assert not found.passed
    assert "g-2：作答不合預期" in found.failures[0]


def test_what_its_record_forbids_fails_the_item() -> None:
    found = verdict((wording(1, must_not=("國家主席",)), output(1, answer="國家主席。")))
    assert found.agrees is None
    assert found.failures == ("g-1：說了不該說的「國家主席」",)


def test_every_time_counts_and_only_the_same_time_is_compared() -> None:
    first = [(wording(1), output(1, PRESIDENT)), (wording(2), output(2, PRESIDENT))]
    again = [(wording(1), output(1, LAW, repeat=1)), (wording(2), output(2, LAW, repeat=1))]
    assert verdict(*first, *again).passed
    assert not verdict(*first, again[0], (wording(2), output(2, PRESIDENT, repeat=1))).passed


def test_a_bare_wording_with_nothing_beside_it_agrees_with_nothing() -> None:
    assert verdict((wording(2), output(2, PRESIDENT))).agrees is False


def test_pairs_that_point_at_each_other_are_one_item() -> None:
    ends = [("a-1", "a-2"), ("a-2", "a-1")]
    answers = [
        (Asked(id=one, kind="deixis", question="問？", answerable=True, pair=two), Output(id=one, state="answered"))
        for one, two in ends
    ]
    assert [one.group for one in pairs(answers)] == ["a-1"]


def test_other_questions_are_left_out() -> None:
    lone = Asked(id="x", kind="lay", question="問？", answerable=True)
    assert pairs([(lone, Output(id="x", state="answered"))]) == []
    assert shares([]) == {}


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([True, False, None])), min_size=1))
def test_the_shares_are_counts_of_items(drawn: list[tuple[bool, bool | None]]) -> None:
    verdicts = [Verdict(str(n), "deixis", agrees, () if ok else ("x",)) for n, (ok, agrees) in enumerate(drawn)]
    found = shares(verdicts)
    paired = [agrees for _, agrees in drawn if agrees is not None]
    assert tuple(found["locale_passed"]) == (sum(ok for ok, _ in drawn), len(drawn))
    assert ("pair_agrees" in found) == bool(paired)
    if paired:
        assert tuple(found["pair_agrees"]) == (sum(paired), len(paired))
