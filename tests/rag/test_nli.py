"""What is made of an NLI model's numbers; the model itself is in tests/models/test_nli.py."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.nli import NliSupport, Scores, decide, labels, windows

PROBABILITY = st.floats(0, 1)
SCORES = st.lists(st.builds(Scores, PROBABILITY, PROBABILITY))


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [
        ([Scores(0.9, 0.05)], "ok"),
        ([Scores(0.1, 0.1), Scores(0.8, 0.1)], "ok"),
        ([Scores(0.4, 0.3)], "unsupported"),
        ([Scores(0.1, 0.8)], "contradicted"),
        ([Scores(0.6, 0.1), Scores(0.05, 0.9)], "contradicted"),
        ([Scores(0.95, 0.0), Scores(0.1, 0.6)], "ok"),
        ([], "unsupported"),
    ],
)
def test_the_surest_window_decides(scores: list[Scores], verdict: str) -> None:
    assert decide(scores) == verdict


@given(SCORES, SCORES)
def test_what_says_nothing_changes_nothing(scores: list[Scores], more: list[Scores]) -> None:
    assert decide([*scores, Scores(0, 0)]) == decide(scores)
    assert decide([*scores, *more]) == decide([*more, *scores])


@given(SCORES)
def test_support_needs_a_window_that_entails(scores: list[Scores]) -> None:
    assert (decide(scores) != "ok") or max(score.entailment for score in scores) >= 0.5


@pytest.mark.parametrize(
    ("names", "places"),
    [
        ({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}, (2, 0)),
        ({0: "entailment", 1: "neutral", 2: "contradiction"}, (0, 2)),
        ({0: "Entail", 1: "Contradict"}, (0, 1)),
        ({0: "not_entailment", 1: "entailment"}, (1, None)),
    ],
)
def test_labels_are_known_in_any_order_and_case(names: dict[int, str], places: tuple[int, int | None]) -> None:
    assert labels(names) == places


@pytest.mark.parametrize("names", [{}, {0: "LABEL_0", 1: "LABEL_1"}, {0: "not_entailment", 1: "neutral"}])
def test_model_that_knows_no_entailment_is_none(names: dict[int, str]) -> None:
    with pytest.raises(LookupError):
        labels(names)


def test_windows_are_whole_sentences_that_overlap_by_one() -> None:
    first, second, third = (sign * 9 + "。" for sign in "甲乙丙")
    assert list(windows(first + second + third, most=20)) == [first + second, second + third]
    assert list(windows(first + second, most=19)) == [first, second]
    assert list(windows("", most=20)) == []


@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=50), min_size=1), st.integers(5, 60))
def test_no_window_is_too_long_and_no_sentence_is_lost(sentences: list[str], most: int) -> None:
    found = list(windows("".join(f"{one}。" for one in sentences), most))
    assert all(len(window) <= most for window in found)
    assert all(any(piece in window for window in found) for one in sentences for piece in [f"{one}。"[:most]])


def test_claim_meets_every_window_of_every_text() -> None:
    asked: list[tuple[str, str]] = []

    def predict(pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        asked.extend(pairs)
        return [Scores(float("七日" in evidence), 0.0) for evidence, _ in pairs]

    support = NliSupport("nowhere", predict)
    assert support.verdict("七日內返還。", ["押金上限。", "業者應於七日內返還。"]) == "ok"
    assert support.verdict("七日內返還。", ["押金上限。"]) == "unsupported"
    assert asked[:2] == [("押金上限。", "七日內返還。"), ("業者應於七日內返還。", "七日內返還。")]
    assert {claim for _, claim in asked} == {"七日內返還。"}


@pytest.mark.parametrize(("claim", "evidence"), [("", ["甲。"]), ("甲。", []), ("甲。", ["", "  "])])
def test_nothing_to_compare_is_no_support_and_asks_no_model(claim: str, evidence: list[str]) -> None:
    assert NliSupport("nowhere").verdict(claim, evidence) == "unsupported"
