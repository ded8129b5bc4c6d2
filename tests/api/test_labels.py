"""Labels over HTTP and by the page's plain forms: who may, and what nobody is told too early."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.guard import Guard
from api.pages.label import lit
from rag.access import Keys, Role
from rag.answer import today
from rag.label_records import Pair, Task
from rag.labels import Labels
from rag.sessions import Sessions
from rag.store import Store
from tests.api.library import assert_problem
from tests.fakes import FakeEngine

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
TASK = re.compile(r'name="task" value="([0-9a-f]{32})"')
SECRET = "只寫給仲裁的人看"
EVIL = "<script>alert(1)</script>\u202e"


class Room:
    """The service over a store with labels, its keys, and a browser for each labeller."""

    def __init__(self, store: Store) -> None:
        self.labels, self.keys = Labels(store, today), Keys(store, today)
        guard = Guard(self.keys, labels=self.labels, sessions=Sessions(store))
        self.app = create_app(FakeEngine(), guard=guard)

    def fill(self, count: int = 1, claim: str = "應於三十日內返還「押金與利息」。") -> None:
        made = (
            Pair(f"{claim}{n}", f"第{n}段：出租人應於 30 日內返還押金與利息。", f"law/Z0000001/{n}", "示範法", "laws",
                 "unproved")
            for n in range(count)
        )  # fmt: skip
        self.labels.put("一", made)

    def program(self, role: Role = "evaluator") -> TestClient:
        token = self.keys.create(role)[1]
        return TestClient(self.app, headers={"Authorization": f"Bearer {token}"})

    def browser(self, role: Role = "evaluator") -> TestClient:
        browser = TestClient(self.app, "https://testserver", headers={"Accept": "text/html"}, follow_redirects=False)
        assert browser.post("/login", data={"key": self.keys.create(role)[1]}).status_code == 303
        return browser


@pytest.fixture
def room(sqlite_store: Store) -> Room:
    return Room(sqlite_store)


def send(browser: TestClient, path: str = "/label", page: str = "/label", **fields: str) -> Any:
    """Send a form as the page has it."""
    text = browser.get(page).text
    found = {"csrf": CSRF.search(text), "task": TASK.search(text)}
    return browser.post(path, data={name: one[1] for name, one in found.items() if one} | fields)


def say(program: TestClient, level: str, note: str = "", **more: Any) -> Any:
    """Judge what is next for somebody."""
    asked = {"adjudication": "true"} if more.get("adjudication") else {}
    task = program.get("/v1/labels/next", params=asked).json()["task"]
    return program.post("/v1/labels", json={"task": task["id"], "level": level, "note": note, **more})


PATHS = [
    ("GET", "/v1/labels/next"),
    ("GET", "/v1/labels/progress"),
    ("GET", "/v1/labels/export"),
    ("POST", "/v1/labels"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_labels_are_for_evaluators_and_admins(room: Room, method: str, path: str) -> None:
    room.fill()
    assert_problem(TestClient(room.app).request(method, path), 401, "金鑰")
    for role in ("citizen", "analyst"):
        assert_problem(room.program(role).request(method, path), 403, "evaluator")
    for role in ("evaluator", "admin"):
        assert room.program(role).request(method, path).status_code == (200 if method == "GET" else 422)


@pytest.mark.parametrize("path", ["/label", "/label/disputes"])
def test_the_pages_are_for_them_too(room: Room, path: str) -> None:
    anybody = TestClient(room.app, headers={"Accept": "text/html"}, follow_redirects=False)
    assert anybody.get(path).headers["location"].startswith("/login?next=%2Flabel")
    for role, status in (("citizen", 403), ("analyst", 403), ("evaluator", 200), ("admin", 200)):
        assert room.browser(role).get(path).status_code == status
    assert '<a href="/label">標註</a>' in room.browser("admin").get("/").text
    assert '<a href="/label">' not in room.browser("analyst").get("/").text


def test_nothing_tells_of_another_s_label_or_of_the_program_s_before_both_are_there(room: Room) -> None:
    room.fill()
    ann, ben, cat = room.program(), room.program(), room.program()
    said = say(ann, "partial", SECRET)
    assert (said.status_code, said.json()["level"]) == (201, "partial")
    watcher = room.browser()
    told = [
        *(who.get(path).text for who in (ben, cat) for path in ("/v1/labels/next", "/v1/labels/export")),
        *(ben.get("/v1/labels/next?adjudication=true").text, watcher.get("/label/disputes").text),
    ]
    page = watcher.get("/label").text
    for text in (*told, page):
        assert SECRET not in text
        assert "unproved" not in text
        assert '"partial"' not in text.replace('value="partial"', "")
    assert ben.get("/v1/labels/next").json()["task"]["said"] == []
    assert ben.get("/v1/labels/export").text == ""
    assert say(ben, "none").status_code == 201
    task = cat.get("/v1/labels/next?adjudication=true").json()["task"]
    assert sorted((one["level"], one["note"]) for one in task["said"]) == [("none", ""), ("partial", SECRET)]
    for who in (ann, ben):
        assert who.get("/v1/labels/next?adjudication=true").json()["task"] is None
        assert SECRET not in who.get("/v1/labels/export").text


def test_what_is_settled_is_exported_a_line_each(room: Room) -> None:
    room.fill(2)
    ann, ben, cat = room.program(), room.program(), room.program()
    for level in ("full", "full"):
        say(ann, level)
    task = ben.get("/v1/labels/next").json()["task"]["id"]
    say(ben, "full")
    say(ben, "none", SECRET)
    first = [json.loads(line) for line in ann.get("/v1/labels/export").text.splitlines()]
    assert [one["id"] for one in first] == [task]
    assert say(cat, "partial", adjudication=True).status_code == 201
    answer = ann.get("/v1/labels/export")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert "attachment" in answer.headers["content-disposition"]
    lines = {one["id"]: one for one in map(json.loads, answer.text.splitlines())}
    agreed, decided = lines.pop(task), lines.popitem()[1]
    assert (agreed["label"], agreed["adjudicated"], agreed["synthetic"]) == ("full", False, False)
    assert (decided["label"], decided["adjudicated"], decided["stratum"]) == ("partial", True, "laws")
    assert sorted(one["level"] for one in decided["labels"]) == ["full", "none"]
    assert ann.get("/v1/labels/export?batch=no").text == ""


def test_how_far_it_is(room: Room) -> None:
    room.fill(3)
    ann, ben = room.program(), room.program()
    assert ann.get("/v1/labels/progress").json()["to_judge"] == 3
    for level in ("full", "none", "partial"):
        say(ann, level)
    for level in ("full", "full", "none"):
        say(ben, level)
    told = ben.get("/v1/labels/progress").json()
    assert (told["tasks"], told["paired"], told["to_judge"], told["plain"]["n"]) == (3, 3, 0, 3)
    assert ann.get("/v1/labels/progress?batch=no").json()["tasks"] == 0


def test_what_can_not_be_recorded_is_refused(room: Room) -> None:
    room.fill()
    ann, ben, cat = room.program(), room.program(), room.program()
    task = ann.get("/v1/labels/next").json()["task"]["id"]
    assert_problem(ann.post("/v1/labels", json={"task": "0" * 32, "level": "full"}), 404)
    assert_problem(ann.post("/v1/labels", json={"task": task, "level": "full", "adjudication": True}), 409)
    for wrong in ({"level": "some"}, {"task": "x"}, {"note": "字" * 1001}, {"note": "\x00"}, {"by": "me"}):
        assert_problem(ann.post("/v1/labels", json={"task": task, "level": "full"} | wrong), 422)
    say(ann, "full")
    assert_problem(ann.post("/v1/labels", json={"task": task, "level": "full"}), 409, "您已經判斷過")
    say(ben, "full")
    assert_problem(cat.post("/v1/labels", json={"task": task, "level": "full"}), 409, "已有 2 人")
    assert cat.get("/v1/labels/next").json()["task"] is None


def test_the_page_s_forms_do_everything(room: Room) -> None:
    room.fill(2)
    ann, ben, cat = room.browser(), room.browser("admin"), room.browser()
    answer = send(ann, level="full")
    assert (answer.status_code, answer.headers["location"]) == (303, "/label#claim")
    back = send(ann, "/label/undo")
    assert back.status_code == 303
    task = re.fullmatch(r"/label\?task=([0-9a-f]{32})#claim", back.headers["location"])
    assert task
    shown = TASK.search(ann.get(back.headers["location"]).text)
    assert shown
    assert shown[1] == task[1]
    for who, levels in ((ann, ("none", "none")), (ben, ("full", "none"))):
        for level in levels:
            send(who, level=level, note=f" {SECRET} ")
        assert "沒有要您判斷的題目了" in who.get("/label").text
    text = cat.get("/label/disputes").text
    assert text.count(SECRET) == 2
    answer = send(cat, page="/label/disputes", level="partial", adjudication="true")
    assert answer.headers["location"] == "/label/disputes#claim"
    assert room.labels.progress().adjudicated == 1
    assert len(room.labels.export()) == 2
    assert send(cat, "/label/undo").headers["location"].startswith("/label/disputes?task=")


def test_what_no_longer_counts_is_told_above_the_next_task(room: Room) -> None:
    room.fill(2)
    browser = room.browser()
    first = TASK.search(browser.get("/label").text)
    assert first
    send(browser, level="full")
    answer = send(browser, level="none", task=first[1])
    assert answer.status_code == 409
    assert "您已經判斷過；請看下一題" in answer.text
    assert TASK.search(answer.text)
    assert room.browser().post("/label/undo").status_code == 403
    nobody = send(room.browser(), "/label/undo")
    assert (nobody.status_code, "沒有可以復原" in nobody.text) == (409, True)


@pytest.mark.parametrize("token", [None, "", "0" * 64])
@pytest.mark.parametrize("path", ["/label", "/label/undo"])
def test_without_the_page_s_own_token_nothing_happens(room: Room, path: str, token: str | None) -> None:
    room.fill()
    browser = room.browser()
    task = TASK.search(browser.get("/label").text)
    assert task
    send(browser, level="full")
    fields = {"task": task[1], "level": "none"} | ({} if token is None else {"csrf": token})
    assert browser.post(path, data=fields).status_code == 403
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert send(browser, path, level="none", task=task[1]).status_code == 403
    assert room.labels.progress().begun == 1


def test_a_claim_and_its_passage_are_shown_as_text(room: Room) -> None:
    room.labels.put("一", [Pair(EVIL, f"段落{EVIL}「", "news/1", EVIL, "news")])
    text = room.browser().get("/label").text
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(") == 3
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("claim", "passage", "lights"),
    [
        ("應於三十日內返還。", "出租人應於 30 日內返還。", ["30 日"]),
        ("法院認為「押金應返還 承租人」。", "理由：押金應返還\n承租人，無疑。", ["押金應返還\n承租人"]),
        ("「三十日內返還押金」，罰二萬元", "應三十日內返還押金，逾期處 2 萬元。", ["三十日內返還押金", "2 萬元"]),
        ("沒有相同的數字：9日", "三十日內返還。", []),
        ("「」「短」", "短", []),
        ("", "", []),
    ],
)
def test_what_the_claim_takes_from_the_passage_is_lit(claim: str, passage: str, lights: list[str]) -> None:
    html = str(lit(Task("0", claim, passage, "k", "l")))
    assert re.findall("<mark>(.*?)</mark>", html, re.DOTALL) == lights
    assert re.sub("</?mark>", "", html) == passage


def test_without_labels_there_is_no_page(room: Room) -> None:
    bare = TestClient(create_app(FakeEngine(), guard=Guard(room.keys)))
    assert [bare.get(path).status_code for path in ("/label", "/v1/labels/next")] == [404, 404]
