"""What is tried against those who are logged in to the pages, and with the login page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.sessions import COOKIE, csrf, local
from rag.access import Keys, Role
from rag.sessions import Sessions
from rag.store import Store
from tests.api.browsers import Open, browse, keys, logged_in, sessions

__all__ = ["browse", "keys", "sessions"]


@pytest.mark.parametrize("role", ["citizen", "evaluator"])
def test_a_session_gives_no_more_than_its_key(browse: Open, keys: Keys, role: Role) -> None:
    browser = browse()
    proof = logged_in(browser, keys.create(role)[1])
    for asked in (browser.get("/desk"), browser.post("/desk", data={"csrf": proof})):
        assert asked.status_code == 403
        assert asked.headers["content-type"].startswith("text/html")
        assert f"角色是 {role}" in asked.text
    assert browser.get("/v1/jobs").status_code == 403


def test_a_session_that_is_over_or_forged_is_none_and_its_cookie_is_cleared(
    browse: Open, keys: Keys, sqlite_store: Store, sessions: Sessions
) -> None:
    key, _ = keys.create("admin")
    revoked, _ = keys.create("admin")
    over = Sessions(sqlite_store, lambda: datetime.now(UTC) - timedelta(hours=13)).open(key)[1]
    closed, ended = sessions.open(key)[1], sessions.open(revoked)[1]
    sessions.close(closed)
    keys.revoke(revoked.id)
    good = sessions.open(key)[1]
    for token in (over, closed, ended, "A" * 43, good[:-1], good + "A", good.swapcase(), "'; DROP TABLE sessions; --"):
        for path in ("/", "/desk", "/login", "/v1/jobs"):
            browser = browse()
            response = browser.get(path, headers={"Cookie": f'{COOKIE}="{token}"'})
            assert response.status_code in (200, 303, 401), path
            assert "已登入" not in response.text
            if path in ("/", "/login"):
                assert f'{COOKIE}=""; ' in response.headers["set-cookie"]
                assert "max-age=0" in response.headers["set-cookie"].lower()
        assert browse().post("/v1/jobs", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401
    assert browse().get("/desk", headers={"Cookie": f"{COOKIE}={good}"}).status_code == 200


def test_what_changes_something_needs_the_token_of_this_very_session(browse: Open, keys: Keys) -> None:
    browser, other = browse(), browse()
    proof, foreign = [logged_in(one, keys.create("admin")[1]) for one in (browser, other)]
    again = browse()
    same_key = logged_in(again, keys.create("admin")[1])
    wrong = [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": foreign}, {"csrf": same_key}, {"csrf": proof.upper()}]
    for path in ("/desk", "/v1/jobs", "/logout", "/nothing"):
        for data in (*wrong, {"csrf": [proof, proof]}, {"csrf": "\u4e00"}, {f"a{n}": "1" for n in range(1001)}):
            assert browser.post(path, data=data).status_code == 403, (path, data)
        for header in ("", foreign, proof[:-1], "\xff"):
            sent = browser.post(path, data={"csrf": proof}, headers={"X-CSRF-Token": header.encode("latin-1")})
            assert sent.status_code == 403, (path, header)
    assert browser.delete("/v1/jobs").status_code == 403
    assert browser.post("/v1/jobs", json={"csrf": proof}).status_code == 403
    assert browser.post("/desk", files={"csrf": (None, proof)}).status_code == 403
    assert (
        browser.post(
            "/desk", content=b"\xff\xfe%", headers={"Content-Type": "application/x-www-form-urlencoded"}
        ).status_code
        == 403
    )
    assert browser.post("/desk", data={"csrf": proof, "more": "1"}).json() == {"csrf": proof}
    assert browser.delete("/v1/jobs", headers={"X-CSRF-Token": proof}).status_code == 200


def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(browse: Open, keys: Keys) -> None:
    browser = browse()
    logged_in(browser, keys.create("admin")[1])
    page, problem = browser.post("/desk"), browser.post("/v1/jobs")
    assert (page.headers["content-type"], "重新載入頁面" in page.text) == ("text/html; charset=utf-8", True)
    assert problem.headers["content-type"] == "application/problem+json"


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://testserver:81"},
    {"Origin": "http://evil@testserver"},
    {"Origin": "null"},
    {"Origin": ""},
]


@pytest.mark.parametrize("sent", FOREIGN)
def test_no_other_site_can_send_a_form(browse: Open, keys: Keys, sent: dict[str, str]) -> None:
    browser, token = browse(), keys.create("admin")[1]
    for path in ("/login", "/logout"):
        # As browsers do, without the cookie: the answer must not touch it either.
        response = browser.post(path, data={"key": token}, headers=sent)
        assert (response.status_code, "set-cookie" in response.headers) == (403, False)
    proof = logged_in(browser, token)
    for path in ("/desk", "/v1/jobs", "/logout", "/login"):
        assert browser.post(path, data={"csrf": proof, "key": token}, headers=sent).status_code == 403
    assert browser.get("/desk").status_code == 200


@pytest.mark.parametrize(
    "sent", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_our_own_forms_are_taken(browse: Open, keys: Keys, sent: dict[str, str]) -> None:
    browser = browse()
    assert browser.post("/login", data={"key": keys.create("admin")[1]}, headers=sent).status_code == 303
    data = {"csrf": csrf(browser.cookies[COOKIE])}
    assert browser.post("/desk", data=data, headers=sent).status_code == 200


def test_a_key_in_the_header_needs_no_token_and_wins_over_a_cookie(browse: Open, keys: Keys) -> None:
    browser, (mine, token) = browse(), keys.create("analyst")
    logged_in(browser, keys.create("admin")[1])
    bearer = {"Authorization": f"Bearer {token}", "Origin": "https://elsewhere.example"}
    assert browser.post("/v1/jobs", headers=bearer).json() == {"id": mine.id}
    assert browser.post("/v1/jobs", headers={"Authorization": "Bearer anonymous"}).status_code == 403


ELSEWHERE = [
    "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "javascript:alert(1)", "evil.example",
    "", " /desk", "/\t/evil.example", "/\n/evil.example", "/desk\r\nSet-Cookie: a=b", "/desk\x00", "/desk\x7f", "/示範",
    "///evil.example", "http:/evil.example", "/" + "a" * 2002, "?next=/", "/a\\b", "/ x", "\u2028/", "/\ud800",
]  # fmt: skip


@pytest.mark.parametrize("next", ELSEWHERE)
def test_after_logging_in_nobody_is_led_elsewhere(browse: Open, keys: Keys, next: str) -> None:
    browser, token = browse(), keys.create("admin")[1]
    data = {"key": token, "next": next.encode("utf-8", "surrogatepass")}
    done = browser.post("/login", data=data)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert [name for name in done.headers.get_list("set-cookie") if not name.startswith(COOKIE)] == []
    there = browser.get("/login", params={"next": data["next"]})
    assert (there.status_code, there.headers["location"]) == (303, "/")


@given(st.text(max_size=40) | st.from_regex(r"[/\\.a%:@\t\r\n]{1,8}", fullmatch=True))
@example("/a/../..//evil.example")
@settings(deadline=None)
def test_where_to_go_next_is_always_a_path_of_ours(next: str) -> None:
    path = local(next)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isascii()
    assert path.isprintable()
