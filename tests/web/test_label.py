"""The labelling page in a browser: three people, their keyboards, and what they are shown of one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.app import create_app
from api.guard import Guard
from rag.access import Keys, Role
from rag.answer import today
from rag.label_records import Pair
from rag.labels import Labels
from rag.sessions import Sessions
from rag.store import Store
from tests.api.live import live
from tests.fakes import make_engine
from tests.web.stories import BIDI, SCRIPT

Visit = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
PASSAGE = (
    "出租人應於租賃關係消滅後三十日內返還押金。\n但承租人尚有應付之租金或損害賠償者，得自押金中扣除，"
    "並應於扣除後將餘額返還承租人。" + "出租人不得以裝潢耗損為由拒絕返還。" * 6
)


def pairs(count: int, claim: str = "租約結束後，房東應在 30 日內「返還押金」") -> list[Pair]:
    return [
        Pair(f"{claim}（{n}）。", PASSAGE, f"law/Z0000001/{n}", f"示範租賃條例第{n}條", "laws") for n in range(count)
    ]


class People:
    """Who labels; each has a key, and a browser that is told so when it opens."""

    def __init__(self, store: Store) -> None:
        self.labels, self.keys = Labels(store, today), Keys(store, today)
        self.app = create_app(make_engine(), guard=Guard(self.keys, labels=self.labels, sessions=Sessions(store)))


@pytest.fixture
def people(sqlite_store: Store) -> People:
    return People(sqlite_store)


@pytest.fixture
def site(people: People) -> Iterator[str]:
    with live(people.app) as url:
        yield url


@pytest.fixture
def seated(visit: Visit, people: People) -> Visit:
    """Logs somebody new in, in a browser of their own, and opens a path."""

    def opened(path: str = "/label", role: Role = "evaluator", **options: object) -> Page:
        page: Page = visit(path, **options)
        page.get_by_label("金鑰").fill(people.keys.create(role)[1])
        page.get_by_role("button", name="登入").click()
        page.wait_for_url(f"**{path}")
        return page

    return opened


def press(page: Page, *keys: str) -> None:
    """Each key on a page of its own."""
    for key in keys:
        with page.expect_navigation():
            page.keyboard.press(key)


def left(page: Page, count: int) -> None:
    expect(page.locator("#to-judge")).to_have_text(str(count))


def test_two_judge_and_a_third_decides_with_the_keyboard_alone(seated: Visit, people: People) -> None:
    people.labels.put("一", pairs(3))
    ann, ben, cat = seated(), seated(), seated()
    left(ann, 3)
    press(ann, "1", "1")
    expect(ann.locator("#claim")).to_be_focused()
    press(ann, "2")
    expect(ann.get_by_text("沒有要您判斷的題目了")).to_be_visible()
    ben.keyboard.press("n")
    expect(ben.get_by_label("註記")).to_be_focused()
    ben.keyboard.type("1 與 U 只是字？")
    ben.keyboard.press("Escape")
    expect(ben.locator("#claim")).to_be_focused()
    press(ben, "3", "1", "3")
    cat.goto("/label/disputes")
    expect(cat.locator("#to-decide")).not_to_have_text("0")
    disputed = int(cat.locator("#to-decide").inner_text())
    expect(cat.locator(".said li")).to_have_count(2)
    for _ in range(disputed):
        press(cat, "2")
    expect(cat.get_by_text("沒有要您仲裁的題目")).to_be_visible()
    settled = people.labels.export()
    assert len(settled) == 3
    assert [one.level for one in settled if one.decision] == ["partial"] * disputed
    assert "1 與 U 只是字？" in {said.note for one in settled for said in one.said}
    expect(ann.locator("#progress")).to_contain_text("3／3 題", timeout=15_000)


def test_kappa_is_told_while_others_work(seated: Visit, people: People) -> None:
    people.labels.put("一", pairs(4))
    ann = seated()
    expect(ann.locator("#progress")).to_contain_text("還不能算")
    press(ann, "1", "3", "1", "3")
    told = ann.locator("#progress")
    expect(told.locator("dd").nth(1)).to_have_text("4 題")
    while task := people.labels.next("b" * 12):
        people.labels.record("b" * 12, task.id, "none" if people.labels.last("b" * 12) else "full")
    expect(told).to_contain_text("4／4 題", timeout=15_000)
    expect(told).to_contain_text("95% 信賴區間")


def test_the_last_label_is_taken_back_with_a_key(seated: Visit, people: People) -> None:
    people.labels.put("一", pairs(2))
    page = seated()
    claim = page.locator(".words").first.inner_text()
    press(page, "1")
    expect(page.get_by_text("您上一次的判斷：完全支持")).to_be_visible()
    press(page, "u")
    expect(page.locator(".words").first).to_have_text(claim)
    left(page, 2)
    assert people.labels.progress().begun == 0


def test_keys_can_be_turned_off_and_looked_up(seated: Visit, people: People) -> None:
    people.labels.put("一", pairs(2))
    page = seated()
    page.keyboard.press("?")
    expect(page.get_by_text("復原上一次的判斷")).to_be_visible()
    page.get_by_label("用單一按鍵操作").uncheck()
    page.locator("body").press("1")
    page.reload()
    page.keyboard.press("1")
    left(page, 2)
    page.keyboard.press("?")
    expect(page.locator("#help")).not_to_have_attribute("open", "")
    assert people.labels.progress().begun == 0


def test_a_key_held_down_is_one_label(seated: Visit, people: People) -> None:
    people.labels.put("一", pairs(3))
    page = seated()
    with page.expect_navigation():
        page.evaluate(
            "for (let n = 0; n < 5; n++) document.body.dispatchEvent("
            "new KeyboardEvent('keydown', { key: '1', bubbles: true, cancelable: true }))"
        )
    left(page, 2)


@pytest.mark.parametrize("script", [True, False])
def test_forms_do_it_without_a_script_and_show_texts_as_text(seated: Visit, people: People, script: bool) -> None:
    people.labels.put(
        "一", [Pair(f"主張{SCRIPT}{BIDI}", f"段落{SCRIPT}{BIDI}", "news/1", f"新聞{SCRIPT}{BIDI}", "news")]
    )
    people.labels.put("一", pairs(1))
    page = seated(java_script_enabled=script)
    for _ in range(2):
        assert page.locator("main script, main img, main [onerror]").count() == 0
        assert not set(page.locator("main").inner_text()) & set(BIDI)
        page.get_by_text("加註記").click()
        page.get_by_label("註記").fill(SCRIPT)
        page.get_by_role("button", name="不支持").click()
    expect(page.get_by_text("沒有要您判斷的題目了")).to_be_visible()
    page.get_by_role("button", name="復原").click()
    left(page, 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    seated: Visit, people: People, scheme: str, size: dict[str, int]
) -> None:
    people.labels.put("一", pairs(2, "租約「返還押金」" + "a" * 80))
    page = seated(color_scheme=scheme, reduced_motion="reduce", viewport=size)
    expect(page.locator(".pair mark").first).to_be_visible()
    expect(page.get_by_role("button", name="完全支持")).to_be_in_viewport()
    page.keyboard.press("?")
    page.keyboard.press("n")
    for level in ("full", "none"):
        _clean(page, size["width"])
        task = people.labels.next("b" * 12)
        assert task
        people.labels.record("b" * 12, task.id, level)  # type: ignore[arg-type]
        people.labels.record("c" * 12, task.id, "partial", "少了但書" * 20)
        page.goto("/label/disputes")
    expect(page.locator(".said li")).to_have_count(2)
    _clean(page, size["width"])
    page.goto("/label")
    expect(page.get_by_text("沒有要您判斷的題目了")).to_be_visible()
    _clean(page, size["width"])


def _clean(page: Page, width: int) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
