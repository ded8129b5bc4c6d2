"""The analyst's page in a browser: a job is started, seen to run, stopped, taken up again and looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.api.live import live
from tests.web.office import EVIL, LINES, Office
from tests.web.stories import BIDI

Visit = Callable[..., Page]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    with office.staffed():
        yield office
    office.store.close()


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with live(office.app) as url:
        yield url


@pytest.fixture
def seated(visit: Visit, office: Office) -> Visit:
    """Logs an analyst in, in a browser of its own, and opens a path."""

    def opened(path: str = "/desk", **options: Any) -> Page:
        page: Page = visit(path, **options)
        page.get_by_label("金鑰").fill(office.key())
        page.get_by_role("button", name="登入").click()
        page.wait_for_url(f"**{path}")
        return page

    return opened


def begin(page: Page, place: str = "rules.jsonl") -> Locator:
    """The card of a new job."""
    page.get_by_label("來源", exact=True).select_option("passages")
    page.get_by_label("從哪裡讀").fill(place)
    page.get_by_role("button", name="開始").click()
    return page.locator(".job").first


def press(card: Locator, name: str) -> None:
    card.get_by_role("button", name=name).click()


def test_a_job_is_seen_to_run_and_what_failed_in_it_without_a_reload(seated: Visit, office: Office) -> None:
    office.most = 100
    page = seated()
    card = begin(page)
    page.evaluate("window.same = true")
    expect(card.locator(".state")).to_have_text("執行中")
    expect(card.locator(".message")).to_have_text("收錄 passages")
    expect(card.locator(".count")).to_contain_text("100／201")
    office.most = LINES * 2
    expect(card.locator(".state")).to_have_text("完成", timeout=30_000)
    expect(card.locator("progress")).to_be_hidden()
    expect(card.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("其他文件：完成")
    assert page.evaluate("window.same")
    card.get_by_role("link", name="細節與失敗的文件").click()
    expect(page.locator("#errors tr")).to_have_count(1)
    expect(page.locator("#errors")).to_contain_text("paragraph/bad")
    expect(page.locator("#errors")).to_contain_text("NUL")
    page.get_by_role("link", name="回資料與工作").click()
    expect(page.get_by_role("row", name="其他文件")).to_contain_text(f"{LINES}")


def test_a_running_job_is_cancelled_and_taken_up_again_with_the_keyboard(seated: Visit, office: Office) -> None:
    office.most = 100
    page = seated()
    card = begin(page)
    expect(card.locator(".count")).to_contain_text("100／201")
    stop = card.get_by_role("button", name="取消")
    stop.focus()
    page.keyboard.press("Enter")
    expect(card.locator(".state")).to_have_text("已取消")
    expect(card.locator(".message")).to_have_text("已取消；先前寫入的保留")
    go_on = card.get_by_role("button", name="繼續")
    expect(go_on).to_be_visible()
    # Whoever pressed the button that is gone stands on what took its place, or on the card's name.
    assert card.evaluate("one => one.contains(document.activeElement)")
    go_on.focus()
    page.keyboard.press("Enter")
    expect(card.locator(".count")).to_contain_text("100／201")
    press(card, "暫停")
    expect(card.locator(".state")).to_have_text("暫停")
    office.most = LINES * 2
    press(card, "繼續")
    expect(card.locator(".state")).to_have_text("完成", timeout=30_000)
    assert office.jobs.listing()[0].state == "done"


def test_how_fast_a_step_goes_and_how_long_it_will_take_is_told(seated: Visit, office: Office) -> None:
    office.jobs.create("bills")
    job = office.jobs.take("desk/1/x")
    assert job
    office.jobs.report(job, 100, 400, "收錄")
    page = seated()
    card = page.locator(".job")
    with page.expect_response("**/v1/jobs"):
        expect(card.locator(".count")).to_have_text("100／400（25%）")
    office.jobs.report(job, 200, 400, "收錄")
    expect(card.locator(".count")).to_have_text("200／400（50%）")
    expect(card.locator(".pace")).to_contain_text("筆，約剩")
    office.jobs.report(job, 5, None, "建立索引")
    expect(card.locator(".count")).to_have_text("5")
    expect(card.locator(".pace")).to_have_text("")


def test_new_jobs_come_without_taking_focus_or_scroll(seated: Visit, office: Office) -> None:
    for _ in range(8):
        office.jobs.request_cancel(office.jobs.create("news").id)
    page = seated(viewport={"width": 1280, "height": 400})
    field = page.get_by_label("從哪裡讀")
    field.fill("半途")
    page.evaluate("scrollTo(0, 200)")
    office.jobs.create("bills")
    expect(page.locator(".job")).to_have_count(9)
    expect(page.locator(".job").first).to_contain_text("法律案")
    expect(field).to_be_focused()
    expect(field).to_have_value("半途")
    assert page.evaluate("scrollY") >= 200


def test_older_jobs_are_a_page_away_and_stay_there_while_new_ones_come(seated: Visit, office: Office) -> None:
    ids = [office.jobs.request_cancel(office.jobs.create("news").id).id for _ in range(51)]
    page = seated(viewport=PHONE, reduced_motion="reduce")
    further = page.get_by_role("navigation", name="工作的頁次").get_by_role("link", name="更早的工作")
    expect(further).to_be_visible()
    first = further.get_attribute("href")
    office.jobs.request_cancel(office.jobs.create("bills").id)
    expect(page.locator(".job").first).to_contain_text("法律案")
    # One more job has gone from this page to the next, which begins the sooner.
    expect(further).not_to_have_attribute("href", first or "")
    further.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".job")).to_have_count(2)
    with page.expect_response(lambda response: "/v1/jobs?cursor=" in response.url):
        expect(page.locator(".job").last).to_have_id(f"job-{ids[0]}")
    expect(page.locator(".job")).to_have_count(2)
    press(page.locator(".job").last, "繼續")
    expect(page.locator(".job").last.locator(".state")).not_to_have_text("已取消")
    expect(further).to_be_hidden()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("link", name="最新的工作").click()
    expect(page.locator(".job")).to_have_count(50)


def test_a_job_that_fails_says_why(seated: Visit) -> None:
    card = begin(seated(), "empty.jsonl")
    expect(card.locator(".state")).to_have_text("失敗", timeout=30_000)
    expect(card.locator(".message")).to_contain_text("empty.jsonl")


def test_what_cannot_be_started_is_said_beside_the_form_which_keeps_what_was_written(seated: Visit) -> None:
    page = seated(refused="400", viewport=PHONE)
    begin(page, "nowhere.jsonl\nhttps://example.org/a.zip")
    expect(page.get_by_role("alert").first).to_contain_text("nowhere.jsonl")
    expect(page.get_by_role("alert").first).to_be_in_viewport()
    expect(page.get_by_label("從哪裡讀")).to_have_value("nowhere.jsonl\nhttps://example.org/a.zip")
    expect(page.get_by_label("來源", exact=True)).to_have_value("passages")
    expect(page.locator(".job")).to_have_count(0)


def test_what_a_job_s_state_no_longer_allows_is_said(seated: Visit, office: Office) -> None:
    job = office.jobs.create("news")
    page = seated(refused="409")
    # Reloaded, so that no answer still on its way tells the page before the button is pressed.
    page.route("**/v1/jobs", lambda route: None)
    page.reload()
    office.jobs.request_cancel(job.id)
    press(page.locator(".job"), "暫停")
    expect(page.get_by_role("alert")).to_contain_text("不能暫停")


def test_when_the_session_is_over_the_page_says_so(seated: Visit) -> None:
    page = seated(refused="401")
    page.context.clear_cookies()
    expect(page.get_by_role("alert")).to_contain_text("登入已過期，畫面不再更新。")
    page.get_by_role("link", name="重新登入").click()
    expect(page.get_by_label("金鑰")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_what_a_store_says_is_shown_as_text(seated: Visit, office: Office, script: bool) -> None:
    job = office.jobs.create("passages", {"given": [EVIL], "schedule": EVIL})
    taken = office.jobs.take("desk/1/x")
    assert taken
    office.jobs.note_errors(job.id, {EVIL: EVIL})
    office.jobs.fail(taken, EVIL)
    page = seated(java_script_enabled=script)
    for path in ("/desk", f"/desk/jobs/{job.id}"):
        if script:
            with page.expect_response(lambda response: "/v1/jobs" in response.url):
                page.goto(path)
        page.goto(path)
        expect(page.locator(".message").first).to_contain_text("<script>alert(1)</script>")
        assert page.locator("main script, main img, main [onerror]").count() == 0
        assert not set(page.locator("main").inner_text()) & set(BIDI)
    expect(page.locator("#errors .key")).to_contain_text("<img src=x onerror=alert(2)>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(seated: Visit, office: Office, scheme: str) -> None:
    job = office.jobs.create("judgments")
    office.jobs.note_errors(job.id, {"judgment/ZZZV,113,示,7,20240801,1": "沒有日期" * 40})
    running = office.jobs.take("desk/1/x")
    assert running
    office.jobs.report(running, 100, 400, "收錄 https://example.org/" + "a" * 90)
    office.jobs.create("news")
    office.jobs.request_cancel(office.jobs.create("gazette-ly").id)
    page = seated(color_scheme=scheme, reduced_motion="reduce", viewport=PHONE)
    expect(page.locator(".job")).to_have_count(3)
    for path in ("/desk", f"/desk/jobs/{job.id}"):
        page.goto(path)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["impact"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360
