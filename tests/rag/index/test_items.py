from datetime import date
from pathlib import Path

from rag.domain import OPEN, Document, Law
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


def test_what_says_nothing_or_never_holds_is_not_indexed() -> None:
    assert is_indexed(document("1", "甲應返還。"))
    assert not is_indexed(document("1", "（刪除）"))
    assert not is_indexed(document("1", "甲應返還。", until=DAY))


def test_a_source_reads_for_itself_and_only_what_changed(tmp_path: Path) -> None:
    store = filled(tmp_path)
    url = f"sqlite:///{tmp_path / 'youju.db'}"
    assert len(list(StoreItems(url)())) == 2
    revision = store.revision()
    with writing(store) as writer:
        writer.put_documents(["Z9990002"], [document("1", "準用示範法第二條。", "Z9990002", "命令")])
    assert [item.key for item in StoreItems(url, revision)()] == ["law/Z9990002/1"]
    store.close()
