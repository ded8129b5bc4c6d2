"""Texts that try to be more than text, in every place where one is shown."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from api.app import create_app
from api.markup import page_of, paragraphs, shown, told, web_link
from rag.units import units
from tests.fakes import make_engine
from tests.web.stories import BIDI, JUDGMENT, NEWS, SCRIPT, web_store

Visit = Callable[..., Page]
QUESTIONS = ("氣球販售契約應以書面為之嗎？法院見解", "飛盤大賽 飛盤選手", f"押金多久要退還？{SCRIPT}")
SIGNS = ["U+202E", "U+2066", "U+200B"]


def elements(page: Page) -> int:
    """What the texts would have made of themselves."""
    return page.locator("main script, main img, main b, main [onerror]").count()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("script", [True, False])
def test_an_answer_shows_evil_texts_as_text(visit: Visit, question: str, script: bool) -> None:
    page = visit(java_script_enabled=script)
    page.get_by_label("您的問題").fill(question)
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    expect(page.locator("#follow")).to_be_visible()
    expect(page.locator("main")).to_contain_text("<script>alert(1)</script>")
    assert elements(page) == 0
    hrefs = page.locator("a[href]").evaluate_all("all => all.map(one => one.href)")
    assert [one for one in hrefs if not one.startswith(("http://127.0.0.1:", "https://", "tel:"))] == []
    assert not set(page.locator("main").inner_text()) & set(BIDI)


def test_an_open_source_shows_evil_texts_as_text(visit: Visit) -> None:
    page = visit("/ask?q=氣球販售契約應以書面為之嗎？法院見解")
    page.locator(".mark", has_text="理由").first.click()
    whole = page.locator(".card.open .whole")
    expect(whole).to_contain_text(SCRIPT)
    assert elements(page) == 0
    assert page.locator(".card.open .whole .odd").evaluate_all("all => all.map(one => one.dataset.code)") == SIGNS
    expect(page.locator(".card.open .official")).to_be_hidden()


@pytest.mark.parametrize(
    "path",
    [
        "/laws/Z9990009/articles/1",
        f"/documents/{JUDGMENT.key}",
        page_of(NEWS.key, NEWS.version, 0, 4),
        f"/ask?q={SCRIPT}&h={SCRIPT}{BIDI}",
        f"/?q=</textarea>{SCRIPT}",
        f"/documents/{SCRIPT}",
    ],
)
def test_a_page_shows_evil_texts_as_text(path: str) -> None:
    answer = TestClient(create_app(make_engine(web_store()))).get(path)
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
    assert 'href="javascript' not in answer.text
    assert 'href="data:' not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not set(answer.text) & set(BIDI)


def test_every_invisible_character_becomes_a_sign() -> None:
    every = {chr(at) for at in range(sys.maxunicode + 1) if unicodedata.category(chr(at)) in ("Cc", "Cf")}
    assert {one for one in every - set("\t\n\r") if one in shown(one)} == set()
    assert shown("堃\ue000㑹") == "堃\ue000㑹"


class _Text(HTMLParser):
    """The text of a page and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])), st.integers(0, 60), st.integers(0, 60)
)
def test_a_text_comes_out_as_it_went_in(text: str, start: int, end: int) -> None:
    pieces = paragraphs(text, units(text), (start, end))
    read = _Text("".join(piece.html for piece in pieces))
    assert "".join(read.text.split()) == "".join(text.split()).translate(
        dict.fromkeys((0x34F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5))
    )
    assert read.tags <= {"mark", "span"}


@given(st.text(), st.lists(st.integers(0, 99)))
def test_a_sentence_makes_no_elements_of_its_own(text: str, marks: list[int]) -> None:
    assert _Text(told(text, marks)).tags <= {"p", "blockquote", "span"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "",
        "http://[",
        "file:///x",
        "https://",
    ],
)
def test_an_address_no_browser_may_be_sent_to_is_none(url: str) -> None:
    assert web_link(url) == ""


@given(st.text(min_size=1))
def test_the_place_of_a_document_stays_on_this_service(key: str) -> None:
    place = page_of(key.encode("utf-8", "replace").decode(), "2024-01-01", 0, 4)
    assert place.startswith(("/documents/", "/laws/"))
    assert not set(place) & set("<>\"' \n")
