"""vLLM ends in the middle of an answer: who asked is told in one line, the service stays up, and the next one works."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from rag.errors import ModelBroken, ModelError, ModelUnreachable
from rag.llm import ChatModel
from tests.commands import run, serving
from tests.vllm.vllm_server import KEY, LONG, NAME, TURNS, VllmServer, opened

pytestmark = pytest.mark.vllm

QUESTION = "租單車的押金多久要退還？"


def settings(server: VllmServer) -> dict[str, str]:
    patient = {"YOUJU_MODEL_TIMEOUT_S": "300", "YOUJU_MODEL_FIRST_TOKEN_S": "120"}
    return {"YOUJU_MODEL_URL": server.url, "YOUJU_MODEL_KEY": KEY, "YOUJU_MODEL_NAME": NAME} | patient


def wrong(model: ChatModel, then: Callable[[], None]) -> ModelError:
    """The error that an answer ends with, when this happens after its first words."""
    pieces = model.stream(TURNS)
    assert next(pieces)
    then()
    with pytest.raises(ModelError) as caught:
        list(pieces)
    assert "\n" not in str(caught.value)
    return caught.value


def test_server_that_dies_is_told_and_may_come_back(server: VllmServer) -> None:
    model = opened(server, LONG)
    try:
        assert isinstance(wrong(model, server.kill), ModelBroken)
        with pytest.raises(ModelUnreachable, match="連不上模型伺服器"):
            list(model.stream(TURNS))
        with pytest.raises(ModelUnreachable, match="連不上模型伺服器"):
            opened(server).count(TURNS)
    finally:
        server.restart()
    assert opened(server).count(TURNS)
    pieces = model.stream(TURNS)
    assert next(pieces)
    pieces.close()
    assert server.is_idle()


def test_server_whose_engine_dies_is_told(server: VllmServer) -> None:
    try:
        assert isinstance(wrong(opened(server, LONG), server.kill_engine), ModelBroken)
        server.wait_for_end()
        with pytest.raises(ModelUnreachable, match="連不上模型伺服器"):
            list(opened(server).stream(TURNS))
    finally:
        server.restart()


def test_answer_of_a_random_model_is_a_refusal(server: VllmServer, sample_data: Path) -> None:
    before = server.metric("generation_tokens_total")
    words = ["youju-ask", QUESTION, "--model", "openai-compatible", "--data", str(sample_data)]
    told = run([*words, "--json"], **settings(server))
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert server.metric("generation_tokens_total") > before
    assert (answer["state"], answer["reason"], answer["sentences"]) == ("abstained", "no_evidence", [])
    shown = run(words, **settings(server))
    assert shown.returncode == 0, shown.stderr
    assert answer["message"] in shown.stdout


def test_service_outlives_the_model_server(server: VllmServer, sample_data: Path) -> None:
    words = ["youju-serve", "--data", str(sample_data)]
    with serving(words, YOUJU_MODEL="openai-compatible", **settings(server)) as url:
        try:
            assert_told(asked_and_killed(server, url).json())
            assert httpx2.get(f"{url}/healthz").json()["status"] == "ok"
            assert ask(url).status_code == 503
        finally:
            server.restart()
        served = ask(url)
        assert (served.status_code, served.json()["state"]) == (200, "abstained")


def test_stream_of_the_service_ends_with_the_error(server: VllmServer, sample_data: Path) -> None:
    words = ["youju-serve", "--data", str(sample_data)]
    with serving(words, YOUJU_MODEL="openai-compatible", **settings(server)) as url:
        try:
            streamed = asked_and_killed(server, url, Accept="text/event-stream")
        finally:
            server.restart()
        assert streamed.status_code == 200
        name, _, data = streamed.text.strip().rpartition("\r\n\r\n")[2].partition("\r\ndata: ")
        assert name == "event: error"
        assert_told(json.loads(data))
        again = ask(url, Accept="text/event-stream")
        assert "event: done" in again.text
        assert "event: error" not in again.text


def ask(url: str, **headers: str) -> httpx2.Response:
    return httpx2.post(f"{url}/v1/ask", json={"question": QUESTION}, headers=headers, timeout=300)


def asked_and_killed(server: VllmServer, url: str, **headers: str) -> httpx2.Response:
    """What the service says when the model's server is killed while it writes the answer."""
    replies: list[httpx2.Response] = []
    asking = Thread(target=lambda: replies.append(ask(url, **headers)))
    asking.start()
    while not server.metric("num_requests_running"):
        assert asking.is_alive(), replies
    server.kill()
    asking.join()
    return replies[0]


def assert_told(problem: dict[str, Any]) -> None:
    assert problem["status"] in (502, 503)
    assert "模型" in problem["detail"]
