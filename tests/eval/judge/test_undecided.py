import pytest

from eval.judge.undecided import LAYERS, units
from tests.eval.judge.shelf import asked, library, said
from tests.fakes import QUOTE

ARTICLE = "示範共享單車租借條例第4條：業者收取押金，每人不得超過新臺幣一千元。"


@pytest.mark.parametrize(
    ("answer", "layer"),
    [
        ("業者應於七日內返還押金。", "cited"),
        ("業者應於七日內全額返還押金[3]。", "marks_valid"),
        ("業者應「於八日內立刻返還所有押金」[1]。", "quotes"),
        ("業者應於九日內全額返還押金[1]。", "values"),
        (f"該條規定：「{QUOTE}」[1]", "quoted"),
        (f"{QUOTE}[1]", "quoted"),
        ("業者應於七日內全額返還[1]。", "judge"),
        ("租借人請求時，業者要把押金還給他[1]。", "judge"),
    ],
)
def test_a_judge_is_asked_only_what_nothing_else_decides(answer: str, layer: str) -> None:
    with library() as shelf:
        (found,) = units(asked(), said(answer), shelf)
    assert found.layer == layer
    assert layer in LAYERS
    assert (found.pair is not None) == (layer == "judge")


def test_sources_that_were_not_read_or_do_not_exist_decide() -> None:
    with library() as shelf:
        (unread,) = units(asked(), said("租借人請求時，業者要還押金[1]。", read=[]), shelf)
        nowhere = {"mark": 1, "key": "law/Z9990001/99", "label": "示範共享單車租借條例第99條"}
        (missing,) = units(asked(), said("租借人請求時，業者要還押金[1]。", citations=[nowhere]), shelf)
    assert (unread.layer, missing.layer) == ("was_read", "exists")


def test_the_pair_is_the_claim_without_marks_and_its_sources_by_name() -> None:
    output = said("您好！租借人請求時，業者要把押金還給他[1]。僅供參考。", "x", repeat=2)
    with library() as shelf:
        (one,) = units(asked("x"), output, shelf)
    assert one.pair is not None
    assert (one.id, one.repeat, one.pair.id) == ("x", 2, f"x#2.{one.sentence}")
    assert one.pair.claim == "租借人請求時，業者要把押金還給他。"
    (passage,) = one.pair.passages
    assert passage.startswith(ARTICLE)


def test_a_refusal_leaves_nothing_to_judge() -> None:
    with library() as shelf:
        assert not list(units(asked(), said("", citations=[], state="abstained"), shelf))
