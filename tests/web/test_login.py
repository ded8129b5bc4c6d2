"""Logging in and out in a real browser, with the script and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.guard import Guard
from api.pages.login import member
from api.pages.render import PageRoute, page
from api.sessions import COOKIE
from rag.access import Keys
from rag.answer import today
from rag.sessions import Sessions
from rag.store import Store
from tests.api.live import live
from tests.fakes import make_engine
from tests.web.stories import Book, web_store

Visit = Callable[..., Page]


@pytest.fixture
def keys(sqlite_store: Store) -> Keys:
    return Keys(sqlite_store, today)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def site(sqlite_store: Store, keys: Keys, book: Book) -> Iterator[str]:
    """Where only those with a key may read, and one page is for analysts."""
    guard = Guard(keys, book, anonymous=False, sessions=Sessions(sqlite_store))
    app = create_app(make_engine(web_store()), guard=guard)
    pages = APIRouter(route_class=PageRoute, dependencies=[Depends(member("analyst", "admin"))])

    @pages.get("/room")
    async def room() -> object:
        return page("problem.html", {"title": "工作室", "detail": "請進", "status": 200, "request_id": ""})

    app.include_router(pages)
    with live(app) as url:
        yield url


def enter(page: Page, token: str) -> None:
    page.get_by_label("金鑰").fill(token)
    page.get_by_role("main").get_by_role("button", name="登入").click()


@pytest.mark.parametrize("script", [True, False])
def test_people_log_in_where_they_wanted_to_go_and_out_again(visit: Visit, keys: Keys, script: bool) -> None:
    page = visit("/room?a=1", java_script_enabled=script)
    expect(page).to_have_title("登入｜有據")
    enter(page, keys.create("analyst")[1])
    expect(page.get_by_role("heading", name="工作室")).to_be_visible()
    assert page.url.endswith("/room?a=1")
    expect(page.get_by_role("banner")).to_contain_text("已登入：分析人員")
    given = next(one for one in page.context.cookies() if one["name"] == COOKIE)
    assert (given["httpOnly"], given["sameSite"], given["path"]) == (True, "Strict", "/")
    page.get_by_role("button", name="登出").click()
    expect(page).to_have_title("登入｜有據")
    assert page.context.cookies() == []
    page.goto("/room")
    expect(page).to_have_title("登入｜有據")


def test_who_is_logged_in_asks_and_judges_with_the_page_s_script(visit: Visit, keys: Keys, book: Book) -> None:
    page = visit("/")
    enter(page, keys.create("citizen")[1])
    page.get_by_label("您的問題").fill("押金多久要退還？")
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    sentence = page.locator(".sentence").first
    expect(sentence.locator(".feedback button").first).to_be_visible()
    sentence.locator(".feedback button").first.click()
    expect(sentence).to_contain_text("謝謝，已記下")
    assert len(book.remarks) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after(visit: Visit, keys: Keys, scheme: str) -> None:
    page = visit("/", color_scheme=scheme, reduced_motion="reduce")
    assert Axe().run(page).response["violations"] == []
    enter(page, keys.create("admin")[1])
    expect(page.get_by_role("button", name="登出")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_nothing_is_wider_than_a_phone(visit: Visit, keys: Keys) -> None:
    page = visit("/", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    enter(page, keys.create("evaluator")[1])
    expect(page.get_by_role("button", name="登出")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_form_is_filled_in_and_sent_with_the_keyboard(visit: Visit, keys: Keys) -> None:
    page = visit("/login")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_label("金鑰")).to_be_focused()
    page.keyboard.insert_text(keys.create("citizen")[1])
    page.keyboard.press("Enter")
    expect(page.get_by_label("您的問題")).to_be_visible()


@pytest.fixture
def quiet(browser: Browser, site: str) -> Iterator[Page]:
    """A page of which Chromium may complain on the console, as it does when a page comes with 401 or 403."""
    context = browser.new_context(base_url=site, locale="zh-TW", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_a_wrong_key_is_told_beside_the_field(quiet: Page, keys: Keys) -> None:
    quiet.goto("/room")
    enter(quiet, "yj_0123456789ab_" + "A" * 43)
    field = quiet.get_by_label("金鑰")
    expect(quiet.get_by_role("alert")).to_have_text("不認得這把金鑰")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("以 yj_ 開頭.* 不認得這把金鑰$"))
    assert field.input_value() == ""
    assert Axe().run(quiet).response["violations"] == []
    enter(quiet, keys.create("admin")[1])
    expect(quiet.get_by_role("heading", name="工作室")).to_be_visible()


# To a browser another port is another origin of the same site, whose forms have the cookie with them.
@pytest.mark.parametrize(("host", "arrives"), [("localhost", False), ("127.0.0.1", True)])
def test_a_page_from_elsewhere_can_neither_log_in_nor_out(
    quiet: Page, keys: Keys, site: str, host: str, arrives: bool
) -> None:
    forms = [
        f'<form method="post" action="{site}{path}"><button>{path}</button></form>' for path in ("/login", "/logout")
    ]
    quiet.goto("/")
    enter(quiet, keys.create("admin")[1])
    expect(quiet.get_by_role("button", name="登出")).to_be_visible()
    with live(HTMLResponse("".join(forms))) as elsewhere:
        for path in ("/login", "/logout"):
            quiet.goto(elsewhere.replace("127.0.0.1", host))
            with quiet.expect_request(f"{site}{path}") as sent:
                quiet.get_by_role("button", name=path).click()
            quiet.wait_for_load_state()
            assert ("cookie" in sent.value.all_headers()) is arrives
            response = sent.value.response()
            assert response
            assert response.status == 403
    quiet.goto("/")
    expect(quiet.get_by_role("button", name="登出")).to_be_visible()
