import os
import runpy
from importlib import import_module
from pathlib import Path

import pytest
from cogapp import Cog

from rag.settings import PREFIX, Settings
from rag.sources import SOURCES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = runpy.run_path(str(ROOT / "docs" / "readme.py"))


@pytest.fixture(autouse=True)
def from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_generated_parts_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    failed = Cog().main(["cog", "--check", "-I", "docs", "README.md"])
    assert not failed, f"run `make docs`: {capsys.readouterr().out}"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in README


@pytest.mark.parametrize(("script", "module"), sorted(DOCS["doors"]().items()))
def test_every_door_opens_and_its_help_is_in_the_readme(script: str, module: str) -> None:
    assert callable(import_module(module).main)
    assert f"$ {script} --help" in README


def test_every_target_of_the_makefile_is_in_contributing() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [target for target in targets if f"`make {target}`" not in told] == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_in_the_readme(source: str) -> None:
    assert f"| `{source}` |" in README
