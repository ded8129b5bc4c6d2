"""The measures over the project's own laws, made bad on purpose: a small version of ``eval.bench.mutations``."""

from typing import Any

import pytest

from eval.bench.desk import Record
from eval.bench.mutations import METRICS, report
from eval.mutate import Case
from eval.mutate_answers import AIMS, MUTATORS, NULLS, is_lower, moved, mutated
from eval.mutate_text import Given
from eval.scores import Share
from rag.domain import Document
from tests.eval.shelves import COURT, JUDGMENT, LEASE, library
from tests.fakes import DOCUMENTS, NEW, OLD

BY_KEY = {one.key: one for one in DOCUMENTS}


def stood(document: Document, *beside: Document, before: tuple[Document, ...] = ()) -> Given:
    near, earlier = tuple(map(stood, beside)), tuple(map(stood, before))
    return Given(document.key, document.version, document.title, document.text, near, earlier)


SIX, THREE, INSURED = BY_KEY["law/Z9990001/6"], BY_KEY["law/Z9990001/3"], BY_KEY["law/Z9990001/5-1"]
FOUR = stood(NEW, SIX, THREE, before=(OLD,))
GOOD = {
    "quoted": Case(
        (
            "依示範共享單車租借條例第4條，「租借人請求返還押金時，業者應於七日內全額返還」[1]。",
            "業者向每人收取的押金，不得超過新臺幣1,000元[1]。",
        ),
        (FOUR,),
    ),
    "fined": Case(
        (
            "業者逾期未返還押金的，處新臺幣1萬元以上5萬元以下罰鍰[1]。",
            "租借人請求返還押金時，業者應於7日內全額返還[2]。",
        ),
        (stood(SIX, INSURED), FOUR),
    ),
    "lease": Case(
        ("租賃期滿時，出租人應將押金返還承租人[1]。", "業者應投保責任保險[2]。"),
        (stood(LEASE, SIX), stood(INSURED, SIX)),
    ),
    "judged": Case(
        (
            "依臺灣臺北地方法院112年度北簡字第1號判決，「被告應返還原告押金新臺幣八百元」[1]。",
            "出租人不返還押金的，承租人得聲請法院裁定強制執行[2]。",
        ),
        (stood(JUDGMENT), stood(COURT, LEASE)),
    ),
}
LIBRARY = library()


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    cases = {
        id: (Record(id=id, question="押金多久要還？", sources=(), draft="", paraphrase=True), case)
        for id, case in GOOD.items()
    }
    return report(cases, LIBRARY)


def test_the_good_ones_have_no_fault(found: dict[str, Any]) -> None:
    assert found["good"] == len(GOOD)


def test_every_kind_of_mutation_is_made(found: dict[str, Any]) -> None:
    assert found["kinds"].keys() == AIMS.keys() == MUTATORS.keys()
    assert found["nulls"].keys() == NULLS.keys()
    assert len(MUTATORS) >= 12
    assert len(NULLS) >= 4


def test_what_is_made_bad_scores_lower(found: dict[str, Any]) -> None:
    assert {kind: one["missed"] for kind, one in found["kinds"].items() if one["lower"] < 0.95} == {}


def test_what_changes_nothing_moves_nothing(found: dict[str, Any]) -> None:
    assert {kind: one["wrong"] for kind, one in found["nulls"].items() if one["moved"]} == {}


def test_the_same_seed_makes_the_same() -> None:
    for kind in MUTATORS | NULLS:
        assert mutated(kind, GOOD["quoted"], "x-1") == mutated(kind, GOOD["quoted"], "x-1")


def test_a_sentence_that_names_its_source_is_cited_without_a_mark() -> None:
    assert mutated("uncited", GOOD["lease"], "x")
    assert mutated("uncited", Case(("依示範法第4條，業者應返還押金[1]。",), (FOUR,)), "x") is None


def test_sentences_that_lean_on_one_another_stay_in_order() -> None:
    assert mutated("null_reordered", Case(("業者應返還押金[1]。", "同法另有罰則[1]。"), (FOUR,)), "x") is None


def test_lower_is_worse_as_each_metric_has_it() -> None:
    half, whole = {"leak_script": Share(0), "values": Share(1)}, {"leak_script": Share(1), "values": Share(0)}
    assert is_lower(half, whole, "simplified", METRICS)
    assert not is_lower(whole, half, "simplified", METRICS)
    assert is_lower(half, whole, "amount", METRICS)
    assert not is_lower(half, {}, "amount", METRICS)


def test_a_quote_in_full_width_is_the_same_quote() -> None:
    exact = {"quote_exact": Share(1, 2), "quote_folded": Share(0, 2)}
    assert moved(exact, {"quote_exact": Share(0, 2), "quote_folded": Share(1, 2)}) == []
    assert moved(exact, {"quote_exact": Share(0, 2), "quote_folded": Share(0, 2)}) == ["quote_exact"]
