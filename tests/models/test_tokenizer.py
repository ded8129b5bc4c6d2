"""Counting with a tokenizer made on the spot, where the server can't; run by `make test-models`."""

from pathlib import Path

import pytest

from rag.llm import Server, open_model
from rag.presets import Turn, preset
from tests.model_server import ModelServer, said

transformers = pytest.importorskip("transformers", reason="extra `models` not installed")
tokenizers = pytest.importorskip("tokenizers", reason="extra `models` not installed")
pytest.importorskip("llama_index.llms.openai_like", reason="extra `chat` not installed")
pytestmark = pytest.mark.models

CHAT = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}"
TURNS = (Turn("system", "規則"), Turn("user", "押金何時返還？"))


def make_tokenizer(folder: Path, chat_template: str | None) -> Path:
    """One token a character, known or not, with one more at the start of a text."""
    letters = {letter: number for number, letter in enumerate(dict.fromkeys("?^<system>u規則押金何時返還"))}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(letters, unk_token="?"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    made.post_processor = tokenizers.processors.TemplateProcessing("^ $A", special_tokens=[("^", letters["^"])])
    whole = transformers.PreTrainedTokenizerFast(tokenizer_object=made, unk_token="?", bos_token="^")
    whole.chat_template = chat_template
    whole.save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "template", "tokens"),
    [
        ("openai-compatible", CHAT, len("<system>規則<user>押金何時返還？<a>")),
        ("openai-compatible", None, len("規則押金何時返還？") + 2 * (1 + 8)),
        ("taiwan-llm-7b-v2", CHAT, len("規則 USER: 押金何時返還？ ASSISTANT:") + 1),
    ],
    ids=["chat template", "no chat template", "a prompt of our own"],
)
def test_tokenizer_counts_what_the_model_reads(tmp_path: Path, name: str, template: str | None, tokens: int) -> None:
    folder = make_tokenizer(tmp_path / "tokenizer", template)
    with ModelServer(said(), tokens=None) as server:
        model = open_model(preset(name), Server(server.url, name="tiny", tokenizer=folder))
        assert model.count(TURNS) == tokens


def test_server_that_can_count_is_asked_first(tmp_path: Path) -> None:
    folder = make_tokenizer(tmp_path / "tokenizer", CHAT)
    with ModelServer(said(), tokens=lambda text: 50) as server:
        assert open_model(preset("openai-compatible"), Server(server.url, tokenizer=folder)).count(TURNS) == 110
