import json
import random
from pathlib import Path
from typing import Any

import pytest

from eval.errors import NotEnoughData
from eval.judge.judge import Verdict, judge_all
from eval.judge.prompt import Level
from eval.judge.rates import Support, rates
from eval.judge.validation import Label, Validation, read_labels, validate
from rag.errors import UsageError
from tests.eval.judge.judges import LEVELS, label, noisy


def validated(kappa: float, n: int = 300, **changes: Any) -> Validation:
    """Labels of all three levels alike; a judge that is right for sure on κ of them and guesses the others' next level."""
    labels = [label(at, LEVELS[at % 3], **changes) for at in range(n)]
    # Guesses that are right a third of the time leave κ as it is.
    sure = round(kappa * n / 3)
    said = [LEVELS[at % 3] if at // 3 < sure else LEVELS[(at % 3 + at // 3) % 3] for at in range(n)]
    return validate(labels, [Verdict(level) for level in said])


@pytest.mark.parametrize(
    ("kappa", "reports", "gates"), [(0.5, False, False), (0.65, True, False), (0.8, True, True), (1.0, True, True)]
)
def test_the_gate_is_as_open_as_people_agree(kappa: float, reports: bool, gates: bool) -> None:
    found = validated(kappa)
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(kappa, abs=0.02)
    assert (found.reports, found.gates) == (reports, gates)
    assert bool(found.why) != reports


def test_the_interval_of_kappa_is_told() -> None:
    found = validated(0.7)
    assert found.kappa is not None
    assert 0.04 < found.kappa.value - found.kappa.interval.low < 0.11
    assert found.weighted is not None
    assert found.people is not None
    assert found.people.value == 1


@pytest.mark.parametrize(
    ("why", "n", "changes"),
    [
        ("有 300 筆合成標註", 300, {"synthetic": True}),
        ("只有 299 筆，要 300 筆", 299, {}),
        ("只有 0 筆，要 300 筆", 300, {"labels": [{"by": "甲", "level": "full"}]}),
        ("只有 0 筆，要 300 筆", 300, {"labels": [{"by": "甲", "level": "full"}] * 2}),
        ("只有 1 種", 300, {"stratum": "statute"}),
        ("只有 0 種", 300, {"stratum": ""}),
    ],
)
def test_labels_that_will_not_do_open_nothing(why: str, n: int, changes: dict[str, Any]) -> None:
    found = validated(1.0, n, **changes)
    assert not found.reports
    assert not found.gates
    assert any(why in line for line in found.why)


def test_synthetic_labels_show_at_most() -> None:
    assert validated(0.8, 60, synthetic=True).shows
    assert not validated(0.5, 60, synthetic=True).shows
    assert not validated(0.8, 60).shows
    assert not validated(0.8, 300).shows


def test_one_synthetic_label_among_people_s_closes_the_gate() -> None:
    labels = [label(at, LEVELS[at % 3], synthetic=at == 7) for at in range(400)]
    found = validate(labels, [Verdict(one.label) for one in labels])
    assert not found.reports
    assert not found.shows


def test_no_verdict_is_disagreement_and_not_left_out() -> None:
    labels = [label(at, LEVELS[at % 3]) for at in range(300)]
    found = validate(labels, [Verdict(one.label if at % 2 else "error") for at, one in enumerate(labels)])
    assert found.errors == 150
    assert found.kappa is not None
    assert found.kappa.value < 0.6
    assert found.weighted is not None
    assert found.weighted.value == 1
    assert not found.reports


def test_sensitivity_and_specificity_are_of_full_support() -> None:
    labels = [label(at, ("full", "partial")[at % 2]) for at in range(40)]
    said: list[Level] = ["full" if at % 2 == 0 and at < 30 else "none" if at < 36 else "full" for at in range(40)]
    found = validate(labels, [Verdict(level) for level in said])
    assert found.sensitivity is not None
    assert found.specificity is not None
    assert found.sensitivity[::2] == (0.85, 20)
    assert found.specificity[::2] == (0.9, 20)


def test_nothing_to_validate_with() -> None:
    found = validate([], [])
    assert (found.kappa, found.sensitivity, found.people) == (None, None, None)
    assert not found.reports
    assert found.why
    same = validate([label(at, "full") for at in range(300)], [Verdict("full")] * 300)
    assert not same.reports
    assert "無法計算" in same.why[0]


def run_of(seed: int, truth: float, sensitivity: float, specificity: float, n: int = 400) -> tuple[float, Any]:
    """A run and labels, judged by one judge of known accuracy: the truth of the run, and the rates."""
    rng = random.Random(seed)
    labels = [
        label(at, "full" if rng.random() < truth else ("none", "partial")[at % 2], synthetic=True) for at in range(300)
    ]
    claims = {f"r{at}": rng.random() < truth for at in range(n)}
    judge = noisy(claims | {one.id: one.label == "full" for one in labels}, sensitivity, specificity, seed)
    pairs = [labels[0].pair._replace(id=id) for id in claims]
    run = [Support(f"c{at}", verdict) for at, verdict in enumerate(judge_all(judge, pairs, 1))]
    return sum(claims.values()) / n, rates(run, labels, judge_all(judge, [one.pair for one in labels], 1))


@pytest.mark.parametrize(("truth", "sensitivity", "specificity"), [(0.8, 0.95, 0.6), (0.6, 0.7, 0.95), (0.9, 0.9, 0.9)])
def test_the_corrected_rate_covers_the_truth_where_the_raw_one_does_not(
    truth: float, sensitivity: float, specificity: float
) -> None:
    held = {"raw": 0, "rogan_gladen": 0, "ppi": 0}
    for seed in range(40):
        _, found = run_of(seed, truth, sensitivity, specificity)
        for name, one in (("raw", found.raw), ("rogan_gladen", found.rogan_gladen), ("ppi", found.ppi)):
            held[name] += one.interval.low <= truth <= one.interval.high
    assert held["rogan_gladen"] >= 35
    assert held["ppi"] >= 35
    assert held["raw"] < min(held["rogan_gladen"], held["ppi"]) - 5


def test_errors_bound_the_rate_from_both_sides() -> None:
    said: list[Level] = ["full"] * 60 + ["none"] * 20 + ["error"] * 20
    run = [Support(f"c{at}", Verdict(level)) for at, level in enumerate(said)]
    found = rates(run, [], [])
    assert (found.n, found.errors, found.raw.value) == (80, 20, 0.75)
    assert (found.at_least, found.at_most) == (0.6, 0.8)
    assert (found.rogan_gladen, found.ppi) == (None, None)
    json.dumps(found.as_record(), allow_nan=False)


def test_a_judge_that_said_nothing_has_no_rate() -> None:
    with pytest.raises(NotEnoughData):
        rates([Support("c", Verdict("error"))], [], [])


def test_labels_are_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    record = {
        "id": "1",
        "claim": "說法。",
        "passage": "資料。",
        "label": "full",
        "adjudicated": False,
        "stratum": "statute",
    }
    more = {"labels": [{"by": "甲", "level": "full"}, {"by": "乙", "level": "partial"}], "synthetic": False}
    path.write_text(json.dumps(record | more, ensure_ascii=False) + "\n", encoding="utf-8")
    (found,) = read_labels(path)
    assert isinstance(found, Label)
    assert found.labellers == {"甲", "乙"}
    assert found.pair.passages == ("資料。",)
    assert found.model_copy(update={"source": "測試法第1條"}).pair.passages == ("測試法第1條：資料。",)
    path.write_text(json.dumps(record | {"label": "maybe"}), encoding="utf-8")
    with pytest.raises(UsageError, match=r"labels\.jsonl:1"):
        read_labels(path)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(NotEnoughData):
        read_labels(path)


def test_the_record_of_a_validation_is_plain_json() -> None:
    record = json.loads(json.dumps(validated(0.8).as_record(), allow_nan=False))
    assert record["kappa"]["low"] < record["kappa"]["value"] < record["kappa"]["high"]
    assert record["reports"] is True
