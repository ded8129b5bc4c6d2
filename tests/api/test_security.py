"""What browsers are told, what the log holds, and what is sent in the hope that it passes for something else."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.guard import Guard
from api.limits import Limits, MemoryBuckets, Rate
from api.security import shown
from rag.errors import StoreError
from tests.api.served import exchange, served
from tests.fakes import FakeEngine

PATH = "/v1/laws/Z9990001/articles/99"
HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n"


def app(guard: Guard | None = None, failure: Exception | None = None) -> FastAPI:
    made = create_app(FakeEngine(failure), guard=guard)

    @made.get("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse("<p>")

    @made.get("/crash")
    async def crash() -> None:
        raise RuntimeError("yj_secret in /etc/youju")

    return made


def client(guard: Guard | None = None, failure: Exception | None = None) -> TestClient:
    return TestClient(app(guard, failure), raise_server_exceptions=False)


def policy(response: Any) -> dict[str, str]:
    told = (part.split(maxsplit=1) for part in response.headers["content-security-policy"].split("; "))
    return {name: value for name, value in told}


@pytest.mark.parametrize(
    ("path", "status"),
    [(PATH, 404), ("/healthz", 200), ("/openapi.json", 200), ("/nothing", 404), ("/v1/ask", 405), ("/crash", 500)],
)
def test_every_answer_may_load_nothing(path: str, status: int) -> None:
    response = client().get(path)
    assert response.status_code == status
    assert policy(response)["default-src"] == "'none'"
    assert policy(response)["frame-ancestors"] == "'none'"
    assert not {"script-src", "style-src"} & set(policy(response))
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "server" not in response.headers
    assert "access-control-allow-origin" not in response.headers


def test_refusals_before_the_routes_have_the_headers_too() -> None:
    limits = Limits(MemoryBuckets(lambda: 0.0), Rate(60, 1))
    asking = client(Guard(limits=limits))
    asking.get(PATH)
    refused = [asking.get(PATH), asking.get(PATH, headers={"Authorization": "x"})]
    assert [one.status_code for one in refused] == [429, 401]
    assert all(policy(one)["default-src"] == "'none'" for one in refused)
    assert all(one.json()["request_id"] == one.headers["x-request-id"] for one in refused)


def test_a_page_may_load_our_own_files_and_holds_no_script() -> None:
    told = policy(client().get("/page"))
    assert told["default-src"] == told["base-uri"] == told["frame-ancestors"] == "'none'"
    assert told["script-src"] == told["style-src"] == told["connect-src"] == told["form-action"] == "'self'"
    assert "unsafe" not in str(told)


def preflight(asking: TestClient, origin: str) -> Any:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    return asking.options("/v1/ask", headers=headers)


def test_other_sites_read_nothing_unless_named() -> None:
    assert "access-control-allow-origin" not in preflight(client(), "https://a.example").headers
    asking = client(Guard(cors_origins=("https://a.example",), anonymous=False))
    allowed = preflight(asking, "https://a.example")
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, "https://a.example")
    assert "access-control-allow-credentials" not in allowed.headers
    assert "access-control-allow-origin" not in preflight(asking, "https://b.example").headers
    assert "access-control-allow-origin" not in preflight(asking, "null").headers
    refused = asking.get(PATH, headers={"Origin": "https://a.example"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://a.example")


def test_the_log_has_a_line_a_request_and_no_question(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asking = client()
    asking.post("/v1/ask", json={"question": "房東不還押金"}, headers={"X-Request-ID": "mine"})
    asking.get(PATH, params={"q": "房東不還押金"}, headers={"Authorization": "Bearer yj_hidden"})
    asking.get("/yj_hidden/x%0a200%20GET%20%250a")
    lines = [record.getMessage() for record in caplog.records if record.name == "api.access"]
    assert re.fullmatch(r"POST /v1/ask 200 \d+ms mine", lines[0])
    assert re.fullmatch(rf"GET {PATH} 401 \d+ms [0-9a-f]{{32}}", lines[1])
    assert len(lines) == 3
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert "房東" not in ours
    assert "yj_hidden" not in ours
    assert ours.count("\n") == len([one for one in caplog.records if not one.name.startswith("httpx")]) - 1


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_path_is_logged_in_one_short_line_without_a_key(path: str) -> None:
    line = shown(f"/yj_0123{path}")
    assert line.startswith("/yj_…")
    assert len(line.splitlines()) == 1
    assert len(line) <= 210
    assert "0123" not in line.split("/")[1]


def test_a_crash_tells_nobody_but_the_log(caplog: pytest.LogCaptureFixture) -> None:
    response = client().get("/crash")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json()["request_id"] == response.headers["x-request-id"]
    assert "unexpected RuntimeError" in caplog.text


@pytest.mark.parametrize(
    "name", ["X-Request-ID", "Origin", "X-Forwarded-For", "Host", "Accept-Language", "Content-Type", "Cookie"]
)
@pytest.mark.parametrize("value", [b"a\nSet-Cookie: x=1", b"\xff\xfe", b"<script>", b"${jndi:ldap://a}", b"%0d%0aX: 1"])
def test_no_header_gets_into_the_answer(name: str, value: bytes) -> None:
    guard = Guard(cors_origins=("https://a.example",), trusted_proxies=("10.0.0.0/8",))
    asking = TestClient(app(guard), client=("10.0.0.1", 1))
    response = asking.get("/healthz", headers={name.encode(): value})  # type: ignore[dict-item]
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    assert not any(value in each for each in response.headers.raw for each in each)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"Content-Length: 17\r\nX-A: a\rX-B: b\r\n\r\n" + b'{"question": "x"}', 400),
        (HEAD + b"Content-Length: 17\r\nContent-Length: 5\r\n\r\n" + b'{"question": "x"}', 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        (HEAD + b"Content-Length: 9999999\r\n\r\n", 413),
        (
            HEAD
            + b"Transfer-Encoding: chunked\r\n\r\n"
            + b"ffff\r\n"
            + b"a" * 65535
            + b"\r\n"
            + b"40000\r\n"
            + b"a" * 262144,
            413,
        ),
        (HEAD + b"Content-Length: 2\r\n\r\n\xff\xfe", 400),
        (HEAD + b"Content-Length: 20000\r\n\r\n" + b"[" * 20000, 400),
        (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", 400),
        (b"GET /v1/laws/..%2f..%2fetc%2fpasswd/articles/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /%00%0d%0aX:1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (HEAD + b"Content-Length: 17\r\n\r\n" + b'{"question": "x"}', 200),
    ],
)
def test_malformed_requests_are_refused_and_the_server_lives(sent: bytes, status: int) -> None:
    with served(app()) as address:
        answer = exchange(address, sent)
        # Who goes on sending a head without end may lose the answer to the end of the connection.
        assert answer.startswith(b"HTTP/1.1 %d " % status) or (not answer and sent.startswith(b"GET /aa"))
        assert exchange(address, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 200"
        )


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "\u202eabc", "'; DROP TABLE keys; --", "{{7*7}}"]
)
def test_hostile_text_comes_back_as_json_or_not_at_all(text: str) -> None:
    response = client().post("/v1/ask", json={"question": text})
    assert response.headers["content-type"] == "application/json"
    assert response.json()["question"] == text


def test_an_error_of_the_store_names_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    response = client(failure=StoreError("資料庫無法讀取：timeout")).post("/v1/ask", json={"question": "押金不還"})
    assert response.status_code == 503
    assert "押金不還" not in response.text + caplog.text
