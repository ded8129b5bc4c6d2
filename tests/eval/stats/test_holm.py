from hypothesis import given, settings
from hypothesis import strategies as st

from eval.stats.holm import holm


def test_the_smallest_counts_for_all_and_none_falls_below_another() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}) == {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
    assert holm({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
@settings(deadline=None)
def test_a_chance_never_shrinks_and_keeps_its_rank(chances: dict[str, float]) -> None:
    found = holm(chances)
    assert list(found) == list(chances)
    for name, chance in chances.items():
        assert chance <= found[name] <= 1
        assert all(found[name] <= found[other] for other in chances if chance < chances[other])
