"""A cross-encoder as a node postprocessor of LlamaIndex (extra ``models``): to import it loads LlamaIndex."""

from __future__ import annotations

from threading import Lock
from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from pydantic import PrivateAttr

from rag.causes import cause
from rag.errors import SettingsError

_TOKENS = 512  # of question and passage together
_BATCH = 16
_EVERYDAY = "法律之人不得定一"


class CrossEncoderRerank(BaseNodePostprocessor):  # type: ignore[misc]
    """Scores every node with the question by a model of sentence-transformers, which is loaded with the first one.

    ``model`` is an id or a folder; ``device`` as PyTorch calls it, "" as sentence-transformers chooses.
    """

    model: str
    device: str = ""
    _lock: Any = PrivateAttr(default_factory=Lock)
    _encoder: Any = PrivateAttr(default=None)

    @classmethod
    def class_name(cls) -> str:
        return "CrossEncoderRerank"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        """The nodes best first. Raises ``SettingsError`` when the model is missing or none that scores pairs."""
        if query_bundle is None or not nodes:
            return nodes
        pairs = [(query_bundle.query_str, one.node.get_content(MetadataMode.EMBED)) for one in nodes]
        # Tokenizers of transformers can't cut texts in two threads at once.
        with self._lock:
            self._encoder = self._encoder or self._load()
            found = self._encoder.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        scored = [NodeWithScore(node=one.node, score=float(score)) for one, score in zip(nodes, found, strict=True)]
        return sorted(scored, key=lambda one: -one.score)

    def _load(self) -> Any:
        from sentence_transformers import CrossEncoder

        try:
            encoder = CrossEncoder(self.model, device=self.device or None)
        except Exception as error:  # of torch, transformers, the hub and its HTTP client
            raise SettingsError(f"重排模型 {self.model} 載入失敗：{cause(error)}") from error
        self._refuse_unfit(encoder)
        encoder.max_seq_length = min(encoder.max_seq_length or _TOKENS, _TOKENS)
        return encoder

    def _refuse_unfit(self, encoder: Any) -> None:
        """A tokenizer without its vocabulary file reads every character as unknown and says nothing, so ask it."""
        ids = encoder.tokenizer.encode(_EVERYDAY, add_special_tokens=False)
        if all(token == encoder.tokenizer.unk_token_id for token in ids):
            raise SettingsError(f"重排模型 {self.model} 的詞表沒有常用字；模型資料夾應有 vocab.txt 或 tokenizer.json")
        if encoder.num_labels != 1:
            raise SettingsError(f"重排模型 {self.model} 給 {encoder.num_labels} 個分數，重排要的是一個")
