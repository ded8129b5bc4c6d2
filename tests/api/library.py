"""A small library behind the real engine: an article in two versions with its reasons, judgments, an interpretation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from rag.answer import Engine
from rag.domain import OPEN, Document, Passage
from rag.names import LawNames
from rag.store import LinkRow
from tests import fakes

JID = "TPDV,112,訴,1,20240105,1"
JUDGMENT_TEXT = "主文\r\n被告應返還押金。\r\n理由\r\n押金逾七日未還。"


def made(kind: str, key: str, title: str, day: date, text: str, source: str, **facts: str) -> Document:
    return Document(key, day.isoformat(), source, kind, title, text, day, OPEN, facts=facts)  # type: ignore[arg-type]


JUDGMENT = made(
    "judgment", f"judgment/{JID}", "臺灣臺北地方法院112年度訴字第1號判決", date(2024, 1, 5), JUDGMENT_TEXT, "judgments",
    court="臺灣臺北地方法院", court_code="TPD", case_key="case/TPD/112/訴/1", type="民事", form="判決", no="1",
)  # fmt: skip
APPEAL = made(
    "judgment", "judgment/TPHV,113,上,1,20240901,1", "臺灣高等法院113年度上字第1號判決", date(2024, 9, 1), "原判決廢棄。押金已還。",
    "judgments", court="臺灣高等法院", court_code="TPH", case_key="case/TPH/113/上/1", type="民事", form="判決", no="1",
)  # fmt: skip
RULING = made(
    "interpretation", "interpretation/701", "釋字第701號", date(2018, 3, 1), "押金之規定合憲。", "interpretations"
)
COURT = made(
    "interpretation",
    "constitutional/112年憲判字第9號",
    "112年憲判字第9號",
    date(2023, 3, 1),
    "合憲。",
    "interpretations",
)
REASON = made(
    "reason", f"reason/{fakes.LAW.pcode}/4/2024-07-01", "示範共享單車租借條例第4條立法理由", date(2024, 7, 1),
    "為保障租借人權益，縮短返還押金之期限。", "ly-laws",
)  # fmt: skip
NEWS = [
    made("news", f"news/made.test/{n}", f"押金新聞第{n}則", date(2020, 1, 1 + n), f"押金爭議又一件，第{n}件。", "news")
    for n in range(25)
]
UNDATED = Document("paragraph/1-1", "undated", "passages", "text", "押金", "押金是擔保。", date.min, OPEN)
DOCUMENTS = (JUDGMENT, APPEAL, RULING, COURT, REASON, UNDATED, *NEWS)
LINKS = (
    LinkRow(JUDGMENT.key, JUDGMENT.version, fakes.KEY, "cites", None),
    LinkRow(JUDGMENT.key, JUDGMENT.version, "law/Z9990001/", "cites", None),
    LinkRow(JUDGMENT.key, JUDGMENT.version, "case/TPS/76/台上/901", "cites", None),
    LinkRow(APPEAL.key, APPEAL.version, "case/TPD/112/訴/1", "reverses", JUDGMENT.valid_from),
    LinkRow(REASON.key, REASON.version, fakes.KEY, "reason_of", REASON.valid_from),
)


def store() -> fakes.MemoryStore:
    cut = JUDGMENT_TEXT.index("理由")
    parts = [
        Passage(JUDGMENT.key, JUDGMENT.version, start, end, JUDGMENT_TEXT[start:end], section, "法院")
        for start, end, section in ((0, cut - 2, "主文"), (cut, len(JUDGMENT_TEXT), "理由"))
    ]
    return fakes.MemoryStore((fakes.LAW, fakes.ORDER, fakes.GONE), (*fakes.DOCUMENTS, *DOCUMENTS), parts, LINKS)


def engine(held: fakes.MemoryStore | None = None) -> Engine:
    held = held or store()
    return Engine(held, fakes.make_retriever(held), LawNames(held.law_names()), 6, fakes.MemoryStore.coverage)


def client(**changes: Any) -> TestClient:
    return TestClient(create_app(engine(**changes)), raise_server_exceptions=False)


def pages(asking: TestClient, body: dict[str, object]) -> Iterator[dict[str, Any]]:
    """Every page of a search, one after the other."""
    cursor: str | None = ""
    while cursor is not None:
        response = asking.post("/v1/search", json=body | ({"cursor": cursor} if cursor else {}))
        assert response.status_code == 200, response.text
        yield response.json()
        cursor = response.json()["cursor"]


def assert_problem(response: Any, status: int, *says: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "\n" not in problem["detail"]
    assert "Traceback" not in response.text
    for words in says:
        assert words in problem["detail"]
    return problem


def assert_carried(response: Any) -> dict[str, Any]:
    """What every response carries, outside of ``/v1/ask``."""
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    assert body["coverage"] == {"revision": 1, "last_sync": "2024-10-11"}
    assert body["model"] == "extractive"
    assert body["request_id"] == response.headers["x-request-id"]
    return body
