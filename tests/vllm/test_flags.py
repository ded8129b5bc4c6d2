"""The flags that the presets recommend are flags of vLLM."""

import subprocess
from pathlib import Path

import pytest

from rag.presets import names, preset

pytestmark = pytest.mark.vllm


def test_every_recommended_flag_exists(vllm_python: Path, tmp_path: Path) -> None:
    asked = [vllm_python, "-P", "-m", "vllm.entrypoints.openai.api_server", "--help=all"]
    told = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True)
    known = set(told.stdout.replace(",", " ").split())
    flags = {word for name in names() for word in preset(name).vllm_args if word.startswith("-")}
    assert {"--dtype", "--max-model-len"} <= flags
    assert flags - known == set()
