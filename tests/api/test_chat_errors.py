"""What the door for OpenAI's clients refuses, and that what it quotes does no harm where Markdown is read."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.app import MAX_BODY_BYTES, create_app
from api.chat_schemas import NAME
from rag.answer import Event
from rag.domain import Sentence
from rag.telling import Told
from tests.fakes import FakeEngine

PATH = "/v1/chat/completions"
ASKED = [{"role": "user", "content": "押金？"}]
ENGINE = FakeEngine()
CLIENT = TestClient(create_app(ENGINE))


def assert_error(response: Any, status: int, says: str, param: str | None = None, code: str | None = None) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"]
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert says in error["message"]
    assert "\n" not in error["message"]
    assert (error["param"], error["code"]) == (param, code)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 2),
        ("n", True),
        ("stop", ["。"]),
        ("logprobs", True),
        ("top_logprobs", 3),
        ("response_format", {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}),
        ("response_format", {"type": "json_object"}),
        ("modalities", ["text", "audio"]),
        ("audio", {"voice": "alloy", "format": "wav"}),
        ("tools", [{"type": "function", "function": {"name": "x"}}]),
        ("tool_choice", "required"),
        ("functions", [{"name": "x"}]),
        ("function_call", {"name": "x"}),
        ("web_search_options", {}),
        ("store", True),
    ],
)
def test_what_would_change_the_answer_is_refused(name: str, value: object) -> None:
    response = CLIENT.post(PATH, json={"model": NAME, "messages": ASKED, name: value})
    assert_error(response, 400, f"不支援 {name} 的這個值", name, "unsupported_parameter")


def test_defaults_of_what_is_refused_and_what_does_not_matter_are_taken() -> None:
    defaults = {
        "n": 1, "stop": None, "logprobs": False, "top_logprobs": 0, "response_format": {"type": "text"},
        "modalities": ["text"], "audio": None, "tools": [], "tool_choice": "auto", "functions": [],
        "function_call": "none", "web_search_options": None, "store": False,
    }  # fmt: skip
    harmless = {
        "temperature": 2, "top_p": 0.1, "max_tokens": 5, "max_completion_tokens": 5, "seed": 1, "user": "x",
        "frequency_penalty": 1, "presence_penalty": 1, "logit_bias": {"1": 5}, "metadata": {"a": "b"},
        "parallel_tool_calls": True, "reasoning_effort": "low", "service_tier": "auto", "verbosity": "low",
    }  # fmt: skip
    response = CLIENT.post(PATH, json={"model": NAME, "messages": ASKED, "stream": None} | defaults | harmless)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("messages", "says", "param"),
    [
        ([], "沒有使用者（user）的訊息", "messages"),
        ([{"role": "system", "content": "x"}], "沒有使用者（user）的訊息", "messages"),
        ([{"role": "tool", "content": "x"}], "role 只能是", "messages.0"),
        ([{"role": ["user"], "content": "x"}], "role 只能是", "messages.0"),
        ([{"role": "user", "content": " \n"}], "不得空白", "messages.0.user.content"),
        ([{"role": "user", "content": "a\x00"}], "無法辨識", "messages.0.user.content"),
        ([{"role": "user", "content": []}], "不得空白", "messages.0.user.content"),
        ([{"role": "user", "content": None}], "應為文字", "messages.0.user.content"),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}],
            "只讀文字",
            "messages.0.user.content",
        ),
        ([{"role": "user", "content": [{"type": "text", "text": 5}]}], "只讀文字", "messages.0.user.content"),
        (["x"], "應為 JSON 物件", "messages.0"),
        ("x", "應為清單", "messages"),
    ],
)
def test_messages_without_a_question_are_refused(messages: object, says: str, param: str) -> None:
    assert_error(CLIENT.post(PATH, json={"model": NAME, "messages": messages}), 400, says, param)


@pytest.mark.parametrize(
    ("changes", "says", "param"),
    [
        ({"top_k": 5}, "不認得這個欄位", "top_k"),
        ({"stream": "yes"}, "應為 true 或 false", "stream"),
        ({"stream_options": {"include_usage": 1}}, "應為 true 或 false", "stream_options.include_usage"),
        ({"stream_options": 5}, "應為 JSON 物件", "stream_options"),
        ({"model": 5}, "應為文字", "model"),
    ],
)
def test_other_mistakes_name_their_field(changes: dict[str, object], says: str, param: str) -> None:
    assert_error(CLIENT.post(PATH, json={"model": NAME, "messages": ASKED} | changes), 400, says, param)


def test_what_is_wrong_with_the_request_itself_has_the_same_shape() -> None:
    json_type = {"content-type": "application/json"}
    assert_error(CLIENT.post(PATH, content=b'{"model"', headers=json_type), 400, "不是合格的 JSON")
    odd = rb'{"model": "\ud800", "messages": [{"role": "user", "content": "x"}]}'
    assert_error(CLIENT.post(PATH, content=odd, headers=json_type), 404, "沒有 ? 這個模型", code="not_found")
    assert_error(CLIENT.get(PATH), 405, "不支援這個方法")
    assert_error(CLIENT.post("/v1/chat/nothing"), 404, "沒有這個路徑", code="not_found")
    huge = CLIENT.post(PATH, json={"model": NAME, "messages": [{"role": "user", "content": "x" * MAX_BODY_BYTES}]})
    assert_error(huge, 413, str(MAX_BODY_BYTES), code="request_too_large")
    wrong_key = CLIENT.get("/v1/models", headers={"Authorization": "Basic eDp5"})
    assert_error(wrong_key, 401, "金鑰", code="invalid_api_key")


def test_other_paths_keep_their_problem_documents() -> None:
    assert CLIENT.get("/v1/nothing").headers["content-type"] == "application/problem+json"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_bodies = st.fixed_dictionaries(
    {
        "model": st.just(NAME) | _json,
        "messages": st.just(ASKED)
        | st.lists(st.fixed_dictionaries({"role": st.just("user") | _json, "content": _json}))
        | _json,
    },
    optional={
        name: _json for name in ("stream_options", "tools", "n", "stop", "temperature", "response_format", "user")
    },
)


@settings(deadline=None, max_examples=150)
@given(body=_bodies | _json)
def test_whatever_comes_is_answered_or_refused_in_one_shape(body: object) -> None:
    response = CLIENT.post(PATH, json=body)
    if response.status_code != 200:
        assert response.status_code in {400, 404}
        assert set(response.json()["error"]) == {"message", "type", "param", "code"}
        assert "Traceback" not in response.text


ATTACKS = (
    "![x](https://evil.example/?q=1)", "[點我](javascript:alert(1))", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>",
    "[1]: https://evil.example", "\\<b>", "\\\\](x)", "![x]\\(y)", "<https://evil.example>", "a\u202eb\x1b[2J\x00c", "[a][1]\n\n[1]: https://evil.example",
)  # fmt: skip


class Hostile(FakeEngine):
    """Every text of its answers is one that a source or a model might hold to do harm."""

    text = ""

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        answer, text = self.ask(question), self.text
        sentence = Sentence(text, "proved", {text: text}, (1,))
        cited = tuple(replace(one, label=text, quote=text, version=text) for one in answer.citations)
        yield Told(sentence, cited)
        yield replace(answer, sentences=(sentence,), citations=cited, message=text, rewritten=text, found=cited)


HOSTILE = Hostile()
READER = TestClient(create_app(HOSTILE))


def rendered(text: str) -> set[str]:
    """The kinds of tokens that a reader of Markdown makes of the answer."""
    HOSTILE.text = text
    response = READER.post(PATH, json={"model": NAME, "messages": ASKED})
    assert response.status_code == 200
    content = response.json()["choices"][0]["message"]["content"]
    assert not set(content) & {"\u202e", "\x1b", "\x00"}
    blocks = MarkdownIt("commonmark").parse(content)
    return {token.type for block in blocks for token in [block, *(block.children or ())]}


@pytest.mark.parametrize("text", ATTACKS)
def test_quoted_texts_make_no_link_image_or_element(text: str) -> None:
    assert not rendered(text) & {"link_open", "image", "html_inline", "html_block"}


@settings(deadline=None, max_examples=100)
@given(text=st.text(alphabet="[]()<>!:\\`*_ \n1ahtp/.", max_size=40))
def test_no_text_at_all_does(text: str) -> None:
    assert not rendered(text) & {"link_open", "image", "html_inline", "html_block"}


@pytest.mark.parametrize("field", ["model", "role", "content", "user", "stop", "tools", "response_format"])
@pytest.mark.parametrize(
    "attack", ["'; DROP TABLE documents;--", "<script>", "{{7*7}}", "../../etc/passwd", "%00", "$(id)"]
)
def test_an_attack_in_any_field_is_refused_or_answered_as_a_question(field: str, attack: str) -> None:
    message = {"role": "user", "content": "押金？"} | ({field: attack} if field in {"role", "content"} else {})
    body = {"model": NAME, "messages": [message]} | ({} if field in {"role", "content"} else {field: attack})
    response = CLIENT.post(PATH, json=body)
    assert response.status_code == {"model": 404, "content": 200, "user": 200}.get(field, 400)
