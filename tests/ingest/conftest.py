from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.__main__ import app
from ingest.sample import write_sample
from ingest.web import Web
from rag import door
from tests.ingest.nets import Net
from tests.ingest.official import write_release
from tests.ingest.sixty import LAWS, Said, Say
from tests.ingest.web_server import Server, Time, serving


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOURCE_DIR", "DATABASE_URL", "QDRANT_URL", "ALLOW_OPEN_DATA_API", "DATA"):
        monkeypatch.delenv(f"YOUJU_{name}", raising=False)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """``youju-ingest`` in this process."""

    def one(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = door.run(app, [str(argument) for argument in arguments], "youju-ingest")
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return one


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample") / "moj")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sixty laws taken in; nobody changes it."""
    folder = tmp_path_factory.mktemp("made")
    write_release(folder / "files", LAWS)
    arguments = ["run", "laws", "--from", str(folder / "files"), "--data", str(folder / "data")]
    assert door.run(app, arguments, "youju-ingest") == 0
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(made, tmp_path / "data"))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def web(time: Time) -> Iterator[Web]:
    one = Web("law@example.org", clock=time.clock())
    yield one
    one.close()


@pytest.fixture
def net(time: Time) -> Net:
    return Net(time)
