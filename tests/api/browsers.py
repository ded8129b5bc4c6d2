"""Browsers that log in to the pages of a service over a store; import the fixtures by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.guard import Guard
from api.keys import Caller, require
from api.pages.login import member
from api.pages.render import PageRoute
from rag.access import Key, Keys
from rag.answer import today
from rag.sessions import Sessions
from rag.store import Store
from tests.fakes import FakeEngine

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
Open = Callable[..., TestClient]


@pytest.fixture
def keys(sqlite_store: Store) -> Keys:
    return Keys(sqlite_store, today)


@pytest.fixture
def sessions(sqlite_store: Store) -> Sessions:
    return Sessions(sqlite_store)


def guarded(guard: Guard) -> FastAPI:
    app = create_app(FakeEngine(), guard=guard)
    pages = APIRouter(route_class=PageRoute)

    @pages.api_route("/desk", methods=["GET", "POST"])
    async def desk(caller: Annotated[Caller, Depends(member("analyst", "admin"))]) -> dict[str, str]:
        return {"csrf": caller.csrf}

    @app.api_route("/v1/jobs", methods=["GET", "POST", "DELETE"])
    async def jobs(key: Annotated[Key, Depends(require("analyst", "admin"))]) -> dict[str, str]:
        return {"id": key.id}

    app.include_router(pages)
    return app


@pytest.fixture
def browse(keys: Keys, sessions: Sessions) -> Open:
    """A browser with an empty jar of cookies; what it is given goes into the guard."""

    usual = guarded(Guard(keys, sessions=sessions))

    def opened(base_url: str = "http://testserver", **guard: Any) -> TestClient:
        app = guarded(Guard(keys, **{"sessions": sessions, **guard})) if guard else usual
        return TestClient(app, base_url, headers=HTML, follow_redirects=False)

    return opened


def log_in(browser: TestClient, token: str, **more: Any) -> Any:
    return browser.post("/login", data={"key": token, **more})


def logged_in(browser: TestClient, token: str) -> str:
    """What its pages' forms send."""
    assert log_in(browser, token).status_code == 303
    found = re.search('name="csrf" value="([0-9a-f]{64})"', browser.get("/").text)
    assert found
    return found[1]
