import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.presets import Preset, Turn, names, preset

EVERY = [preset(name) for name in names()]
TURNS = (Turn("system", "規則"), Turn("user", "問一"), Turn("assistant", "答一"), Turn("user", "問二"))


def test_every_model_of_the_design_is_known() -> None:
    assert names() == (
        "taide-8b",
        "taide-8b-4bit",
        "taiwan-llm-7b-v2",
        "taiwan-llm-13b-v2",
        "taiwan-llama-13b-v1",
        "ckip-llama-2-7b-chat",
        "bloom-zh-3b",
        "bloom-zh-1b1",
        "breeze-7b",
        "openai-compatible",
    )


@pytest.mark.parametrize("known", EVERY, ids=names())
def test_facts_are_whole(known: Preset) -> None:
    assert 0 < known.max_tokens < known.context
    assert known.licence
    assert known.note
    assert 1 <= known.tokens_per_character <= 4
    assert all(known.control)
    assert bool(known.repo) == (known.name != "openai-compatible") == (known.memory_gb > 0) == bool(known.vllm_args)


@pytest.mark.parametrize(
    "known", [one for one in EVERY if "--max-model-len" in one.vllm_args], ids=lambda one: one.name
)
def test_the_server_is_started_with_the_context_of_the_preset(known: Preset) -> None:
    assert known.vllm_args[known.vllm_args.index("--max-model-len") + 1] == str(known.context)


def test_licences_that_bind_are_marked() -> None:
    assert [one.name for one in EVERY if one.gated] == ["taide-8b", "taide-8b-4bit"]
    assert [one.name for one in EVERY if one.local_only] == ["ckip-llama-2-7b-chat"]
    assert {one.name for one in EVERY if one.non_commercial} >= {"bloom-zh-3b", "bloom-zh-1b1"}


@pytest.mark.parametrize(
    ("wrong", "near"), [("taide8b", "taide-8b"), ("BLOOM-ZH-3B", "bloom-zh-3b"), ("extractiv", "extractive")]
)
def test_unknown_name_is_refused_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"沒有「{wrong}」這個模型預設組；是不是 .*{near}"):
        preset(wrong)


def test_name_like_no_other_is_refused_with_all() -> None:
    with pytest.raises(UsageError, match="可用的有：extractive、taide-8b、") as caught:
        preset("甲" * 1000)
    assert "甲" * 41 not in str(caught.value)


def test_taiwan_llm_is_asked_as_its_makers_say() -> None:
    known = preset("taiwan-llm-7b-v2")
    assert known.render([Turn("user", "問")]) == f"{known.system} USER: 問 ASSISTANT:"
    assert known.render(TURNS) == "規則 USER: 問一 ASSISTANT: 答一</s>USER: 問二 ASSISTANT:"


def test_llama_2_chat_puts_the_rules_into_the_first_question() -> None:
    asked = preset("ckip-llama-2-7b-chat").render(TURNS)
    assert asked == "[INST] <<SYS>>\n規則\n<</SYS>>\n\n問一 [/INST] 答一 </s><s>[INST] 問二 [/INST]"


@pytest.mark.parametrize("name", ["bloom-zh-3b", "bloom-zh-1b1"])
def test_base_model_goes_on_from_two_worked_examples(name: str) -> None:
    asked = preset(name).render(TURNS[:2])
    assert asked.startswith("規則\n")
    assert asked.endswith("\n問一\n回答：")
    assert asked.count("回答：") == 3
    assert "[1]" in asked
    assert "\n\n" in preset(name).stop


@pytest.mark.parametrize("known", EVERY, ids=names())
@given(
    words=st.lists(st.sampled_from("USER: ASSISTANT: <| |> eot_id </s> <s> [INST] [/INST] <<SYS>> 法 {text}".split()))
)
def test_no_text_brings_a_mark_of_the_prompt_format_along(known: Preset, words: list[str]) -> None:
    text = "".join(words)
    (turn,) = known.harmless([Turn("user", text)])
    assert not any(mark in turn.text for mark in known.control)
    assert len(turn.text) == len(text)
    if known.template:
        assert turn.text in known.render([turn])


def test_law_text_is_left_as_it_is() -> None:
    turns = (Turn("user", "「雇主」應於七日內（含例假日）給付[1]；其數額：一、新臺幣1,000元。"),)
    assert all(known.harmless(turns) == turns for known in EVERY)
