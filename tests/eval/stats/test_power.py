import pytest

from eval.errors import NotEnoughData
from eval.stats.power import detectable, detectable_mean, needed


@pytest.mark.parametrize(
    ("n", "discordance", "points"),
    [
        (200, 0.1, 6.3),
        (200, 0.2, 8.9),
        (500, 0.1, 4.0),
        (500, 0.2, 5.6),
        (1000, 0.1, 2.8),
        (1000, 0.2, 4.0),
        (2000, 0.1, 2.0),
        (2000, 0.2, 2.8),
    ],
)
def test_published_figures(n: int, discordance: float, points: float) -> None:
    assert detectable(n, discordance) * 100 == pytest.approx(points, abs=0.051)


def test_clusters_count_for_fewer_items() -> None:
    assert detectable(400, 0.1, deff=2) == pytest.approx(detectable(200, 0.1))
    assert detectable_mean(200, 0.1**0.5) == pytest.approx(detectable(200, 0.1))


def test_how_many_are_needed_is_the_way_back() -> None:
    assert needed(detectable(500, 0.1) + 1e-9, 0.1) == 500


def test_no_item_shows_nothing() -> None:
    with pytest.raises(NotEnoughData):
        detectable(0, 0.1)
