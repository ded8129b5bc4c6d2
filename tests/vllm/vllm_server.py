"""vLLM itself, as a process with its own environment, speaking on 127.0.0.1 for the tiny model."""

from __future__ import annotations

import os
import re
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import httpx2
import psutil

from rag.llm import ChatModel, Server, open_model
from rag.llm.pieces import Limits
from rag.presets import Turn, preset
from tests.commands import free_port

NAME = "tiny"
KEY = "a-key-for-these-tests"
CONTEXT = 16384
TURNS = (Turn("system", "只說資料寫明的事。"), Turn("user", "〈問題〉押金何時返還？〈/問題〉"))
PATIENT = Limits(first=120, pause=120, total=300, retries=1)
SHORT, LONG = 64, 4096  # tokens; a LONG answer takes this model half a minute
_HEALTHY = 300.0  # seconds; two slow cores took 50
_FOR_GOOD = 30.0
_XGRAMMAR = '{"backend": "xgrammar", "disable_any_whitespace": true}'


class VllmServer:
    """Started inside ``with``; may be killed and started again at the same address.

    :param python: the interpreter of vLLM's environment.
    :param model: the folder of the model; its parent takes the log.
    """

    def __init__(self, python: Path, model: Path) -> None:
        self._python = python
        self._model = model
        self._log = model.parent / "vllm.log"
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.root = f"http://127.0.0.1:{self._port}"
        self.url = f"{self.root}/v1"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it is healthy."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=self._model,
                env=_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait(time.monotonic() + _HEALTHY)

    def restart(self) -> None:
        """Whether or not it still runs."""
        self.kill()
        self.start()

    def kill(self) -> None:
        """End all of its processes at once, as when the machine goes down."""
        everyone = self._processes()
        _end(everyone)
        self.wait_for_end()
        psutil.wait_procs(everyone[1:], timeout=_FOR_GOOD)

    def kill_engine(self) -> None:
        """End the process that computes, as when memory runs out; the one that listens has to notice."""
        engine = [one for one in self._processes() if one.name().startswith("VLLM::")]
        assert engine
        _end(engine)

    def wait_for_end(self) -> None:
        assert self._process is not None
        self._process.wait(_FOR_GOOD)

    def get(self, path: str) -> str:
        """What it answers to ``/health``, ``/metrics`` …"""
        answer = httpx2.get(self.root + path, headers={"Authorization": f"Bearer {KEY}"}, timeout=10)
        return answer.raise_for_status().text

    def metric(self, name: str) -> float:
        """The sum of one of vLLM's measurements: ``num_requests_running``, ``generation_tokens_total``."""
        lines = re.findall(rf"^vllm:{name}(?:\{{.*\}})? (\S+)$", self.get("/metrics"), re.MULTILINE)
        return sum(map(float, lines))

    def is_idle(self, seconds: float = 10) -> bool:
        """Whether within so long it works on nothing and has nothing waiting."""
        until = time.monotonic() + seconds
        while self.metric("num_requests_running") + self.metric("num_requests_waiting"):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def _command(self) -> list[str]:
        options = {
            "--model": str(self._model),
            "--host": "127.0.0.1",
            "--port": str(self._port),
            "--served-model-name": NAME,
            "--max-model-len": str(CONTEXT),
            "--dtype": "float32",
            "--max-num-seqs": "8",
            "--structured-outputs-config": _XGRAMMAR,
        }
        words = [word for option in options.items() for word in option]
        # `vllm serve` looks for a distribution of that name, which the build for the CPU is not.
        return [str(self._python), "-P", "-m", "vllm.entrypoints.openai.api_server", *words, "--enforce-eager"]

    def _wait(self, until: float) -> None:
        assert self._process is not None
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                self.get("/health")
                return
            except httpx2.HTTPError:
                time.sleep(0.5)
        self.kill()
        raise AssertionError(f"vLLM did not start:\n{self._log.read_text(errors='replace')[-4000:]}")

    def _processes(self) -> list[psutil.Process]:
        assert self._process is not None
        try:
            first = psutil.Process(self._process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _end(processes: list[psutil.Process]) -> None:
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.kill()


def _environment() -> dict[str, str]:
    """Nothing of ours, nothing fetched, nobody told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YOUJU_", "VLLM_", "PYTHON"))}
    return kept | {
        "HF_HUB_OFFLINE": "1",
        "VLLM_API_KEY": KEY,
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_HOST_IP": "127.0.0.1",
        "VLLM_NO_USAGE_STATS": "1",
    }


def opened(server: VllmServer, tokens: int = SHORT, name: str = "openai-compatible", **more: Any) -> ChatModel:
    """A model whose answers are ``tokens`` long: this one never ends by itself.

    :param more: what ``Server`` takes; ``changes`` of the preset.
    """
    changes = more.pop("changes", {})
    known = replace(preset(name), max_tokens=tokens, **changes)
    return open_model(known, Server(server.url, **{"key": KEY, "name": NAME} | more), PATIENT)
