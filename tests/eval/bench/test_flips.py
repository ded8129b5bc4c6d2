from eval.bench.flips import simulate


def test_chance_is_no_regression_to_our_gate_and_often_one_to_a_fixed_margin() -> None:
    found = simulate(200, 120, seed=3)
    assert found.ours <= 0.05
    assert found.test <= 0.08
    assert 0.15 < found.fixed < 0.4
    assert found.caught >= 0.8


def test_a_system_that_never_flips_never_fails() -> None:
    assert simulate(100, 5, flipping=0)[:3] == (0, 0, 0)
