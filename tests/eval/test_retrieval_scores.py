from __future__ import annotations

from itertools import permutations
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.retrieval_scores import EMPTY, METRICS, measure
from eval.scores import Found, Share
from rag.units import units
from tests.eval.small import GOLD, KEY, asked, opened, said

LAW = "law/Z9990001"
PARAGRAPH = {"paragraph": "1-1"}
VERSION = "2024-07-01"


def scored(found: list[Any] | None, **question: Any) -> Found:
    """Of keys, or of ``(key, score)``, or of ``(key, score, start, end)``."""
    names = ("key", "score", "start", "end")
    listed = found and [dict(zip(names, (one,) if isinstance(one, str) else one, strict=False)) for one in found]
    with opened() as library:
        return measure(asked(**({"gold": [GOLD]} | question)), said(retrieved=listed), library)


def values(found: list[Any], **question: Any) -> dict[str, float]:
    return {name: share.value for name, share in scored(found, **question).shares.items()}


def test_documents_by_their_best_passage() -> None:
    of = values(["law/B0000001/1", "law/B0000001/1", KEY, "law/B0000001/2", KEY])
    assert [of[f"hit@{k}"] for k in (1, 3, 5, 10)] == [0, 1, 1, 1]
    assert (of["mrr@10"], of["map"], of["recall@100"]) == (0.5, 0.5, 1.0)
    assert of["ndcg@10"] == pytest.approx(0.63093, abs=1e-5)
    assert "hole@10" not in of


def test_every_measure_has_its_metric() -> None:
    names = {metric.name for metric in METRICS}
    of = values([(KEY, 1.0, 0, 9)], gold=[GOLD | {"units": [["項", 1]], "start": 0, "end": 5}], judged={"law/B/1": 0})
    assert of.keys() == names
    assert len(names) == len(METRICS)


def test_what_nobody_judged_does_not_count_against_a_ranking() -> None:
    judged = {"law/B/1": 0, "law/B/2": 2}
    assert values(["law/C/1", "law/B/2", "law/B/1", KEY], judged=judged)["bpref"] == 0.5
    assert values(["law/B/2", "law/C/1", KEY, "law/C/2", "law/B/1"], judged=judged)["bpref"] == 1.0
    assert "bpref" not in values([KEY])


def test_of_one_score_chance_decides() -> None:
    of = values([(KEY, 1.0), ("law/B0000001/1", 1.0)])
    assert (of["hit@1"], of["mrr@10"]) == (0.5, 0.75)
    assert values([("law/B0000001/1", 1.0), (KEY, 1.0)]) == of


def test_without_gold_or_without_a_list_there_is_nothing_to_measure() -> None:
    assert scored([KEY], gold=[]) == Found()
    assert scored(None) == Found()


def test_an_empty_list_counts_as_zero_and_is_told() -> None:
    found = scored([])
    assert found.problems == (EMPTY,)
    assert set(found.shares.values()) == {Share(0.0)}


def test_right_law_wrong_article() -> None:
    of = values([f"{LAW}/6", "law/B0000001/1", KEY])
    assert (of["law_hit@10"], of["article_hit@10"], of["within_law_hit@1"]) == (1.0, 1.0, 0.0)
    of = values(["law/B0000001/1", "law/Z99900011/4"])
    assert (of["law_hit@10"], of["article_hit@10"], of["within_law_hit@1"]) == (0.0, 0.0, 0.0)
    of = values(["law/B0000001/1", KEY, f"{LAW}/6"])
    assert (of["hit@1"], of["within_law_hit@1"]) == (0.0, 1.0)
    assert "law_hit@10" not in values([KEY], gold=[PARAGRAPH])


def test_what_is_needed_together_is_a_share_and_may_be_all_there_is() -> None:
    both = [GOLD, GOLD | {"article": "6"}]
    for more in ({}, {"gold": []}):
        of = values([KEY, "law/B0000001/1"], **{"gold_all": both, **more})
        assert (of["recall@10"], of["recall@100"], of["capped_recall@10"], of["hit@1"]) == (0.5, 0.5, 0.5, 1.0)
    assert values([KEY], gold=both)["recall@10"] == 1.0


def test_what_people_judged_is_graded_and_the_rest_is_a_hole() -> None:
    of = values(["law/B/1", KEY, "law/B/2"], judged={"law/B/1": 0, KEY: 3, "law/B/9": 1})
    assert (of["hole@10"], of["mrr@10"], of["recall@10"]) == (0.1, 0.5, 0.5)
    assert of["ndcg@10"] == pytest.approx(3 * 0.63093 / (3 + 0.63093), abs=1e-5)


def test_a_unit_is_found_by_a_passage_that_holds_it_whole() -> None:
    with opened() as library:
        document = library.version(KEY, VERSION)
    assert document is not None
    second = next(unit for unit in units(document.text) if unit.path == (("項", 2),))
    gold = [GOLD | {"units": [["項", 2]]}]

    def unit_hit(*spans: tuple[int, int]) -> float:
        listed = [{"key": KEY, "version": VERSION, "start": start, "end": end} for start, end in spans]
        with opened() as library:
            return measure(asked(gold=gold), said(retrieved=listed), library).shares["unit_hit@10"].value

    assert unit_hit((0, second.start), (second.start, second.end)) == 1.0
    assert unit_hit((0, len(document.text))) == 1.0
    assert unit_hit((0, second.start), (second.start + 1, second.end)) == 0.0
    assert values([KEY], gold=gold)["unit_hit@10"] == 0.0


def test_characters_found_of_the_span_and_of_all() -> None:
    gold = [PARAGRAPH | {"start": 10, "end": 30}]
    found = [("paragraph/1-1", 3.0, 0, 20), ("paragraph/1-1", 2.0, 15, 25), ("paragraph/2-1", 1.0, 0, 25)]
    shares = scored(found, gold=gold).shares
    assert shares["span_recall@10"] == Share(15.0, 20.0)
    assert shares["span_precision@10"] == Share(15.0, 50.0)
    nothing = values(["paragraph/1-1"], gold=gold)
    assert (nothing["span_recall@10"], nothing["span_precision@10"]) == (0.0, 0.0)


def test_of_spans_any_alternative_will_do_and_all_that_are_needed_together() -> None:
    golds = [PARAGRAPH | {"start": 0, "end": 10}, {"paragraph": "2-1", "start": 0, "end": 10}]
    found = [("paragraph/2-1", 1.0, 0, 10)]
    assert values(found, gold=golds)["span_recall@10"] == 1.0
    assert values(found, gold=golds, gold_all=golds)["span_recall@10"] == 0.5


spans = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 9)), min_size=11, max_size=12)


@given(spans, st.tuples(st.integers(0, 12), st.integers(1, 9)), st.integers(0, 12))
def test_of_tied_spans_the_counts_are_the_mean_over_every_order(
    found: list[tuple[int, int]], gold: tuple[int, int], tied_from: int
) -> None:
    """Ten places for eleven or twelve passages, the last few of which tie."""
    tied_from = max(tied_from, len(found) - 4)
    listed = [("paragraph/1-1", float(-min(at, tied_from)), one, one + more) for at, (one, more) in enumerate(found)]
    wanted = [PARAGRAPH | {"start": gold[0], "end": sum(gold)}]
    shares = scored(listed, gold=wanted).shares
    inside, all_of = set(range(gold[0], sum(gold))), []
    for order in permutations(listed[tied_from:]):
        covered = {at for _, _, start, end in [*listed[:tied_from], *order][:10] for at in range(start, end)}
        all_of.append((len(covered & inside), len(covered)))
    right, covered_on_average = (fmean(column) for column in zip(*all_of, strict=True))
    assert shares["span_recall@10"] == pytest.approx((right, len(inside)))
    assert shares["span_precision@10"] == pytest.approx((right, covered_on_average))


def test_a_judgment_is_found_by_its_number_and_a_report_by_its_address() -> None:
    judgment = {"corpus": "x", "doc": 1, "no": "104,台上,472"}
    assert values(["judgment/TPSV,104,台上,472,20150326,1"], gold=[judgment])["hit@1"] == 1.0
    assert values(["news/example.org/1"], gold=[{"url": "https://example.org/1"}])["hit@1"] == 0.0
