"""The pages for everyone: screen readers (axe), the keyboard alone, a narrow phone, the dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.stories import JUDGMENT

Visit = Callable[..., Page]
PATHS = (
    "/",
    "/ask?q=押金多久要退還？&as_of=2020-01-01",
    "/ask?q=示範共享單車租借條例第99條怎麼規定？",
    "/laws/Z9990001/articles/3",
    "/laws/Z9990001/articles/4?older=2016-03-02&newer=2024-07-01",
    f"/documents/{JUDGMENT.key}",
    "/docs",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(visit: Visit, path: str, scheme: str) -> None:
    page = visit(path, color_scheme=scheme, reduced_motion="reduce")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_axe_finds_nothing_in_an_answer_with_an_open_source(visit: Visit) -> None:
    page = visit("/ask?q=押金多久要退還？", reduced_motion="reduce")
    page.locator(".mark").click()
    expect(page.locator(".card.open mark").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_a_phone(visit: Visit, path: str) -> None:
    page = visit(path, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_phone_an_open_source_lies_over_the_page_and_can_be_shut(visit: Visit) -> None:
    page = visit("/ask?q=押金多久要退還？", viewport={"width": 360, "height": 740}, has_touch=True)
    page.locator(".mark").tap()
    card = page.locator(".card.open")
    expect(card.locator("mark").first).to_be_in_viewport()
    card.get_by_role("button", name="關閉").tap()
    expect(page.locator(".card.open")).to_have_count(0)


def test_in_the_dark_the_page_is_dark(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(25, 24, 22)"


def test_everything_can_be_done_with_the_keyboard(visit: Visit) -> None:
    page = visit()
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="跳到主要內容")).to_be_focused()
    expect(page.get_by_role("link", name="跳到主要內容")).to_be_in_viewport()
    press("Enter")
    press("Tab")
    expect(page.get_by_label("您的問題")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.type("押金多久要退還？")
    button = page.locator("#ask").get_by_role("button", name="問", exact=True)
    for _ in range(6):
        press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    press("Enter")
    expect(page.locator("#follow")).to_be_visible()
    press("Tab")
    expect(page.get_by_role("link", name="[1]")).to_be_focused()
    press("Enter")
    expect(page.locator(".card.open mark").first).to_be_visible()
    press("Tab")
    expect(page.get_by_role("button", name="關閉")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("link", name="[1]")).to_be_focused()
    assert page.locator("#sentences").get_attribute("aria-live") == "polite"
