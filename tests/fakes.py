"""Fakes that stand behind the seams: plain objects with the same doors as the real ones."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from typing import Any

from rag.answer import ArticleView, Engine, Event, Freshness, Means
from rag.check import CheckReport
from rag.domain import OPEN, Answer, Citation, Document, Hit, Law, Origin, Passage, Sentence, Status, Unit, sha256
from rag.errors import UnknownKey
from rag.expand import Expander
from rag.names import LawNames
from rag.reading import Reading
from rag.retrieve import Retriever
from rag.segment import Grams
from tests.memory import HELD, MemoryStore, WordIndex
from tests.memory import whole as whole

LAW = Law(
    pcode="Z9990001",
    name="示範共享單車租借條例",
    level="法律",
    category="行政＞示範部＞共享單車目",
    modified=date(2024, 5, 1),
    enacted=date(2016, 3, 2),
    english_name="Model Shared Bicycle Rental Act",
)
TEXT = "業者收取押金，每人不得超過新臺幣一千元。\r\n租借人請求返還押金時，業者應於七日內全額返還。"
KEY = "law/Z9990001/4"


def version(day: date, until: date, text: str) -> Document:
    return Document(
        key=KEY,
        version=day.isoformat(),
        source="laws",
        kind="statute",
        title=LAW.name,
        text=text,
        valid_from=day,
        valid_to=until,
        law=LAW.pcode,
        number="4",
        level=LAW.level,
        url=LAW.url,
    )


OLD = version(date(2016, 3, 2), date(2024, 7, 1), TEXT.replace("七日", "十四日"))
NEW = version(date(2024, 7, 1), OPEN, TEXT)
QUOTE = TEXT.split("\r\n")[1]


class FakeEngine:
    """Knows one article in two versions, and remembers what it was asked; ``failure`` is raised instead, if given."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.asked: list[tuple[object, ...]] = []

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        yield self.ask(question, as_of, history)

    def ask(self, question: str, as_of: date | None = None, history: Sequence[str] = ()) -> Answer:
        self._note("ask", question, as_of, *history)
        start = TEXT.index(QUOTE)
        citation = Citation(
            mark=1,
            key=KEY,
            label=f"{LAW.name}第4條第2項",
            kind="statute",
            version=NEW.version,
            status=Status.IN_FORCE,
            quote=QUOTE,
            start=start,
            end=start + len(QUOTE),
            sha256=sha256(TEXT),
            url=LAW.url,
            valid_from=NEW.valid_from,
            valid_to=NEW.valid_to,
        )
        return Answer(
            question=question,
            as_of=as_of or date(2024, 8, 1),
            state="answered",
            sentences=(Sentence(QUOTE, "proved", {"quote": "ok", "numbers": "ok"}, (1,)),),
            citations=(citation,),
            model="extractive",
            coverage=self.coverage(),
            request_id="from-the-engine",
            timings_ms={"total": 1.5},
        )

    def search(self, question: str, as_of: date | None = None, limit: int = 10) -> tuple[Hit, ...]:
        self._note("search", question, as_of, limit)
        passage = Passage(NEW.key, NEW.version, 0, len(TEXT), TEXT)
        return (Hit(passage, NEW, 1.0, "exact"), Hit(passage, NEW, 0.25, "sparse"))[:limit]

    def article(self, pcode: str, number: str, as_of: date | None = None) -> ArticleView:
        self._note("article", pcode, number, as_of)
        if (pcode, number) != (LAW.pcode, "4"):
            raise UnknownKey(f"查無 law/{pcode}/{number}")
        day = as_of or date(2024, 8, 1)
        current = next((document for document in (OLD, NEW) if document.holds_on(day)), None)
        units = (Unit((("項", 1),), 0, TEXT.index("\r\n")), Unit((("項", 2),), TEXT.index(QUOTE), len(TEXT)))
        return ArticleView(
            law=LAW,
            document=current,
            status=Status.IN_FORCE if current else None,
            versions=(OLD, NEW),
            units=units if current else (),
            english="An operator shall not take a deposit of more than NT$1,000 per person.",
            english_outdated=True,
        )

    def coverage(self) -> Mapping[str, object]:
        self._note("coverage")
        return {"laws": 1, "articles": 2, "latest": "2024-07-05", **HELD}

    def freshness(self) -> Freshness:
        self._note("freshness")
        return Freshness(7, 7, 1_700_000_000.0)

    def verify(self, text: str, as_of: date | None = None) -> CheckReport:
        self._note("verify", text, as_of)
        return make_engine().verify(text, as_of)

    @property
    def reading(self) -> Reading:
        self._note("reading")
        return make_engine().reading

    def _note(self, *call: object) -> None:
        self.asked.append(call)
        if self.failure is not None:
            raise self.failure


def article(law: Law, number: str, text: str, **changes: Any) -> Document:
    """One version of one article of a law; in force since 2016 unless told otherwise."""
    since = changes.pop("since", date(2016, 3, 2))
    values = {"valid_to": law.repealed or OPEN, "version": since.isoformat(), "deleted": text == "（刪除）"} | changes
    return Document(
        key=f"law/{law.pcode}/{number}",
        source="laws",
        kind="statute",
        title=law.name,
        text=text,
        valid_from=since,
        law=law.pcode,
        number=number,
        level=law.level,
        url=f"{law.url}&flno={number}",
        **values,
    )


def made_law(pcode: str, name: str, level: str = "法律", **changes: Any) -> Law:
    values = {"category": "", "modified": date(2016, 3, 2), "enacted": date(2016, 3, 2)} | changes
    return Law(pcode=pcode, name=name, level=level, **values)


ORDER = made_law("Z9990002", "示範共享單車押金辦法", "命令")
GONE = made_law("Z9990003", "示範流動招牌管理條例", repealed=date(2020, 1, 1))
PENALTY = (
    "業者違反第四條第一項規定，超額收取押金者，處新臺幣三萬元以上十五萬元以下罰鍰。\r\n"
    "業者違反第四條第二項規定，逾期未返還押金者，處新臺幣一萬元以上五萬元以下罰鍰，並得按次處罰。"
)
PARKING = (
    "租借人應將單車停放於下列處所之一：\r\n一、租借站。\r\n二、主管機關公告之停車格。\r\n"
    "租借人違反前項規定者，業者得收取調度費。但不得逾新臺幣五百元。"
)
DOCUMENTS = (
    article(LAW, "1", "為健全共享單車之租借，保障租借人權益，特制定本條例。"),
    article(LAW, "3", PARKING),
    OLD,
    NEW,
    article(LAW, "5", "（刪除）", since=date(2024, 7, 1)),
    article(LAW, "5-1", "業者應投保責任保險。"),
    article(LAW, "6", PENALTY),
    article(LAW, "7", "業者應設置申訴專線。", since=OPEN, version="2024-05-01", origin=Origin.ENACTED),
    article(ORDER, "2", TEXT),
    article(GONE, "1", "為管理流動招牌，特制定本條例。"),
    article(GONE, "2", "流動招牌之設置，應向主管機關申請許可。"),
)


def memory_store() -> MemoryStore:
    return MemoryStore((LAW, ORDER, GONE), DOCUMENTS)


def make_retriever(store: MemoryStore) -> Retriever:
    names = LawNames(store.law_names())
    return Retriever(store, WordIndex(store), Expander(Grams(), {}), names)


def make_engine(store: MemoryStore | None = None, max_sentences: int = 6, means: Means | None = None) -> Engine:
    """The real engine over a store in memory."""
    store = store or memory_store()
    names = LawNames(store.law_names())
    return Engine(store, make_retriever(store), names, max_sentences, MemoryStore.coverage, means)
