import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import NotEnoughData
from eval.stats.agreement import cohen, krippendorff

LEVELS = ("NS", "PS", "FS")
PAIRS = st.lists(st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS)), min_size=2, max_size=25)


def test_kappa_of_the_textbook() -> None:
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = cohen(pairs, ("y", "n"))
    assert found.value == pytest.approx(0.4)
    assert 0.1 < found.interval.low < 0.4 < found.interval.high < 0.65


def test_three_hundred_labels_tell_kappa_to_a_tenth() -> None:
    pairs = [("y", "y")] * 128 + [("y", "n")] * 22 + [("n", "y")] * 23 + [("n", "n")] * 127
    found = cohen(pairs, ("y", "n"))
    assert found.value == pytest.approx(0.7)
    assert 0.07 < found.value - found.interval.low < 0.11


def test_weights_forgive_a_neighbour_more_than_the_far_end() -> None:
    near = [("FS", "FS"), ("NS", "NS"), ("PS", "PS"), ("FS", "PS"), ("NS", "PS"), ("PS", "PS")]
    far = [("FS", "FS"), ("NS", "NS"), ("PS", "PS"), ("FS", "NS"), ("PS", "PS"), ("NS", "PS")]
    assert cohen(near, LEVELS, "quadratic").value > cohen(near, LEVELS, "linear").value > cohen(near, LEVELS).value
    assert cohen(far, LEVELS, "quadratic").value < cohen(near, LEVELS, "quadratic").value


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units.
OBSERVED = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")
UNITS = [
    [None if label == "." else label for label in unit] for unit in zip(*(row.split() for row in OBSERVED), strict=True)
]


def test_alpha_of_its_author() -> None:
    nominal, ordinal = (krippendorff(UNITS, "12345", scale) for scale in ("nominal", "ordinal"))  # type: ignore[arg-type]
    assert nominal.value == pytest.approx(0.743, abs=5e-4)
    assert ordinal.value == pytest.approx(0.815, abs=5e-4)
    assert (nominal.n, nominal.clusters) == (11, 11)
    assert nominal.interval.low < nominal.value < nominal.interval.high


@given(PAIRS)
@settings(max_examples=30, deadline=None)
def test_agreement_is_at_most_one_and_sides_do_not_matter(pairs: list[tuple[str, str]]) -> None:
    try:
        found = cohen(pairs, LEVELS, "linear")
        swapped = cohen([(b, a) for a, b in pairs], LEVELS, "linear")
        alpha = krippendorff(pairs, LEVELS, "ordinal")
    except NotEnoughData:
        return
    assert -1 - 1e-9 <= found.value <= 1
    assert swapped.value == pytest.approx(found.value)
    assert found.interval.low - 1e-9 <= found.value <= found.interval.high + 1e-9
    assert alpha.value <= 1


def test_clusters_widen_the_interval() -> None:
    pairs = [("y", "y"), ("y", "n"), ("n", "n")] * 40
    together = [str(at % 3 + at // 30 * 3) for at in range(120)]
    alone, clustered = cohen(pairs, "yn").interval, cohen(pairs, "yn", clusters=together).interval
    assert clustered.high - clustered.low > alone.high - alone.low


def test_full_agreement_is_not_certain() -> None:
    found = cohen([("y", "y"), ("n", "n")] * 20, "yn")
    assert found.value == 1
    assert 0.7 < found.interval.low < 0.9


def test_where_all_say_one_thing_agreement_has_no_meaning() -> None:
    with pytest.raises(NotEnoughData):
        cohen([("y", "y")] * 9, "yn")
    with pytest.raises(NotEnoughData):
        krippendorff([["y", None], ["n"]], "yn")
    with pytest.raises(NotEnoughData):
        cohen([("y", "y"), ("n", "y")], "yn", clusters=["a", "a"])
