import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.percentile import percentile


@pytest.mark.parametrize(
    ("values", "p", "expected"),
    [([40, 10, 30, 20], 50, 20), ([10, 20, 30, 40], 75, 30), ([10, 20, 30, 40], 76, 40), ([5], 99, 5), ([1, 2], 0, 1)],
)
def test_is_the_smallest_value_that_so_many_do_not_exceed(values: list[float], p: float, expected: float) -> None:
    assert percentile(values, p) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([50, 95, 99]))
def test_is_measured_and_covers_its_share(values: list[float], p: float) -> None:
    value = percentile(values, p)
    assert value in values
    assert sum(other <= value for other in values) >= p / 100 * len(values) - 1e-9
