"""Who asks which law governs something is shown the article that says what that law is for."""

from dataclasses import replace
from datetime import date

import pytest

from rag.domain import Hit, Passage
from rag.opening import with_opening
from tests import fakes

DAY = date(2024, 10, 1)
STORE = fakes.memory_store()
OPENING = f"law/{fakes.LAW.pcode}/1"


def hit(key: str, score: float) -> Hit:
    document = next(one for one in fakes.DOCUMENTS if one.key == key and one.holds_on(DAY))
    return Hit(Passage(key, document.version, 0, len(document.text), document.text), document, score, "sparse", score)


HITS = [hit(f"law/{fakes.LAW.pcode}/3", 9.0), hit(f"law/{fakes.ORDER.pcode}/2", 8.0), hit(fakes.KEY, 7.0)]


def keys(question: str, hits: list[Hit] = HITS, day: date = DAY) -> list[str]:
    return [one.document.key for one in with_opening(question, hits, STORE, day)]


@pytest.mark.parametrize("question", ["共享單車依哪部法律？", "共享單車受什麼法規範？", "單車適用哪一部法律"])
def test_the_opening_article_of_the_law_comes_first_found_or_not(question: str) -> None:
    found = with_opening(question, HITS, STORE, DAY)
    assert [one.document.key for one in found] == [OPENING, *(one.document.key for one in HITS)]
    assert found[0].score == HITS[0].score
    assert found[0].passage.text == found[0].document.text
    last = [*HITS, hit(OPENING, 1.0)]
    assert keys(question, last) == [OPENING, *(one.document.key for one in HITS)]


@pytest.mark.parametrize(
    "question",
    [
        "押金多少？",
        "該去哪個法院？",
        "依哪一條法條？",
        "違反哪部法律？",
        "依哪一號解釋、哪一部法律？",
        "哪個法官會審？",
    ],
)
def test_whoever_asks_for_something_else_gets_what_was_found(question: str) -> None:
    assert keys(question) == [one.document.key for one in HITS]


def test_an_opening_that_does_not_say_what_the_law_is_for_or_does_not_hold_yet_stays_where_it_is() -> None:
    general = replace(fakes.DOCUMENTS[0], text="行為之處罰，以行為時有規定者為限。")
    store = fakes.MemoryStore((fakes.LAW,), (general, *fakes.DOCUMENTS[1:]))
    assert [one.document.key for one in with_opening("依哪部法律？", HITS, store, DAY)] == [
        one.document.key for one in HITS
    ]
    assert keys("依哪部法律？", HITS[:1], date(1990, 1, 1)) == [HITS[0].document.key]
    assert keys("依哪部法律？", HITS[1:2]) == [HITS[1].document.key]
    assert keys("依哪部法律？", []) == []


def test_it_is_found_through_the_search() -> None:
    found = fakes.make_retriever(STORE).search("租借單車押金依哪部法律？", DAY, 3)
    assert found[0].document.key == OPENING
