"""What a reader looks up, on both databases."""

from __future__ import annotations

import pytest

from rag.errors import UnknownKey, UsageError
from rag.reading import Filters, Reading, court_code
from rag.store import Store
from rag.writer import writing
from tests import fakes
from tests.rag.test_arrivals import DAY, LATER, came, judged, put
from tests.rag.test_writer import LAW, document


@pytest.fixture
def reading(store: Store) -> Reading:
    with writing(store) as writer:
        writer.put_laws([LAW])
        writer.put_documents(["Z0000001"], [document("1"), document("1", "乙。", LATER), document("2")])
    put(store, came("a", judged("1")))
    put(store, came("a", judged("1")), today=LATER)
    return Reading(store, fakes.make_retriever(fakes.memory_store()))


def test_titles_and_the_day_of_the_last_look(reading: Reading, store: Store) -> None:
    assert store.titles(["law/Z0000001/1", "judgment/1", "judgment/9"]) == {
        "law/Z0000001/1": LAW.name,
        "judgment/1": judged("1").document.title,
    }
    assert store.titles([]) == {}
    assert reading.synced()["judgments"] == LATER


def test_an_article_through_its_versions(reading: Reading) -> None:
    law, steps = reading.history("Z0000001", "1")
    assert (law, [step.document.text for step in steps][-1]) == (LAW, "乙。")
    assert [step.document.version for step in steps] == [DAY.isoformat(), LATER.isoformat()]
    assert steps[0].diff == ()
    assert "".join(span.text for span in steps[1].diff if span.kind != "removed") == "乙。"


def test_a_document_with_its_passages(reading: Reading, store: Store) -> None:
    view = reading.document("judgment/1", LATER)
    assert view.passages == tuple(store.passages_of("judgment/1", view.document.version))
    assert all(view.document.text[one.start : one.end] == one.text for one in view.passages)
    with pytest.raises(UnknownKey, match="沒有收錄 judgment/9"):
        reading.document("judgment/9", LATER)


@pytest.mark.parametrize("written", ["TPS", "最高法院"])
def test_a_court_by_code_and_name(written: str) -> None:
    assert court_code(written) == "TPS"


@pytest.mark.parametrize("written", ["最高", "某最高法院", "ABC", "最高法院\x00"])
def test_no_court_is_guessed(written: str) -> None:
    with pytest.raises(UsageError, match="不認得"):
        court_code(written)


def test_only_kinds_that_may_fit_are_looked_for_one_by_one() -> None:
    assert Filters(each=1).apart[:2] == ["statute", "interpretation"]
    assert Filters(each=1, sources=("news", "judgments")).apart == ["judgment", "news"]
    assert Filters(each=1, court="TPS").apart == ["judgment"]
    assert Filters(each=1, court="TPS", kinds=("news",)).apart == []
