"""What a browser is told where a program would get a problem document; HEAD."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.accept import prefers_page
from api.app import create_app
from api.guard import Guard
from api.limits import Limits, MemoryBuckets, Rate
from tests.api.library import assert_problem
from tests.api.served import exchange, served
from tests.fakes import FakeEngine

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


def client(guard: Guard | None = None, failure: Exception | None = None) -> TestClient:
    return TestClient(create_app(FakeEngine(failure), guard=guard), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/nothing", 404, "沒有這個路徑"),
        ("GET", "/static/nothing.js", 404, "沒有這個路徑"),
        ("GET", "/<script>", 404, "沒有這個路徑"),
        ("POST", "/ask", 405, "這個路徑不支援這個方法"),
        ("DELETE", "/", 405, "這個路徑不支援這個方法"),
    ],
)
def test_a_browser_gets_a_page_and_a_program_a_problem(method: str, path: str, status: int, says: str) -> None:
    page = client().request(method, path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert says in page.text
    assert page.headers["x-request-id"] in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    told = client().request(method, path)
    assert_problem(told, status, says)
    assert page.headers.get("allow") == told.headers.get("allow") == ("GET, HEAD" if status == 405 else None)


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/ask", "/mcp"])
def test_what_programs_ask_for_stays_a_problem(path: str) -> None:
    response = client().get(path, headers=BROWSER)
    assert_problem(response, response.status_code)
    assert response.status_code in (404, 405)


def test_a_refusal_before_the_routes_is_a_page_too() -> None:
    asking = client(Guard(limits=Limits(MemoryBuckets(lambda: 0.0), Rate(60, 1))))
    asking.get("/", headers=BROWSER)
    refused = asking.get("/", headers=BROWSER)
    assert (refused.status_code, refused.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(refused.headers["retry-after"]) >= 1
    assert "要求太頻繁" in refused.text


def test_a_crash_is_a_page_that_says_nothing_of_its_cause() -> None:
    crashed = client(failure=RuntimeError("secret")).get("/", headers=BROWSER)
    assert (crashed.status_code, crashed.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "服務內部發生錯誤" in crashed.text
    assert "secret" not in crashed.text


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html", True),
        ("TEXT/HTML;q=0.5, */*;q=0.1", True),
        ("application/json;q=0.8, text/html", True),
        ("text/html;level=1;q=0.5, application/json;q=0.9", False),
        ("application/json, text/html", False),
        ("application/problem+json, text/html;q=0.9", False),
        ("text/html;q=0", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_who_would_rather_have_a_page(accept: str, page: bool) -> None:
    assert prefers_page(accept) is page


@given(st.text() | st.from_regex(r"(text/html|application/json|,|;|q=|[0-9.]| )*", fullmatch=True))
def test_any_accept_is_understood_or_ignored(accept: str) -> None:
    assert prefers_page(accept) in (True, False)
    assert not prefers_page(accept.replace("html", "plain").replace("HTML", "plain"))


@pytest.mark.parametrize(
    "path", ["/", "/ask?q=x", "/docs", "/static/app.css", "/healthz", "/v1/laws/Z9990001/articles/4", "/nothing"]
)
def test_head_is_get_without_the_body(path: str) -> None:
    got, head = client().get(path), client().head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == got.headers["content-length"]


def test_head_of_what_has_no_get_is_refused() -> None:
    refused = client().head("/v1/ask")
    assert (refused.status_code, refused.headers["allow"], refused.content) == (405, "POST", b"")


def test_nothing_follows_the_head_on_the_wire() -> None:
    with served(create_app(FakeEngine())) as address:
        answer = exchange(address, b"HEAD /docs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1
