from __future__ import annotations

from eval.bench.bars import MEASURES
from eval.bench.tier import _worked


def test_processor_time_only_grows() -> None:
    before = _worked()
    sum(range(100_000))
    assert _worked() >= before > 0


def test_the_step_is_held_to_its_bars() -> None:
    bars = {one.name: str(one.bar) for one in MEASURES if one.step == "tier" and one.bar}
    assert bars == {"tier_n": ">= 3500", "tier_s": "<= 5"}
