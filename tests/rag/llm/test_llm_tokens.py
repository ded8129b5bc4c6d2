"""How long a prompt is, and how long it may be: asked of the server, else reckoned on the safe side."""

import pytest

from rag.errors import ModelUnreachable, SettingsError
from rag.llm.served import ChatModel, Limits, Server, open_model
from rag.presets import Turn, preset
from tests.model_server import ModelServer, Status, said

pytest.importorskip("llama_index.llms.openai_like", reason="extra `chat` not installed")

TURNS = (Turn("system", "規則"), Turn("user", "押金何時返還？"))
TEXT = 9  # characters in them


def opened(server: ModelServer, preset_name: str = "openai-compatible", name: str = "", context: int = 0) -> ChatModel:
    return open_model(preset(preset_name), Server(server.url, name=name, context=context), Limits(retries=0))


def test_tokens_are_counted_by_the_server_once_a_text() -> None:
    with ModelServer(said()) as server:
        model = opened(server)
        assert [model.count(TURNS), model.count(list(TURNS))] == [TEXT + 10, TEXT + 10]
        assert [request.path for request in server.requests].count("/tokenize") == 1
        assert server.requests[-1].sent["add_generation_prompt"] is True


def test_what_was_counted_is_not_kept_word_for_word() -> None:
    with ModelServer(said()) as server:
        model = opened(server)
        assert {model.count([Turn("user", f"{number:03}號秘密")]) for number in range(600)} == {len("000號秘密") + 5}
        held = repr(vars(model))
    assert "秘密" not in held
    assert len(held) < 40_000


def test_template_is_counted_as_the_text_it_makes() -> None:
    known = preset("taiwan-llm-7b-v2")
    with ModelServer(said()) as server:
        assert opened(server, known.name, "tiny").count(TURNS) == len(known.render(TURNS))


@pytest.mark.parametrize("name", ["taide-8b", "taiwan-llm-7b-v2", "openai-compatible"])
def test_where_nobody_can_count_the_count_is_never_too_small(name: str) -> None:
    with ModelServer(said(), tokens=None) as server:
        model = opened(server, name, "tiny")
        assert model.count(TURNS) >= TEXT * preset(name).tokens_per_character
        assert model.count(TURNS) < model.count([*TURNS, *TURNS[1:]])
        assert [request.path for request in server.requests].count("/tokenize") == 1


def test_count_that_is_none_is_not_believed() -> None:
    with ModelServer(said(), tokens=lambda text: -100) as server:
        assert opened(server).count(TURNS) > TEXT


@pytest.mark.parametrize(("served", "context"), [(4096, 4096), (1024, 1024), (32768, 8192), (0, 8192)])
def test_context_is_what_both_can_do(served: int, context: int) -> None:
    with ModelServer(said(), context=served) as server:
        assert opened(server, "taide-8b", "tiny").context == context


@pytest.mark.parametrize(("served", "context"), [(32768, 32768), (0, 4096)])
def test_context_of_any_other_model_is_the_servers_word(served: int, context: int) -> None:
    with ModelServer(said(), context=served) as server:
        assert opened(server).context == context


def test_context_given_wins_and_asks_nobody() -> None:
    with ModelServer(said()) as server:
        assert opened(server, "taide-8b", context=2000).context == 2000
        assert server.requests == []


def test_answer_takes_no_more_than_its_part_of_a_short_context() -> None:
    with ModelServer(said("好"), context=1000) as server:
        model = opened(server)
        list(model.stream(TURNS))
        assert server.asked[0]["max_tokens"] == model.max_tokens == 250


def test_model_is_the_first_that_the_server_lists() -> None:
    with ModelServer(said("好"), name="some/model") as server:
        model = opened(server)
        assert list(model.stream(TURNS)) == ["好"]
        assert (server.asked[0]["model"], model.name) == ("some/model", "some/model")


def test_name_is_the_presets_or_else_the_one_given() -> None:
    with ModelServer(said()) as server:
        assert opened(server, "taide-8b", "/models/taide").name == "taide-8b"
        assert opened(server, name="some/model").name == "some/model"


def test_model_the_server_does_not_have_is_told() -> None:
    with ModelServer(said("好")) as server, pytest.raises(ModelUnreachable, match="YOUJU_MODEL_NAME"):
        list(opened(server, name="another").stream(TURNS))


def test_server_without_any_model_is_told() -> None:
    with ModelServer(said("好"), name="") as server, pytest.raises(ModelUnreachable, match="YOUJU_MODEL_NAME"):
        list(opened(server).stream(TURNS))


def test_preset_says_how_its_maker_would_introduce_it() -> None:
    with ModelServer(said(Status(500))) as server:
        assert opened(server, "taide-8b").system == preset("taide-8b").system
        assert server.requests == []


def test_tokenizer_folder_without_a_tokenizer_is_refused(tmp_path: object) -> None:
    with ModelServer(said(), tokens=None) as server:
        model = open_model(preset("openai-compatible"), Server(server.url, tokenizer=tmp_path))  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match=r"斷詞器|需要另外安裝"):
            model.count(TURNS)
