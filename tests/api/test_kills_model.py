"""The chat model's server killed in the middle of an answer: who asked is told, and the next answer is whole again."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.killed import LONGEST_S, Alone, alone, until
from tests.commands import ROOT, environment, free_port

pytest.importorskip("llama_index.llms.openai_like", reason="extra `chat` not installed")

ASKED = {"question": "示範共享單車租借條例第4條：押金要在幾天內退還？"}
CHAT = {"model": "youju", "messages": [{"role": "user", "content": ASKED["question"]}]}
TOLD = "業者應於七日內全額返還押金[1]。"
# Says one sentence that is right, tells by a file that it is in the middle of the next, and goes on while another is there.
SCRIPT = f"""
import signal, sys
from pathlib import Path
from tests.model_server import ModelServer, Pause

folder = Path(sys.argv[2])

def script(request):
    yield {TOLD!r}
    yield "其他"
    while (folder / "hold").exists():
        (folder / "amid").touch()
        yield Pause(0.01)
    yield "說明。"

with ModelServer(script, port=int(sys.argv[1]), context=16384):
    signal.pause()
"""


class Model:
    """The server as a process, at an address that it keeps."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self) -> None:
        words = [sys.executable, "-c", SCRIPT, str(self.port), str(self.folder)]
        self.process = subprocess.Popen(words, cwd=ROOT, env=environment())
        until(self.answers)

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/v1/models").status_code == 200
        except httpx.HTTPError:
            return False

    def hold(self) -> None:
        """From now on an answer is not told to its end."""
        (self.folder / "hold").touch()

    def kill_amid(self) -> None:
        """Kill it in the middle of the answer that it is asked for next."""
        until((self.folder / "amid").exists)
        self.kill()
        for name in ("amid", "hold"):
            (self.folder / name).unlink()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(LONGEST_S)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Model]:
    one = Model(tmp_path_factory.mktemp("model"))
    yield one
    one.kill()


@pytest.fixture(scope="module")
def service(model: Model, sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    settings = {
        "YOUJU_MODEL": "openai-compatible",
        "YOUJU_MODEL_NAME": "tiny",
        "YOUJU_MODEL_URL": f"http://127.0.0.1:{model.port}/v1",
    }
    with alone(sample_data, log=tmp_path_factory.mktemp("said") / "log", **settings) as one:
        yield one


def asked(service: Alone, path: str = "/v1/ask", body: dict[str, Any] = ASKED, **headers: str) -> httpx.Response:
    return httpx.post(service.url + path, json=body, headers=headers, timeout=LONGEST_S)


def asked_amid(model: Model, service: Alone, *what: Any, **headers: str) -> httpx.Response:
    """What comes back when the model's server is killed in the middle of its answer."""
    model.hold()
    came: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: came.append(asked(service, *what, **headers)))
    thread.start()
    model.kill_amid()
    thread.join()
    return came[0]


def assert_told(problem: dict[str, Any], *statuses: int) -> None:
    assert problem["status"] in statuses
    assert "模型" in problem["detail"]
    assert "Traceback" not in problem["detail"]
    assert "\n" not in problem["detail"]


def assert_well_again(model: Model, service: Alone) -> None:
    """Nobody is answered by the model while it is gone, all else is; and afterwards all are."""
    refused = asked(service)
    assert refused.headers["content-type"] == "application/problem+json"
    assert_told(refused.json(), 503)
    assert asked(service, "/v1/search").status_code == 200
    assert httpx.get(f"{service.url}/readyz").status_code == 200
    model.start()
    again = asked(service).json()
    assert [one["text"] for one in again["sentences"]] == [TOLD]
    assert "Traceback" not in service.log.read_text()


def test_who_waits_for_an_answer_is_told(model: Model, service: Alone) -> None:
    response = asked_amid(model, service)
    assert response.headers["content-type"] == "application/problem+json"
    assert_told(response.json(), response.status_code)
    assert response.status_code in (502, 503)
    assert_well_again(model, service)


def test_a_stream_keeps_what_was_proved_and_ends_with_the_error(model: Model, service: Alone) -> None:
    response = asked_amid(model, service, Accept="text/event-stream")
    events = [one.split("\r\n") for one in response.text.strip().split("\r\n\r\n")]
    assert [name for name, *_ in events] == ["event: citation", "event: sentence", "event: error"]
    assert TOLD in events[1][1]
    assert_told(json.loads(events[2][1].removeprefix("data: ")), 502, 503)
    assert_well_again(model, service)


def test_a_client_of_openai_is_told_in_its_own_words(model: Model, service: Alone) -> None:
    response = asked_amid(model, service, "/v1/chat/completions", CHAT | {"stream": True})
    assert response.status_code == 200
    assert TOLD.partition("[")[0] in response.text
    assert "模型" in response.text.rpartition('"error"')[2]
    assert_well_again(model, service)
