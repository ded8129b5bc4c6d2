"""Another version of an article, in the panel beside the answer: its text, or what it differs in from the one cited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.fakes import OLD, TEXT

Visit = Callable[..., Page]
ASKED = "/ask?q=押金多久要退還？"
PHONE = {"width": 360, "height": 740}
FORMER = "民國105年3月2日公布；自民國105年3月2日起，至民國113年7月1日前"
CITED = "民國113年7月1日公布；自民國113年7月1日起，現行（引用的版本）"


def opened(page: Page) -> Locator:
    """The panel of the first source."""
    page.locator(".mark").first.click()
    card = page.locator(".card.open")
    expect(card.locator("mark").first).to_be_visible()
    return card


def test_the_panel_lists_the_versions_with_their_days(visit: Visit) -> None:
    card = opened(visit(ASKED))
    assert card.get_by_label("版本", exact=True).locator("option").all_text_contents() == [CITED, FORMER]
    expect(card.get_by_label("標出與引用版本的差異")).to_be_hidden()


def test_a_version_that_is_to_come_is_said_to(visit: Visit) -> None:
    card = opened(visit("/ask?q=示範頭盔條例第1條怎麼規定？"))
    assert card.locator("option").all_text_contents() == [
        "民國115年1月1日公布；自民國199年1月1日起；尚未施行",
        "民國105年3月2日公布；自民國105年3月2日起，至民國199年1月1日前（引用的版本）",
    ]


def test_a_version_shows_what_it_differs_in_or_its_text(visit: Visit) -> None:
    card = opened(visit(ASKED))
    card.get_by_label("版本", exact=True).select_option(FORMER)
    expect(card.locator("del")).to_have_text("十四")
    expect(card.locator("ins")).to_have_text("七")
    for part, line in (("del", "line-through"), ("ins", "underline")):
        drawn = card.locator(part).evaluate("one => getComputedStyle(one).textDecorationLine")
        assert drawn == line
    expect(card.get_by_role("status")).to_have_text(f"{FORMER}。從舊版到新版，刪去的字加刪除線，新增的字加底線。")
    card.get_by_label("標出與引用版本的差異").uncheck()
    expect(card.get_by_role("status")).to_have_text(f"{FORMER}。這不是回答所引用的版本。")
    assert card.locator(".whole .words").all_text_contents() == OLD.text.split("\r\n")
    card.get_by_label("版本", exact=True).select_option(CITED)
    assert card.locator("mark").all_text_contents() == TEXT.split("\r\n")
    expect(card.get_by_role("status")).to_be_empty()


def test_the_version_cited_may_be_the_older_one(visit: Visit) -> None:
    card = opened(visit(f"{ASKED}&as_of=2020-01-01"))
    card.get_by_label("版本", exact=True).select_option(index=0)
    expect(card.locator("del")).to_have_text("十四")
    expect(card.locator("ins")).to_have_text("七")


def test_opened_again_the_panel_shows_what_is_cited(visit: Visit) -> None:
    page = visit(ASKED)
    card = opened(page)
    card.get_by_label("版本", exact=True).select_option(FORMER)
    expect(card.locator("del")).to_be_visible()
    page.keyboard.press("Escape")
    card = opened(page)
    assert card.locator("mark").all_text_contents() == TEXT.split("\r\n")
    expect(card.get_by_label("版本", exact=True)).to_have_value(
        card.locator("option").first.get_attribute("value") or ""
    )
    expect(card.locator(".choose")).to_have_count(1)


def test_the_choice_is_there_after_sentences_came_one_by_one(visit: Visit) -> None:
    page = visit()
    page.get_by_label("您的問題").fill("押金多久要退還？")
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    card = opened(page)
    card.get_by_label("版本", exact=True).select_option(FORMER)
    expect(card.locator("del")).to_have_text("十四")


def test_a_version_that_can_not_be_read_is_told(visit: Visit) -> None:
    page = visit(ASKED)
    card = opened(page)
    page.route("**/laws/**", lambda route: route.fulfill(content_type="text/html", body=""))
    card.get_by_label("版本", exact=True).select_option(FORMER)
    expect(card.get_by_role("status")).to_have_text("讀不到這個版本，請稍後再試。")
    expect(card.locator(".whole")).to_be_empty()


@pytest.mark.parametrize(
    "path", ["/ask?q=氣球販售契約應以書面為之嗎？法院見解", "/ask?q=租借人應將單車停放於下列處所之一嗎？"]
)
def test_what_has_one_version_offers_no_choice(visit: Visit, path: str) -> None:
    expect(opened(visit(path)).locator(".choose")).to_have_count(0)


def test_a_version_is_chosen_with_the_keyboard(visit: Visit) -> None:
    page = visit(ASKED)
    page.locator(".mark").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card.open mark").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("版本", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".card.open del")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("標出與引用版本的差異")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".card.open del")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".mark")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])
def test_axe_finds_nothing_where_versions_are_compared(visit: Visit, scheme: str, viewport: dict[str, int]) -> None:
    page = visit(ASKED, color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
    card = opened(page)
    card.get_by_label("版本", exact=True).select_option(FORMER)
    expect(card.locator("del")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    assert Axe().run(page).response["violations"] == []
