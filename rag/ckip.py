"""Text → words with a CKIP model: the only importer of ckip_transformers (extra ``models``, GPL-3.0, optional)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.causes import cause
from rag.errors import SettingsError

PUBLISHED = ("bert-base", "bert-tiny", "albert-base", "albert-tiny")
EVERYDAY = "法律之人不得定一"
INSTALL = 'python -m pip install "ckip-transformers>=0.3.4" torch'


class CkipSegmenter:
    """A word segmenter by a published name (``"bert-base"``) or a model folder; ``device`` is a GPU number, -1 the CPU.

    Nothing is loaded before the first text. Raises ``SettingsError`` then if the extra, the model or its vocabulary
    is missing.
    """

    def __init__(self, model: str | Path = "bert-base", device: int = -1) -> None:
        self._model = str(model)
        self._device = device

    @property
    def name(self) -> str:
        """What the index remembers: ``"ckip:bert-base"``; for a folder, its last part."""
        return f"ckip:{Path(self._model).name}"

    def __reduce__(self) -> tuple[type[CkipSegmenter], tuple[str, int]]:
        """For a builder in a process of its own, which loads the model itself."""
        return CkipSegmenter, (self._model, self._device)

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        """The words of each text; joined they are the text again: ``["勞工加班"] -> [["勞工", "加班"]]``."""
        full = [text for text in texts if text]
        found = iter(self._segment(full)) if full else iter(())
        return [next(found) if text else [] for text in texts]

    def _segment(self, texts: list[str]) -> list[list[str]]:
        driver = self._driver
        positions = int(driver.model.config.max_position_embeddings)
        # Two places go to [CLS] and [SEP], and ckip wants strictly less than what is left.
        longest = min(int(driver.tokenizer.model_max_length), positions) - 3
        words: list[list[str]] = driver(texts, use_delim=True, max_length=longest, batch_size=64, show_progress=False)
        return words

    @cached_property
    def _driver(self) -> Any:
        try:
            from ckip_transformers.nlp import CkipWordSegmenter
        except ModuleNotFoundError as error:
            raise SettingsError(f"斷詞方式 ckip 需要另外安裝套件：{INSTALL}（缺 {error.name}）") from error
        address = f"ckiplab/{self._model}-chinese-ws" if self._model in PUBLISHED else self._model
        try:
            driver = CkipWordSegmenter(model_name=address, device=self._device)
        except (AssertionError, OSError, RuntimeError, ValueError) as error:
            raise SettingsError(f"CKIP 模型 {self._model} 載入失敗：{cause(error)}") from error
        _refuse_unfit(self._model, driver)
        return driver


def _refuse_unfit(model: str, driver: Any) -> None:
    """A tokenizer without its vocabulary file reads every character as [UNK] and says nothing, so ask it."""
    ids = driver.tokenizer.convert_tokens_to_ids(list(EVERYDAY))
    if all(token == driver.tokenizer.unk_token_id for token in ids):
        raise SettingsError(
            f"CKIP 模型 {model} 的詞表沒有常用字（全部成為 [UNK]）；模型資料夾應有 vocab.txt 或 tokenizer.json"
        )
    if driver.model.config.num_labels != 2:
        raise SettingsError(
            f"CKIP 模型 {model} 不是斷詞模型：標籤應為 B、I 兩種，實為 {driver.model.config.num_labels} 種"
        )
