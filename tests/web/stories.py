"""Laws and documents for the pages: some plain, some whose texts try to be more than text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from threading import Event
from typing import Any

from api.guard import Guard
from rag.access import Filed, Remark
from rag.answer import Engine
from rag.domain import OPEN, Document, Passage
from rag.store import LinkRow
from tests.fakes import DOCUMENTS, GONE, KEY, LAW, ORDER, MemoryStore, article, made_law

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
BIDI = "\u202e\u2066\u200b"
EVIL = made_law("Z9990009", f"示範惡意<b>條例{BIDI}")
EVIL_ARTICLE = article(EVIL, "1", f"風箏施放者應於公園施放風箏{SCRIPT}{BIDI}，不得逾越\"'>欄杆。")
# A text of today, and the one that is to take its place.
COMING = date(2110, 1, 1)
HELMETS = made_law("Z9990008", "示範頭盔條例")
HELMET_ARTICLES = (
    article(HELMETS, "1", "頭盔應免費提供。", valid_to=COMING),
    article(HELMETS, "1", "頭盔應免費提供並消毒。", since=COMING, version="2026-01-01"),
)
JUDGMENT_TEXT = (
    "示範法院判決\n主文\n原告之訴駁回。\n理由\n一、"
    + "氣球販售契約應以書面為之，" * 40
    + f"本院見解如此{SCRIPT}{BIDI}。"
)
JUDGMENT = Document(
    key="judgment/ZZZV,113,示,7,20240801,1",
    version="2024-08-01",
    source="judgments",
    kind="judgment",
    title=f"示範法院113年度示字第7號判決{SCRIPT}",
    text=JUDGMENT_TEXT,
    valid_from=date(2024, 8, 1),
    valid_to=OPEN,
    url="javascript:alert(3)",
    facts={"court": f"示範法院{SCRIPT}", "number": "113年度示字第7號", "cause": "返還價金"},
)
NEWS = Document(
    key="news/example.org/<b>7",
    version="2024-08-02",
    source="news",
    kind="news",
    title=f"飛盤大賽{SCRIPT}",
    text=f"飛盤大賽{SCRIPT}今天開幕，飛盤選手都來了{BIDI}。",
    valid_from=date(2024, 8, 2),
    valid_to=OPEN,
    url="data:text/html,<script>alert(4)</script>",
)


def web_store() -> MemoryStore:
    """The laws of the other tests, and those above, with links from the judgment and the news."""
    start = JUDGMENT_TEXT.index("原告之訴")
    reasons = JUDGMENT_TEXT.index("一、")
    parts = [
        Passage(JUDGMENT.key, JUDGMENT.version, start, start + 8, JUDGMENT_TEXT[start : start + 8], "主文"),
        Passage(JUDGMENT.key, JUDGMENT.version, reasons, len(JUDGMENT_TEXT), JUDGMENT_TEXT[reasons:], "理由", "法院"),
    ]
    links = [
        LinkRow(JUDGMENT.key, JUDGMENT.version, KEY, "cites", None),
        LinkRow(NEWS.key, NEWS.version, JUDGMENT.key, "cites", None),
    ]
    laws = (LAW, ORDER, GONE, EVIL, HELMETS)
    return MemoryStore(laws, (*DOCUMENTS, EVIL_ARTICLE, *HELMET_ARTICLES, JUDGMENT, NEWS), parts, links)


class Pace:
    """The engine, which waits after its first sentence while ``on`` is not set."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.on = Event()
        self.on.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def stream(self, question: str, as_of: date | None = None, history: Sequence[str] = ()) -> Iterator[Any]:
        events = self._engine.stream(question, as_of, history)
        yield next(events)
        self.on.wait(30)
        yield from events


class Book:
    """Keeps what readers say of sentences."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []
        self.guard = Guard(feedback=self)

    def file(self, remark: Remark) -> Filed:
        self.remarks.append(remark)
        return Filed(len(self.remarks), date(2024, 8, 3), remark)

    def listing(self, limit: int, before: int | None = None) -> list[Filed]:
        return []
