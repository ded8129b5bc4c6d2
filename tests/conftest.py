"""What several tests share: a data folder filled with the sample laws through the door, stores, a browser."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from ingest.sample import write_sample
from rag.store import Store, open_store
from tests import redis_server
from tests.rag.databases import KINDS, fresh

# The first example loads what the later ones find loaded; how fast things are is the benchmark's business.
settings.register_profile("youju", deadline=None)
settings.load_profile("youju")

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
# No sandbox: the checks run as root in a container. The rest keeps the browser from asking the network.
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``youju-ingest run laws`` makes of the sample; read it, do not write to it."""
    folder = tmp_path_factory.mktemp("sample")
    files, data = write_sample(folder / "files"), folder / "data"
    command = [sys.executable, "-m", "ingest", "run", "laws", "--from", str(files), "--data", str(data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; there can be one in a process, and while there is, nothing else can run an event loop in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store on each database there is, thrown away after the test."""
    for url in fresh(request.param, tmp_path):
        one = open_store(url, create=True)
        yield one
        one.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An empty store, for what doesn't depend on the database."""
    one = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    yield one
    one.close()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis that the tests share: whatever they keep there has a name of its own."""
    if redis_server.GIVEN:
        yield redis_server.GIVEN
    elif redis_server.PROGRAM:
        with redis_server.running(redis_server.PROGRAM, tmp_path_factory.mktemp("redis")) as url:
            yield url
    else:
        pytest.skip(redis_server.MISSING)
