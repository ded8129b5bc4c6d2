from dataclasses import replace
from datetime import date

import pytest

from eval.errors import NotEnoughData
from eval.retrieval import Ranking, evaluate, rank, retrieve, score, summarise
from tests.eval.fakes import FakeEngine, Ticking, found, law, question

A, B, C = "law/Z0000001/1", "law/Z0000001/2", "law/Z0000001/3"
KEYS = ["n", "no_gold", "hit@1", "hit@3", "hit@5", "hit@10", "recall@100", "ndcg@10", "mrr@10"]
KEYS += ["p50_ms", "p95_ms", "p99_ms"]


def test_any_gold_is_a_hit_and_the_summary_has_every_key() -> None:
    asked = [
        question(id="1", question="甲", gold=[law("9"), law("2")]),
        question(id="2", question="乙", gold=[law("1")]),
        question(id="3", question="丙"),
    ]
    engine = FakeEngine({"甲": (found(A, score=2.0), found(B)), "乙": (found(A),)})
    scored, summary = evaluate(asked, engine, Ticking())
    assert list(summary) == KEYS
    assert (summary["n"], summary["no_gold"]) == (2, 1)
    assert (summary["hit@1"], summary["hit@3"], summary["mrr@10"]) == (0.5, 1.0, 0.75)
    assert summary["recall@100"] == 1.0
    assert [item.as_record()["rank"] for item in scored] == [2, 1]


def test_recall_is_the_share_of_what_is_needed_together() -> None:
    both = question(gold=[law("1"), law("2"), law("3")], gold_all=[law("1"), law("2")])
    (scored,) = score([both], {"q": Ranking([[A], [C]])})
    assert scored.scores["recall@100"] == 0.5
    (scored,) = score([question(gold=[law("1"), law("2")])], {"q": Ranking([[A]])})
    assert scored.scores["recall@100"] == 1.0


def test_a_question_missing_from_the_run_counts_as_zero() -> None:
    asked = [question(id="1", gold=[law("1")]), question(id="2", gold=[law("1")])]
    summary = summarise(tuple(score(asked, {"1": Ranking([[A]])})), 0)
    assert summary["n"] == 2
    assert {summary[name] for name in KEYS[2:9]} == {0.5}


def test_a_document_found_twice_keeps_its_best_place() -> None:
    hits = [found(A, score=3.0), found(A, score=2.0), found(B, score=2.0), found(A)]
    assert rank(question(gold=[law("2")]), hits) == [[A], [B]]


def test_documents_of_one_score_tie_and_those_found_by_identity_do_not() -> None:
    asked = question(gold=[law("2")])
    (scored,) = score([asked], {"q": Ranking(rank(asked, [found(A), found(B)]))})
    assert (scored.scores["hit@1"], scored.scores["hit@3"], scored.scores["mrr@10"]) == (0.5, 1.0, 0.75)
    exact = [replace(hit, lane="exact") for hit in (found(A), found(B))]
    assert rank(asked, [*exact, found(C, score=80.0)]) == [[A], [B], [C]]


def test_gold_found_under_another_name_ranks_under_its_own() -> None:
    asked = question(gold=[{"corpus": "x", "doc": 1, "no": "104,台上,472"}])
    assert rank(asked, [found("judgment/TPSV,104,台上,472,20150326,1")]) == [["judgment/*,104,台上,472"]]


def test_each_question_is_timed_after_one_that_is_not() -> None:
    engine = FakeEngine()
    asked = [question(id="1", question="甲", gold=[law("1")]), question(id="2", question="乙", gold=[law("1")])]
    rankings = list(retrieve(asked, engine, Ticking()))
    assert [text for text, _ in engine.asked] == ["甲", "甲", "乙"]
    assert [ranking.ms for ranking in rankings] == [1000.0, 3000.0]


def test_the_day_of_a_record_goes_with_its_question() -> None:
    engine = FakeEngine()
    list(retrieve([question(as_of="2017-06-03", gold=[law("1")])], engine))
    assert engine.asked[0][1] == date(2017, 6, 3)


def test_nothing_to_score_is_an_error() -> None:
    with pytest.raises(NotEnoughData, match="1 題沒有標準答案"):
        evaluate([question()], FakeEngine())
