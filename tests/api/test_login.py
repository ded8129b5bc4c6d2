"""Logging in to the pages with a key, over HTTP against a store."""

from __future__ import annotations

from typing import Any

import pytest

from api.limits import Limits, MemoryBuckets, Rate
from api.sessions import COOKIE, csrf
from rag.access import Key, Keys, Role
from rag.errors import StoreError
from rag.sessions import Sessions
from tests.api.browsers import Open, browse, keys, log_in, logged_in, sessions

__all__ = ["browse", "keys", "sessions"]


def test_a_key_opens_a_session_and_logging_out_ends_it(browse: Open, keys: Keys, sessions: Sessions) -> None:
    browser = browse()
    key, token = keys.create("analyst")
    sent = browser.get("/desk?state=done")
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fdesk%3Fstate%3Ddone")
    form = browser.get(sent.headers["location"])
    assert 'name="next" value="/desk?state=done"' in form.text
    done = log_in(browser, f" {token}\n", next="/desk?state=done")
    assert (done.status_code, done.headers["location"]) == (303, "/desk?state=done")
    cookie = browser.cookies[COOKIE]
    proof = browser.get("/desk").json()["csrf"]
    assert proof == csrf(cookie)
    assert browser.get("/v1/jobs").json() == {"id": key.id}
    assert "已登入：分析人員" in browser.get("/").text
    assert browser.get("/login?next=/desk").headers["location"] == "/desk"
    assert browser.post("/logout", data={"csrf": proof}).headers["location"] == "/login"
    assert COOKIE not in browser.cookies
    assert sessions.find(cookie) is None
    assert browser.get("/desk").status_code == 303


@pytest.mark.parametrize(("base_url", "secure"), [("http://testserver", False), ("https://testserver", True)])
def test_the_cookie_is_kept_from_scripts_and_from_other_sites(
    browse: Open, keys: Keys, base_url: str, secure: bool
) -> None:
    token = keys.create("citizen")[1]
    given = log_in(browse(base_url), token).headers["set-cookie"]
    assert token not in given
    parts = given.lower().split("; ")
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} < set(parts)
    assert ("secure" in parts) is secure
    assert not [part for part in parts if part.startswith("domain")]


def test_a_new_token_is_given_at_each_login_and_the_old_one_is_over(
    browse: Open, keys: Keys, sessions: Sessions
) -> None:
    browser, token = browse(), keys.create("admin")[1]
    browser.cookies.set(COOKIE, "A" * 43, "testserver.local")
    proof = logged_in(browser, token)
    first = browser.cookies[COOKIE]
    assert first != "A" * 43
    assert log_in(browser, token, csrf=proof).status_code == 303
    assert browser.cookies[COOKIE] != first
    assert sessions.find(first) is None


def test_a_wrong_key_is_refused_on_the_form_and_not_shown_again(browse: Open, keys: Keys) -> None:
    browser = browse()
    revoked, token = keys.create("admin")
    keys.revoke(revoked.id)
    for wrong, says in ((token, "已撤銷"), (token[:-1], "不認得這把金鑰"), ("", "不認得"), ("<b>", "不認得")):
        response = log_in(browser, wrong, next="/desk")
        assert response.status_code == 401
        assert says in response.text
        assert 'name="next" value="/desk"' in response.text
        assert not wrong or wrong not in response.text
        assert "set-cookie" not in response.headers


def test_to_guess_keys_at_the_login_page_is_limited_with_other_guesses(browse: Open, keys: Keys) -> None:
    limits = Limits(MemoryBuckets(lambda: 0.0), Rate(60, 3))
    browser, token = browse(limits=limits), keys.create("admin")[1]
    tried = [log_in(browser, "yj_0123456789ab_" + "A" * 43) for _ in range(2)]
    assert [one.status_code for one in tried] == [401, 401]
    # Guesses by header count with them; the right key is no way to find out more.
    assert browser.get("/v1/jobs", headers={"Authorization": "Bearer x"}).status_code == 401
    assert browser.get("/v1/jobs", headers={"Authorization": "Bearer x"}).status_code == 429
    refused = log_in(browser, token)
    assert (refused.status_code, COOKIE in browser.cookies) == (429, False)
    assert int(refused.headers["retry-after"]) >= 1


def test_who_is_logged_in_is_limited_by_key(browse: Open, keys: Keys) -> None:
    limits = Limits(MemoryBuckets(lambda: 0.0), None, Rate(60, 3))
    browsers, (_, token) = [browse(limits=limits) for _ in range(2)], keys.create("admin")
    for browser in browsers:
        assert log_in(browser, token).status_code == 303
    asked = [browsers[turn % 2].get("/desk").status_code for turn in range(4)]
    assert asked == [200, 200, 200, 429]


@pytest.mark.parametrize("role", ["citizen", "admin"])
def test_where_nobody_may_read_without_a_key_people_are_sent_to_log_in(browse: Open, keys: Keys, role: Role) -> None:
    browser = browse(anonymous=False)
    for path in ("/", "/ask?q=押金", "/nothing", "/desk"):
        sent = browser.get(path)
        assert sent.status_code == 303, path
        assert sent.headers["location"].startswith("/login?next=%2F")
        assert "www-authenticate" not in sent.headers
    for asked in (
        browser.get("/", headers={"Accept": "*/*"}),
        browser.get("/", headers={"Accept": "application/json, text/html"}),
        browser.post("/v1/ask", json={"question": "押金"}),
    ):
        assert asked.status_code == 401
        assert asked.headers["www-authenticate"].startswith("Bearer")
    assert browser.get("/login").status_code == 200
    logged_in(browser, keys.create(role)[1])
    assert browser.get("/").status_code == 200
    cleared = browse(anonymous=False).get("/", headers={"Cookie": f"{COOKIE}={'A' * 43}"})
    assert (cleared.status_code, "Max-Age=0" in cleared.headers["set-cookie"]) == (303, True)


def test_a_form_sent_too_late_is_not_sent_again(browse: Open) -> None:
    sent = browse().post("/desk", data={"csrf": "0" * 64})
    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert browse(anonymous=False).post("/logout").headers["location"] == "/login"


def test_pages_of_people_logged_in_stay_in_no_cache(browse: Open, keys: Keys) -> None:
    browser = browse()
    proof = logged_in(browser, keys.create("admin")[1])
    page = browser.get("/")
    assert page.headers["cache-control"] == "no-store"
    assert f'<meta name="csrf" content="{proof}">' in page.text
    assert browser.cookies[COOKIE] not in page.text
    nothing = browser.get("/nothing")
    assert (nothing.status_code, proof in nothing.text) == (404, True)
    assert proof not in browse().get("/").text


def test_without_sessions_there_is_no_login_page_and_cookies_say_nothing(browse: Open, keys: Keys) -> None:
    browser = browse(sessions=None)
    assert browser.get("/login").status_code == 404
    assert browser.get("/", headers={"Cookie": f"{COOKIE}={'A' * 43}"}).status_code == 200
    assert browse(sessions=None, anonymous=False).get("/").status_code == 401


class Shut:
    """Sessions behind a database that can't be read, or written."""

    def open(self, key: Key) -> Any:
        raise StoreError("資料庫無法讀寫：locked")

    def find(self, token: str) -> Any:
        raise StoreError("資料庫無法讀寫：locked")

    def close(self, token: str) -> None: ...


def test_a_store_that_fails_logs_nobody_in(browse: Open, keys: Keys) -> None:
    browser, token = browse(sessions=Shut()), keys.create("admin")[1]
    refused = log_in(browser, token)
    assert (refused.status_code, token in refused.text, "set-cookie" in refused.headers) == (503, False, False)
    assert browser.get("/desk", headers={"Cookie": f"{COOKIE}={'A' * 43}"}).status_code == 503


def test_the_way_to_log_in_is_shown_to_who_can_and_has_not(browse: Open, keys: Keys) -> None:
    way = '<a class="me quiet" href="/login">登入</a>'
    browser, token = browse(), keys.create("citizen")[1]
    assert way in browser.get("/").text
    assert way not in browser.get("/login").text
    assert way not in browser.get("/", headers={"Authorization": f"Bearer {token}"}).text
    logged_in(browser, token)
    assert way not in browser.get("/").text
    assert way not in browse(sessions=None).get("/").text
