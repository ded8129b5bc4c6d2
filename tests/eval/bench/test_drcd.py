from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bench.drcd import PARAGRAPHS, Measured, Paragraph, bm25, drcd, holds, summarise
from eval.outputs import Output
from tests.eval.bench.grounds import ground
from tests.eval.fakes import question

TEXTS = {
    "1-1": ("渡船", "渡船在河上走。銀色渡船由王甲設計，每天開兩班。船上有救生員。"),
    "1-2": ("渡船", "渡船的票價很低。老人不必付錢。"),
    "2-1": ("風箏", "風箏用竹子做成。最早的風箏由李乙製作。風大時飛得高。"),
    "3-1": ("木星", "木星是最大的行星。它有許多衛星。"),
}


@pytest.mark.filterwarnings("ignore")
def test_bm25_finds_what_shares_pairs_of_characters_and_nothing_else() -> None:
    pytest.importorskip("bm25s", reason="an extra of development")
    search = bm25([Paragraph(id, *texts) for id, texts in TEXTS.items()])
    assert search("風箏由誰製作")[0] == ["2-1"]
    assert {key for tied in search("風箏") for key in tied} == {"2-1"}
    assert search("ABC") == []


def test_an_answer_holds_a_span_in_one_piece() -> None:
    asked = question(answers=["王甲", "甲先生"])
    assert holds(Output(id="q", answer="渡船（文件）：「由王甲設計。」[1]"), asked)
    assert not holds(Output(id="q", answer="由王先生與甲設計。"), asked)
    assert not holds(Output(id="q"), asked)


def test_the_figures_are_means_and_the_test_is_paired() -> None:
    asked = [question(id=f"{article}-{at}", cluster=f"{article}") for article in range(10) for at in range(2)]
    better = summarise(asked, [Measured(1.0, 0.5, 60, True)] * 20)
    assert (better["drcd_n"], better["drcd_over_bm25"], better["drcd_contains"]) == (20, 0.5, 1.0)
    assert better["drcd_above_p"] == pytest.approx(1 / 2**10)
    assert better["drcd_below_p"] == 1.0
    worse = summarise(asked, [Measured(0.5, 1.0, 0, False)] * 20)
    assert worse["drcd_below_p"] == pytest.approx(1 / 2**10)
    assert (worse["drcd_answered"], worse["drcd_answer_chars"]) == (0.0, 0.0)


@pytest.mark.filterwarnings("ignore")
def test_from_paragraphs_to_figures(tmp_path: Path) -> None:
    pytest.importorskip("bm25s", reason="an extra of development")
    (tmp_path / "questions").mkdir()
    rows = [{"id": id, "title": title, "text": text} for id, (title, text) in TEXTS.items()]
    asked = [
        {"id": "a", "question": "銀色渡船由誰設計？", "gold": [{"paragraph": "1-1"}], "answers": ["王甲"]},
        {"id": "b", "question": "最早的風箏由誰製作？", "gold": [{"paragraph": "2-1"}], "answers": ["李乙"]},
    ]
    whole = [{"kind": "reading", "answerable": True, "cluster": one["id"]} | one for one in asked]
    for name, lines in ((PARAGRAPHS, rows), ("questions/drcd_questions.jsonl", whole)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    figures = drcd(ground(tmp_path, tmp_path / "unused"))
    assert (figures["drcd_n"], figures["drcd_ndcg10"], figures["drcd_bm25_ndcg10"]) == (2, 1.0, 1.0)
    assert figures["drcd_over_bm25"] == 0.0
    assert 0 <= figures["drcd_contains"] <= figures["drcd_answered"] <= 1
