from __future__ import annotations

import pytest

from eval.measures.expected import is_met
from eval.outputs import of_answer
from eval.questions import Expect
from tests.eval import fakes
from tests.eval.measures.test_state import PLAIN as ANSWER

PLAIN = of_answer("q", ANSWER)


def test_the_state_is_one_of_those_expected() -> None:
    assert is_met(Expect(states=("answered", "partial")), PLAIN)
    assert not is_met(Expect(states=("abstained",)), PLAIN)


@pytest.mark.parametrize(("reasons", "expected"), [((), True), (("not_found",), True), (("no_evidence",), False)])
def test_a_refusal_gives_one_of_the_reasons(reasons: tuple[str, ...], expected: bool) -> None:
    assert (
        is_met(Expect(states=("abstained",), reasons=reasons), of_answer("q", fakes.abstained("not_found"))) is expected
    )


def test_an_answer_says_or_cites_what_is_expected() -> None:
    said, cited = PLAIN.answer[:4], PLAIN.citations[0].key
    law = cited.rpartition("/")[0]
    assert is_met(Expect(states=("answered",), says=("別的話", said)), PLAIN)
    assert is_met(Expect(states=("answered",), says=("別的話",), cites=((cited,),)), PLAIN)
    assert is_met(Expect(states=("answered",), cites=((law,),)), PLAIN)
    assert not is_met(Expect(states=("answered",), says=("別的話",), cites=((cited, "law/X0000000/1"),)), PLAIN)
