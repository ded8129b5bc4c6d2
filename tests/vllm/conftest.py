"""vLLM with the tiny model, started once for all of these tests; run by ``make test-vllm``."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.vllm.vllm_server import VllmServer


@pytest.fixture(scope="session")
def vllm_python() -> Path:
    """The interpreter of vLLM's environment."""
    python = Path(os.environ.get("YOUJU_TEST_VLLM_PYTHON", ROOT / ".venv-vllm/bin/python")).absolute()
    assert python.exists(), f"no {python}: `make test-vllm` makes the environment of vLLM"
    return python


@pytest.fixture(scope="session")
def server(vllm_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServer]:
    model = tmp_path_factory.mktemp("vllm") / "model"
    # -P: the folder of this script must not be taken for the library.
    maker = [vllm_python, "-P", ROOT / "tests/vllm/tiny_model.py", model]
    made = subprocess.run(maker, capture_output=True, text=True, timeout=300, check=False)
    assert made.returncode == 0, made.stderr
    with VllmServer(vllm_python, model) as running:
        yield running
