"""Fakes that stand behind the seams: plain objects with the same doors as the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rag.answer import ArticleView
from rag.domain import OPEN, Answer, Citation, Document, Hit, Law, Passage, Sentence, Status, Unit, sha256
from rag.errors import UnknownKey

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

    def ask(self, question: str, as_of: date | None = None) -> Answer:
        self._note("ask", question, as_of)
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
        return {"laws": 1, "articles": 2, "latest": "2024-07-05"}

    def _note(self, *call: object) -> None:
        self.asked.append(call)
        if self.failure is not None:
            raise self.failure
