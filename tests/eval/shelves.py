"""A library over the laws that are made up for tests, with a judgment, an interpretation, news and a bill beside them."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from eval.folder import Asked
from eval.library import Library, StoreLibrary
from rag.domain import OPEN, Document, Kind
from rag.store import Store
from tests.fakes import DOCUMENTS, GONE, LAW, ORDER, article
from tests.memory import MemoryStore

TODAY = date(2024, 8, 1)


def paper(key: str, kind: Kind, title: str, text: str, **facts: str) -> Document:
    """A document that is no law, of 2023-05-05."""
    day = date(2023, 5, 5)
    return Document(key, day.isoformat(), kind, kind, title, text, day, OPEN, facts=facts)


JUDGMENT = paper(
    "judgment/TPEV,112,北簡,1,20230505,1",
    "judgment",
    "臺灣臺北地方法院112年度北簡字第1號民事判決",
    "主文\n被告應返還原告押金新臺幣八百元。\n理由\n業者收取押金後，於租借人還車時仍不返還者，租借人得請求返還。",
    case_key="case/TPD/112/北簡/1",
)
INTERPRETATION = paper(
    "interpretation/12", "interpretation", "釋字第12號", "業者不得以定型化約款預先拋棄租借人請求返還押金之權利。"
)
NEWS = paper(
    "news/1",
    "news",
    "共享單車押金不還挨罰",
    "示範市政府表示，業者逾期不退還押金，最高將處五萬元罰鍰，並要求業者限期改善。",
)
LEASE = article(ORDER, "3", "租賃期滿時，出租人應將押金返還承租人。")
COURT = article(ORDER, "4", "出租人不返還押金者，承租人得聲請法院裁定強制執行。")
BILL = paper(
    "bill/1", "bill", "示範共享單車租借條例第四條條文修正草案", "租借人請求返還押金時，業者應於三日內全額返還。"
)


def library(*more: Document) -> Library:
    """The laws of ``tests.fakes`` and what lies beside them, on the first of August 2024."""
    documents = (*DOCUMENTS, LEASE, COURT, JUDGMENT, INTERPRETATION, NEWS, BILL, *more)
    return StoreLibrary(cast(Store, MemoryStore((LAW, ORDER, GONE), documents)), TODAY)


def asked(question: str = "押金多久要還？", **more: Any) -> Asked:
    values = {"id": "q", "kind": "lay", "answerable": True} | more
    return Asked.model_validate({"question": question, **values})
