"""A document of every kind whose every word tries to be markup: on its own page, and in the answer that rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from api.app import create_app
from api.markup import page_of
from rag.domain import OPEN, Document, Kind, Law, Passage
from rag.store import LinkRow, Translation
from tests.api.live import live
from tests.fakes import LAW, MemoryStore, article, made_law, make_engine

SCRIPT = "<script>alert(1)</script>"
EVIL = f"{SCRIPT}<img src=x onerror=alert(2)><svg/onload=alert(3)>\"' onmouseover=alert(4) x='</p></title>\u202e{{{{7*7}}}}"
SEEN = "&lt;script&gt;alert(1)&lt;/script&gt;"
DAY = date(2024, 8, 1)
STATUTE: Law = made_law("Z9990009", f"示範惡意條例{EVIL}", category=EVIL)
# Source, kind and key of a document, and a word that no other has.
KINDS: dict[str, tuple[Kind, str, str]] = {
    "judgments": ("judgment", "judgment/ZZZV,113,示,7,20240801,1", "氣球"),
    "interpretations": ("interpretation", "interpretation/999", "風箏"),
    "constitutional": ("interpretation", "constitutional/113年憲判字第99號", "陀螺"),
    "ly-laws": ("reason", f"reason/{LAW.pcode}/4/2024-08-01", "毽子"),
    "gazette-ly": ("gazette", "gazette-ly/1130801", "飛盤"),
    "gazette-ey": ("gazette", "gazette-ey/1130801", "彈珠"),
    "bills": ("bill", "bill/1130801", "鞦韆"),
    "news": ("news", "news/example.org/7", "蹺蹺板"),
    "passages": ("text", "paragraph/7-1", "滑梯"),
}
FACTS = ("court", "court_code", "number", "cause", "case_key", "type", "form", "outlet", "proposer", "meeting", "page")


def evil(source: str) -> Document:
    kind, key, word = KINDS[source]
    return Document(
        key=key,
        version=DAY.isoformat(),
        source="interpretations" if source == "constitutional" else source,
        kind=kind,
        title=f"{word}大賽紀錄{EVIL}",
        text=f"{word}大賽由{word}協會主辦{EVIL}，{word}選手應於七日內登記。\n{word}裁判應迴避{EVIL}。",
        valid_from=DAY,
        valid_to=OPEN,
        path=(EVIL,),
        level=EVIL,
        url="javascript:alert(5)//https://example.org",
        facts=dict.fromkeys(FACTS, EVIL),
    )


def law() -> Document:
    text = f"紙鳶大賽由紙鳶協會主辦{EVIL}，紙鳶選手應於七日內登記。"
    return replace(article(STATUTE, "1", text, path=(EVIL,)), url="data:text/html,<script>alert(6)</script>")


class Book(MemoryStore):
    """Documents of every kind, each linked with the next, and their articles' English."""

    def __init__(self) -> None:
        one = law()
        earlier = replace(one, version="2010-01-01", valid_from=date(2010, 1, 1), valid_to=one.valid_from, text=EVIL)
        documents = [earlier, one, *map(evil, KINDS)]
        parts = [
            Passage(each.key, each.version, start, end, each.text[start:end], EVIL, EVIL)
            for each in documents[2:]
            for start, end in ((0, each.text.index("\n")), (each.text.index("\n") + 1, len(each.text)))
        ]
        links = [
            LinkRow(first.key, first.version, second.key, relation, DAY)
            for first, second in zip(documents[1:], [*documents[2:], one], strict=True)
            for relation in ("cites", EVIL[:20])
        ]
        super().__init__((LAW, STATUTE), documents, parts, links)

    def translation(self, key: str) -> Translation:  # type: ignore[override]
        return Translation(EVIL, DAY)


class Read(HTMLParser):
    """The elements of a page with their attributes, and what stands between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def live(self) -> Iterator[str]:
        """What a browser would run, load or go to and must not."""
        for tag, attributes in self.elements:
            if tag in ("img", "svg", "iframe", "object", "embed", "base", "style"):
                yield tag
            if tag == "script" and not (attributes.get("src") or "").startswith("/static/"):
                yield "script"
            yield from (name for name in attributes if name.startswith("on") or name == "style")
            for name in ("href", "src", "action", "formaction"):
                if not (attributes.get(name) or "/").startswith(("/", "#", "https://", "tel:")):
                    yield f"{name}={attributes[name]}"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(make_engine(Book())))


def assert_harmless(html: str) -> None:
    read = Read(html)
    assert list(read.live()) == []
    assert SEEN in html
    assert SCRIPT in read.text
    assert "{{7*7}}" in read.text
    assert "\u202e" not in html


PLACES = [page_of(evil(source).key) for source in KINDS] + [
    f"/laws/{STATUTE.pcode}/articles/1",
    f"/laws/{STATUTE.pcode}/articles/1?older=2010-01-01&newer=2016-03-02",
]


@pytest.mark.parametrize("path", PLACES)
def test_its_own_page_is_harmless(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert_harmless(response.text)


@pytest.mark.parametrize("word", ["紙鳶", *(word for _, _, word in KINDS.values())])
def test_an_answer_that_rests_on_it_is_harmless(client: TestClient, word: str) -> None:
    """Whether it is told or only named among what was found."""
    question = f"{word}大賽的{word}選手應於幾日內登記？"
    response = client.get("/ask", params={"q": question})
    assert response.status_code == 200
    assert_harmless(response.text)
    told = client.post("/v1/ask", json={"question": question})
    assert told.headers["content-type"] == "application/json"
    assert any(word in one["quote"] for one in told.json()["citations"] + told.json().get("found", []))


def test_a_browser_runs_nothing_of_any(browser: Browser, client: TestClient) -> None:
    ran: list[str] = []
    with live(client.app) as url, closing(browser.new_context(base_url=url)) as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: ran.append(dialog.message))
        page.on("console", lambda told: ran.append(told.text) if told.type == "error" else None)
        for place in PLACES:
            page.goto(place)
            assert SCRIPT in page.locator("main").inner_text()
            page.locator("main a").first.hover()
    assert ran == []
