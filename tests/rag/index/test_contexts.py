"""What other sources say of an article, in a real store: found, kept apart by field, and taken away with its source."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import arrivals
from rag.arrivals import Arrival, Part, Relation, filed
from rag.domain import Law
from rag.index.contexts import gather
from rag.index.items import items
from rag.removals import remove
from rag.store import Store, open_store
from rag.writer import writing
from tests.rag.index.test_items import DAY, document

ARTICLE = "law/Z9990001/5-1"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    with writing(store) as writer:
        writer.put_laws([Law("Z9990001", "示範法", "法律", "", DAY)])
        writer.put_documents(["Z9990001"], [document("5-1", "承租人應返還。"), document("6", "罰之。")])
    return store


def put(store: Store, kind: Any, key: str, text: str, *links: Relation, version: str = "2020-01-01") -> None:
    law = {"captions": "Z9990001"}.get(key.partition("/")[0], "")
    one = replace(document("1", text), kind=kind, source=kind, law=law, number="", level="", key=key, version=version)
    came = Arrival(key, key * 8, "1/", "", None, b"", (filed(one, (Part(0, len(text)),), links),))
    with writing(store) as writer:
        arrivals.put(writer, one.source, [came], DAY)


def entry(store: Store, since: int = 0) -> dict[str, str]:
    return {name: text for item in items(store, since) if item.key == ARTICLE for name, text in item.fields.items()}


def test_captions_reasons_and_windows_are_fields_of_the_article(store: Store) -> None:
    put(store, "reason", "captions/Z9990001", "第五條 之一\u3000押金之返還\n第六條\u3000刪除")
    put(store, "reason", "reason/Z9990001/5-1/2020-01-01", "房東常不還押金。", Relation(ARTICLE, "reason_of"))
    put(store, "gazette", "gazette-ly/1", "租屋族依示範法第5條之1討不回錢。", Relation(ARTICLE))
    put(store, "bill", "bill/1", "修正示範法第五條之一，使房客安心。", Relation(ARTICLE))
    fields = entry(store)
    assert fields["caption"] == "押金之返還"
    assert fields["reason"] == "房東常不還押金。"
    assert fields["citing"] == "租屋族依討不回錢。"
    assert fields["proposing"] == "修正，使房客安心。"
    assert gather(store).of("law/Z9990001/6") == {}


def test_what_people_call_an_article_is_a_field_of_it_in_any_store(store: Store) -> None:
    with writing(store) as writer:
        writer.put_laws([Law("N0030001", "勞動基準法", "法律", "", DAY)])
        notice = replace(document("16", "雇主終止勞動契約者，應預告之。"), key="law/N0030001/16", law="N0030001")
        writer.put_documents(["N0030001"], [notice])
    fields = {item.key: item.fields for item in items(store)}
    assert "預告工資" in fields["law/N0030001/16"]["colloquial"]
    assert "colloquial" not in fields[ARTICLE]


def test_an_article_of_which_nothing_is_said_has_the_statutes_fields_alone(store: Store) -> None:
    assert entry(store).keys() == {"body", "name", "chapter"}


def test_only_a_place_that_names_the_law_and_the_article_gives_a_window(store: Store) -> None:
    put(store, "gazette", "gazette-ly/1", "示範法第6條不同，他法第5條之1也是。", Relation(ARTICLE))
    assert "citing" not in entry(store)


def test_one_document_gives_few_windows_and_an_article_has_some_at_most(store: Store) -> None:
    for number in range(12):
        put(store, "gazette", f"gazette-ly/{number:02}", f"甲{number}示範法第5條之1乙。" * 5, Relation(ARTICLE))
    windows = entry(store)["citing"].split("\n")
    assert len(windows) == 20
    assert [windows[0][:2], windows[-1][:2]] == ["甲0", "甲9"]


def test_reasons_come_newest_first(store: Store) -> None:
    for day in ("2001-01-01", "2020-01-01"):
        put(store, "reason", f"reason/Z9990001/5-1/{day}", day, Relation(ARTICLE, "reason_of"), version=day)
    assert entry(store)["reason"] == "2020-01-01\n2001-01-01"


def test_who_is_named_beside_an_article_is_masked(store: Store) -> None:
    put(store, "judgment", "judgment/1", "身分證A123456789之人依示範法第5條之1請求。", Relation(ARTICLE))
    assert "A123456789" not in entry(store)["citing"]
    assert "請求" in entry(store)["citing"]


def test_an_article_is_indexed_again_when_something_new_is_said_of_it_and_when_that_goes(store: Store) -> None:
    before = store.revision()
    put(store, "judgment", "judgment/1", "房客依示範法第5條之1請求。", Relation(ARTICLE))
    assert "房客" in entry(store, before)["citing"]
    between = store.revision()
    with writing(store) as writer:
        remove(writer, {"judgment/1": date(2021, 1, 1)})
    assert entry(store, between).keys() == {"body", "name", "chapter"}


def test_a_new_list_of_captions_indexes_the_law_again(store: Store) -> None:
    before = store.revision()
    put(store, "reason", "captions/Z9990001", "第五條之一\u3000押金之返還")
    assert entry(store, before)["caption"] == "押金之返還"
    assert not entry(store, store.revision())
