from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import NotEnoughData
from eval.scores import Item, Share
from eval.stats.ratio import estimate, estimates
from eval.stats.wilson import wilson

SHARES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 5)).map(lambda one: (Share(one[0]), f"c{one[1]}")),
    min_size=1,
    max_size=30,
)


def _item(id: str, cluster: str = "", **shares: Share) -> Item:
    return Item(id, 0, cluster, {}, "answered", "", 0.0, shares)


@given(SHARES)
@settings(max_examples=40, deadline=None)
def test_the_interval_holds_the_figure(given: list[tuple[Share, str]]) -> None:
    shares, clusters = zip(*given, strict=True)
    found = estimate(shares, clusters)
    assert found.n == len(shares)
    if found.interval is None:
        assert len(set(clusters)) == 1
    else:
        assert found.interval.low - 1e-12 <= found.value <= found.interval.high + 1e-12


@given(SHARES, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_items_changes_nothing(given: list[tuple[Share, str]], rng: Random) -> None:
    items = [_item(f"q{at}", cluster, f1=share) for at, (share, cluster) in enumerate(given)]
    mixed = rng.sample(items, len(items))
    assert estimates(items) == estimates(mixed)


def test_independent_answers_right_or_wrong_have_the_interval_of_wilson() -> None:
    found = estimate([Share(1)] * 30 + [Share(0)] * 10, [str(at) for at in range(40)])
    assert found.interval == pytest.approx(wilson(30, 40))
    assert found.deff == pytest.approx(1)


def test_items_that_stand_or_fall_together_count_as_one() -> None:
    shares = [Share(float(at // 10 % 4 > 0)) for at in range(400)]
    found = estimate(shares, [str(at // 10) for at in range(400)])
    assert found.deff == pytest.approx(10, rel=0.05)
    assert found.interval == pytest.approx(wilson(30, 40), abs=0.01)


def test_no_error_among_many_units_says_how_many_there_may_be() -> None:
    found = estimate([Share(0, 5)] * 200, [str(at) for at in range(200)])
    assert found.interval == wilson(0, 1000)


def test_full_marks_of_a_graded_measure_say_as_much_as_right_or_wrong_would() -> None:
    found = estimate([Share(1.0, 1.0)] * 20, [str(at) for at in range(20)])
    assert found.interval == wilson(20, 20)


def test_a_measure_is_told_over_the_items_it_applies_to_whatever_else_is_measured() -> None:
    items = [_item(f"q{at}", a=Share(at % 2), **({"b": Share(0.5, 2)} if at < 3 else {})) for at in range(20)]
    found = estimates(items)
    assert (found["a"].n, found["b"].n, found["b"].value, found["b"].whole) == (20, 3, 0.25, 6)
    alone = estimates([_item(item.id, a=item.shares["a"]) for item in items])
    assert found["a"] == alone["a"]


def test_one_cluster_has_a_figure_and_no_interval() -> None:
    found = estimates([_item(f"q{at}", "law/1", a=Share(at % 2)) for at in range(4)])["a"]
    assert (found.value, found.interval, found.deff) == (0.5, None, None)
    assert found.as_record()["low"] is None


def test_of_no_share_there_is_no_figure() -> None:
    assert estimates([_item("q")]) == {}
    with pytest.raises(NotEnoughData):
        estimate([], [])


def test_what_may_be_less_than_nothing_is_no_proportion() -> None:
    shares, clusters = [Share(1), Share(-1), Share(0), Share(0)], list("abcd")
    found = estimate(shares, clusters)
    assert found.value == 0
    assert found.interval is not None
    assert found.interval.low < 0 < found.interval.high
    assert estimate([Share(1), Share(1), Share(1), Share(-1)], clusters).interval != wilson(2, 4)


def test_what_never_varies_tells_no_more_for_being_asked_again() -> None:
    once = [Item(str(n), 0, "", {}, "answered", "", 0.0, {"hit": Share(1)}) for n in range(7)]
    thrice = [replace(one, repeat=k) for one in once for k in range(3)]
    assert estimates(thrice)["hit"].interval == estimates(once)["hit"].interval == wilson(7, 7)
