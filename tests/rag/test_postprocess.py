import importlib.util
import logging
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.build import open_engine
from rag.domain import Hit, Passage
from rag.errors import SettingsError
from rag.expand import Expander
from rag.learned import Learned
from rag.names import LawNames
from rag.postprocess import BEST, Postprocessor, open_postprocessor
from rag.retrieve import Retriever
from rag.segment import Grams
from rag.settings import load_settings
from rag.stages import recorded
from tests import fakes
from tests.memory import WordIndex

schema = pytest.importorskip("llama_index.core.schema", reason="extra `models` not installed")
from tests.postprocessors import Nodes, Told, failing, other, shortest_first  # noqa: E402

DAY = date(2024, 8, 1)
QUESTION = "押金多久要退還？"


def hits(*scores: float) -> list[Hit]:
    """Hits with these scores, each with a text shorter than the one before."""
    found = []
    for number, score in enumerate(scores):
        document = fakes.article(fakes.LAW, str(number + 1), "押金" * (len(scores) - number))
        passage = Passage(document.key, document.version, 0, len(document.text), document.text)
        found.append(Hit(passage, document, score, "sparse", score / 2))
    return found


def ordered(does: Callable[[Nodes], Nodes] | None, given: list[Hit]) -> list[Hit]:
    return Postprocessor("told", Told(does=does)).order(QUESTION, given, {})


def numbers(found: list[Hit]) -> list[int]:
    return [int(hit.document.number) for hit in found]


def test_best_score_comes_first_and_each_place_keeps_its_points() -> None:
    given = hits(9.0, 5.0, 4.0)
    found = ordered(shortest_first, given)
    assert numbers(found) == [3, 2, 1]
    assert [hit.score for hit in found] == [9.0, 5.0, 4.0]
    assert [hit.text_score for hit in found] == [2.0, 2.5, 4.5]


def test_a_passage_is_read_with_its_name_and_caption() -> None:
    (hit,) = hits(7.0)
    told = Told()
    Postprocessor("told", told).order(QUESTION, [hit], {hit.passage.id: "押金之返還"})
    assert told.read == [(QUESTION, [f"{fakes.LAW.name}\n押金之返還\n\n押金"])]
    assert told.given == [
        {"name": fakes.LAW.name, "caption": "押金之返還", "key": "law/Z9990001/1", "score": 7.0},
    ]


def test_only_the_best_are_looked_at() -> None:
    given = hits(*(100.0 - number for number in range(BEST + 5)))
    found = ordered(shortest_first, given)
    assert numbers(found) == [*range(BEST, 0, -1), *range(BEST + 1, BEST + 6)]
    assert [hit.score for hit in found] == [hit.score for hit in given]


def test_no_hits_ask_nobody() -> None:
    told = Told(does=failing)
    assert Postprocessor("told", told).order(QUESTION, [], {}) == []
    assert told.read == []


@pytest.mark.parametrize("does", [failing, lambda nodes: None, lambda nodes: ["甲"]], ids=["raises", "none", "foreign"])
def test_one_that_fails_leaves_the_order_and_one_line(
    does: Callable[[Nodes], Nodes], caplog: pytest.LogCaptureFixture
) -> None:
    given = hits(3.0, 2.0)
    assert ordered(does, given) == given
    (line,) = caplog.messages
    assert "told" in line
    assert "\n" not in line
    assert QUESTION not in line


def test_what_is_left_out_follows_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    made = Postprocessor("told", Told(does=lambda nodes: shortest_first(nodes)[-1:]))
    for _ in range(3):
        assert numbers(made.order(QUESTION, hits(9.0, 5.0, 4.0), {})) == [3, 1, 2]
    assert caplog.messages == ["重排 told 少了 2 筆，排在其後"]


def test_its_settings_being_wrong_is_no_failure_to_pass_over() -> None:
    def wrong(nodes: Nodes) -> Nodes:
        raise SettingsError("沒有這個模型")

    with pytest.raises(SettingsError, match="沒有這個模型"):
        ordered(wrong, hits(1.0))


SCORES = st.one_of(st.none(), st.floats(), st.integers(-2, 2))


@settings(deadline=None)
@given(st.lists(st.floats(-50, 50), max_size=6), st.lists(st.tuples(st.integers(0, 8), SCORES), max_size=12), st.data())
def test_whatever_comes_back_no_hit_is_lost(
    points: list[float], back: list[tuple[int, float | None]], data: st.DataObject
) -> None:
    given = hits(*sorted(points, reverse=True))

    def does(nodes: Nodes) -> Nodes:
        known = [one.node for one in nodes] + [other("99")] * 9
        return [schema.NodeWithScore(node=known[place], score=score) for place, score in back]

    logging.disable(logging.CRITICAL)
    try:
        found = ordered(does, given)
    finally:
        logging.disable(logging.NOTSET)
    assert sorted(numbers(found)) == sorted(numbers(given))
    assert [hit.score for hit in found] == [hit.score for hit in given]
    scores = {
        place: score for place, score in back if place < len(given) and score is not None and math.isfinite(score)
    }
    kept = [scores[number - 1] for number in numbers(found)[: len(scores)]]
    assert kept == sorted(scores.values(), reverse=True)
    rest = numbers(found)[len(scores) :]
    assert rest == sorted(rest)


def test_a_search_that_is_thorough_is_looked_at_once_more() -> None:
    store = fakes.memory_store()
    names = LawNames(store.law_names())
    told = Told()
    learned = Learned(postprocessor=Postprocessor("told", told))
    retriever = Retriever(store, WordIndex(store), Expander(Grams(), {}), names, learned)
    with recorded() as spent:
        plain = retriever.similar(QUESTION, DAY, 10)
    assert told.read == []
    with recorded() as thorough:
        found = retriever.search(QUESTION, DAY, 10)
    assert len(told.read) == 1
    assert {hit.passage.id for hit in found} == {hit.passage.id for hit in plain}
    assert [len(hit.passage.text) for hit in found] == sorted(len(hit.passage.text) for hit in found)
    assert "rerank" in thorough
    assert list(spent) == [name for name in thorough if name in spent]
    assert len(retriever.search(QUESTION, DAY, 1)) == 1


def test_who_warms_up_has_it_loaded_and_asks_it_once() -> None:
    def unloadable(nodes: Nodes) -> Nodes:
        raise SettingsError("沒有這個模型")

    store = fakes.memory_store()
    told = Told(does=unloadable)
    learned = Learned(postprocessor=Postprocessor("told", told))
    retriever = Retriever(store, WordIndex(store), Expander(Grams(), {}), LawNames(store.law_names()), learned)
    with pytest.raises(SettingsError):
        retriever.warm(DAY)
    assert len(told.read) == 1


def test_setting_names_any_postprocessor(sample_data: Path) -> None:
    chosen = load_settings(data=sample_data, rerank=False, reranker="tests.postprocessors:Told")
    with open_engine(chosen) as engine:
        found = [hit for hit in engine.search("押金返還") if hit.lane == "sparse"]
    assert len(found) > 1
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert [len(hit.passage.text) for hit in found] == sorted(len(hit.passage.text) for hit in found)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.at_all:Rerank", "找不到套件或模組 nowhere"),
        ("tests.postprocessors:Missing", "沒有 Missing"),
        ("tests.postprocessors:Unrelated", "不是 LlamaIndex"),
        ("tests.postprocessors:shortest_first", "不是 LlamaIndex"),
        ("tests.postprocessors:Needy", "無法建立"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        open_postprocessor(name)
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(bool(importlib.util.find_spec("sentence_transformers")), reason="extra `models` is installed")
def test_missing_extra_says_what_to_install() -> None:
    with pytest.raises(SettingsError, match=r"\[models\].*sentence_transformers"):
        open_postprocessor("BAAI/bge-reranker-v2-m3")
