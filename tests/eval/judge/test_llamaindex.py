import json
from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
from llama_index.core.llms import CustomLLM, MockLLM
from pydantic import Field

from eval.judge.judge import Judge
from eval.judge.llamaindex import LlamaIndexModel
from eval.judge.prompt import KEY
from rag.errors import ModelUnreachable, UsageError
from tests.eval.judge.judges import CLAIM, pair


class Says(CustomLLM):
    """An LLM that always says the same, or fails; it notes down what it was given."""

    reply: str = ""
    temperature: float = 0.7
    given: list[str] = Field(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="says", context_window=4096, num_output=256)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        if not self.reply:
            raise ConnectionError("no route")
        self.given.append(f"{self.temperature} {prompt}")
        return CompletionResponse(text=self.reply)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise AssertionError("a verdict is not streamed")


@pytest.mark.parametrize(
    ("reply", "expected"), [(json.dumps({KEY: "部分支持"}), "partial"), ("部分支持", "error"), ("[1]", "error")]
)
def test_any_llamaindex_llm_judges_at_temperature_0(reply: str, expected: str) -> None:
    llm = Says(reply=reply)
    found = Judge(LlamaIndexModel(llm)).verdict(pair())
    assert found.level == expected
    (given,) = llm.given
    assert given.startswith("0.0 ")
    assert CLAIM in given
    assert llm.temperature == 0.7


def test_what_goes_wrong_in_its_client_is_one_line() -> None:
    with pytest.raises(ModelUnreachable, match="says 沒有回答"):
        Judge(LlamaIndexModel(Says())).verdict(pair())


def test_an_llm_without_a_temperature_is_no_judge() -> None:
    with pytest.raises(UsageError, match="temperature"):
        LlamaIndexModel(MockLLM())
