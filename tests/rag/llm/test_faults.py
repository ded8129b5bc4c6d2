"""Servers that answer, but are no model server: each in one line that says what to look at."""

from __future__ import annotations

import re

import pytest

from rag.errors import ModelBroken, ModelError, ModelUnreachable
from rag.llm.served import Limits, Server, open_model
from rag.presets import Turn, preset
from tests.model_server import CutOff, End, Finish, ModelServer, Raw, Script, Status, said

pytest.importorskip("llama_index.llms.openai_like", reason="extra `chat` not installed")

TURNS = (Turn("user", "押金何時返還？"),)


def body(content: bytes, media: str = "application/json") -> Status:
    """What is answered as if all were well."""
    return Status(200, content, {"Content-Type": media})


LOGIN = body(b"<!DOCTYPE html><title>Log in</title>", "text/html; charset=utf-8")
FOREIGN = (
    r"^模型伺服器 http://127\.0\.0\.1:\d+ 的回覆不是 OpenAI 相容的格式；請檢查 YOUJU_MODEL_URL（通常以 /v1 結尾）$"
)


def wrong(script: Script, known: str = "openai-compatible") -> ModelError:
    """The error that an answer ends with, from a server whose address holds a password."""
    with ModelServer(script) as server:
        address = server.url.replace("http://", "http://user:hush@")
        model = open_model(preset(known), Server(address, name="tiny"), Limits(5, 5, 10, 0))
        with pytest.raises(ModelError) as caught:
            list(model.stream(TURNS))
    assert "hush" not in str(caught.value)
    assert str(caught.value).isprintable()
    return caught.value


@pytest.mark.parametrize("known", ["openai-compatible", "taiwan-llm-7b-v2"])
@pytest.mark.parametrize(
    "script",
    [
        said(LOGIN),
        said(body(b'{"ok": true}')),
        said(body(b'["a"]')),
        said(body(b'{"choices": [{"message": {"content": "x"}}]}')),
        said(body(b"", "text/event-stream")),
        said(body(b"", "text/plain")),
        said(End()),
        said(Raw(b"data: [DONE]\n\n"), End()),
        said(Raw(b'data: {"id": "1", "choices": []}\n\ndata: [DONE]\n\n'), End()),
        said(Raw(b'data: {"ok": true}\n\n'), End()),
        said(Raw(b'data: {"choices": null}\n\n'), End()),
        said(Raw(b"data: [1]\n\n"), End()),
        said(Raw(b"data: <html>\n\n"), End()),
    ],
    ids=[
        *("page", "JSON", "list", "no stream", "empty stream", "nothing", "no event", "done at once", "no choices"),
        *("another shape", "choices null", "event a list", "event no JSON"),
    ],
)
def test_what_speaks_no_protocol_is_told(script: Script, known: str) -> None:
    error = wrong(script, known=known)
    assert isinstance(error, ModelBroken)
    assert re.search(FOREIGN, str(error))


def test_page_in_place_of_the_list_of_models_is_told() -> None:
    with ModelServer(said("好")) as server:
        server.listed = LOGIN
        model = open_model(preset("openai-compatible"), Server(server.url))
        with pytest.raises(ModelBroken, match=FOREIGN):
            list(model.stream(TURNS))
        assert server.asked == []


def test_server_that_sends_elsewhere_is_not_followed() -> None:
    error = wrong(said(Status(302, "", {"Location": "http://127.0.0.1:9/login"})))
    assert isinstance(error, ModelUnreachable)
    assert "要轉往別處；請檢查 YOUJU_MODEL_URL（HTTP 302）" in str(error)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (said("第一句。", CutOff()), "的回答中途斷了"),
        (said("第一句。", End()), "的回答中途斷了"),
        (said("第一句。", Finish("abort")), "的回答中途斷了"),
        (said(Raw(b'data: {"error": {"message": "out of\\nmemory", "code": 500}}\n\n')), "寫到一半出錯：out of memory"),
    ],
)
def test_what_breaks_off_is_told_apart(script: Script, says: str) -> None:
    error = wrong(script)
    assert isinstance(error, ModelBroken)
    assert says in str(error)
