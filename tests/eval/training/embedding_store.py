"""A store of two made-up laws with what is written about them, and a thesaurus for them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from eval.training.embedding_texts import Article
from rag import schema
from rag.domain import Document, Law
from rag.store import Store, open_store
from tests.eval.shelves import paper
from tests.fakes import article, made_law

RENT = made_law("Z9990001", "示範租賃住宅條例")
WORK = made_law("Z9990002", "示範勞動條例")
TEXTS = {
    (RENT, "1"): "出租人收取押金，不得逾二個月之租金總額。",
    (RENT, "2"): "租賃期滿時，出租人應將押金返還承租人。",
    (RENT, "3"): "出租人違反第二條規定者，處新臺幣一萬元罰鍰。",
    (WORK, "1"): "雇主應給付工資予勞工，不得積欠工資。",
    (WORK, "2"): "雇主延長勞工工作時間者，應加給工資。",
    (WORK, "3"): "雇主違反第一條規定者，處新臺幣二萬元罰鍰。",
}
THESAURUS = {"房東": ("出租人",), "房客": ("承租人",), "老闆": ("雇主",), "加班費": ("延長勞工工作時間", "加給工資")}
ARTICLES = [
    Article(f"law/{law.pcode}/{number}", law.pcode, number, law.name, text) for (law, number), text in TEXTS.items()
]
BILL = "現行條文\n第二條　租賃期滿時，出租人應將押金返還承租人。\n\n說明\n一、房客常拿不回押金，爰明定期限。"
RULING = "原告主張被告屆期仍未退還擔保金額，爰依示範租賃住宅條例第二條規定請求被告如數退還。"
CAPTIONS = {
    "title": RENT.name,
    "law_data": [
        {"note": "(押金上限)", "rule_no": "第一條", "content": TEXTS[RENT, "1"]},
        # Renumbered since: its content is in another article now.
        {"note": "(押金返還)", "rule_no": "第五條", "content": TEXTS[RENT, "2"]},
        {"note": "(刪除)", "rule_no": "第三條", "content": "（刪除）"},
        {"note": "", "rule_no": "第二條", "content": TEXTS[RENT, "2"]},
    ],
}


def _row(document: Document, **changes: Any) -> dict[str, Any]:
    values = asdict(document) | {"path": "", "facts": {}, "digest": "", "revision": 1, "raw": ""} | changes
    return {name: value for name, value in values.items() if name in schema.documents.c}


def _documents() -> Iterator[dict[str, Any]]:
    for (law, number), text in TEXTS.items():
        yield _row(article(law, number, text), source="laws")
    yield _row(paper("bill/1/a", "bill", "修正草案第2條", BILL), source="bills", law=RENT.pcode, number="2")
    reason = "一、條次變更。\n二、為保障勞工生活，雇主積欠薪水或遲發加班費者應予處罰，以收嚇阻之效。"
    yield _row(paper("reason/1", "reason", "第1條立法理由", reason), source="ly-laws", law=WORK.pcode, number="1")
    empty = paper("reason/2", "reason", "第2條立法理由", "　　條次變更。")
    yield _row(empty, source="ly-laws", law=WORK.pcode, number="2")
    yield _row(paper("judgment/1", "judgment", "示範判決", RULING), source="judgments")


@contextmanager
def made_store(folder: Path) -> Iterator[Store]:
    """It lacks interpretations and records of the Legislative Yuan."""
    with closing(open_store(f"sqlite:///{folder / 'youju.db'}", create=True)) as store:
        with store.engine.begin() as connection:
            connection.execute(insert(schema.laws), [_law(law) for law in (RENT, WORK)])
            connection.execute(insert(schema.documents), list(_documents()))
            body = zlib.compress(json.dumps(CAPTIONS).encode())
            raw = {"source": "ly-laws", "id": "1", "sha256": "0", "rules": "1", "place": "", "seen": date(2024, 1, 1)}
            connection.execute(insert(schema.raws), [raw | {"body": body}])
        yield store


def _law(law: Law) -> dict[str, Any]:
    values = {name: value for name, value in asdict(law).items() if name in schema.laws.c}
    return values | {"former_names": []}
