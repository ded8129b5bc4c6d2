"""Any LlamaIndex LLM as the model of a judge: ``Judge(LlamaIndexModel(Ollama(model="…")))``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rag.causes import cause
from rag.errors import ModelBroken, ModelUnreachable, UsageError
from rag.llm.shapes import fits
from rag.presets import Turn

_PER_CHARACTER = 3  # tokens, at most: nobody counts for an LLM of any kind


class LlamaIndexModel:
    """:raises UsageError: the LLM has no temperature that could be set to 0."""

    def __init__(self, llm: Any) -> None:
        if "temperature" not in type(llm).model_fields:
            raise UsageError(f"{type(llm).__name__} 不能設定 temperature，不能當評審")
        self._llm = llm.model_copy(update={"temperature": 0.0})
        facts = llm.metadata
        self.name = str(facts.model_name)
        self.context = int(facts.context_window)
        self.max_tokens = min(int(facts.num_output), self.context // 4)

    def count(self, turns: Sequence[Turn]) -> int:
        """Too many rather than too few."""
        return sum(len(turn.text) for turn in turns) * _PER_CHARACTER

    def structured(self, turns: Sequence[Turn], schema: Mapping[str, object]) -> Mapping[str, object]:
        """:raises ModelBroken: the answer is not of that shape; ``ModelUnreachable``: there is none."""
        from llama_index.core.base.llms.types import ChatMessage

        try:
            reply = self._llm.chat([ChatMessage(role=turn.role, content=turn.text) for turn in turns])
        except Exception as error:  # every LLM raises what its own client does
            raise ModelUnreachable(f"評審模型 {self.name} 沒有回答（{cause(error)}）") from None
        try:
            found = json.loads(str(reply.message.content or ""))
        except (ValueError, RecursionError):
            raise ModelBroken("模型的回答不是要求的 JSON") from None
        if not (isinstance(found, dict) and fits(found, schema)):
            raise ModelBroken("模型的回答不合要求的格式")
        return found
