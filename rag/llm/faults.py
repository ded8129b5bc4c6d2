"""What goes wrong with a model server, each in one line for the user that holds neither key nor traceback."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rag.errors import ModelBroken, ModelError, ModelTimeout, ModelUnreachable

_LONGEST_LINE = 120  # characters of what a server says is wrong
_NOT_THE_SHAPE = (AttributeError, LookupError, TypeError, ValueError)  # of who reads an answer of another shape


def shown(url: str) -> str:
    """An address without the user and password it may hold."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class Faults:
    """Those of one server.

    :param openai: the client's module, which ``rag.llm.served`` alone imports.
    """

    def __init__(self, openai: Any, url: str, key: str) -> None:
        self._openai = openai
        self._where = f"模型伺服器 {shown(url)}"
        self._key = key

    def told(self, error: Exception) -> ModelError:
        """What a foreign exception means."""
        openai = self._openai
        if isinstance(error, openai.APIStatusError):
            return ModelUnreachable(f"{self._where} {self._refusal(error)}（HTTP {error.status_code}）")
        late = isinstance(error, openai.APITimeoutError) or type(error).__name__ == "ReadTimeout"
        if late and type(error.__cause__).__name__ != "ConnectTimeout":
            return ModelTimeout(f"{self._where} 太久沒有回應")
        if isinstance(error, openai.APIConnectionError):
            return ModelUnreachable(f"連不上{self._where}")
        if isinstance(error, openai.APIError):
            return ModelBroken(f"{self._where} 寫到一半出錯：{self._words(error.message)}")
        return self.foreign() if isinstance(error, _NOT_THE_SHAPE) else ModelBroken(f"{self._where} 的回答中途斷了")

    def foreign(self) -> ModelBroken:
        """It answers, but something else: a page to log in at, JSON of another shape, nothing at all."""
        return ModelBroken(f"{self._where} 的回覆不是 OpenAI 相容的格式；請檢查 YOUJU_MODEL_URL（通常以 /v1 結尾）")

    def _refusal(self, error: Any) -> str:
        if error.status_code in (401, 403):
            return "不接受金鑰；請檢查 YOUJU_MODEL_KEY"
        if error.status_code == 404:
            return "沒有這個模型或介面；請檢查 YOUJU_MODEL_NAME 與 YOUJU_MODEL_URL"
        if error.status_code in (429, 503):
            return "忙碌"
        if error.status_code < 400:
            return "要轉往別處；請檢查 YOUJU_MODEL_URL"
        return f"出錯：{self._words(error.body.get('message') if isinstance(error.body, dict) else '')}"

    def _words(self, said: object) -> str:
        """What the server says itself, cut short."""
        plain = "".join(one if one.isprintable() else " " for one in str(said)[:_LONGEST_LINE])
        return plain.replace(self._key, "…") if self._key else plain
