"""Who gets to ``/mcp``: programs, and pages of this machine or of sites let in; no name that was made to point here."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import anyio
import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from starlette.requests import Request

from api.app import create_app
from api.guard import Guard, open_guard
from api.origins import Origins
from rag.settings import load_settings
from rag.store import open_store
from tests import fakes
from tests.api.live import live

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
OPEN = Guard(cors_origins=("https://a.example",))
LOCAL = Guard(cors_origins=("https://a.example:8443",), is_local=True)


def status(guard: Guard, **headers: str) -> int:
    with TestClient(create_app(fakes.FakeEngine(), guard=guard)) as client:
        return int(client.post("/mcp", json=LIST, headers=ACCEPT | headers).status_code)


@pytest.mark.parametrize(
    "origin",
    ["http://localhost", "http://localhost:6274", "http://127.0.0.1:8000", "https://[::1]:1", "HTTPS://A.example"],
)
def test_pages_of_this_machine_and_of_sites_let_in_are_served(origin: str) -> None:
    assert status(OPEN, origin=origin) == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        # Rebound: the page's own name points here, so that it is the same site to its browser.
        "http://testserver",
        "null",
        "",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "https://a.example.evil.example",
        "https://a.example:444",
        "http://a.example",
        "file://localhost",
    ],
)
def test_any_other_page_is_refused_in_words(origin: str) -> None:
    with TestClient(create_app(fakes.FakeEngine(), guard=OPEN)) as client:
        refused = client.post("/mcp", json=LIST, headers=ACCEPT | {"origin": origin})
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "YOUJU_CORS_ORIGINS" in refused.json()["detail"]
    assert not origin or origin not in refused.text


def test_programs_tell_no_origin_and_where_all_may_read_all_may_ask() -> None:
    assert status(OPEN) == 200
    assert status(Guard(cors_origins=("*",), is_local=True), origin="https://evil.example", host="evil.example") == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("127.0.0.53", 200),
        ("[::1]:8000", 200),
        ("a.example:8443", 200),
        ("a.example", 421),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("localhost:8000@evil.example", 421),
        ("192.168.1.5:8000", 421),
    ],
)
def test_who_serves_only_its_own_machine_is_meant_by_no_other_name(host: str, expected: int) -> None:
    assert status(LOCAL, host=host) == expected


def test_who_serves_others_is_reached_by_any_name() -> None:
    assert status(OPEN, host="law.example.tw") == 200


@pytest.mark.parametrize(
    ("host", "proxies", "local"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("localhost", "", True),
        ("::", "", False),
        ("192.168.1.5", "", False),
        ("127.0.0.1", "127.0.0.1", False),
    ],
)
def test_the_settings_say_whether_other_machines_get_here(tmp_path: Path, host: str, proxies: str, local: bool) -> None:
    settings = load_settings(data=tmp_path, host=host, trusted_proxies=proxies)
    open_store(settings.store_url, create=True).close()
    with open_guard(settings) as guard:
        assert guard.is_local is local


def test_the_sdk_s_client_is_served_by_name_and_by_number() -> None:
    async def listed(url: str) -> int:
        async with Client(f"{url}/mcp") as client:
            return len((await client.list_tools()).tools)

    with live(create_app(fakes.make_engine(), guard=LOCAL)) as url:
        assert anyio.run(listed, url) == anyio.run(listed, url.replace("127.0.0.1", "localhost")) == 6


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_no_name_but_this_machine_s_passes(name: str) -> None:
    asking = Request({"type": "http", "headers": [(b"host", name.encode("latin-1"))]})
    is_here = re.fullmatch(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?", name.lower())
    with nullcontext() if is_here else pytest.raises(HTTPException) as refused:
        Origins(is_local=True).check(asking)
    assert refused is None or refused.value.status_code == 421
