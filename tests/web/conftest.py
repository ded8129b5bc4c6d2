"""A real server in this process over laws in memory, and what looks at it in a real Chromium."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page

from api.app import create_app
from tests.fakes import make_engine
from tests.web.stories import Book, Pace, web_store


@pytest.fixture(scope="session")
def book() -> Book:
    return Book()


@pytest.fixture(scope="session")
def pace() -> Pace:
    return Pace(make_engine(web_store()))


@pytest.fixture(scope="session")
def site(book: Book, pace: Pace) -> Iterator[str]:
    """The address of the running service."""
    app = create_app(pace, guard=book.guard)
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a path of the service in a browser of its own; what it complains of fails the test at the end.

    What a page may not do by its Content-Security-Policy is told on the console, too. ``refused``: the status with which
    the service is to refuse something, of which the browser complains.
    """
    complaints: list[str] = []
    contexts = []

    def heard(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    def opened(path: str = "/", refused: str = "-", **options: Any) -> Page:
        context = browser.new_context(base_url=site, locale="zh-TW", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: heard(said) if f"status of {refused} " not in said.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
