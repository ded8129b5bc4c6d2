"""The report in a real Chromium: it filters, stands beside another run, asks nobody for anything, and is for everyone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from eval.folder import RunFolder
from eval.reports.html import as_html
from eval.reports.run import load, tables
from tests.eval.reports import sample

Open = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the report of a run from its file; a request or a complaint fails the test at the end."""
    heard: list[str] = []
    contexts = []

    def show(run: RunFolder, against: RunFolder | None = None, **options: Any) -> Page:
        held, other = load(run), load(against) if against else None
        file = tmp_path / "report.html"
        text = as_html(held, tables(held, other, sample.METRICS), sample.METRICS, other)
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(locale="zh-TW", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda sent: heard.append(sent.url) if sent.url != file.as_uri() else None)
        page.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert heard == []


@pytest.fixture
def both(tmp_path: Path) -> tuple[RunFolder, RunFolder]:
    return sample.after(tmp_path / "after"), sample.before(tmp_path / "before")


def ids(page: Page) -> list[str]:
    return page.locator(".item:visible .id").all_inner_texts()


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label, exact=True)


def test_answers_are_filtered_by_what_they_are_and_say(opened: Open, both: tuple[RunFolder, RunFolder]) -> None:
    page = opened(*both)
    expect(page.get_by_role("status")).to_have_text("顯示 6／6 筆")
    field(page, "題組").select_option(label="traps")
    assert ids(page) == ["q4", "q5"]
    field(page, "狀態").select_option(label="拒答")
    assert ids(page) == ["q4"]
    page.get_by_role("button", name="清除").click()
    expect(page.get_by_role("status")).to_have_text("顯示 6／6 筆")
    field(page, "問題").select_option(label="夾雜大陸法律用語")
    assert ids(page) == ["q2"]
    field(page, "問題").select_option(label="全部")
    field(page, "改變").select_option(label="變差")
    assert ids(page) == ["q1", "q2", "q4"]
    page.get_by_role("searchbox", name="文字").fill("百萬元")
    assert ids(page) == ["q1"]
    expect(page.get_by_role("status")).to_have_text("顯示 1／6 筆")


def test_a_change_leads_to_the_two_answers_side_by_side(opened: Open, both: tuple[RunFolder, RunFolder]) -> None:
    page = opened(*both)
    field(page, "題組").select_option(label="traps")
    page.locator("#changes").get_by_role("link", name="q2").click()
    here, there = (page.locator(".item[open] .beside > section").nth(at) for at in (0, 1))
    expect(here).to_contain_text("逾期得請求合同")
    expect(there).to_contain_text("逾期得請求利息")
    left, right = here.bounding_box(), there.bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]


def test_the_keyboard_is_enough(opened: Open, both: tuple[RunFolder, RunFolder]) -> None:
    page = opened(*both)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到逐題結果")
    page.locator(".item summary").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(".item[open] .id").all_inner_texts() == ["q1"]
    page.keyboard.press("ArrowUp")
    assert "q0" in page.locator(":focus").inner_text()


def test_without_scripts_all_can_be_read(opened: Open, both: tuple[RunFolder, RunFolder]) -> None:
    page = opened(*both, java_script_enabled=False)
    expect(page.locator("#filter")).to_be_hidden()
    page.locator(".item summary").nth(1).click()
    expect(page.locator(".item[open]")).to_contain_text("〔9〕不在回答列出的來源裡")


def test_evil_text_does_nothing(opened: Open, tmp_path: Path) -> None:
    page = opened(sample.evil(tmp_path / "evil"), sample.evil(tmp_path / "other"))
    page.get_by_role("button", name="全部展開").click()
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("options", [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    opened: Open, both: tuple[RunFolder, RunFolder], options: dict[str, Any]
) -> None:
    page = opened(*both, reduced_motion="reduce", **options)
    page.get_by_role("button", name="全部展開").click()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_in_the_dark_the_plots_are_light(opened: Open, both: tuple[RunFolder, RunFolder]) -> None:
    page = opened(*both, color_scheme="dark")
    assert page.locator("figure svg text").first.evaluate("one => getComputedStyle(one).fill") == "rgb(236, 232, 223)"
