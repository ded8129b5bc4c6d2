import numpy as np
import pytest

from eval.errors import NotEnoughData
from eval.stats.correction import Judged, ppi, rogan_gladen


def test_a_judge_that_is_never_wrong_is_left_alone() -> None:
    found = rogan_gladen(Judged(80, 100), Judged(5000, 5000), Judged(0, 5000))
    assert found.raw == found.value == 0.8
    assert found.interval == pytest.approx((0.711, 0.867), abs=2e-3)  # Wilson's, nearly


def test_a_lenient_judge_is_brought_down() -> None:
    # q = .4, sp = .7, se = .9: (.4 + .7 − 1) / .6
    found = rogan_gladen(Judged(400, 1000), Judged(180, 200), Judged(60, 200))
    assert found.value == pytest.approx(1 / 6)
    assert found.interval.low < 1 / 6 < found.interval.high


def test_fewer_labels_and_more_clustering_make_it_less_certain() -> None:
    def width(labels: int, deff: float = 1.0) -> float:
        found = rogan_gladen(Judged(700, 1000), Judged(labels * 9, labels * 10), Judged(labels, labels * 10), deff)
        return found.interval.high - found.interval.low

    assert width(2) > width(10) > width(100)
    assert width(10, 4) > width(10)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    truth, sensitivity, specificity, held = 0.8, 0.9, 0.85, 0
    for _ in range(600):
        said = rng.binomial(500, truth * sensitivity + (1 - truth) * (1 - specificity))
        of_true, of_false = rng.binomial(100, sensitivity), rng.binomial(100, 1 - specificity)
        found = rogan_gladen(Judged(int(said), 500), Judged(int(of_true), 100), Judged(int(of_false), 100))
        held += found.interval.low <= truth <= found.interval.high
    assert 0.93 <= held / 600 <= 0.98


@pytest.mark.parametrize(
    "judged",
    [
        (Judged(1, 2), Judged(5, 10), Judged(5, 10)),
        (Judged(1, 2), Judged(0, 0), Judged(5, 10)),
        (Judged(0, 0), Judged(9, 10), Judged(1, 10)),
    ],
)
def test_a_judge_no_better_than_chance_or_unlabelled_corrects_nothing(judged: tuple[Judged, Judged, Judged]) -> None:
    with pytest.raises(NotEnoughData):
        rogan_gladen(*judged)


def test_ppi_moves_the_judge_by_what_it_is_wrong_on_average() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(200):
        judged = (rng.random(2000) < 0.9).astype(float)
        human = rng.random(300) < 0.8
        judge = np.where(human, 1.0, rng.random(300) < 0.5)
        found = ppi(judged.tolist(), list(zip(judge.tolist(), human.astype(float).tolist(), strict=True)))
        held += found.interval.low <= 0.8 <= found.interval.high
    assert found.raw == pytest.approx(0.9, abs=0.03)
    assert 0.9 <= held / 200 <= 0.99


def test_ppi_minds_clusters_and_needs_two() -> None:
    judged, labelled = [1.0, 0.0] * 50, [(1.0, 1.0), (1.0, 0.0)] * 20
    alone = ppi(judged, labelled).interval
    together = ppi(judged, labelled, labelled_clusters=[str(at % 2) for at in range(40)]).interval
    assert together.high - together.low > alone.high - alone.low
    with pytest.raises(NotEnoughData):
        ppi(judged, labelled, clusters=["a"] * 100)
