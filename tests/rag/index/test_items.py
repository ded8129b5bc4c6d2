from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import arrivals
from rag.arrivals import Arrival, Part, Relation, filed
from rag.domain import OPEN, Document, Law, Passage
from rag.index.bm25f import FIELDS
from rag.index.items import StoreItems, is_indexed, items
from rag.store import Store, open_store
from rag.writer import writing

DAY = date(2020, 1, 1)


def document(number: str, text: str, law: str = "Z9990001", level: str = "法律", until: date = OPEN) -> Document:
    return Document(
        key=f"law/{law}/{number}",
        version="2020-01-01",
        source="laws",
        kind="statute",
        title="示範法（新 109.01.01 制定）",
        text=text,
        valid_from=DAY,
        valid_to=until,
        deleted=text == "（刪除）",
        path=("第一章 總則", "第一節 通則"),
        law=law,
        number=number,
        level=level,
    )


def filled(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder / 'youju.db'}", create=True)
    with writing(store) as writer:
        writer.put_laws([Law(pcode, pcode, "法律", "", DAY) for pcode in ("Z9990001", "Z9990002")])
        writer.put_documents(["Z9990001"], [document("1", "甲應返還。"), document("2", "（刪除）")])
        writer.put_documents(["Z9990002"], [document("1", "準用示範法第一條。", "Z9990002", "命令")])
        writer.put_links([("law/Z9990002/1", "2020-01-01", "law/Z9990001/1")])
    return store


def test_an_item_has_the_fields_the_index_weighs(tmp_path: Path) -> None:
    first, second = items(filled(tmp_path))
    assert first.fields == {"body": "甲應返還。", "name": "示範法", "chapter": "第一章 總則 第一節 通則"}
    assert (first.id, first.valid_from, first.valid_to) == ("law/Z9990001/1@2020-01-01#0-5", DAY, OPEN)
    assert second.law == "Z9990002"


def test_a_law_that_others_name_comes_before_an_order_nobody_names(tmp_path: Path) -> None:
    statute, order = items(filled(tmp_path))
    assert statute.prior > order.prior == 0.0


def test_what_says_nothing_never_holds_or_must_not_be_found_is_not_indexed() -> None:
    whole = Passage("k", "2020-01-01", 0, 5, "甲應返還。")
    assert is_indexed(document("1", "甲應返還。"), whole)
    assert not is_indexed(document("1", "（刪除）"), whole)
    assert not is_indexed(document("1", "甲應返還。", until=DAY), whole)
    assert not is_indexed(document("1", "甲應返還。"), replace(whole, searchable=False))


def put(store: Store, text: str, *parts: Part, **changes: Any) -> None:
    values = {
        "kind": "judgment",
        "source": "judgments",
        "law": "",
        "number": "",
        "level": "",
        "key": "judgment/1",
    } | changes
    one = replace(document("1", text), **values)
    seen = Arrival("a", "a" * 64, "1/", "", None, b"", (filed(one, parts or (Part(0, len(text)),)),))
    with writing(store) as writer:
        arrivals.put(writer, one.source, [seen], DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    yield one
    one.close()


def test_each_passage_is_an_item_unless_it_must_not_be_found(store: Store) -> None:
    put(store, "甲說乙話丙附", Part(0, 2), Part(2, 4, "理由", "法院"), Part(4, 6, "附錄", searchable=False))
    assert [(item.id, item.fields["body"]) for item in items(store)] == [
        ("judgment/1@2020-01-01#0-2", "甲說"),
        ("judgment/1@2020-01-01#2-4", "乙話"),
    ]
    assert list(items(store, store.revision())) == []


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("　　主　　文\n上訴駁回", "　　主文上訴駁回"),
        ("侵權行\r\n　　為", "侵權行為"),
        ("甲。\n乙", "甲。\n乙"),
        ("民法 第 184 條", "民法第 184 條"),
        ("General Act 總則", "General Act 總則"),
        ("身分證A123456789，電話0912-345-678", "身分證○○○○○○○○○○，電話○○○○○○○○○○○○"),
        ("電話\n0912-345-678", "電話\n○○○○○○○○○○○○"),
    ],
)
def test_words_are_joined_and_personal_data_is_hidden_in_what_is_searched(store: Store, text: str, body: str) -> None:
    put(store, text)
    (item,) = items(store)
    assert item.fields["body"] == body
    assert store.passages([item.id])[item.id][0].text == text


def test_personal_data_is_hidden_in_titles_and_headings_too(store: Store) -> None:
    put(store, "甲。", kind="text", title="連絡電話0912-345-678", path=("身分證A123456789",))
    (item,) = items(store)
    assert (item.fields["name"], item.fields["chapter"]) == ("連絡電話○○○○○○○○○○○○", "身分證○○○○○○○○○○")


def test_the_words_of_a_statute_are_searched_as_they_are(tmp_path: Path) -> None:
    text = "主　　文0912-345-678"
    one = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    with writing(one) as writer:
        writer.put_documents(["Z9990001"], [document("1", text)])
    assert [item.fields["body"] for item in items(one)] == [text]
    one.close()


@pytest.mark.parametrize("kind", ["judgment", "interpretation", "reason", "gazette", "bill", "news", "text"])
def test_what_was_said_on_a_day_is_found_on_any(store: Store, kind: str) -> None:
    put(store, "甲。", kind=kind)
    (item,) = items(store)
    assert (item.valid_from, item.valid_to, item.prior) == (date.min, OPEN, 0.0)


def test_what_an_interpretation_holds_weighs_more_than_its_reasons(store: Store) -> None:
    put(store, "甲說乙話", Part(0, 2, "解釋文"), Part(2, 4, "理由書"), kind="interpretation", key="interpretation/1")
    holding, reasoning = items(store)
    assert holding.weight > reasoning.weight > 0
    put(store, "甲說", Part(0, 2, "主文"), kind="interpretation", key="constitutional/111年審裁字第1號")
    assert [item.weight for item in items(store)] == [reasoning.weight]


def test_an_item_of_another_source_has_its_title_and_path(store: Store) -> None:
    put(store, "甲。", title="最高法院判決", path=("損害賠償",), law="Z9990001")
    (item,) = items(store)
    assert item.fields == {"body": "甲。", "name": "最高法院判決", "chapter": "損害賠償"}
    assert (item.source, item.law, item.key) == ("judgments", "Z9990001", "judgment/1")


def test_a_text_of_ones_own_is_as_long_as_its_like(store: Store) -> None:
    put(store, "甲。", kind="text", title="渡船", path=("船舶",))
    (item,) = items(store)
    assert item.fields == {"paragraph": "甲。", "name": "渡船", "chapter": "船舶"}
    assert FIELDS.keys() >= item.fields.keys()
    assert "body" not in item.fields


def test_links_of_other_sources_make_no_law_weigh_more(store: Store) -> None:
    with writing(store) as writer:
        writer.put_documents(["Z9990001"], [document("1", "甲。")])
    (before,) = (item.prior for item in items(store))
    text = "乙。"
    one = replace(document("1", text), kind="judgment", source="judgments", law="", number="", key="judgment/1")
    links = tuple(Relation(target) for target in ("law/Z9990001/1", "law/Z9990001/"))
    with writing(store) as writer:
        came = Arrival("a", "a" * 64, "1/", "", None, b"", (filed(one, (Part(0, 2),), links),))
        arrivals.put(writer, "judgments", [came], DAY)
    assert {item.key: item.prior for item in items(store)} == {"law/Z9990001/1": before, "judgment/1": 0.0}


def test_a_source_reads_for_itself_and_only_what_changed(tmp_path: Path) -> None:
    store = filled(tmp_path)
    url = f"sqlite:///{tmp_path / 'youju.db'}"
    assert len(list(StoreItems(url)())) == 2
    revision = store.revision()
    with writing(store) as writer:
        writer.put_documents(["Z9990002"], [document("1", "準用示範法第二條。", "Z9990002", "命令")])
    assert [item.key for item in StoreItems(url, revision)()] == ["law/Z9990002/1"]
    store.close()
