"""The way from a page that anybody may read to the login page, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.app import create_app
from api.guard import Guard
from rag.access import Keys
from rag.answer import today
from rag.sessions import Sessions
from rag.store import Store
from tests.api.live import live
from tests.fakes import make_engine
from tests.web.stories import JUDGMENT, web_store

Visit = Callable[..., Page]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def keys(sqlite_store: Store) -> Keys:
    return Keys(sqlite_store, today)


@pytest.fixture
def site(sqlite_store: Store, keys: Keys) -> Iterator[str]:
    """Anybody may read, and who has a key can log in."""
    with live(create_app(make_engine(web_store()), guard=Guard(keys, sessions=Sessions(sqlite_store)))) as url:
        yield url


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("path", ["/", "/laws/Z9990001/articles/3", f"/documents/{JUDGMENT.key}", "/docs"])
def test_a_reader_finds_the_way_to_log_in_on_every_page(visit: Visit, path: str, script: bool) -> None:
    page = visit(path, java_script_enabled=script)
    page.get_by_role("banner").get_by_role("link", name="登入", exact=True).click()
    expect(page).to_have_title("登入｜有據")
    expect(page.get_by_role("banner").get_by_role("link", name="登入")).to_have_count(0)


def test_who_is_logged_in_is_offered_the_way_out_instead(visit: Visit, keys: Keys) -> None:
    page = visit("/login")
    page.get_by_label("金鑰").fill(keys.create("analyst")[1])
    page.get_by_role("button", name="登入").click()
    expect(page.get_by_role("button", name="登出")).to_be_visible()
    expect(page.get_by_role("link", name="登入")).to_have_count(0)


def test_the_keyboard_reaches_it_before_the_page(visit: Visit) -> None:
    page = visit("/")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="登入")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    expect(page).to_have_title("登入｜有據")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(visit: Visit, scheme: str) -> None:
    for viewport in ({"width": 1280, "height": 800}, PHONE):
        page = visit("/", color_scheme=scheme, reduced_motion="reduce", viewport=viewport)
        way = page.get_by_role("link", name="登入")
        expect(way).to_be_in_viewport()
        # Room enough for a finger (WCAG 2.2, 2.5.8).
        assert (way.bounding_box() or {})["height"] >= 24
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


def test_on_paper_it_is_left_out(visit: Visit) -> None:
    page = visit("/")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="登入")).to_be_hidden()
