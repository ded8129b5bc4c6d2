import pytest

from eval.scores import Item, Share
from eval.stats.noise import noise


def _asked(id: str, *values: float) -> list[Item]:
    return [Item(id, at, "", {}, "answered", "", 0.0, {"a": Share(value)}) for at, value in enumerate(values)]


def test_flips_are_told_from_askings_of_one_question() -> None:
    items = [*_asked("p", 1, 1), *_asked("q", 1, 0), *_asked("r", 0, 0), *_asked("s", 0, 1)]
    found = noise(items, "a")
    assert found is not None
    assert (found.flips, found.square, found.questions, found.repeats) == (0.5, 0.5, 4, 2)
    assert found.band() == pytest.approx(1.96 * (0.5 / 8) ** 0.5, abs=1e-4)


def test_what_was_asked_once_or_does_not_apply_tells_nothing() -> None:
    assert noise(_asked("p", 1), "a") is None
    assert noise(_asked("p", 1, 0), "b") is None


def test_two_runs_of_one_asking_each_are_as_far_apart_as_five_in_a_hundred_make_them() -> None:
    items = [one for at in range(200) for one in _asked(str(at), 1, float(at % 20 > 0))]
    found = noise(items, "a")
    assert found is not None
    assert found._replace(repeats=1).band() == pytest.approx(1.96 * (0.05 / 200) ** 0.5, abs=1e-4)
