import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from rag.errors import ModelBroken, ModelError, ModelTimeout, ModelUnreachable, SettingsError
from rag.llm.served import ChatModel, Limits, Server, open_model
from rag.presets import Turn, preset
from tests.model_server import CutOff, End, Finish, ModelServer, Pause, Raw, Said, Script, Status, one_by_one, said

pytest.importorskip("llama_index.llms.openai_like", reason="extra `chat` not installed")

TURNS = (Turn("system", "規則"), Turn("user", "押金何時返還？"))
QUICK = Limits(first=5, pause=5, total=10, retries=1)
LONG = 3600.0  # seconds nobody waits for


def opened(server: ModelServer, limits: Limits = QUICK, name: str = "openai-compatible", **more: Any) -> ChatModel:
    return open_model(preset(name), Server(server.url, name=more.pop("served", ""), **more), limits)


def wrong(script: Script, limits: Limits = QUICK, **more: Any) -> ModelError:
    """The error that an answer ends with."""
    with ModelServer(script) as server, pytest.raises(ModelError) as caught:
        list(opened(server, limits, **more).stream(TURNS))
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__
    return caught.value


def test_answer_comes_in_pieces() -> None:
    with ModelServer(said("業者應", "於七日內", "返還[1]。")) as server:
        assert list(opened(server).stream(TURNS)) == ["業者應", "於七日內", "返還[1]。"]
        (asked,) = server.asked
    assert asked["messages"] == [{"role": "system", "content": "規則"}, {"role": "user", "content": "押金何時返還？"}]
    assert (asked["model"], asked["stream"], asked["temperature"]) == ("tiny", True, 0)
    assert asked["max_tokens"] == preset("openai-compatible").max_tokens


def test_a_piece_is_there_before_the_next_is_written() -> None:
    told = threading.Event()

    def script(request: dict[str, Any]) -> Iterator[Said]:
        yield "第一句。"
        assert told.wait(10)
        yield "第二句。"

    with ModelServer(script) as server, closing(opened(server).stream(TURNS)) as pieces:
        assert next(pieces) == "第一句。"
        told.set()
        assert list(pieces) == ["第二句。"]


def test_model_with_a_template_is_given_one_text() -> None:
    with ModelServer(said("七日", "內[1]。")) as server:
        model = opened(server, name="taiwan-llm-7b-v2", served="tiny")
        assert list(model.stream(TURNS)) == ["七日", "內[1]。"]
        (asked,) = server.asked
    assert server.requests[-1].path == "/v1/completions"
    assert asked["prompt"] == "規則 USER: 押金何時返還？ ASSISTANT:"
    assert asked["stop"] == ["USER:"]


def test_marks_of_the_prompt_format_are_made_harmless() -> None:
    with ModelServer(said("好")) as server:
        list(opened(server, name="taide-8b", served="tiny").stream([Turn("user", "法<|eot_id|>規")]))
        assert server.asked[0]["messages"][0]["content"] == "法<｜eot_id|>規"


def test_answer_cut_by_length_just_ends() -> None:
    with ModelServer(said("第一句。", "第二", Finish("length"))) as server:
        assert list(opened(server).stream(TURNS)) == ["第一句。", "第二"]


def test_empty_answer_is_no_error() -> None:
    with ModelServer(said()) as server:
        assert list(opened(server).stream(TURNS)) == []


def test_endless_answer_is_cut_and_the_server_told() -> None:
    def endless(request: dict[str, Any]) -> Iterator[Said]:
        while True:
            yield "同一句話。" * 50

    with ModelServer(endless) as server:
        model = opened(server)
        text = "".join(model.stream(TURNS))
        assert len(text) == model.max_tokens * 8
        assert server.left()


def test_closing_the_iterator_tells_the_server() -> None:
    with ModelServer(said("第一句。", Pause(LONG), "第二句。")) as server:
        pieces = opened(server).stream(TURNS)
        assert next(pieces) == "第一句。"
        with closing(pieces):
            pass
        assert server.left()


def test_forgetting_the_iterator_tells_the_server() -> None:
    with ModelServer(said("第一句。", Pause(LONG), "第二句。")) as server:
        assert next(opened(server).stream(TURNS)) == "第一句。"
        assert server.left()


@pytest.mark.parametrize(
    ("script", "limits"),
    [
        (said(Pause(LONG), "太晚"), Limits(first=0.2, pause=5, total=10)),
        (said("第一句。", Pause(LONG), "太晚"), Limits(first=5, pause=0.2, total=10)),
        (lambda request: iter(lambda: Pause(0.01), ""), Limits(first=5, pause=5, total=0.3)),
        (said("第一句。", *[Raw(b": still here\n\n"), Pause(0.02)] * 1000), Limits(first=5, pause=0.3, total=10)),
    ],
    ids=["no first word", "a pause", "no end", "kept alive without a word"],
)
def test_too_slow_is_a_timeout_and_the_server_told(script: Script, limits: Limits) -> None:
    with ModelServer(script) as server:
        with pytest.raises(ModelTimeout, match="秒"):
            list(opened(server, limits).stream(TURNS))
        assert server.left()
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "script",
    [
        said("第一句。", CutOff()),
        said("第一句。", End()),
        said("第一句。", Finish("abort")),
        said("第一句。", Raw(b"data: {oops\n\n")),
        said(Raw(b'data: {"choices": 7}\n\n')),
        said(Raw(b'data: {"error": {"message": "out of memory", "code": 500}}\n\n')),
        said(Raw(b"<html>proxy</html>"), End()),
        said(Raw(b"\xff\xfe\n\n")),
    ],
    ids=["cut off", "no end", "aborted", "malformed", "no choices", "error inside", "no stream", "no UTF-8"],
)
def test_answer_that_breaks_is_said_to_be_broken(script: Script) -> None:
    assert isinstance(wrong(script), ModelBroken)


def test_what_came_before_it_broke_is_not_lost() -> None:
    with ModelServer(said("第一句。", CutOff())) as server:
        pieces = opened(server).stream(TURNS)
        assert next(pieces) == "第一句。"
        with pytest.raises(ModelBroken, match="回答"):
            next(pieces)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status(500, "engine \x1b[31mdead\nTraceback"), "出錯：engine .*dead Traceback（HTTP 500）"),
        (Status(503), "忙碌（HTTP 503）"),
        (Status(429), "忙碌（HTTP 429）"),
        (Status(404), "YOUJU_MODEL_NAME.*（HTTP 404）"),
        (Status(400, "maximum context length is 4096"), "出錯：maximum context length is 4096（HTTP 400）"),
        (Status(502, b"<html>"), "出錯.*（HTTP 502）"),
    ],
)
def test_refusal_of_the_server_is_told_in_one_line(status: Status, says: str) -> None:
    error = wrong(said(status), Limits(retries=0))
    assert isinstance(error, ModelUnreachable)
    assert re.search(says, str(error))
    assert str(error).isprintable()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_passes_is_tried_again(status: int) -> None:
    with ModelServer(one_by_one(said(Status(status)), said("好。"))) as server:
        assert list(opened(server).stream(TURNS)) == ["好。"]
        assert len(server.asked) == 2


def test_server_that_wants_more_time_than_there_is_gets_no_second_request() -> None:
    busy = said(Status(429, "", {"Retry-After": "30"}))
    with ModelServer(busy) as server:
        with pytest.raises(ModelUnreachable, match="忙碌或出錯（HTTP 429）"):
            list(opened(server, Limits(first=0.5)).stream(TURNS))
        assert len(server.asked) == 1


def test_nothing_is_tried_again_once_words_have_come() -> None:
    with ModelServer(said("第一句。", CutOff())) as server, pytest.raises(ModelBroken):
        list(opened(server).stream(TURNS))
    assert len(server.asked) == 1


def test_nobody_there_is_told_with_the_address_and_no_password() -> None:
    model = open_model(preset("taide-8b"), Server("http://user:hush@127.0.0.1:9/v1"), Limits(retries=0))
    with pytest.raises(ModelUnreachable, match=r"^連不上模型伺服器 http://127\.0\.0\.1:9$"):
        model.count(TURNS)
    with pytest.raises(ModelUnreachable):
        list(model.stream(TURNS))
    with pytest.raises(ModelUnreachable):
        _ = model.context


def test_key_is_sent_and_shown_nowhere() -> None:
    with ModelServer(said(Status(500, "bad key sk-hush")), key="sk-hush") as server:
        model = opened(server, Limits(retries=0), key="sk-hush")
        with pytest.raises(ModelUnreachable, match="bad key …") as caught:
            list(model.stream(TURNS))
        assert server.requests[-1].authorization == "Bearer sk-hush"
    assert "hush" not in str(caught.value) + repr(Server("http://a", key="sk-hush"))


def test_wrong_key_is_told() -> None:
    with ModelServer(said("好"), key="right") as server, pytest.raises(ModelUnreachable, match="YOUJU_MODEL_KEY"):
        list(opened(server, key="wrong", served="tiny").stream(TURNS))


def test_key_of_another_service_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another")
    with ModelServer(said("好")) as server:
        list(opened(server).stream(TURNS))
    assert not any("another" in request.authorization for request in server.requests)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8001", "ftp://host/v1", "http://[::1/v1", "http://host:99999/v1"])
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="YOUJU_MODEL_URL"):
        open_model(preset("taide-8b"), Server(url))


def test_key_that_no_header_can_carry_is_refused() -> None:
    with pytest.raises(SettingsError, match="YOUJU_MODEL_KEY"):
        open_model(preset("taide-8b"), Server("http://127.0.0.1/v1", key="金鑰\n"))


def test_without_the_extra_one_line_says_how_to_get_it(tmp_path: Any) -> None:
    (tmp_path / "openai.py").write_text("raise ModuleNotFoundError('no', name='openai')")
    code = "from rag.llm.served import *; from rag.presets import preset\nopen_model(preset('taide-8b'), Server('http://a/v1'))"
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True)
    assert 'SettingsError: 使用聊天模型需要另外安裝套件：python -m pip install -e ".[chat]"（缺 openai）' in done.stderr


def test_several_answers_at_once_are_kept_apart() -> None:
    def script(request: dict[str, Any]) -> list[Said]:
        return [request["messages"][0]["content"], Pause(0.01)] * 20

    with ModelServer(script) as server:
        model = opened(server)
        asked = [model.stream([Turn("user", f"{number}號。")]) for number in range(6)]
        first = [next(pieces) for pieces in asked]
        asked[0].close()  # type: ignore[attr-defined]
        rest = ["".join(pieces) for pieces in asked[1:]]
    assert first == [f"{number}號。" for number in range(6)]
    assert rest == [f"{number}號。" * 19 for number in range(1, 6)]


SCHEMA = {"type": "object", "properties": {"判斷": {"enum": ["支持", "不支持"]}}, "required": ["判斷"]}


@pytest.mark.parametrize("name", ["openai-compatible", "taiwan-llm-7b-v2"])
def test_structured_answer_is_asked_for_by_schema(name: str) -> None:
    with ModelServer(said('{"判', '斷": "支持"}')) as server:
        assert opened(server, name=name, served="tiny").structured(TURNS, SCHEMA) == {"判斷": "支持"}
        form = server.asked[0]["response_format"]
    assert (form["type"], form["json_schema"]["schema"]) == ("json_schema", SCHEMA)
    assert "guided_json" not in json.dumps(server.asked)


@pytest.mark.parametrize("answer", ["支持", '{"判斷": "也許"}', "{}", "[1]", "", '{"判斷": "支', "[" * 100_000])
def test_structured_answer_of_another_shape_is_broken(answer: str) -> None:
    with ModelServer(said(answer)) as server, pytest.raises(ModelBroken, match=r"JSON|格式"):
        opened(server).structured(TURNS, SCHEMA)
