from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.support import Learned, Sample, crossed, learn
from rag.support import contrary, parties
from rag.support.weights import BIAS, read, written

NAMES = ("near", "far")
KIND = "party"


def sample(number: int, is_false: bool, near: float, far: float = 0.0) -> Sample:
    return Sample(number, f"d{number}", is_false, KIND, {"near": near, "far": far})


SEEN = [sample(at, at % 2 == 1, near=(at % 2) * 2 - 1 + at / 100, far=at % 3) for at in range(40)]


def test_what_is_learned_tells_what_it_was_learned_from() -> None:
    learned = learn(SEEN, NAMES, share=0.0)
    assert [learned.score(one) > 0 for one in SEEN] == [one.is_false for one in SEEN]


def test_the_same_drafts_give_the_same_weights() -> None:
    assert learn(SEEN, NAMES, 0.1) == learn(SEEN, NAMES, 0.1)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_no_more_of_what_is_true_is_taken_for_false_than_allowed(share: float) -> None:
    mixed = [sample(at, at % 2 == 1, near=(at * 7 % 11) / 11) for at in range(60)]
    learned = learn(mixed, NAMES, share)
    true = [learned.score(one) > 0 for one in mixed if not one.is_false]
    assert sum(true) <= share * len(true)


def test_one_of_several_things_seen_makes_a_sentence_false() -> None:
    beside = [one._replace(row={"near": -0.5, "far": 0.0}) for one in SEEN if one.is_false]
    assert crossed([*SEEN, *beside], NAMES, 0.2).caught == 1.0


def test_every_draft_is_tried_without_having_been_learned() -> None:
    found = crossed(SEEN, NAMES, 0.1)
    assert found.caught == 1.0
    assert found.harmed <= 0.2


def test_the_table_that_is_shipped_holds_every_weight() -> None:
    table = read((Path(__file__).parents[2] / "rag" / "data" / "support.tsv").read_text(encoding="utf-8"))
    assert set(table) == {KIND, *(f"contrary {modal}" for modal in contrary.MODALS)}
    assert set(table[KIND]) == {BIAS, *parties.FEATURES}
    assert all(set(table[f"contrary {modal}"]) == {BIAS, *contrary.FEATURES} for modal in contrary.MODALS)


@given(
    st.dictionaries(st.sampled_from(["a", "b c", "d "]), st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)))
)
def test_a_table_is_read_as_it_was_written(rows: dict[str, tuple[int, int]]) -> None:
    table = {kind: {BIAS: first / 1000, "near x": second / 1000} for kind, (first, second) in rows.items()}
    assert read(written(table, [BIAS, "near x"])) == table


def test_a_score_is_the_sum_of_what_was_seen_and_the_bias() -> None:
    assert Learned({KIND: {BIAS: -1.0, "near": 2.0, "far": 0.5}}).score(sample(0, True, 1.5, 2.0)) == pytest.approx(3.0)
