from __future__ import annotations

from functools import partial

import pytest

from eval import tier
from eval.scores import Share
from rag.errors import UsageError
from tests.eval.small import GOLD, KEY, asked, opened, said

QUESTIONS = [asked(f"q{number}", gold=(GOLD,) if number % 3 else ()) for number in range(240)]
OUTPUTS = [
    said(f"q{number}", answer=f"業者應於{'七' if number % 2 else '九'}日內全額返還押金。[{1 + number % 3}]")
    for number in range(240)
]


def test_scores_do_not_depend_on_the_number_of_processes() -> None:
    alone = tier.score(QUESTIONS, OUTPUTS, opened)
    assert alone == tier.score(QUESTIONS, OUTPUTS, partial(opened), processes=2)
    assert [item.id for item in alone] == [output.id for output in OUTPUTS]
    assert len({tuple(item.shares.items()) for item in alone}) > 2


def test_a_question_without_an_answer_is_shown_and_counts() -> None:
    outputs = [said("q1", repeat=1), said("q0", retrieved=[{"key": KEY}])]
    items = tier.score([asked("q0"), asked("q1")], outputs, opened)
    assert [(item.id, item.repeat, item.state) for item in items] == [
        ("q1", 1, "answered"),
        ("q0", 0, "answered"),
        ("q1", 0, "error"),
        ("q0", 1, "error"),
    ]
    missing = items[-1]
    assert (missing.shares["error"], missing.shares["state_ok"]) == (Share(1.0), Share(0.0))
    assert any(problem.why == tier.MISSING for problem in missing.problems)


def test_an_answer_to_no_question_is_refused() -> None:
    with pytest.raises(UsageError, match="stranger"):
        tier.score([asked()], [said("stranger")], opened)


@pytest.mark.parametrize(
    ("changes", "cluster"),
    [
        ({"cluster": "c", "gold": (GOLD,)}, "c"),
        ({"gold": (GOLD,)}, "Z9990001"),
        ({"gold_all": (GOLD,)}, "Z9990001"),
        ({}, "q"),
    ],
)
def test_cluster(changes: dict[str, object], cluster: str) -> None:
    assert tier.cluster(asked(**changes)) == cluster


def test_slices() -> None:
    with opened() as library:
        plain = tier.slices(asked(gold=(GOLD,)), library)
        named = tier.slices(asked(kind="other", question="示範共享單車租借條例第4條怎麼規定？"), library)
        dated = tier.slices(asked(kind="issue", as_of="2024-01-01", gold=({"interpretation": 701},)), library)
        judged = tier.slices(asked(gold=(GOLD,), judged_by="model"), library)
    assert judged == plain | {"judged_by": "model"}
    assert plain == {"set": "lay", "kind": "lay", "wording": "lay", "as_of": "today", "source": "statute"}
    assert named == {"set": "lay", "kind": "other", "wording": "professional", "as_of": "today"}
    assert (dated["wording"], dated["as_of"], dated["source"]) == ("professional", "given", "interpretation")


def test_no_name_of_a_metric_is_used_twice() -> None:
    names = [metric.name for metric in tier.METRICS]
    assert len(names) == len(set(names))
    assert {name for item in tier.score(QUESTIONS[:9], OUTPUTS[:9], opened) for name in item.shares} <= set(names)


def test_the_scorer_is_told_by_all_that_it_stands_on() -> None:
    sources: dict[str, bytes] = {}
    tier._gather("eval.tier", sources)
    assert {"eval.tier", "eval.abstention", "eval.ladder", "eval.measures.state", "eval.resolve"} <= sources.keys()
    assert not any(name.startswith(("eval.cli", "eval.stats")) for name in sources)
    assert tier.scorer_version() == tier.scorer_version()


def test_wordings_of_one_question_are_judged_together_with_the_first_of_them() -> None:
    questions = [asked("bare", pair="full"), asked("full"), asked("other")]
    questions[1] = asked("full", group=tier.locale_pairs.group_of(questions[0]))
    items = tier.score(
        questions, [said("bare"), said("full", answer="無法回答。", citations=[]), said("other")], opened
    )
    assert items[0].shares["pair_agrees"] == items[0].shares["locale_passed"] == Share(0.0)
    assert any(problem.measure == "locale_passed" for problem in items[0].problems)
    assert all("locale_passed" not in item.shares for item in items[1:])
    same = tier.score(questions, [said("bare"), said("full"), said("other")], opened)
    assert same[0].shares["locale_passed"] == Share(1.0)


def test_what_was_found_is_held_against_the_gold() -> None:
    outputs = [said("q0", retrieved=[{"key": KEY, "score": 1.0}]), said("q1", retrieved=[])]
    items = tier.score([asked("q0", gold=[GOLD]), asked("q1", gold=[GOLD])], outputs, opened)
    assert [item.shares["hit@1"] for item in items] == [Share(1.0), Share(0.0)]
