"""The client and vLLM: what the one sends, the other understands, and stops when nobody listens any more."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from threading import Barrier, Thread

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from rag.errors import ModelUnreachable
from rag.judge import JudgeSupport
from rag.llm import ChatModel, Server, open_model
from rag.presets import Turn, preset
from tests.vllm.vllm_server import CONTEXT, KEY, LONG, NAME, PATIENT, SHORT, TURNS, VllmServer, opened

pytestmark = pytest.mark.vllm

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "結論": {"type": "string", "enum": ["有", "沒有"]},
        "資料": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}, "maxItems": 3},
        "理由": {"type": "string", "maxLength": 20},
    },
    "required": ["結論", "資料", "理由"],
    "additionalProperties": False,
}


def text(model: ChatModel, turns: Sequence[Turn] = TURNS) -> str:
    return "".join(model.stream(turns))


def test_name_and_context_come_from_the_server(server: VllmServer) -> None:
    (card,) = json.loads(server.get("/v1/models"))["data"]
    model = open_model(preset("openai-compatible"), Server(server.url, KEY), PATIENT)
    assert (card["id"], card["max_model_len"]) == (NAME, CONTEXT)
    assert (model.context, model.max_tokens) == (CONTEXT, preset("openai-compatible").max_tokens)
    with closing(model.stream(TURNS)) as pieces:
        assert next(pieces)


def test_answer_is_streamed_and_as_long_as_allowed(server: VllmServer) -> None:
    before = server.metric("generation_tokens_total")
    pieces = list(opened(server, SHORT).stream(TURNS))
    assert SHORT // 2 < len(pieces) <= SHORT
    assert server.metric("generation_tokens_total") - before == SHORT


@pytest.mark.parametrize("name", ["openai-compatible", "taiwan-llm-7b-v2", "bloom-zh-1b1"])
def test_count_is_what_the_model_reads(server: VllmServer, name: str) -> None:
    """By chat messages and by a prompt of our own."""
    model = opened(server, name=name)
    before = server.metric("prompt_tokens_total")
    assert text(model)
    assert server.metric("prompt_tokens_total") - before == model.count(TURNS)


def test_stop_words_end_an_answer(server: VllmServer) -> None:
    whole = text(opened(server))
    word = whole[8:10]
    assert text(opened(server, changes={"stop": (word,)})) == whole.partition(word)[0]


def test_structured_answer_is_valid(server: VllmServer) -> None:
    found = opened(server, 256).structured(TURNS, SCHEMA)
    assert best_match(Draft202012Validator(SCHEMA).iter_errors(found)) is None


def test_judge_gets_one_of_its_verdicts(server: VllmServer) -> None:
    before = server.metric("generation_tokens_total")
    verdict = JudgeSupport(opened(server, 256)).verdict("押金應於七日內返還。", ["業者應於七日內全額返還。"])
    assert verdict in ("ok", "unsupported", "contradicted")
    assert server.metric("generation_tokens_total") - before < 64


def test_closing_the_iterator_stops_the_server(server: VllmServer) -> None:
    assert server.is_idle()
    before = server.metric("generation_tokens_total")
    with closing(opened(server, LONG).stream(TURNS)) as pieces:
        assert next(pieces)
    assert server.is_idle()
    assert server.metric("generation_tokens_total") - before < LONG


def test_answers_at_once_do_not_mix(server: VllmServer) -> None:
    model = opened(server, 256)
    questions = [(Turn("user", word),) for word in ("押金", "下雨", "晚飯", "孩子們")]
    alone = [text(model, turns) for turns in questions]
    together = ["" for _ in questions]
    start = Barrier(len(questions))

    def ask(number: int) -> None:
        start.wait()
        together[number] = text(model, questions[number])

    threads = [Thread(target=ask, args=(number,)) for number in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(alone)) == len(questions)
    assert together == alone


def test_prompt_that_is_too_long_is_refused_in_one_line(server: VllmServer) -> None:
    with pytest.raises(ModelUnreachable, match=r"maximum context length is 16384.*HTTP 400") as caught:
        text(opened(server), [Turn("user", "押" * CONTEXT)])
    assert "\n" not in str(caught.value)
    assert text(opened(server))


@pytest.mark.parametrize(
    ("key", "name", "told"),
    [("", NAME, "YOUJU_MODEL_KEY"), ("another", NAME, "YOUJU_MODEL_KEY"), (KEY, "gpt", "YOUJU_MODEL_NAME")],
    ids=["no key", "a wrong key", "no such model"],
)
def test_wrong_setting_is_named(server: VllmServer, key: str, name: str, told: str) -> None:
    model = open_model(preset("openai-compatible"), Server(server.url, key, name), PATIENT)
    with pytest.raises(ModelUnreachable, match=told):
        text(model)
