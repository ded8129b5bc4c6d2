"""Questions with nothing to match, through the real index, embedding and re-ranker: no crash, an honest miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.build import open_engine
from rag.settings import load_settings

ODD = (
    "What is the penalty for theft?",
    "Can my landlord keep the deposit?",
    "zxqv wplk",
    "😀🎉🔥",
    "🏠💸❓",
    "。。。？？",
    "\u200b\u202e",
    "龘",
    "x" * 10_000,
    "好" * 10_000,
    "😀" * 10_000,
    "zebra " * 1_600,
)


@pytest.mark.parametrize("question", ODD, ids=lambda question: f"{question[:8]!r}×{len(question)}")
def test_a_question_with_nothing_to_match_is_an_honest_miss(question: str, sample_data: Path) -> None:
    with open_engine(load_settings(data=sample_data)) as engine:
        answer = engine.ask(question)
        hits = engine.search(question)
    assert (answer.state, answer.sentences, answer.citations) == ("abstained", (), ())
    assert answer.reason in ("outside_coverage", "no_evidence", "not_found")
    assert answer.message
    assert len(hits) <= 10


def test_of_ten_thousand_characters_what_is_asked_among_them_is_answered(sample_data: Path) -> None:
    with open_engine(load_settings(data=sample_data)) as engine:
        answer = engine.ask("示範夜間安寧維護法第1條規定什麼？" + "謝謝。" * 3_300)
    assert len(answer.question) > 9_900
    assert (answer.state, len(answer.citations)) == ("answered", 1)
