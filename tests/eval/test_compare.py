import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.changes import Flip
from eval.compare import as_markdown, compare, compare_items
from eval.errors import NotEnoughData
from eval.scores import Item, Metric, Share
from eval.stats.paired import mcnemar
from rag.errors import UsageError
from tests.eval.runs import F1, HIT, INVENTED, METRICS, item, run


def _hits(right: int, n: int = 40, **more: object) -> list[Item]:
    return [item(f"q{at:03}", hit=int(at < right), **more) for at in range(n)]


def test_right_and_wrong_are_held_against_one_another_by_mcnemar() -> None:
    found = compare_items(_hits(30), _hits(22), METRICS).changes[0]
    assert (found.before.value, found.after.value, found.delta) == pytest.approx((0.75, 0.55, -0.2))
    assert found.interval is not None
    assert -0.4 < found.interval.low < -0.2 < found.interval.high < 0
    assert found.test == mcnemar(8, 0)
    assert found.chance == found.test.less == pytest.approx(1 / 256)
    assert (len(found.won), found.tied, [flip.id for flip in found.lost]) == (
        0,
        32,
        [f"q{at:03}" for at in range(22, 30)],
    )
    assert found.lost[0] == Flip("q022", 0, 1, 0)
    assert found.detectable == pytest.approx(2.8 * (0.2 * 0.8 / 40) ** 0.5, rel=0.02)


def test_less_is_better_for_faults() -> None:
    before = [item(f"q{at}", invented=(0, 3)) for at in range(20)]
    after = [item(f"q{at}", invented=(int(at < 8), 3)) for at in range(20)]
    found = compare_items(before, after, METRICS).changes[0]
    assert found.test is not None
    assert found.test.test == "permutation"
    assert found.worsening == pytest.approx(8 / 60)
    assert found.chance == pytest.approx(1 / 256)
    assert (len(found.won), len(found.lost)) == (0, 8)


def test_answers_of_one_law_are_no_independent_witnesses() -> None:
    before = [item(f"q{at}", cluster=f"law{at // 10}", hit=1) for at in range(40)]
    after = [item(f"q{at}", cluster=f"law{at // 10}", hit=int(at >= 10)) for at in range(40)]
    found = compare_items(before, after, METRICS).changes[0]
    assert found.test is not None
    assert (found.test.test, found.test.both) == ("permutation", 1)


def test_holm_is_over_all_measures() -> None:
    before = [item(f"q{at}", hit=1, f1=0.5) for at in range(30)]
    after = [item(f"q{at}", hit=int(at >= 8), f1=0.5 + (0, 0.01, 0, -0.01)[at % 4]) for at in range(30)]
    hit, f1 = compare_items(before, after, METRICS).changes
    assert (hit.metric, f1.metric) == (HIT, F1)
    assert hit.corrected == pytest.approx(2 * 2 / 256)
    assert f1.corrected is not None
    assert f1.test is not None
    assert f1.corrected == pytest.approx(max(f1.test.both, hit.corrected))


def test_a_measure_that_only_some_answers_have_is_over_those() -> None:
    before = [item(f"q{at}", hit=1, **({"invented": (0, 2)} if at % 2 else {})) for at in range(20)]
    after = [item(f"q{at}", hit=1, **({"invented": (1, 2)} if at % 4 == 1 else {})) for at in range(20)]
    found = compare_items(before, after, METRICS).change(INVENTED.name)
    assert found is not None
    assert (found.before.n, found.after.n, len(found.lost), found.tied) == (10, 5, 5, 0)
    assert (found.before.value, found.after.value) == (0, 0.5)


def test_what_only_one_run_measured_or_nobody_knows_is_named() -> None:
    before = [item(f"q{at}", hit=1, f1=1.0) for at in range(3)]
    after = [item(f"q{at}", hit=1, invented=(0, 1)) for at in range(3)]
    found = compare_items(before, after, [HIT, Metric("other", "lower", "其他")])
    assert [one.metric for one in found.changes] == [HIT]
    assert found.left_out == ("f1_bag", "invented")


def test_slices_tell_where() -> None:
    def items(right: int) -> list[Item]:
        return [
            item(f"q{at}", slices={"kind": "lay" if at < 20 else "law", "all": "x"}, hit=int(at >= right))
            for at in range(40)
        ]

    lay, law = sorted(compare_items(items(0), items(8), METRICS).slices, key=lambda one: one.changes[0].delta)
    assert (lay.by, lay.value, lay.n, lay.changes[0].delta) == ("kind", "lay", 20, pytest.approx(-0.4))
    assert (law.value, law.changes[0].delta, law.changes[0].test) == ("law", 0, None)


def test_one_cluster_has_figures_and_no_test() -> None:
    items = [item(f"q{at}", cluster="law", hit=at % 2) for at in range(4)]
    found = compare_items(items, items, METRICS).changes[0]
    assert (found.interval, found.test, found.corrected, found.detectable) == (None, None, None, None)
    assert "–" in as_markdown(compare_items(items, items, METRICS))


def test_the_same_run_twice_is_no_change() -> None:
    found = compare_items(_hits(20), _hits(20), METRICS).changes[0]
    assert (found.delta, found.interval, found.detectable) == (0, (0, 0), None)
    assert found.test == mcnemar(0, 0)


def test_a_run_held_against_itself_has_no_difference_to_detect() -> None:
    def items(f1: float) -> list[Item]:
        return [item(f"q{at}", hit=at % 2, f1=f1 + at / 100) for at in range(20)]

    told = as_markdown(compare_items(items(0), items(0), METRICS))
    assert told.count("| 沒有差可測 |") == 2
    assert "每一題都相同" in told
    other = [replace(one, shares=one.shares | {"f1_bag": Share(0.5)}) for one in items(0)]
    told = as_markdown(compare_items(items(0), other, METRICS))
    assert told.count("| 沒有差可測 |") == 1
    assert "每一題都相同" not in told
    # All became better by as much: that is a difference, but there is no spread to tell how small a one could be seen.
    hit, f1 = compare_items(items(0), items(0.5), METRICS).changes
    assert (hit.is_same, f1.is_same, f1.detectable) == (True, False, None)
    assert as_markdown(compare_items(items(0), items(0.5), METRICS)).count("| – |") == 1


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 4)), min_size=1, max_size=15),
    st.randoms(use_true_random=False),
)
@settings(max_examples=20, deadline=None)
def test_neither_the_order_of_items_matters_nor_which_run_is_first(
    values: list[tuple[float, float, int]], rng: Random
) -> None:
    runs = [[item(f"q{at}", cluster=f"c{one[2]}", f1=one[side]) for at, one in enumerate(values)] for side in (0, 1)]
    found = compare_items(*runs, METRICS)
    assert compare_items(rng.sample(runs[0], len(values)), rng.sample(runs[1], len(values)), METRICS) == found
    there, back = found.changes[0], compare_items(runs[1], runs[0], METRICS).changes[0]
    assert back.delta == pytest.approx(-there.delta)
    assert (back.won, back.lost) != (there.won, there.lost) or not there.won
    if there.interval is not None and there.test is not None and back.test is not None:
        assert there.interval.low <= there.delta <= there.interval.high
        assert back.test.both == pytest.approx(there.test.both)
        assert back.test.less == pytest.approx(there.test.greater)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"sets": {"lay": "cd"}}, "題目檔不同（lay）"),
        ({"corpus": {"revision": 8}}, "語料版本不同（revision）"),
        ({"versions": {"scorer": "2"}}, "評分程式版本不同（scorer）"),
    ],
)
def test_runs_of_different_making_cannot_be_compared(tmp_path: Path, changes: dict[str, object], what: str) -> None:
    before, after = run(tmp_path / "a", _hits(3)), run(tmp_path / "b", _hits(3), **changes)
    with pytest.raises(UsageError, match=what):
        compare(before, after, METRICS)


def test_another_corpus_may_be_allowed_and_is_noted(tmp_path: Path) -> None:
    before, after = run(tmp_path / "a", _hits(3)), run(tmp_path / "b", _hits(5), corpus={"revision": 8})
    found = compare(before, after, METRICS, allow=["corpus"])
    assert found.noted == ("語料版本不同（revision）",)
    assert "- 注意：語料版本不同" in as_markdown(found)


@pytest.mark.parametrize("allowed", ["scorer", "sets", "corpse"])
def test_nothing_else_may_be_allowed(tmp_path: Path, allowed: str) -> None:
    before, after = run(tmp_path / "a", _hits(3)), run(tmp_path / "b", _hits(3))
    with pytest.raises(UsageError, match=allowed):
        compare(before, after, METRICS, allow=[allowed])


def test_what_generated_may_differ(tmp_path: Path) -> None:
    before = run(tmp_path / "a", _hits(3), versions={"scorer": "1", "rag": "1"})
    after = run(tmp_path / "b", _hits(4), versions={"scorer": "1", "rag": "2"}, system="http")
    assert compare(before, after, METRICS).changes[0].delta == pytest.approx(1 / 40)


def test_other_items_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="只在前者的 2 筆，只在後者的 0 筆，例如 q038 第 1 次"):
        compare_items(_hits(3), _hits(3, 38), METRICS)


def test_nothing_to_compare() -> None:
    with pytest.raises(NotEnoughData):
        compare_items([], [], METRICS)
    with pytest.raises(NotEnoughData):
        compare_items([item("q", hit=1)], [item("q", f1=1.0)], METRICS)


def test_the_record_is_json_and_the_table_names_what_became_worse() -> None:
    found = compare_items(_hits(30), _hits(22), METRICS)
    record = json.loads(json.dumps(found.as_record(), allow_nan=False))
    assert record["changes"][0]["lost"][0] == ["q022", 0, 1, 0]
    assert record["changes"][0]["p_worse"] == pytest.approx(1 / 256)
    shown = as_markdown(found)
    assert "| 前十名命中 | 0.750 | 0.550 | -0.200 |" in shown
    assert "- 前十名命中變差 8 題：q022、q023" in shown
