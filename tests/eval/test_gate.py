import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eval.errors import NotEnoughData
from eval.folder import RunFolder
from eval.gate import Gate, Rule, Rules, as_markdown, bless, blessing_of, gate
from eval.scores import Item
from rag.errors import UsageError
from tests.eval.runs import METRICS, item, run

DAY = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def _hits(right: int, n: int = 400, repeats: int = 1, **more: Any) -> list[Item]:
    return [item(f"q{at:03}", again, hit=int(at < right), **more) for at in range(n) for again in range(repeats)]


def _gate(tmp_path: Path, before: list[Item], after: list[Item], *rules: Rule, **settings: Any) -> Gate:
    bless(run(tmp_path / "before", before), tmp_path / "base", "王小明", "第一版", DAY)
    return gate(run(tmp_path / "after", after), tmp_path / "base", Rules(rules=rules, **settings), METRICS)


HIT = Rule(metric="hit@10", margin=0.05)


def test_a_run_as_good_as_the_baseline_passes(tmp_path: Path) -> None:
    found = _gate(tmp_path, _hits(300), _hits(298), HIT)
    assert (found.status, found.exit_code) == ("pass", 0)
    assert found.verdicts[0].detectable == pytest.approx(0.0443, abs=1e-4)


def test_worse_by_more_than_the_margin_and_by_no_chance_is_a_regression(tmp_path: Path) -> None:
    found = _gate(tmp_path, _hits(300), _hits(270), HIT)
    assert (found.status, found.exit_code) == ("regression", 1)
    assert found.verdicts[0].chance == pytest.approx(2**-30)
    assert "變差 0.075，超過 0.05" in as_markdown(found)


def test_better_by_far_is_none(tmp_path: Path) -> None:
    assert _gate(tmp_path, _hits(270), _hits(300), HIT).status == "pass"


def test_worse_within_the_margin_passes_however_sure_it_is(tmp_path: Path) -> None:
    found = _gate(tmp_path, _hits(300), _hits(280), HIT)
    assert found.comparison.changes[0].worsening == pytest.approx(0.05)
    assert found.verdicts[0].chance is not None
    assert found.verdicts[0].chance < 0.001
    assert found.status == "pass"


def test_worse_by_what_may_be_chance_passes(tmp_path: Path) -> None:
    before = [item(f"q{at:03}", hit=int(at % 2)) for at in range(400)]
    after = [item(f"q{at:03}", hit=int((at + 1) % 2 and at >= 50)) for at in range(400)]
    found = _gate(tmp_path, before, after, HIT)
    assert found.comparison.changes[0].worsening == pytest.approx(0.0625)
    assert found.status == "pass"


def test_a_margin_that_so_few_questions_cannot_show_is_refused(tmp_path: Path) -> None:
    found = _gate(tmp_path, _hits(150, 200), _hits(100, 200), HIT)
    assert (found.status, found.exit_code) == ("refused", 2)
    assert "200 筆最少只能測出 0.063 的差，門檻 0.05 更小（要 314 筆）" in found.verdicts[0].why


def test_questions_reckoned_to_change_less_allow_a_finer_margin(tmp_path: Path) -> None:
    assert _gate(tmp_path, _hits(150, 200), _hits(130, 200), HIT, discordance=0.05).status == "regression"


def test_answers_of_one_law_count_for_fewer(tmp_path: Path) -> None:
    items = [item(f"q{at:03}", cluster=f"law{at // 10}", hit=int(at // 10 % 4 > 0)) for at in range(400)]
    found = _gate(tmp_path, items, items, HIT)
    assert found.status == "refused"
    assert found.verdicts[0].detectable == pytest.approx(0.14, abs=0.01)


@pytest.mark.parametrize(("faults", "status"), [(0, "pass"), (1, "regression")])
def test_what_must_never_happen_needs_no_test(tmp_path: Path, faults: int, status: str) -> None:
    after = [item(f"q{at}", invented=(int(at < faults), 5)) for at in range(200)]
    before = [item(f"q{at}", invented=(3, 5)) for at in range(200)]
    found = _gate(tmp_path, before, after, Rule(metric="invented", at_most=0))
    assert found.status == status
    assert ("1000 個中 0 個，95 % 上限 0.30%" in found.verdicts[0].why) is (faults == 0)


def test_a_bar_from_below(tmp_path: Path) -> None:
    assert _gate(tmp_path / "a", _hits(300), _hits(300), Rule(metric="hit@10", at_least=0.75)).status == "pass"
    found = _gate(tmp_path / "b", _hits(300), _hits(300), Rule(metric="hit@10", margin=0.05, at_least=0.76))
    assert found.status == "regression"
    assert "0.7500 低於下限 0.76" in found.verdicts[0].why


def test_more_measures_need_surer_signs(tmp_path: Path) -> None:
    before = [item(f"q{at:03}", hit=1, f1=1.0, invented=(0, 1)) for at in range(20)]
    after = [item(f"q{at:03}", hit=int(at >= 5), f1=1.0, invented=(0, 1)) for at in range(20)]
    rules = [Rule(metric=name, margin=0.2) for name in ("hit@10", "f1_bag", "invented")]
    assert _gate(tmp_path / "a", before, after, rules[0]).status == "regression"
    found = _gate(tmp_path / "b", before, after, *rules)
    assert found.verdicts[0].chance == pytest.approx(3 / 32)
    assert found.status == "pass"


def test_too_few_clusters_for_any_sign_at_all(tmp_path: Path) -> None:
    found = _gate(tmp_path, _hits(4, 4), _hits(0, 4), Rule(metric="hit@10", margin=0.5))
    assert (found.status, found.exit_code) == ("insufficient", 3)


def test_a_measure_that_was_not_measured_is_insufficient(tmp_path: Path) -> None:
    for at, rule in enumerate([Rule(metric="f1_bag", margin=0.1), Rule(metric="f1_bag", at_least=0.1)]):
        found = _gate(tmp_path / str(at), _hits(300), _hits(300), HIT, rule)
        assert [one.status for one in found.verdicts] == ["pass", "insufficient"]
        assert found.exit_code == 3


def test_one_cluster_is_insufficient(tmp_path: Path) -> None:
    items = [item(f"q{at}", cluster="law", hit=1) for at in range(400)]
    assert _gate(tmp_path, items, items, HIT).status == "insufficient"


def test_what_moves_from_one_asking_to_the_next_is_noise(tmp_path: Path) -> None:
    def items(off: int) -> list[Item]:
        # In the second asking every other question has another answer.
        return [
            item(f"q{at}", again, hit=int(at % 4 > again * 1 and at >= off)) for at in range(40) for again in (0, 1)
        ]

    loose = Rule(metric="hit@10", margin=0.5)
    found = _gate(tmp_path, items(0), items(0), loose)
    noise = found.verdicts[0].noise
    assert noise is not None
    assert (noise.flips, noise.repeats) == (0.25, 2)
    assert "25.0%（±0.110）" in as_markdown(found)
    assert found.verdicts[0].why.startswith("差 +0.000（容許變差 0.5")


def test_a_margin_within_the_noise_is_refused(tmp_path: Path) -> None:
    def items(wrong: int) -> list[Item]:
        return [
            item(f"q{at:03}", again, hit=int(at >= wrong and (at + again) % 2))
            for at in range(2000)
            for again in (0, 1)
        ]

    found = _gate(tmp_path, items(0), items(100), Rule(metric="hit@10", margin=0.001), discordance=1e-9)
    assert found.status == "refused"
    found = _gate(tmp_path / "b", items(0), items(100), Rule(metric="hit@10", margin=0.07), discordance=1e-9)
    assert found.verdicts[0].detectable == pytest.approx(2.8 * (0.95 / 4000) ** 0.5, rel=0.01)
    assert found.status == "pass"


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ((), "沒有任何一項"),
        ((Rule(metric="hit@11", margin=0.1),), "沒有 hit@11 這項指標"),
        ((Rule(metric="hit@10"),), "沒有 margin"),
    ],
)
def test_rules_of_nothing_are_no_rules(tmp_path: Path, rules: tuple[Rule, ...], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        _gate(tmp_path, _hits(3, 5), _hits(3, 5), *rules)


def test_without_a_blessing_there_is_no_baseline(tmp_path: Path) -> None:
    run(tmp_path / "before", _hits(3, 5))
    with pytest.raises(UsageError, match="不是經認可的基準"):
        gate(run(tmp_path / "after", _hits(3, 5)), tmp_path / "before", Rules(rules=(HIT,)), METRICS)


def test_a_baseline_that_was_touched_afterwards_is_none(tmp_path: Path) -> None:
    bless(run(tmp_path / "run", _hits(3, 5)), tmp_path / "base", "王小明", "第一版", DAY)
    RunFolder(tmp_path / "base").put_items(_hits(1, 5))
    with pytest.raises(UsageError, match="被更動過"):
        blessing_of(tmp_path / "base")


def test_a_broken_blessing_is_told_in_one_line(tmp_path: Path) -> None:
    bless(run(tmp_path / "run", _hits(3, 5)), tmp_path / "base", "王小明", "第一版", DAY)
    (tmp_path / "base" / "blessed.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UsageError, match="不是有效的認可紀錄"):
        blessing_of(tmp_path / "base")


def test_a_blessing_says_who_when_and_why(tmp_path: Path) -> None:
    bless(run(tmp_path / "run", _hits(3, 5)), tmp_path / "base", "王小明", "第一版", DAY)
    found = blessing_of(tmp_path / "base")
    assert (found.who, found.why, found.when) == ("王小明", "第一版", "2026-11-22T03:04:05+00:00")
    assert sorted(one.name for one in (tmp_path / "base").iterdir()) == [
        "blessed.json", "run.json", "scores.jsonl", "summary.json",
    ]  # fmt: skip


@pytest.mark.parametrize(("who", "why"), [("", "第一版"), ("王小明", " ")])
def test_nobody_blesses_for_no_reason(tmp_path: Path, who: str, why: str) -> None:
    with pytest.raises(UsageError, match="是誰"):
        bless(run(tmp_path / "run", _hits(3, 5)), tmp_path / "base", who, why, DAY)


def test_a_run_that_is_not_whole_cannot_be_blessed(tmp_path: Path) -> None:
    run(tmp_path / "run", _hits(3, 5)).path.joinpath("summary.json").unlink()
    with pytest.raises(UsageError, match=r"summary\.json"):
        bless(RunFolder(tmp_path / "run"), tmp_path / "base", "王小明", "第一版", DAY)
    assert not (tmp_path / "base").exists()


def test_no_item_no_gate(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData):
        _gate(tmp_path, [], [], HIT)


def test_the_record_is_json(tmp_path: Path) -> None:
    record = json.loads(json.dumps(_gate(tmp_path, _hits(300), _hits(270), HIT).as_record(), allow_nan=False))
    assert (record["status"], record["exit_code"], record["baseline"]["who"]) == ("regression", 1, "王小明")
    assert record["verdicts"][0]["rule"] == {"metric": "hit@10", "margin": 0.05}


def test_a_run_is_not_its_own_baseline(tmp_path: Path) -> None:
    bless(run(tmp_path / "before", _hits(3, 4)), tmp_path / "base", "王小明", "第一版", DAY)
    with pytest.raises(UsageError, match="不能是這次評測自己"):
        bless(RunFolder(tmp_path / "base"), tmp_path / "before" / ".." / "base", "王小明", "又一次", DAY)
    assert blessing_of(tmp_path / "base").why == "第一版"
