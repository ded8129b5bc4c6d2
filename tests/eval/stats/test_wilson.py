import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from eval.errors import NotEnoughData
from eval.stats.wilson import none_of, wilson


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(deadline=None)
def test_the_interval_is_that_of_scipy_and_holds_the_share(counted: tuple[int, int]) -> None:
    part, whole = counted
    reference = binomtest(part, whole).proportion_ci(method="wilson")
    assert wilson(part, whole) == pytest.approx((reference.low, reference.high), abs=1e-12)
    assert wilson(part, whole).low <= part / whole <= wilson(part, whole).high


def test_published_figures() -> None:
    assert wilson(4, 202).high == pytest.approx(0.0498, abs=5e-5)
    assert wilson(0, 1000).high == pytest.approx(0.0038, abs=5e-5)
    assert none_of(1000) == pytest.approx(0.003, abs=1e-4)
    assert none_of(200) == pytest.approx(0.015, abs=2e-4)


def test_of_nothing_nothing_is_said() -> None:
    with pytest.raises(NotEnoughData):
        wilson(0, 0)
    with pytest.raises(NotEnoughData):
        none_of(0)
